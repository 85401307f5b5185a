"""Hand-made days for tests: the facts under test are given, the rest is filled in; and the judge of plans."""

import csv
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

from supplyhub.planning import day_folder, problem, sheet, solve, stop
from supplyhub.planning.plan import Plan, Reason
from tests.tools import check_plan

DATA = Path(__file__).parent.parent / "data" / "days"
HOUR = 3600
_LAT, _LON = 27.8, 113.1
_METRES_PER_DEGREE = 111_195.0


def clock(text: str) -> int:
    """Seconds after midnight."""
    seconds = sheet.seconds_of_day(text)
    assert seconds is not None
    return seconds


def at(east_m: float, north_m: float = 0.0) -> tuple[float, float]:
    """Latitude and longitude so many metres away from the middle of the day's map."""
    lat = _LAT + north_m / _METRES_PER_DEGREE
    lon = _LON + east_m / (_METRES_PER_DEGREE * math.cos(math.radians(_LAT)))
    return round(lat, 6), round(lon, 6)


def pickup(pickup_id: str = "P1", east_m: float = 0, **facts: Any) -> problem.Pickup:
    lat, lon = at(east_m)
    filled: dict[str, Any] = {
        "name": pickup_id,
        "kind": problem.PickupKind.STORE,
        "lat": lat,
        "lon": lon,
        "opens_s": clock("06:30"),
        "closes_s": clock("20:00"),
        "loading_s": 480,
        "docks": 2,
    }
    return problem.Pickup(pickup_id=pickup_id, **filled | facts)


def compound(compound_id: str = "C1", east_m: float = 1000, **facts: Any) -> problem.Compound:
    lat, lon = at(east_m)
    filled: dict[str, Any] = {
        "name": compound_id,
        "street": "north",
        "lat": lat,
        "lon": lon,
        "risk": problem.Risk.LOW,
        "households": 300,
        "residents": 800,
    }
    return problem.Compound(compound_id=compound_id, **filled | facts)


def gate(gate_id: str = "G1", compound_id: str = "C1", east_m: float = 1000, **facts: Any) -> problem.Gate:
    lat, lon = at(east_m)
    filled: dict[str, Any] = {
        "name": gate_id,
        "lat": lat,
        "lon": lon,
        "opens_s": clock("08:00"),
        "closes_s": clock("20:00"),
        "slot_s": 600,
        "riders_per_slot": 2,
    }
    return problem.Gate(gate_id=gate_id, compound_id=compound_id, **filled | facts)


def rider(rider_id: str = "R1", east_m: float = 0, **facts: Any) -> problem.Rider:
    lat, lon = at(east_m)
    filled: dict[str, Any] = {
        "name": rider_id,
        "company": "company",
        "vehicle": "ebike",
        "pickup_id": None,
        "zones": None,
        "high_risk": False,
        "pass_no": rider_id,
        "pass_from_s": clock("06:00"),
        "pass_until_s": clock("20:30"),
        "shift_start_s": clock("07:00"),
        "shift_end_s": clock("20:00"),
        "base_lat": lat,
        "base_lon": lon,
    }
    return problem.Rider(rider_id=rider_id, **filled | facts)


def order(order_id: str = "O1", **facts: Any) -> problem.Order:
    filled: dict[str, Any] = {
        "pickup_id": "P1",
        "compound_id": "C1",
        "weight_g": 5000,
        "volume_ml": 12_000,
        "ready_s": clock("07:00"),
        "due_s": clock("12:30"),
        "priority": 0,
        "source": problem.Source.PLATFORM,
    }
    return problem.Order(order_id=order_id, **filled | facts)


def day(**facts: Any) -> problem.Problem:
    """One pickup, one compound 1 km away with one gate, one rider, one order; each can be replaced."""
    filled: dict[str, Any] = {
        "day_date": date(2022, 11, 8),
        "timezone": "Asia/Shanghai",
        "travel": problem.Travel(model=problem.TravelModel.CROW, detour=1.35),
        "handover": problem.Handover(fixed_s=120, per_order_s=10),
        "ride": problem.Ride(max_s=6000),
        "score": problem.ScoreSettings(contact_m=500, rider_m=3000, unserved_m=(10_000, 20_000, 50_000, 200_000)),
        "vehicles": (
            problem.Vehicle(name="ebike", speed_kmh=18, capacity_g=60_000, capacity_ml=200_000),
            problem.Vehicle(name="van", speed_kmh=25, capacity_g=600_000, capacity_ml=3_200_000),
        ),
        "pickups": (pickup(),),
        "compounds": (compound(),),
        "gates": (gate(),),
        "riders": (rider(),),
        "orders": (order(),),
    }
    return problem.Problem(**filled | facts)


def planned(a_day: problem.Problem, folder: Path, *, iterations: int = 60, seed: int = 1) -> Plan:
    """Plan a day, and have the checker find no broken rule in it."""
    plan = solve.solve(a_day, stop=stop.MaxIterations(iterations), seed=seed)
    assert_valid(a_day, plan, folder)
    return plan


def assert_valid(a_day: problem.Problem, plan: Plan, folder: Path) -> None:
    """Assert that the checker, which knows nothing of the engine, finds no broken rule and the same figures."""
    folder.mkdir(parents=True, exist_ok=True)
    write_day(a_day, folder)
    assert_valid_in(folder, plan)


def assert_valid_in(folder: Path, plan: Plan, plan_path: Path | None = None) -> None:
    """Assert the same for a day that is a folder already."""
    plan_path = plan_path or folder / "plan.json"
    day_folder.write_plan(plan, plan_path)
    check = check_plan.Check(check_plan.Day(folder), json.loads(plan_path.read_text(encoding="utf-8")))
    check.run()
    assert check.broken == []
    measured = check.figures()
    assert plan.figures is not None
    names = ("score_m", "distance_m", "gate_visits", "loads", "rounds", "served", "unserved")
    assert {name: getattr(plan.figures, name) for name in names} == {name: measured[name] for name in names}


def reasons(plan: Plan) -> dict[str, Reason]:
    return {entry.order_id: entry.reason for entry in plan.unserved}


def write_day(a_day: problem.Problem, folder: Path) -> None:
    """Write a day as a folder, the other way round from `read_day`."""
    for name, content in files_of(a_day).items():
        (folder / name).write_bytes(content)


def files_of(a_day: problem.Problem) -> dict[str, bytes]:
    """The files of a day's folder."""
    tables: dict[str, list[list[object]]] = {
        "pickups.csv": [
            [p.pickup_id, p.name, p.kind, p.lat, p.lon, _hms(p.opens_s), _hms(p.closes_s), p.loading_s // 60, p.docks]
            for p in a_day.pickups
        ],
        "compounds.csv": [
            [c.compound_id, c.name, c.street, c.lat, c.lon, c.risk, c.households, c.residents] for c in a_day.compounds
        ],
        "gates.csv": [
            [
                g.gate_id,
                g.compound_id,
                g.name,
                g.lat,
                g.lon,
                _hms(g.opens_s),
                _hms(g.closes_s),
                g.slot_s // 60,
                g.riders_per_slot,
            ]
            for g in a_day.gates
        ],
        "riders.csv": [_rider_row(r) for r in a_day.riders],
        "orders.csv": [
            [
                o.order_id,
                o.pickup_id,
                o.compound_id,
                o.weight_g,
                o.volume_ml,
                _hms(o.ready_s),
                _hms(o.due_s),
                o.priority,
                o.source,
            ]
            for o in a_day.orders
        ],
    }
    headers = {
        "pickups.csv": "pickup_id,name,kind,lat,lon,opens_at,closes_at,loading_minutes,docks",
        "compounds.csv": "compound_id,name,street,lat,lon,risk,households,residents",
        "gates.csv": "gate_id,compound_id,name,lat,lon,opens_at,closes_at,slot_minutes,riders_per_slot",
        "riders.csv": "rider_id,name,company,vehicle,pickup_id,zones,high_risk,pass_no,pass_from,pass_until,"
        "shift_start,shift_end,base_lat,base_lon",
        "orders.csv": "order_id,pickup_id,compound_id,weight_g,volume_ml,ready_at,due_at,priority,source",
        "travel.csv": "vehicle,from_id,to_id,distance_m,duration_s",
    }
    if a_day.travel.model is problem.TravelModel.MATRIX:
        tables["travel.csv"] = _legs(a_day.travel)
    files = {name: _csv(headers[name], rows) for name, rows in tables.items()}
    return {"day.toml": _toml(a_day).encode(), **files}


def _csv(header: str, rows: list[list[object]]) -> bytes:
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header.split(","), *rows])
    return stream.getvalue().encode()


def _rider_row(r: problem.Rider) -> list[object]:
    zones = "*" if r.zones is None else "|".join(r.zones)
    times = (r.pass_from_s, r.pass_until_s, r.shift_start_s, r.shift_end_s)
    return [
        *(
            r.rider_id,
            r.name,
            r.company,
            r.vehicle,
            r.pickup_id or "",
            zones,
            "yes" if r.high_risk else "no",
            r.pass_no,
        ),
        *map(_hms, times),
        *(r.base_lat, r.base_lon),
    ]


def _legs(travel: problem.Travel) -> list[list[object]]:
    ids = travel.place_ids
    return [
        [table.vehicle, ids[cell // len(ids)], ids[cell % len(ids)], metres, table.duration_s[cell]]
        for table in travel.tables
        for cell, metres in enumerate(table.distance_m)
        if metres >= 0
    ]


def _toml(a_day: problem.Problem) -> str:
    lines = [
        'format = "supply-day/1"',
        f"date = {a_day.day_date}",
        f'timezone = "{a_day.timezone}"',
        f'[travel]\nmodel = "{a_day.travel.model}"\ndetour = {a_day.travel.detour}',
        f"[handover]\nfixed_s = {a_day.handover.fixed_s}\nper_order_s = {a_day.handover.per_order_s}",
        f"[ride]\nmax_minutes = {a_day.ride.max_s // 60}",
        f"[score]\ncontact_m = {a_day.score.contact_m}\nrider_m = {a_day.score.rider_m}",
        f"unserved_m = {list(a_day.score.unserved_m)}",
    ]
    for vehicle in a_day.vehicles:
        lines.append(f"[vehicles.{vehicle.name}]\nspeed_kmh = {vehicle.speed_kmh}")
        lines.append(f"capacity_g = {vehicle.capacity_g}\ncapacity_ml = {vehicle.capacity_ml}")
    return "\n".join(lines) + "\n"


def _hms(seconds: int) -> str:
    return sheet.clock_text(seconds)
