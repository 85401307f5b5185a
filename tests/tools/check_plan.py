#!/usr/bin/env python3
# ruff: noqa: C901, E501, PLR0915, RUF005, RUF015, RUF100, T201
# fmt: off
"""Replay a plan file against its day folder; print every broken rule, then the score.

Usage: check_plan.py DAY_FOLDER PLAN.json [--json] [--limit N]

Rules, units and formats: docs/day-folder.md. Standard library only. Exit status: 0 when no rule is broken,
1 when some are, 2 when a file cannot be read.
"""

import argparse
import csv
import json
import math
import sys
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

EARTH_RADIUS_M = 6371008.8
STRANDED = "stranded"


def seconds(text):
    """'HH:MM' or 'HH:MM:SS' as seconds after midnight."""
    parts = [int(part) for part in text.strip().split(":")]
    while len(parts) < 3:
        parts.append(0)
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


def gcj02(lat, lon):
    """GCJ-02 of a WGS-84 point in China: the formula in common use, on Krasovsky's ellipsoid."""
    x, y = lon - 105.0, lat - 35.0
    wave = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (wave + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (wave + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    squared = 0.00669342162296594323
    magic = 1.0 - squared * math.sin(math.radians(lat)) ** 2
    along_meridian = 6378245.0 * (1.0 - squared) / (magic * math.sqrt(magic))
    along_parallel = 6378245.0 / math.sqrt(magic) * math.cos(math.radians(lat))
    return lat + math.degrees(north / along_meridian), lon + math.degrees(east / along_parallel)


def bd09(lat, lon):
    """BD-09 of a GCJ-02 point."""
    turn = math.pi * 3000.0 / 180.0
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * turn)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * turn)
    return radius * math.sin(angle) + 0.006, radius * math.cos(angle) + 0.0065


def wgs84(system, lat, lon):
    """WGS-84 to six decimals of a point of the system that day.toml names: the point whose image it is, by repetition."""
    if system == "wgs84" or not (0.8293 <= lat <= 55.8271 and 73.66 <= lon <= 135.05):
        return lat, lon
    for image in {"gcj02": [gcj02], "bd09": [bd09, gcj02]}[system]:
        found = lat, lon
        for _ in range(30):
            at = image(*found)
            found = found[0] + lat - at[0], found[1] + lon - at[1]
        lat, lon = found
    return round(lat, 6), round(lon, 6)


def rows(folder, name):
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


class Day:
    def __init__(self, folder):
        self.settings = tomllib.loads((folder / "day.toml").read_text(encoding="utf-8"))
        if self.settings.get("format") != "supply-day/1":
            raise ValueError("day.toml: format is not supply-day/1")
        self.pickups = {row["pickup_id"]: row for row in rows(folder, "pickups.csv")}
        self.compounds = {row["compound_id"]: row for row in rows(folder, "compounds.csv")}
        self.gates = {row["gate_id"]: row for row in rows(folder, "gates.csv")}
        self.riders = {row["rider_id"]: row for row in rows(folder, "riders.csv")}
        self.orders = {row["order_id"]: row for row in rows(folder, "orders.csv")}
        self.matrix = None
        if self.settings["travel"]["model"] == "matrix":
            self.matrix = {
                (row.get("vehicle") or "", row["from_id"], row["to_id"]): (int(row["distance_m"]), int(row["duration_s"]))
                for row in rows(folder, "travel.csv")
            }
        self.points = {}
        system = self.settings.get("coordinates", {}).get("system", "wgs84")
        for table in (self.pickups, self.gates):
            for key, row in table.items():
                self.points[key] = wgs84(system, float(row["lat"]), float(row["lon"]))
        for key, row in self.riders.items():
            self.points["base:" + key] = wgs84(system, float(row["base_lat"]), float(row["base_lon"]))
        self.gates_of = defaultdict(list)
        for gate in self.gates.values():
            self.gates_of[gate["compound_id"]].append(gate)
        self._seen = {}
        self._alone = {}

    def travel(self, origin, target, kind):
        """Metres and seconds from origin to target for that kind of vehicle, or None when they are not connected."""
        if self.matrix is not None:
            any_vehicle = self.matrix.get(("", origin, target))
            return (0, 0) if origin == target else self.matrix.get((kind, origin, target), any_vehicle)
        metres = self._seen.get((origin, target))
        if metres is None:
            (lat1, lon1), (lat2, lon2) = self.points[origin], self.points[target]
            phi1, phi2 = math.radians(lat1), math.radians(lat2)
            a = (
                math.sin((phi2 - phi1) / 2) ** 2
                + math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
            )
            crow = 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, a)))
            metres = math.ceil(self.settings["travel"]["detour"] * crow)
            self._seen[origin, target] = metres
        return metres, math.ceil(metres * 3.6 / self.settings["vehicles"][kind]["speed_kmh"])

    def is_eligible(self, rider, order):
        """True when the rider's pass and binding allow this order."""
        compound = self.compounds[order["compound_id"]]
        return (
            (not rider["pickup_id"] or rider["pickup_id"] == order["pickup_id"])
            and (rider["zones"] == "*" or compound["street"] in rider["zones"].split("|"))
            and (compound["risk"] != "high" or rider["high_risk"] == "yes")
        )

    def fits(self, rider, order):
        """True when the rider's empty vehicle holds this order."""
        vehicle = self.settings["vehicles"][rider["vehicle"]]
        return int(order["weight_g"]) <= vehicle["capacity_g"] and int(order["volume_ml"]) <= vehicle["capacity_ml"]

    def may_carry(self, rider, order):
        return self.is_eligible(rider, order) and self.fits(rider, order)

    def alone(self, rider, order, gate):
        """Earliest and latest start of the hand-over if this were the day's only order, or None."""
        base, pickup, kind = "base:" + rider["rider_id"], self.pickups[order["pickup_id"]], rider["vehicle"]
        legs = [self.travel(*ends, kind) for ends in (
            (base, order["pickup_id"]), (order["pickup_id"], gate["gate_id"]), (gate["gate_id"], base)
        )]
        if None in legs:
            return None
        (_, there), (_, across), (_, home) = legs
        longest = self.settings["ride"]["max_minutes"] * 60
        lasts = self.settings["handover"]["fixed_s"] + self.settings["handover"]["per_order_s"]
        leaves = max(seconds(rider["shift_start"]), seconds(rider["pass_from"]))
        loading = max(leaves + there, seconds(pickup["opens_at"]), seconds(order["ready_at"]))
        loaded, closes = loading + int(pickup["loading_minutes"]) * 60, seconds(pickup["closes_at"])
        earliest = max(loaded + across, seconds(gate["opens_at"]))
        ends = (gate["closes_at"], order["due_at"], rider["pass_until"])
        latest = min(*map(seconds, ends), seconds(rider["shift_end"]) - home, closes + longest) - lasts
        possible = loaded <= closes and across + lasts <= longest and earliest <= latest
        return (earliest, latest) if possible else None

    def true_reason(self, order, slots):
        """The reason of docs/day-folder.md that holds for an order which is not served; slots: hand-overs begun in each."""
        key = tuple(order[name] for name in ("pickup_id", "compound_id", "weight_g", "volume_ml", "ready_at", "due_at"))
        if key not in self._alone:
            eligible = [rider for rider in self.riders.values() if self.is_eligible(rider, order)]
            fitting = [rider for rider in eligible if self.fits(rider, order)]
            gates = self.gates_of[order["compound_id"]]
            spans = ((gate, self.alone(rider, order, gate)) for rider in fitting for gate in gates)
            self._alone[key] = eligible, fitting, [(gate, span) for gate, span in spans if span]
        eligible, fitting, spans = self._alone[key]
        if not eligible:
            return "no_eligible_rider"
        if not fitting:
            return "over_capacity"
        if not spans:
            return "no_time"
        for gate, (earliest, latest) in spans:
            opens, length = seconds(gate["opens_at"]), int(gate["slot_minutes"]) * 60
            for slot in range((earliest - opens) // length, (latest - opens) // length + 1):
                if slots[gate["gate_id"], slot] < int(gate["riders_per_slot"]):
                    return "no_capacity_left"
        return "no_gate_slot"


class Check:
    def __init__(self, day, plan):
        self.day, self.plan = day, plan
        self.broken = []
        self.distance_m = self.gate_visits = self.loads = 0
        self.slots = Counter()
        self.loading = defaultdict(list)
        self.placed = Counter()
        self.stranded = set()
        self.contacts = set()

    def rule(self, number, holds, text):
        if not holds:
            self.broken.append((number, text))

    def run(self):
        if self.plan.get("format") != "supply-plan/1":
            raise ValueError("the plan's format is not supply-plan/1")
        riders = Counter(a_round["rider_id"] for a_round in self.plan["rounds"])
        for rider_id, count in riders.items():
            self.rule(10, count == 1, f"{rider_id}: {count} rounds for one rider")
        for a_round in self.plan["rounds"]:
            self.replay(a_round)
        self.check_slots()
        self.check_docks()
        self.check_every_order()

    def replay(self, a_round):
        day, rider_id = self.day, a_round["rider_id"]
        rider = day.riders.get(rider_id)
        if rider is None:
            self.rule(8, False, f"{rider_id}: no such rider")
            return
        place, now = "base:" + rider_id, seconds(a_round["leaves_base_at"])
        earliest = max(seconds(rider["shift_start"]), seconds(rider["pass_from"]))
        self.rule(8, now >= earliest, f"{rider_id}: leaves the base before shift and pass begin")
        self.rule(10, bool(a_round["visits"]), f"{rider_id}: a round without visits")
        on_board = {}
        for visit in a_round["visits"]:
            target = visit.get("pickup_id") or visit.get("gate_id")
            where = f"{rider_id} at {target}, {visit['start']}"
            if target not in day.points:
                self.rule(2, False, f"{where}: no such place")
                continue
            now = self.move(place, target, rider, now, where)
            place = target
            self.rule(10, seconds(visit["arrive"]) >= now, f"{where}: arrives faster than the travel model allows")
            self.rule(10, seconds(visit["start"]) >= seconds(visit["arrive"]), f"{where}: starts before arriving")
            self.rule(1, bool(visit["orders"]), f"{where}: a visit without orders")
            serve = self.load if "pickup_id" in visit else self.hand_over
            end = serve(rider_id, rider, visit, on_board, where)
            self.rule(10, seconds(visit["leave"]) >= end, f"{where}: leaves before the visit ends")
            now = max(seconds(visit["leave"]), end)
        if "stopped_at" in a_round:
            self.stranded.update(on_board)
            self.rule(10, now <= seconds(a_round["stopped_at"]), f"{rider_id}: a visit ends after the rider stopped")
            return
        for order_id in on_board:
            self.rule(10, False, f"{rider_id}: {order_id} is still on board at the end")
        home = self.move(place, "base:" + rider_id, rider, now, f"{rider_id} going home")
        back = seconds(a_round["back_at"])
        self.rule(10, back >= home, f"{rider_id}: back at the base too early")
        self.rule(8, back <= seconds(rider["shift_end"]), f"{rider_id}: back after the shift's end")

    def load(self, rider_id, rider, visit, on_board, where):
        """Check one loading visit; return when it ends."""
        day, pickup_id = self.day, visit["pickup_id"]
        vehicle = day.settings["vehicles"][rider["vehicle"]]
        pickup, start = day.pickups[pickup_id], seconds(visit["start"])
        end = start + int(pickup["loading_minutes"]) * 60
        self.loads += 1
        self.loading[pickup_id].append((start, end))
        self.rule(9, rider["pickup_id"] in ("", pickup_id), f"{where}: rider is bound to another pickup")
        self.rule(3, start >= seconds(pickup["opens_at"]), f"{where}: loads before the pickup opens")
        self.rule(3, end <= seconds(pickup["closes_at"]), f"{where}: loads after the pickup closes")
        for order_id in visit["orders"]:
            order = day.orders.get(order_id)
            if order is None:
                self.rule(1, False, f"{where}: no order {order_id}")
                continue
            self.placed[order_id] += 1
            self.rule(2, order["pickup_id"] == pickup_id, f"{where}: {order_id} is from another pickup")
            self.rule(3, start >= seconds(order["ready_at"]), f"{where}: {order_id} is not ready at loading")
            on_board[order_id] = end
        weight = sum(int(day.orders[order_id]["weight_g"]) for order_id in on_board)
        volume = sum(int(day.orders[order_id]["volume_ml"]) for order_id in on_board)
        self.rule(4, weight <= vehicle["capacity_g"], f"{where}: {weight} g is over the vehicle's capacity")
        self.rule(4, volume <= vehicle["capacity_ml"], f"{where}: {volume} ml is over the vehicle's capacity")
        return end

    def hand_over(self, rider_id, rider, visit, on_board, where):
        """Check one gate visit; return when it ends."""
        day, gate, start = self.day, self.day.gates[visit["gate_id"]], seconds(visit["start"])
        compound = day.compounds[gate["compound_id"]]
        opens, closes = seconds(gate["opens_at"]), seconds(gate["closes_at"])
        handover = day.settings["handover"]
        end = start + handover["fixed_s"] + handover["per_order_s"] * len(visit["orders"])
        self.gate_visits += 1
        self.contacts.add((rider_id, gate["compound_id"]))
        self.slots[visit["gate_id"], (start - opens) // (int(gate["slot_minutes"]) * 60)] += 1
        self.rule(5, start >= opens and end <= closes, f"{where}: outside the gate's hours")
        on_pass = rider["zones"] == "*" or compound["street"] in rider["zones"].split("|")
        self.rule(8, on_pass, f"{where}: street {compound['street']} is not on the pass")
        self.rule(8, compound["risk"] != "high" or rider["high_risk"] == "yes", f"{where}: high-risk compound")
        self.rule(8, end <= seconds(rider["pass_until"]), f"{where}: after the pass ends")
        for order_id in visit["orders"]:
            loaded_at = on_board.pop(order_id, None)
            self.rule(1, loaded_at is not None, f"{where}: {order_id} is not on board")
            order = day.orders.get(order_id)
            if loaded_at is None or order is None:
                continue
            self.rule(2, order["compound_id"] == gate["compound_id"], f"{where}: {order_id} is for another compound")
            self.rule(5, end <= seconds(order["due_at"]), f"{where}: {order_id} is late")
            longest = day.settings["ride"]["max_minutes"] * 60
            self.rule(7, end - loaded_at <= longest, f"{where}: {order_id} rides {end - loaded_at} s")
        return end

    def move(self, place, target, rider, now, where):
        leg = self.day.travel(place, target, rider["vehicle"])
        if leg is None:
            self.rule(10, False, f"{where}: no way from {place} to {target}")
            return now
        self.distance_m += leg[0]
        return now + leg[1]

    def check_slots(self):
        for (gate_id, slot), count in sorted(self.slots.items()):
            allowed = int(self.day.gates[gate_id]["riders_per_slot"])
            self.rule(6, count <= allowed, f"{gate_id}: {count} hand-overs start in slot {slot}, {allowed} allowed")

    def check_docks(self):
        for pickup_id, intervals in sorted(self.loading.items()):
            events = sorted([(start, 1) for start, _ in intervals] + [(end, -1) for _, end in intervals])
            busy = most = 0
            for _, change in events:
                busy += change
                most = max(most, busy)
            docks = int(self.day.pickups[pickup_id]["docks"])
            self.rule(3, most <= docks, f"{pickup_id}: {most} vehicles load at once, {docks} docks")

    def check_every_order(self):
        unserved = Counter(entry["order_id"] for entry in self.plan["unserved"])
        for order_id in self.day.orders:
            count = self.placed[order_id] + unserved[order_id] - (order_id in self.stranded)
            self.rule(1, count == 1, f"{order_id}: appears {count} times in rounds and unserved together")
        for entry in self.plan["unserved"]:
            order_id, reason = entry["order_id"], entry.get("reason")
            order = self.day.orders.get(order_id)
            if order is None:
                self.rule(1, False, f"{order_id}: unserved, but no such order")
                continue
            truth = STRANDED if order_id in self.stranded else self.day.true_reason(order, self.slots)
            self.rule(1, reason == truth, f"{order_id}: the reason is {truth}, not {reason}")

    def figures(self):
        score, rounds = self.day.settings["score"], len(self.plan["rounds"])
        unserved_m = sum(
            score["unserved_m"][int(self.day.orders[entry["order_id"]]["priority"])]
            for entry in self.plan["unserved"]
            if entry["order_id"] in self.day.orders
        )
        return {
            "broken": len(self.broken),
            "score_m": self.distance_m + score["contact_m"] * self.gate_visits + score["rider_m"] * rounds + unserved_m,
            "distance_m": self.distance_m,
            "gate_visits": self.gate_visits,
            "loads": self.loads,
            "rounds": rounds,
            "contacts": len(self.contacts),
            "orders": len(self.day.orders),
            "served": len(self.placed) - len(self.stranded),
            "unserved": len(self.plan["unserved"]),
        }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("day", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--limit", type=int, default=20, help="how many broken rules to print (default 20)")
    arguments = parser.parse_args()
    try:
        check = Check(Day(arguments.day), json.loads(arguments.plan.read_text(encoding="utf-8")))
        check.run()
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot read: {error!r}", file=sys.stderr)
        return 2
    for number, text in check.broken[: arguments.limit]:
        print(f"rule {number}: {text}", file=sys.stderr)
    if len(check.broken) > arguments.limit:
        print(f"... and {len(check.broken) - arguments.limit} more", file=sys.stderr)
    figures = check.figures()
    if arguments.json:
        print(json.dumps(figures))
    else:
        print("  ".join(f"{name} {value:,}" for name, value in figures.items()))
    return 1 if check.broken else 0


if __name__ == "__main__":
    sys.exit(main())
