"""The invented district as a whole: made from a seed and a day, and written as the files of a day folder. Pure.

The files are those of formats/day.md, so that the demo comes in by the same door as an import.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from supplyhub.core.intervals import time_of_day
from supplyhub.demo import compounds, day_orders, fleet, names, supply
from supplyhub.demo.size import FULL, Size

SEED = 2022
TIMEZONE = "Asia/Shanghai"
# Three minutes at a gate and twenty seconds an order (counting, signing off): with them a full plan has some 100
# orders for each rider, near the 90 of the reports.
RULES = """\
format = "supply-day/1"
date = {day}
timezone = "{zone}"

[travel]
model = "crow"
detour = 1.35

[handover]
fixed_s = 180
per_order_s = 20

[ride]
max_minutes = 100

[score]
contact_m = 500
rider_m = 3000
unserved_m = [10000, 20000, 50000, 200000]

[vehicles.ebike]
speed_kmh = 18
capacity_g = 50000
capacity_ml = 160000

[vehicles.van]
speed_kmh = 25
capacity_g = 600000
capacity_ml = 3200000
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventedDistrict:
    """A district with a day of orders, and the first orders of the next. Nothing and nobody in it is real."""

    day_date: date
    zone: str
    compounds: tuple[compounds.InventedCompound, ...]
    suppliers: tuple[supply.InventedSupplier, ...]
    riders: tuple[fleet.InventedRider, ...]
    orders: tuple[day_orders.InventedOrder, ...]
    next_orders: tuple[day_orders.InventedOrder, ...]

    @property
    def next_date(self) -> date:
        """The day after."""
        return self.day_date + timedelta(days=1)

    @property
    def all_orders(self) -> tuple[day_orders.InventedOrder, ...]:
        """The orders of both days."""
        return self.orders + self.next_orders

    def day_files(self) -> dict[str, bytes]:
        """Return the files of the day folder by name."""
        return self._files(self.day_date, self.orders)

    def next_day_files(self) -> dict[str, bytes]:
        """Return the files of the next day's folder: the same places and riders, the orders so far."""
        return self._files(self.next_date, self.next_orders)

    def _files(self, day_date: date, orders: tuple[day_orders.InventedOrder, ...]) -> dict[str, bytes]:
        return {
            "day.toml": RULES.format(day=day_date.isoformat(), zone=self.zone).encode(),
            "pickups.csv": _table(
                "pickup_id,name,kind,lat,lon,opens_at,closes_at,loading_minutes,docks",
                (
                    (s.code, s.name, s.kind, *s.spot.degrees, *_times(supply.OPENS_S, supply.CLOSES_S),
                     supply.LOADING_MINUTES, s.docks)
                    for s in self.suppliers
                ),
            ),
            "compounds.csv": _table(
                "compound_id,name,street,lat,lon,risk,households,residents",
                (
                    (c.code, c.name, c.street, *c.spot.degrees, c.risk, c.households, c.residents)
                    for c in self.compounds
                ),
            ),
            "gates.csv": _table(
                "gate_id,compound_id,name,lat,lon,opens_at,closes_at,slot_minutes,riders_per_slot",
                (
                    (g.code, c.code, g.name, *g.spot.degrees, *_times(g.opens_s, g.closes_s),
                     compounds.SLOT_MINUTES, g.riders_per_slot)
                    for c in self.compounds
                    for g in c.gates
                ),
            ),
            "riders.csv": _table(
                "rider_id,name,company,vehicle,pickup_id,zones,high_risk,pass_no,pass_from,pass_until,"
                "shift_start,shift_end,base_lat,base_lon",
                map(_rider_row, self.riders),
            ),
            "orders.csv": _table(
                "order_id,pickup_id,compound_id,weight_g,volume_ml,ready_at,due_at,priority,source",
                (
                    (o.code, o.supplier_code, o.compound_code, o.weight_g, o.volume_ml,
                     *_times(o.ready_s, o.due_s), o.priority, o.source)
                    for o in orders
                ),
            ),
        }  # fmt: skip

    def buildings_file(self) -> bytes:
        """Return `buildings.csv`, the building lists of all compounds."""
        return _table(
            "compound_id,building,units,floors,rooms_per_floor",
            (
                (c.code, b.name, "|".join(b.units), b.floors, b.rooms_per_floor)
                for c in self.compounds
                for b in c.buildings
            ),
        )


def make_district(*, day_date: date, zone: str = TIMEZONE, seed: int = SEED, size: Size = FULL) -> InventedDistrict:
    """Return the invented district of a seed; the day and zone change dates and pass numbers alone."""
    places = compounds.make_compounds(seed, size)
    suppliers = supply.make_suppliers(seed)
    busy = next(supplier for supplier in suppliers if supplier.name == names.BUSY_SUPERMARKET)
    orders, next_orders = day_orders.make_orders(seed, size, places, suppliers)
    return InventedDistrict(
        day_date=day_date,
        zone=zone,
        compounds=places,
        suppliers=suppliers,
        riders=fleet.make_riders(seed, size, year=day_date.year, busy_pickup=busy.code),
        orders=orders,
        next_orders=next_orders,
    )


def _rider_row(rider: fleet.InventedRider) -> tuple[object, ...]:
    return (
        rider.code,
        rider.name,
        rider.company,
        rider.vehicle,
        rider.bound_to or "",
        "*" if rider.zones is None else "|".join(rider.zones),
        "yes" if rider.enters_high_risk else "no",
        rider.pass_no,
        *_times(rider.pass_from_s, rider.pass_until_s, rider.shift_start_s, rider.shift_end_s),
        *rider.lodging.degrees,
    )


def _times(*seconds: int) -> tuple[str, ...]:
    return tuple(map(time_of_day, seconds))


def _table(header: str, rows: Iterable[tuple[object, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return stream.getvalue().encode()
