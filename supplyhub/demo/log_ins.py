"""The log-ins of the invented district, one per role: what the log-in page and the console show."""

from dataclasses import dataclass

from supplyhub.accounts.roles import Role
from supplyhub.demo import day_orders, names
from supplyhub.demo.compounds import Flat
from supplyhub.wording import lazy_gettext

PASSWORD = "supplyhub-demo"  # noqa: S105 -- public on purpose: it opens invented data alone
CITY_PATH = "zhuzhou"
DISTRICT_PATH = f"{CITY_PATH}/tianyuan"
RIDER_PATH = f"{DISTRICT_PATH}/riders/R001"
_STREET_PATH = f"{DISTRICT_PATH}/{names.HOME_STREET}"
_COMPOUND_PATH = f"{_STREET_PATH}/C001"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogIn:
    """A log-in shown on the log-in page of a demo.

    `number` is the phone number as it is stored; `flat` is where the person lives, in the home compound.
    """

    role: Role
    name: str
    number: str
    scope: str
    sees: str
    flat: Flat | None = None
    password: str = PASSWORD

    @property
    def label(self) -> str:
        """The role's name for people."""
        return self.role.label

    @property
    def phone(self) -> str:
        """The phone number as people write and type it: `154 0000 0001`."""
        national = self.number.removeprefix("+86")
        return f"{national[:3]} {national[3:7]} {national[7:]}"


def log_ins() -> tuple[DemoLogIn, ...]:
    """Return the log-ins, one for each role."""
    return tuple(
        DemoLogIn(role=role, name=name, number=day_orders.phone(number), scope=scope, sees=sees, flat=_FLATS.get(role))
        for number, (role, name, scope, sees) in enumerate(_PEOPLE, start=1)
    )


_FLATS = {
    Role.RESIDENT: day_orders.HOME_FLAT,
    Role.LEADER: day_orders.LEADER_FLAT,
    Role.VOLUNTEER: day_orders.VOLUNTEER_FLAT,
}
# The numbers count from 1 in this order; those of the flats are also on their orders (day_orders).
_PEOPLE: tuple[tuple[Role, str, str, str], ...] = (
    (
        Role.RESIDENT,
        day_orders.HOME_NAME,
        _COMPOUND_PATH,
        lazy_gettext("What reaches my compound, and when my three orders come to the gate"),
    ),
    (Role.LEADER, day_orders.LEADER_NAME, _COMPOUND_PATH, lazy_gettext("My compound and my own order")),
    (
        Role.SUPPLIER,
        "唐丽华",
        f"{DISTRICT_PATH}/suppliers/P09",
        lazy_gettext("Today's loading list of the busiest supermarket, round by round"),
    ),
    (
        Role.PLATFORM_CLIENT,
        "吴晓峰",
        f"{DISTRICT_PATH}/suppliers/P19",
        lazy_gettext("Today's loading list of an online platform"),
    ),
    (
        Role.RIDER,
        names.FIRST_RIDER,
        RIDER_PATH,
        lazy_gettext("My round: the next stop first, all stops on a map"),
    ),
    (
        Role.RIDER_COMPANY,
        "郭勇",
        f"{DISTRICT_PATH}/companies/{names.COMPANIES[0]}",
        lazy_gettext("My company's riders with zones, shifts and passes"),
    ),
    (
        Role.GATE_KEEPER,
        "马国强",
        f"{_COMPOUND_PATH}/G0001",
        lazy_gettext("Who is due at the south gate, slot by slot"),
    ),
    (Role.VOLUNTEER, day_orders.VOLUNTEER_NAME, _COMPOUND_PATH, lazy_gettext("My compound and my own order")),
    (
        Role.COMMUNITY_STAFF,
        "邓慧玲",
        _COMPOUND_PATH,
        lazy_gettext("One compound: its gates, buildings and orders"),
    ),
    (Role.STREET_STAFF, "肖志刚", _STREET_PATH, lazy_gettext("The compounds and orders of one street")),
    (
        Role.DISTRICT_STAFF,
        "刘振宇",
        DISTRICT_PATH,
        lazy_gettext("The whole day: overview, plans, imports, riders"),
    ),
    (
        Role.CITY_STAFF,
        "周敏",
        CITY_PATH,
        lazy_gettext("Two districts: the invented day, and an empty one to try imports in"),
    ),
    (Role.ADMIN, "何立", "", lazy_gettext("Everything, in every district")),
)
