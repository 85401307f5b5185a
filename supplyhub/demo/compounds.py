"""The invented compounds with their gates, buildings and flats. Pure."""

import random
from dataclasses import dataclass

from supplyhub.demo import chance, ground, names
from supplyhub.demo.size import Size

RISK_SHARES = {"high": 0.04, "medium": 0.10}
HOME_HOUSEHOLDS = 2_236
FAR_HOUSEHOLDS = 96
SLOT_MINUTES = 10
_HOUR_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A flat of a compound: building, unit (empty where there is none), room."""

    building: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedBuilding:
    """A building of a compound's list."""

    name: str
    units: tuple[str, ...]
    floors: int
    rooms_per_floor: int

    @property
    def flat_count(self) -> int:
        """How many flats the building has."""
        return max(1, len(self.units)) * self.floors * self.rooms_per_floor

    def flat(self, number: int) -> Flat:
        """Return one of the building's flats, counted from 0."""
        unit, rest = divmod(number, self.floors * self.rooms_per_floor)
        floor, room = divmod(rest, self.rooms_per_floor)
        return Flat(building=self.name, unit=self.units[unit] if self.units else "", room=f"{floor + 1}{room + 1:02d}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedGate:
    """A gate of a compound."""

    code: str
    name: str
    spot: ground.Spot
    opens_s: int
    closes_s: int
    riders_per_slot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedCompound:
    """A compound; an enterprise is one too, with its staff living inside."""

    code: str
    name: str
    street: str
    spot: ground.Spot
    risk: str
    households: int
    residents: int
    is_enterprise: bool
    gates: tuple[InventedGate, ...]
    buildings: tuple[InventedBuilding, ...]

    @property
    def flat_count(self) -> int:
        """How many flats the compound has."""
        return sum(building.flat_count for building in self.buildings)

    @property
    def closes_s(self) -> int:
        """When the last gate closes."""
        return max(gate.closes_s for gate in self.gates)

    def flat(self, number: int) -> Flat:
        """Return one of the compound's flats, counted from 0 through its buildings.

        Raises
        ------
        IndexError
            The compound has fewer flats.
        """
        for building in self.buildings:
            if number < building.flat_count:
                return building.flat(number)
            number -= building.flat_count
        message = "the compound has no such flat"
        raise IndexError(message)


def make_compounds(seed: int, size: Size) -> tuple[InventedCompound, ...]:
    """Return the compounds: the home compound of the log-ins first, enterprises last."""
    rng = chance.stream(seed, "compounds")
    streets = _streets(rng, size)
    risks = _risks(rng, streets)
    titles = _names(rng, size)
    spots: list[ground.Spot] = []
    compounds: list[InventedCompound] = []
    gate_count = 0
    for index, (street, risk, name) in enumerate(zip(streets, risks, titles, strict=True)):
        spot = ground.spaced(rng, ground.QUARTERS[names.STREETS.index(street)], spots, apart_m=130)
        spots.append(spot)
        is_enterprise = index >= size.compounds - size.enterprises
        is_far = street == names.FAR_TOWN and risk == "high"
        households = _households(rng, is_home=index == 0, is_far=is_far)
        gates = _gates(rng, spot, gate_count, risk=risk, households=households, is_home=index == 0)
        gate_count += len(gates)
        compounds.append(
            InventedCompound(
                code=f"C{index + 1:03d}",
                name=name,
                street=street,
                spot=spot,
                risk=risk,
                households=households,
                residents=round(households * rng.uniform(2.2, 3.1)),
                is_enterprise=is_enterprise,
                gates=gates,
                buildings=_buildings(rng, households, is_home=index == 0, is_enterprise=is_enterprise),
            )
        )
    return tuple(compounds)


def _names(rng: random.Random, size: Size) -> list[str]:
    homes = names.compound_names(rng, size.compounds - size.enterprises)
    return homes + list(names.ENTERPRISES[: size.enterprises])


def _streets(rng: random.Random, size: Size) -> list[str]:
    """Deal the streets by their shares; each has a compound, and the first compound is at home."""
    counts = [max(1, round(quarter.share * size.compounds)) for quarter in ground.QUARTERS]
    counts[0] += size.compounds - sum(counts)
    dealt = [street for street, count in zip(names.STREETS, counts, strict=True) for _ in range(count)]
    rest = dealt[1:]
    rng.shuffle(rest)
    return [dealt[0], *rest]


def _risks(rng: random.Random, streets: list[str]) -> list[str]:
    """Deal the risk levels in their exact shares; one compound of the far town is at high risk.

    No rider who may enter high-risk compounds has a pass for that town, so its orders show that reason.
    """
    count = len(streets)
    high = max(1, round(count * RISK_SHARES["high"]))
    medium = max(1, round(count * RISK_SHARES["medium"]))
    risks = ["low"] * count
    far = streets.index(names.FAR_TOWN, 1)
    others = [n for n in range(1, count) if streets[n] != names.FAR_TOWN]
    chosen = rng.sample(others, high - 1 + medium)
    for index in [far, *chosen[: high - 1]]:
        risks[index] = "high"
    for index in chosen[high - 1 :]:
        risks[index] = "medium"
    return risks


def _households(rng: random.Random, *, is_home: bool, is_far: bool) -> int:
    # a median of 330 and a long tail: old yards of forty families beside estates of two thousand
    drawn = round(chance.between(rng, 40, 1_900, rng.lognormvariate(5.8, 0.6)))
    if is_home:
        return HOME_HOUSEHOLDS
    return min(FAR_HOUSEHOLDS, drawn) if is_far else drawn


def _gates(
    rng: random.Random, spot: ground.Spot, numbered: int, *, risk: str, households: int, is_home: bool
) -> tuple[InventedGate, ...]:
    count = 2 if is_home else 1 if risk == "high" else rng.choice((1, 1, 1, 2, 2, 3))
    per_slot = 1 if households < 250 or risk == "high" else 2
    return tuple(
        InventedGate(
            code=f"G{numbered + number + 1:04d}",
            name=names.GATES[number],
            spot=spot.near(rng, 80),
            opens_s=(8 if is_home or rng.random() < 0.8 else 9) * _HOUR_S,
            closes_s=(20 if is_home and number == 0 else rng.choice((18, 19, 20, 20))) * _HOUR_S,
            riders_per_slot=per_slot,
        )
        for number in range(count)
    )


def _buildings(
    rng: random.Random, households: int, *, is_home: bool, is_enterprise: bool
) -> tuple[InventedBuilding, ...]:
    if is_home:
        return tuple(
            InventedBuilding(name=str(n), units=() if n == 9 else ("1", "2", "3"), floors=18, rooms_per_floor=4)
            for n in range(1, 13)
        )
    if is_enterprise:
        # dormitories: long corridors without units
        shape = InventedBuilding(name="", units=(), floors=6, rooms_per_floor=20)
    elif households < 250:
        shape = _building(rng, units=(2, 3, 4), floors=(5, 6, 7), rooms=(2, 2, 3))
    elif households < 600:
        shape = _building(rng, units=(1, 2, 3), floors=(6, 11, 11, 18), rooms=(2, 3, 4))
    else:
        shape = _building(rng, units=(0, 1, 2, 2), floors=(18, 26, 32, 33), rooms=(3, 4, 4))
    return _row_of(rng, shape, households)


def _building(
    rng: random.Random, *, units: tuple[int, ...], floors: tuple[int, ...], rooms: tuple[int, ...]
) -> InventedBuilding:
    count = rng.choice(units)
    return InventedBuilding(
        name="",
        units=tuple(str(n + 1) for n in range(count)),
        floors=rng.choice(floors),
        rooms_per_floor=rng.choice(rooms),
    )


def _row_of(rng: random.Random, shape: InventedBuilding, households: int) -> tuple[InventedBuilding, ...]:
    """Return as many buildings of a shape as the households need, some flats staying empty."""
    flats = households / rng.uniform(0.86, 0.97)
    count = max(1, -(-round(flats) // shape.flat_count))
    # many compounds have no building 4, whose name sounds like a bad word
    skips_four = rng.random() < 0.3
    numbers = [n for n in range(1, count + 2) if not (skips_four and n == 4)][:count]
    return tuple(
        InventedBuilding(name=str(n), units=shape.units, floors=shape.floors, rooms_per_floor=shape.rooms_per_floor)
        for n in numbers
    )
