"""How large the invented district is. Pure.

The figures of the full size are those that Tianyuan district had in November 2022, as its newspaper printed them:
152 rider passes, some 90 orders for each rider and day, 7 offline suppliers, 11 supermarkets with online platforms.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Counts of a district; suppliers are always 20 and streets 6.

    `next_orders` have come in for tomorrow so far; that day waits for somebody to plan it.
    """

    compounds: int
    riders: int
    orders: int
    next_orders: int
    enterprises: int = 4


FULL = Size(compounds=400, riders=152, orders=13_680, next_orders=3_600)
"""The district as it was."""
SMALL = Size(compounds=24, riders=12, orders=400, next_orders=60, enterprises=1)
"""For tests: seconds instead of a minute."""
