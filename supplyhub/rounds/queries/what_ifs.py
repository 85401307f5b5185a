"""Reads of what-ifs: one, and those about a plan."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.core.errors import NotFound
from supplyhub.rounds.models import WhatIf, WhatIfState
from supplyhub.wording import lazy_gettext

UNDER_WAY = (WhatIfState.QUEUED, WhatIfState.RUNNING)


class WhatIfNotFound(NotFound):
    """There is no such what-if about the plan."""


def get_what_if(session: Session, *, plan_id: int, what_if_id: int) -> WhatIf:
    """Return a what-if about a plan.

    Raises
    ------
    WhatIfNotFound
        There is none.
    """
    found = session.scalars(select(WhatIf).where(WhatIf.id == what_if_id, WhatIf.plan_id == plan_id)).one_or_none()
    if found is None:
        raise WhatIfNotFound(lazy_gettext("This question does not exist, or was thrown away with its plan."))
    return found


def find_and_lock_what_if(session: Session, *, what_if_id: int) -> WhatIf | None:
    """Return a what-if as it stands now, held until the transaction ends; None where it is gone."""
    statement = (
        select(WhatIf).where(WhatIf.id == what_if_id).with_for_update().execution_options(populate_existing=True)
    )
    return session.scalars(statement).one_or_none()


def list_what_ifs(session: Session, *, plan_id: int, limit: int = 50) -> list[WhatIf]:
    """Return the what-ifs about a plan, the newest first."""
    statement = select(WhatIf).where(WhatIf.plan_id == plan_id).order_by(WhatIf.asked_at.desc(), WhatIf.id.desc())
    return list(session.scalars(statement.limit(limit)))


def find_under_way(session: Session, *, plan_id: int) -> WhatIf | None:
    """Return the what-if about a plan that is being worked out, or None."""
    statement = select(WhatIf).where(WhatIf.plan_id == plan_id, WhatIf.state.in_(UNDER_WAY)).order_by(WhatIf.id)
    return session.scalars(statement.limit(1)).first()
