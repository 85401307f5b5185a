"""The places that roles can be given for: city, district, streets, compounds, gates."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from supplyhub.accounts.roles import Role
from supplyhub.accounts.scopes import ScopeChoice
from supplyhub.places.models import City, Compound, District, Gate, Street
from supplyhub.places.queries import path_is_within
from supplyhub.wording import lazy_gettext

_CITY_ROLES = frozenset({Role.CITY_STAFF, Role.ADMIN})
_DISTRICT_ROLES = frozenset({Role.DISTRICT_STAFF})
_STREET_ROLES = frozenset({Role.STREET_STAFF})
_COMPOUND_ROLES = frozenset({Role.LEADER, Role.VOLUNTEER, Role.COMMUNITY_STAFF})
_GATE_ROLES = frozenset({Role.GATE_KEEPER})


class PlaceScopes:
    """Knows which places go with which roles."""

    roles = _CITY_ROLES | _DISTRICT_ROLES | _STREET_ROLES | _COMPOUND_ROLES | _GATE_ROLES

    def list_choices(self, session: Session, *, role: Role, within: str) -> list[ScopeChoice]:
        """Return the places that a role may be given for in a district, ordered by name.

        The city is offered though it lies above: whether somebody may give it away is the policy's to say.
        """
        if role in _CITY_ROLES:
            cities = session.execute(
                select(City.code, City.name).join(District, District.city_id == City.id).where(District.path == within)
            )
            return [ScopeChoice(path=row.code, label=row.name, roles=_CITY_ROLES) for row in cities]
        if role in _DISTRICT_ROLES:
            districts = session.scalars(select(District).where(District.path == within))
            return [ScopeChoice(path=found.path, label=found.name, roles=_DISTRICT_ROLES) for found in districts]
        if role in _STREET_ROLES:
            streets = _streets().where(District.path == within).order_by(Street.name, Street.id)
            return [
                ScopeChoice(path=_street_path(row), label=row.name, roles=_STREET_ROLES)
                for row in session.execute(streets)
            ]
        if role in _COMPOUND_ROLES:
            compounds = _compounds().where(path_is_within(Compound.path, [within]))
            return [
                ScopeChoice(path=row.path, label=row.name, group=row.street, roles=_COMPOUND_ROLES)
                for row in session.execute(compounds.order_by(Street.name, Compound.name, Compound.id))
            ]
        gates = _gates().where(path_is_within(Compound.path, [within]))
        return [
            ScopeChoice(
                path=f"{row.path}/{row.code}", label=f"{row.compound} · {row.name}", group=row.street, roles=_GATE_ROLES
            )
            for row in session.execute(gates.order_by(Street.name, Compound.name, Gate.id))
        ]

    def labels(self, session: Session, *, paths: Sequence[str]) -> Mapping[str, str]:
        """Return the names of the places among the paths."""
        found: dict[str, str] = {"": str(lazy_gettext("Everything"))} if "" in paths else {}
        depths = {path.count("/") + 1 for path in paths if path}
        if 1 in depths:
            rows = session.execute(select(City.code, City.name).where(City.code.in_(paths)))
            found.update({row.code: row.name for row in rows})
        if 2 in depths:
            rows = session.execute(select(District.path, District.name).where(District.path.in_(paths)))
            found.update({row.path: row.name for row in rows})
        if 3 in depths:
            districts = [path.rpartition("/")[0] for path in paths if path.count("/") == 2]
            rows = session.execute(_streets().where(District.path.in_(districts)))
            found.update({_street_path(row): row.name for row in rows if _street_path(row) in paths})
        if depths & {4, 5}:
            found.update(self._compound_labels(session, paths))
        return found

    def _compound_labels(self, session: Session, paths: Sequence[str]) -> dict[str, str]:
        gates = [path for path in paths if path.count("/") == 4]
        above = [path.rpartition("/")[0] for path in gates]
        names = {
            row.path: row.name
            for row in session.execute(select(Compound.path, Compound.name).where(Compound.path.in_([*paths, *above])))
        }
        if gates:
            codes = [path.rpartition("/")[2] for path in gates]
            statement = _gates().where(Compound.path.in_(above), Gate.code.in_(codes))
            names.update(
                {f"{row.path}/{row.code}": f"{row.compound} · {row.name}" for row in session.execute(statement)}
            )
        return {path: names[path] for path in paths if path in names}


def _streets() -> Select[str, str]:
    return select(District.path, Street.name).join(District, District.id == Street.district_id)


def _street_path(row: Row[str, str]) -> str:
    return f"{row.path}/{row.name}"


def _compounds() -> Select[str, str, str]:
    return select(Compound.path, Compound.name, Street.name.label("street")).join(
        Street, Street.id == Compound.street_id
    )


def _gates() -> Select[str, str, str, str, str]:
    return (
        select(Compound.path, Gate.code, Gate.name, Compound.name.label("compound"), Street.name.label("street"))
        .join(Compound, Compound.id == Gate.compound_id)
        .join(Street, Street.id == Compound.street_id)
    )
