"""Build a road graph, compute a day's ways, and compare them with Valhalla's; print one JSON line each.

    python benchmarks/roads.py EXTRACT.osm.pbf DAY --valhalla CONFIG.json --valhalla-python PYTHON

Valhalla runs in a Python of its own (`pip install pyvalhalla`, 3.12 or newer), on tiles built of the same extract. The
comparison takes random pairs of the day's stops that have a road, and leaves out the straight metres between a place
and its road, as Valhalla does.
"""

import argparse
import contextlib
import dataclasses
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# What Valhalla is asked for: our kind and speed, its costing and options, and what the comparison shows.
_COMPARISONS: tuple[tuple[Any, ...], ...] = (
    ("bicycle", 18, "bicycle", {"use_roads": 1, "use_hills": 1}, "bicycles that use any road"),
    ("bicycle", 18, "bicycle", {}, "bicycles, as Valhalla has them"),
    ("van", 25, "auto", {"fixed_speed": 25}, "cars at the van's speed"),
    ("van", 120, "auto", {}, "cars as Valhalla has them, our vans without a speed of their own"),
    ("bicycle", 18, "bicycle", {"shortest": True}, "bicycles, both by the shortest way"),
    ("van", 25, "auto", {"shortest": True}, "cars, both by the shortest way"),
)
_ASK = """
import json, sys, valhalla
actor = valhalla.Actor(sys.argv[1])
job = json.load(open(sys.argv[2]))
found = []
for request in job:
    try:
        found.append(actor.route(request)["trip"]["summary"]["length"] * 1000)
    except Exception:
        found.append(None)
json.dump(found, open(sys.argv[3], "w"))
"""


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


@contextlib.contextmanager
def shortest(graph: Any) -> Iterator[Any]:
    """Give a router for which all roads are equally fast and turns cost nothing: it shows how right the network is."""
    from supplyhub.integrations.roads import from_extract, turns

    networks = {
        kind: dataclasses.replace(one, speed_kmh=0 * one.speed_kmh + 20) for kind, one in graph.networks.items()
    }
    weights = dict(turns.WEIGHTS)
    nothing = dict.fromkeys((field.name for field in dataclasses.fields(turns.Weights)), 0.0)
    turns.WEIGHTS.update({kind: dataclasses.replace(found, **nothing) for kind, found in weights.items()})
    try:
        yield from_extract.ExtractRouter(dataclasses.replace(graph, networks=networks))
    finally:
        turns.WEIGHTS.update(weights)


def compare(
    router: Any, points: list[Any], arguments: argparse.Namespace, comparison: tuple[Any, ...]
) -> dict[str, Any]:
    """Ask both for the same pairs and return how far they are apart."""
    from supplyhub.integrations.roads import graph, snapping
    from supplyhub.integrations.roads import router as roads

    kind, speed_kmh, costing, options, label = comparison
    vehicle = roads.VehicleOnRoads(name=kind, kind=roads.Kind(kind), speed_kmh=speed_kmh)
    read = graph.read_graph(arguments.graph)
    with shortest(read) if "shortest" in options else contextlib.nullcontext(router) as asked:
        table = asked.table(points, vehicle)
    network = read.networks[roads.Kind(kind)]
    snapped = snapping.snap(network, points, within_m=300)
    on_road = [number for number in range(len(points)) if snapped.piece[number] >= 0]
    rng = random.Random(arguments.seed)
    pairs = [tuple(rng.sample(on_road, 2)) for _ in range(arguments.pairs)]
    requests = [
        {
            "locations": [{"lat": points[n].lat, "lon": points[n].lon} for n in pair],
            "costing": costing,
            "costing_options": {costing: options},
            "directions_type": "none",
        }
        for pair in pairs
    ]
    with tempfile.TemporaryDirectory() as folder:
        job, answer = Path(folder, "job.json"), Path(folder, "answer.json")
        job.write_text(json.dumps(requests))
        command = [arguments.valhalla_python, "-c", _ASK, arguments.valhalla, job, answer]
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        theirs = json.loads(answer.read_text())
    ratios = [
        (float(table.distance_m[a, b]) - snapped.offset_m[a] - snapped.offset_m[b]) / metres
        for (a, b), metres in zip(pairs, theirs, strict=True)
        if metres
    ]
    apart = [abs(ratio - 1) for ratio in ratios]
    return {
        "comparison": label,
        "pairs": len(ratios),
        "median_ratio": round(statistics.median(ratios), 4),
        "median_apart": round(statistics.median(apart), 4),
        "p95_apart": round(percentile(apart, 0.95), 4),
        "within_5_percent": round(sum(value <= 0.05 for value in apart) / len(apart), 3),
    }


def main() -> None:
    """Print a line for the graph, one for the day's ways, and one for each comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("extract", type=Path)
    parser.add_argument("day", type=Path)
    parser.add_argument("--graph", type=Path, help="keep the graph here")
    parser.add_argument("--valhalla", help="configuration of Valhalla with its tiles")
    parser.add_argument("--valhalla-python", default="python3.12")
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    from supplyhub.integrations.roads import extract, from_extract, graph
    from supplyhub.rounds import roads, roads_folder

    with tempfile.TemporaryDirectory() as folder:
        arguments.graph = arguments.graph or Path(folder, "roads.npz")
        began = time.monotonic()
        graph.write_graph(extract.build_graph(arguments.extract, built_at=datetime.now(UTC)), arguments.graph)
        size = arguments.graph.stat().st_size
        print(
            json.dumps(
                {"extract": arguments.extract.name, "build_s": round(time.monotonic() - began, 2), "graph_bytes": size}
            )
        )
        began = time.monotonic()
        day = roads_folder.read_places(arguments.day)
        router = from_extract.ExtractRouter(graph.read_graph(arguments.graph))
        made = roads.compute(day.places, roads.vehicles_of(day.rules["vehicles"]), router)
        roads_folder.write_whole(Path(folder, "travel.csv"), made.csv_lines())
        line = {
            "stops": len(day.places.stops),
            "places": len(made.place_ids),
            "vehicles": sorted(made.tables),
            "ways": made.way_count(),
            "without_road": {name: len(places) for name, places in made.unreachable.items()},
            "matrix_s": round(time.monotonic() - began, 2),
        }
        print(json.dumps(line), flush=True)
        if arguments.valhalla:
            for comparison in _COMPARISONS:
                print(json.dumps(compare(router, list(day.places.stops), arguments, comparison)), flush=True)


if __name__ == "__main__":
    main()
