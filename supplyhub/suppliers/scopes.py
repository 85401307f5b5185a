"""The suppliers that roles can be given for."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from supplyhub.accounts.roles import Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.places.queries import path_is_within
from supplyhub.suppliers.models import Supplier


class SupplierScopes:
    """Knows which suppliers go with which roles."""

    roles = frozenset({Role.SUPPLIER, Role.PLATFORM_CLIENT})

    def list_choices(self, session: Session, *, role: Role, within: str) -> list[ScopeChoice]:
        """Return the suppliers of a district, ordered by name."""
        del role
        statement = (
            select(Supplier.path, Supplier.name)
            .where(path_is_within(Supplier.path, [within]))
            .order_by(Supplier.name, Supplier.id)
        )
        return [ScopeChoice(path=row.path, label=row.name, roles=self.roles) for row in session.execute(statement)]

    def labels(self, session: Session, *, paths: Sequence[str]) -> Mapping[str, str]:
        """Return the names of the suppliers among the paths."""
        wanted = [path for path in paths if "/suppliers/" in path]
        if not wanted:
            return {}
        rows = session.execute(select(Supplier.path, Supplier.name).where(Supplier.path.in_(wanted)))
        return {row.path: row.name for row in rows}
