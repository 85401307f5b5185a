"""Whose ways the kinds of vehicle of a day use, where its `day.toml` says it: `[vehicles.NAME]` with `roads`."""

import tomllib
from collections.abc import Mapping

from supplyhub.integrations.roads.router import Kind
from supplyhub.planning.reading import FILES
from supplyhub.rounds import roads


def kinds_of(files: Mapping[str, bytes]) -> dict[str, Kind]:
    """Return the kinds of vehicle whose ways are said, by name.

    Raises
    ------
    UnableToReadVehicle
        `roads` names something else.
    """
    try:
        vehicles = tomllib.loads(files.get(FILES[0], b"").decode("utf-8-sig")).get("vehicles", {})
    except ValueError:
        # That the file cannot be read is said elsewhere.
        return {}
    tables = vehicles.items() if isinstance(vehicles, dict) else ()
    said = {name: table["roads"] for name, table in tables if isinstance(table, dict) and "roads" in table}
    return {name: roads.read_kind(name, value) for name, value in said.items()}
