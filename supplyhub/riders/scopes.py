"""The riders and rider companies that roles can be given for."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.accounts.roles import Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.places.queries import path_is_within
from supplyhub.riders.models import Rider, RiderCompany

_RIDER = frozenset({Role.RIDER})
_COMPANY = frozenset({Role.RIDER_COMPANY})


class RiderScopes:
    """Knows which riders and companies go with which roles."""

    roles = _RIDER | _COMPANY

    def list_choices(self, session: Session, *, role: Role, within: str) -> list[ScopeChoice]:
        """Return the riders, or the companies, of a district: riders under their company, ordered by code."""
        if role in _COMPANY:
            companies = session.execute(
                select(RiderCompany.path, RiderCompany.name)
                .where(path_is_within(RiderCompany.path, [within]))
                .order_by(RiderCompany.name, RiderCompany.id)
            )
            return [ScopeChoice(path=row.path, label=row.name, roles=_COMPANY) for row in companies]
        riders = session.execute(
            select(Rider.path, Rider.code, Rider.name, RiderCompany.name.label("company"))
            .join(RiderCompany, RiderCompany.id == Rider.company_id)
            .where(path_is_within(Rider.path, [within]))
            .order_by(RiderCompany.name, Rider.code, Rider.id)
        )
        return [
            ScopeChoice(path=row.path, label=f"{row.code} · {row.name}", group=row.company, roles=_RIDER)
            for row in riders
        ]

    def labels(self, session: Session, *, paths: Sequence[str]) -> Mapping[str, str]:
        """Return the names of the riders and companies among the paths."""
        found: dict[str, str] = {}
        riders = [path for path in paths if "/riders/" in path]
        if riders:
            rows = session.execute(select(Rider.path, Rider.code, Rider.name).where(Rider.path.in_(riders)))
            found.update({row.path: f"{row.code} · {row.name}" for row in rows})
        companies = [path for path in paths if "/companies/" in path]
        if companies:
            names = session.execute(
                select(RiderCompany.path, RiderCompany.name).where(RiderCompany.path.in_(companies))
            )
            found.update({row.path: row.name for row in names})
        return found
