"""The ground of the invented district: metres around a middle, as WGS-84 degrees. Pure. Marks no real address."""

import math
import random
from dataclasses import dataclass

CENTRE = (27.8270, 113.0850)
METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A point, in metres east and north of the middle."""

    east_m: float
    north_m: float

    @property
    def degrees(self) -> tuple[float, float]:
        """Latitude and longitude, to about a decimetre."""
        lat = CENTRE[0] + self.north_m / METRES_PER_DEGREE
        lon = CENTRE[1] + self.east_m / (METRES_PER_DEGREE * math.cos(math.radians(CENTRE[0])))
        return round(lat, 6), round(lon, 6)

    def distance_m(self, other: "Spot") -> float:
        """Return the straight distance to another spot."""
        return math.hypot(self.east_m - other.east_m, self.north_m - other.north_m)

    def near(self, rng: random.Random, spread_m: float) -> "Spot":
        """Return a spot somewhere around this one."""
        return Spot(self.east_m + rng.gauss(0, spread_m), self.north_m + rng.gauss(0, spread_m))


@dataclass(frozen=True, slots=True)
class Quarter:
    """Where a street or town lies, how far it spreads, and its share of the compounds."""

    middle: Spot
    spread_m: float
    share: float


# In the order of names.STREETS: four dense streets, two towns to the south.
QUARTERS = (
    Quarter(Spot(1800, -1200), 1050, 0.27),
    Quarter(Spot(1200, 2100), 1100, 0.26),
    Quarter(Spot(-2400, 400), 1150, 0.21),
    Quarter(Spot(-4600, 3800), 1300, 0.13),
    Quarter(Spot(-4000, -4100), 1400, 0.08),
    Quarter(Spot(1200, -6600), 1250, 0.05),
)


def spaced(rng: random.Random, quarter: Quarter, others: list[Spot], apart_m: float) -> Spot:
    """Return a spot in a quarter that keeps its distance from others, if one turns up in a few draws."""
    spot = quarter.middle.near(rng, quarter.spread_m)
    for _ in range(12):
        if all(spot.distance_m(other) >= apart_m for other in others):
            break
        spot = quarter.middle.near(rng, quarter.spread_m)
    return spot
