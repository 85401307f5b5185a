"""The invented riders of three companies, with vehicle, pass, zones, shift and lodging. Pure."""

import random
from dataclasses import dataclass

from supplyhub.demo import chance, ground, names
from supplyhub.demo.size import Size

_HOUR_S = 3_600
_VAN_EVERY = 8
_BOUND = 22
_LODGINGS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedRider:
    """A rider. `bound_to` is the code of the only pickup to load at; `zones` None means every street."""

    code: str
    name: str
    company: str
    vehicle: str
    bound_to: str | None
    zones: tuple[str, ...] | None
    enters_high_risk: bool
    pass_no: str
    pass_from_s: int
    pass_until_s: int
    shift_start_s: int
    shift_end_s: int
    lodging: ground.Spot


def make_riders(seed: int, size: Size, *, year: int, busy_pickup: str) -> tuple[InventedRider, ...]:
    """Return the riders: every eighth drives a van, some twenty are bound to the busy supermarket.

    The first, whom the log-ins show, may ride everywhere, so that there is work in any plan.
    """
    rng = chance.stream(seed, "riders")
    lodgings = [ground.QUARTERS[number].middle.near(rng, 500) for number in _LODGINGS]
    bound = min(_BOUND, size.riders // 6)
    riders: list[InventedRider] = []
    for number in range(size.riders):
        is_van = number % _VAN_EVERY == _VAN_EVERY - 1
        is_bound = bound > 0 and number > 0 and not is_van
        bound -= is_bound
        enters_high_risk = rng.random() < 0.3 and number > 0
        start_s = rng.choice((14, 15, 16)) * 1_800
        riders.append(
            InventedRider(
                code=f"R{number + 1:03d}",
                name=names.person_name(rng) if number else names.FIRST_RIDER,
                company=names.COMPANIES[number % 3],
                vehicle="van" if is_van else "ebike",
                bound_to=busy_pickup if is_bound else None,
                zones=_zones(rng, is_free=is_van or number == 0, enters_high_risk=enters_high_risk),
                enters_high_risk=enters_high_risk,
                pass_no=f"TY-{year}-{number + 1:04d}",
                pass_from_s=6 * _HOUR_S,
                pass_until_s=(14 * 2 if number and rng.random() < 0.05 else 41) * 1_800,
                shift_start_s=start_s,
                shift_end_s=start_s + 25 * 1_800,
                lodging=rng.choice(lodgings),
            )
        )
    return tuple(riders)


def _zones(rng: random.Random, *, is_free: bool, enters_high_risk: bool) -> tuple[str, ...] | None:
    """Return the streets of a pass; who may enter high-risk compounds is never given the far town."""
    near = names.STREETS[:-1]
    if enters_high_risk:
        return near
    if is_free or rng.random() < 0.55:
        return None
    chosen = rng.sample(names.STREETS, rng.choice((2, 3, 4)))
    return tuple(street for street in names.STREETS if street in chosen)
