"""Commands around roads: `roads build` makes a graph of an extract, `roads matrix` the ways between a day's places.

Neither needs a database or the web application.
"""

from pathlib import Path

import click

from supplyhub import config
from supplyhub.core import clock
from supplyhub.core.errors import DomainError
from supplyhub.integrations.roads import choice, graph
from supplyhub.integrations.roads.from_extract import WITHIN_M, ExtractRouter
from supplyhub.integrations.roads.router import Kind, RoadRouter
from supplyhub.planning.issues import DayFolderError
from supplyhub.planning.reading import TRAVEL_FILE
from supplyhub.rounds import roads, roads_folder

_SHOWN = 20


class _Refused(click.ClickException):
    """Bad input: what is wrong goes to standard error, and the exit status is 2."""

    exit_code = 2


@click.group("roads")
def group() -> None:
    """Ways on real roads, from an OpenStreetMap extract or a routing server."""


@group.command()
@click.argument("extract", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--to", "target", type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the graph (default: roads_path of the settings).",
)  # fmt: skip
def build(extract: Path, target: Path | None) -> None:
    """Make the road graph of an OpenStreetMap extract (EXTRACT.osm.pbf).

    Raises
    ------
    _Refused
        When the extract cannot be read or the graph cannot be written.
    """
    from supplyhub.integrations.roads import extract as extracts

    began = clock.monotonic()
    path = target or choice.graph_path(config.load())
    try:
        made = extracts.build_graph(extract, built_at=clock.now())
        graph.write_graph(made, path)
    except DomainError as error:
        raise _Refused(error.message) from error
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise _Refused(message) from error
    for kind, network in made.networks.items():
        length_km = network.piece_lengths_m().sum() / 1000
        main = network.in_main.mean()
        click.echo(
            f"{kind}: {length_km:,.0f} km of road, {network.junction_count:,} junctions, {main:.1%} in one network"
        )
    size_mb = path.stat().st_size / 1_000_000
    click.echo(f"{path}: {size_mb:.1f} MB, of {made.extract_name} as of {made.extract_at} ({_seconds(began)})")


@group.command()
@click.argument("day", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--graph", "graph_file", type=click.Path(dir_okay=False, path_type=Path),
    help="The road graph to use (default: what the settings say, else the graph at their roads_path).",
)  # fmt: skip
@click.option("--to", "target", type=click.Path(file_okay=False, path_type=Path), help="Write a copy of the day here.")
@click.option("--use", is_flag=True, help='Also set model = "matrix" in day.toml. A copy made with --to has it anyway.')
@click.option("--replace", is_flag=True, help="Replace a travel.csv, or a copy, that is there already.")
@click.option(
    "--within", "within_m", type=click.FloatRange(min=1), default=WITHIN_M, show_default=True,
    help="How many metres from a road a place may lie (with a road graph).",
)  # fmt: skip
@click.option(
    "--roads", "kinds", multiple=True, metavar="VEHICLE=bicycle|van", help="Whose ways a kind of vehicle uses."
)
@click.option("--list-all", is_flag=True, help=f"Name all places without a road, not only {_SHOWN}.")
def matrix(
    *,
    day: Path,
    graph_file: Path | None,
    target: Path | None,
    use: bool,
    replace: bool,
    within_m: float,
    kinds: tuple[str, ...],
    list_all: bool,
) -> None:
    """Write travel.csv of the day folder DAY: the ways between its places for each kind of vehicle.

    day.toml stays as it is unless --use is given; with --to FOLDER nothing in DAY changes at all.

    Raises
    ------
    _Refused
        When something cannot be read, asked for or written.
    """
    began = clock.monotonic()
    folder = target or day
    try:
        roads_folder.require_room(target or day / TRAVEL_FILE, may_replace=replace)
        on_disk = roads_folder.read_places(day)
        vehicles = roads.vehicles_of(on_disk.rules["vehicles"], kinds=_read_kinds(kinds))
        made = roads.compute(on_disk.places, vehicles, _router(graph_file, within_m))
        if target is not None:
            roads_folder.copy_day(day, target)
        roads_folder.write_whole(folder / TRAVEL_FILE, made.csv_lines())
        if use or target is not None:
            roads_folder.switch_to_matrix(folder)
    except DayFolderError as error:
        message = "\n  ".join([f"{day} cannot be read:", *map(str, error.issues[:_SHOWN])])
        raise _Refused(message) from error
    except DomainError as error:
        raise _Refused(error.message) from error
    except OSError as error:
        message = f"{error.filename or folder} cannot be written: {error.strerror}."
        raise _Refused(message) from error
    _name_unreached(made, shown=None if list_all else _SHOWN)
    click.echo(
        f"{folder / TRAVEL_FILE}: {made.way_count():,} ways between {len(made.place_ids):,} places for "
        f"{', '.join(sorted(made.tables))} ({_seconds(began)})"
    )
    if not (use or target or on_disk.uses_matrix):
        click.echo(f'{day / roads_folder.RULES_FILE} still says model = "crow": plan with these ways by --use.')


def _router(graph_file: Path | None, within_m: float) -> RoadRouter:
    if graph_file is not None:
        return ExtractRouter(graph.read_graph(graph_file), within_m=within_m)
    settings = config.load()
    return choice.find_router(settings) or ExtractRouter(
        graph.read_graph(choice.graph_path(settings)), within_m=within_m
    )


def _read_kinds(values: tuple[str, ...]) -> dict[str, Kind]:
    kinds = {}
    for value in values:
        name, _, said = value.partition("=")
        if said not in set(Kind):
            message = f"--roads {value}: write VEHICLE=bicycle or VEHICLE=van."
            raise _Refused(message)
        kinds[name] = Kind(said)
    return kinds


def _name_unreached(made: roads.DayMatrix, *, shown: int | None) -> None:
    places = made.unreached()
    if not places:
        return
    click.echo(f"Places without a road: {len(places):,}; what must go there is left out of plans.")
    for place in places[:shown]:
        nearest = "" if place.nearest_m is None else f"; the nearest is {place.nearest_m:,} m away"
        why = "" if place.why is None else place.why.label
        click.echo(f"  {place.place_id} ({', '.join(place.vehicles)}): {why}{nearest}")
    if shown is not None and len(places) > shown:
        click.echo(f"  ... and {len(places) - shown:,} more (--list-all)")


def _seconds(began: float) -> str:
    return f"{clock.monotonic() - began:.1f} s"
