#!/usr/bin/env python3
# ruff: noqa: C901, E501, PLR0915, RUF005, RUF015, RUF100, T201
# fmt: off
"""Write a made-up but plausible day folder for a lockdown district (format: docs/day-folder.md).

Usage: make_day.py FOLDER [--seed 1] [--orders 13680] [--riders 152] [--compounds 400] [--centre LAT,LON]

The figures that give the day its size are those of Tianyuan district in November 2022 as its newspaper
printed them: 152 rider passes, about 90 orders a rider and day, 7 offline suppliers, 11 supermarkets with
online platforms, some 20 riders fixed to one supermarket. Places, people and orders are invented; the
coordinates lie around the district but mark no real address. The same arguments always write the same files.
"""

import argparse
import csv
import math
import random
from pathlib import Path

STREETS = ("嵩山路街道", "泰山路街道", "栗雨街道", "马家河街道", "群丰镇", "雷打石镇")
FIRST = ("明月湖小区", "金帆小区", "山水文园", "大江观邸")
WORDS_A = ("滨江", "湘水", "天台", "栗雨", "神农", "泰山", "黄河", "珠江", "长江", "庐山", "衡山", "华晨", "银海", "翠谷", "云龙", "橡树")
WORDS_B = ("花园", "雅苑", "家园", "新城", "名邸", "华府", "国际", "春天", "佳苑", "公馆", "里", "湾", "庭", "郡")
STORES = ("钱大妈", "叁农业", "线下保供点三", "线下保供点四", "线下保供点五", "线下保供点六", "线下保供点七")
SUPERMARKETS = ("麦德龙", "天虹", "天元株百") + tuple(f"本地超市{n:02d}" for n in range(4, 12))
ECOMMERCE = ("京东商城", "兴盛优选")
COMPANIES = ("美团", "饿了么", "达达")
CENTRE = (27.8270, 113.0850)
METRES_PER_DEGREE = 111195.0


def hhmm(seconds):
    return f"{int(seconds) // 3600:02d}:{int(seconds) % 3600 // 60:02d}"


def write(folder, name, header, table):
    with (folder / name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(table)


def make(folder, seed, order_count, rider_count, compound_count, centre=CENTRE):
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)

    def point(x, y):
        lat = centre[0] + y / METRES_PER_DEGREE
        lon = centre[1] + x / (METRES_PER_DEGREE * math.cos(math.radians(centre[0])))
        return round(lat, 6), round(lon, 6)

    clusters = [(rng.uniform(-5500, 5500), rng.uniform(-4500, 4500)) for _ in range(12)]

    def somewhere(spread=1100.0):
        if rng.random() < 0.75:
            x, y = rng.choice(clusters)
            return x + rng.gauss(0, spread), y + rng.gauss(0, spread)
        return rng.uniform(-7000, 7000), rng.uniform(-6000, 6000)

    pickups = []
    for kind, names in (("store", STORES), ("supermarket", SUPERMARKETS), ("ecommerce", ECOMMERCE)):
        for name in names:
            x, y = somewhere(800.0)
            pickups.append({
                "id": f"P{len(pickups) + 1:02d}", "name": name, "kind": kind, "xy": (x, y),
                "docks": {"store": 4, "supermarket": 8, "ecommerce": 6}[kind],
                "pull": rng.lognormvariate(0, 0.45) * (3.0 if name == "天虹" else 1.0),
            })

    compounds, gates, names = [], [], set()
    for n in range(compound_count):
        x, y = somewhere()
        street = STREETS[min(5, int((math.atan2(y, x) + math.pi) / (2 * math.pi) * 6))]
        name = FIRST[n] if n < len(FIRST) else None
        while name is None or (name in names):
            name = rng.choice(WORDS_A) + rng.choice(WORDS_B) + rng.choice(("", "一期", "二期", "三期"))
            if name in names and len(names) > 500:
                name += str(n)
        names.add(name)
        households = max(40, int(rng.lognormvariate(math.log(330), 0.6)))
        risk = rng.choices(("low", "medium", "high"), (0.86, 0.10, 0.04))[0]
        compounds.append({
            "id": f"C{n + 1:03d}", "name": name, "street": street, "xy": (x, y), "risk": risk,
            "households": households, "residents": int(households * rng.uniform(2.2, 3.1)),
        })
        for g in range(1 if risk == "high" else rng.choice((1, 1, 1, 2, 2, 3))):
            gx, gy = x + rng.gauss(0, 90), y + rng.gauss(0, 90)
            gates.append({
                "id": f"G{len(gates) + 1:04d}", "compound": n, "name": ("南门", "北门", "东门")[g], "xy": (gx, gy),
                "opens": 8 * 3600 if rng.random() < 0.8 else 9 * 3600, "closes": rng.choice((18, 19, 20, 20)) * 3600,
                "per_slot": 1 if households < 250 or risk == "high" else 2,
            })

    bases = [point(*somewhere()) for _ in range(4)]
    bound = [p for p in pickups if p["name"] == "天虹"][0]["id"]
    riders = []
    for n in range(rider_count):
        lat, lon = rng.choice(bases)
        van = n % 8 == 7
        zones = "*" if van or rng.random() < 0.55 else "|".join(sorted(rng.sample(STREETS, rng.choice((2, 3, 4)))))
        start = rng.choice((7 * 3600, 7 * 3600 + 1800, 8 * 3600))
        riders.append((
            f"R{n + 1:03d}", f"骑手{n + 1:03d}", COMPANIES[n % 3], "van" if van else "ebike",
            bound if n < min(22, rider_count // 6) and not van else "", zones, "yes" if rng.random() < 0.3 else "no",
            f"TY-2022-{n + 1:04d}", "06:00", "20:30" if rng.random() < 0.95 else "14:00",
            hhmm(start), hhmm(start + 12 * 3600 + 1800), lat, lon,
        ))

    weights = [c["residents"] for c in compounds]
    nearest = []
    for compound in compounds:
        (x, y) = compound["xy"]
        scored = sorted(
            ((p["pull"] * math.exp(-math.hypot(x - p["xy"][0], y - p["xy"][1]) / 3500), i) for i, p in enumerate(pickups)),
            reverse=True,
        )[:6]
        nearest.append(([i for _, i in scored], [w for w, _ in scored]))
    waves = ((7 * 3600, 12 * 3600 + 1800), (10 * 3600, 15 * 3600 + 1800), (13 * 3600, 19 * 3600))
    orders = []

    def add(compound, pickup, wave, source, grams):
        ready = waves[wave][0] + rng.choice((0, 0, 1800, 3600))
        due = waves[wave][1]
        priority = 3 if source == "assisted" and rng.random() < 0.4 else rng.choices((0, 1, 2), (0.84, 0.12, 0.04))[0]
        orders.append((
            f"O{len(orders) + 1:05d}", pickups[pickup]["id"], compounds[compound]["id"], grams, int(grams * rng.uniform(2.0, 3.4)),
            hhmm(ready), hhmm(due), priority, source,
        ))

    while len(orders) < order_count:
        compound = rng.choices(range(compound_count), weights)[0]
        pickup = rng.choices(nearest[compound][0], nearest[compound][1])[0]
        wave = rng.choices((0, 1, 2), (0.40, 0.35, 0.25))[0]
        if rng.random() < 0.012:
            parcel = rng.choice((3000, 4000, 5000, 6500))
            for _ in range(min(rng.randint(25, 70), order_count - len(orders))):
                add(compound, pickup, wave, "group_buy", parcel)
        else:
            source = "assisted" if rng.random() < 0.06 else "platform"
            grams = max(600, min(18000, int(rng.lognormvariate(math.log(3600), 0.5))))
            add(compound, pickup, wave, source, grams)

    (folder / "day.toml").write_text(
        f'# made by make_day.py --seed {seed} --orders {order_count} --riders {rider_count} --compounds {compound_count}\n'
        'format = "supply-day/1"\ndate = 2022-11-08\ntimezone = "Asia/Shanghai"\n\n'
        '[travel]\nmodel = "crow"\ndetour = 1.35\n\n[handover]\nfixed_s = 120\nper_order_s = 10\n\n'
        '[ride]\nmax_minutes = 100\n\n[score]\ncontact_m = 500\nrider_m = 3000\nunserved_m = [10000, 20000, 50000, 200000]\n\n'
        '[vehicles.ebike]\nspeed_kmh = 18\ncapacity_g = 60000\ncapacity_ml = 200000\n\n'
        '[vehicles.van]\nspeed_kmh = 25\ncapacity_g = 600000\ncapacity_ml = 3200000\n',
        encoding="utf-8",
    )
    write(folder, "pickups.csv", "pickup_id,name,kind,lat,lon,opens_at,closes_at,loading_minutes,docks",
          [(p["id"], p["name"], p["kind"], *point(*p["xy"]), "06:30", "20:00", 8, p["docks"]) for p in pickups])
    write(folder, "compounds.csv", "compound_id,name,street,lat,lon,risk,households,residents",
          [(c["id"], c["name"], c["street"], *point(*c["xy"]), c["risk"], c["households"], c["residents"]) for c in compounds])
    write(folder, "gates.csv", "gate_id,compound_id,name,lat,lon,opens_at,closes_at,slot_minutes,riders_per_slot",
          [(g["id"], compounds[g["compound"]]["id"], g["name"], *point(*g["xy"]), hhmm(g["opens"]), hhmm(g["closes"]), 10, g["per_slot"]) for g in gates])
    write(folder, "riders.csv", "rider_id,name,company,vehicle,pickup_id,zones,high_risk,pass_no,pass_from,pass_until,shift_start,shift_end,base_lat,base_lon", riders)
    write(folder, "orders.csv", "order_id,pickup_id,compound_id,weight_g,volume_ml,ready_at,due_at,priority,source", orders)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=13680)
    parser.add_argument("--riders", type=int, default=152)
    parser.add_argument("--compounds", type=int, default=400)
    parser.add_argument("--centre", default=CENTRE, type=lambda text: tuple(map(float, text.split(","))), help="where the day lies (a road extract's middle, say)")
    arguments = parser.parse_args()
    make(arguments.folder, arguments.seed, arguments.orders, arguments.riders, arguments.compounds, arguments.centre)


if __name__ == "__main__":
    main()
