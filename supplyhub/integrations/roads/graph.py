"""The road graph as a file: a compressed `.npz` that says what it was made from.

Reading checks the version first; a file of another one is refused with what to do. Written whole or not at all.
"""

import dataclasses
import json
import os
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from supplyhub.integrations.roads.network import Network
from supplyhub.integrations.roads.router import Kind
from supplyhub.integrations.roads.troubles import RoadsUnavailable, Trouble

FORMAT = "supply-roads"
VERSION = 2
_HEAD = "head"
# OpenStreetMap's own resolution.
_DEGREE = 1e-7
# What each array is kept as; coordinates become whole numbers of 1e-7 degrees.
_KEPT_AS = {
    "chain_from": np.int32,
    "chain_to": np.int32,
    "forward": np.bool_,
    "backward": np.bool_,
    "first": np.int32,
    "lat": np.int32,
    "lon": np.int32,
    "speed_kmh": np.uint8,
    "is_stop": np.bool_,
    "road_class": np.uint8,
    "name": np.int32,
    "banned": np.int32,
    "in_main": np.bool_,
}
_USED_AS = {np.int32: np.int64, np.uint8: np.int64, np.bool_: np.bool_}
_COORDINATES = {"lat", "lon"}


class UnableToReadGraph(RoadsUnavailable):
    """The file is no road graph, or one of another version."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RoadGraph:
    """The networks of both kinds of vehicle, and the extract that they come from (times are ISO 8601, UTC)."""

    extract_name: str
    extract_digest: str
    extract_at: str
    built_at: str
    networks: dict[Kind, Network]


def write_graph(graph: RoadGraph, path: Path) -> None:
    """Write a graph so that it is there in full, or as it was before.

    Parameters
    ----------
    graph
        The graph.
    path
        Where to write; its folder is made where it is missing.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    head = {"format": FORMAT, "version": VERSION}
    head |= {field.name: getattr(graph, field.name) for field in dataclasses.fields(graph) if field.name != "networks"}
    arrays: dict[str, Any] = {_HEAD: np.frombuffer(json.dumps(head).encode(), dtype=np.uint8)}
    for kind, network in graph.networks.items():
        for name, kept_as in _KEPT_AS.items():
            values = getattr(network, name)
            if name in _COORDINATES:
                values = np.rint(values / _DEGREE)
            arrays[f"{kind}.{name}"] = values.astype(kept_as)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez_compressed(stream, **arrays)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_graph(path: Path) -> RoadGraph:
    """Read a graph.

    Parameters
    ----------
    path
        What `write_graph` wrote.

    Returns
    -------
    RoadGraph
        The graph.

    Raises
    ------
    UnableToReadGraph
        There is no such file, it is no road graph, or one of another version.
    """
    try:
        # Opened here, so that it is closed also where NumPy finds no archive in it.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            head = json.loads(bytes(arrays[_HEAD]))
            if head["format"] == FORMAT and head["version"] == VERSION:
                networks = {kind: _network(arrays, kind) for kind in Kind}
                said = {name: str(head[name]) for name in ("extract_name", "extract_digest", "extract_at", "built_at")}
                return RoadGraph(**said, networks=networks)
            version = head["version"]
    except FileNotFoundError:
        raise UnableToReadGraph(Trouble.NO_GRAPH, file=str(path)) from None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, zlib.error, AttributeError):
        raise UnableToReadGraph(Trouble.BROKEN_GRAPH, file=str(path)) from None
    raise UnableToReadGraph(Trouble.OTHER_VERSION, file=str(path), version=str(version), expected=VERSION)


def _network(arrays: "np.lib.npyio.NpzFile", kind: Kind) -> Network:
    found: dict[str, Any] = {}
    for name, kept_as in _KEPT_AS.items():
        values = arrays[f"{kind}.{name}"]
        found[name] = values * _DEGREE if name in _COORDINATES else values.astype(_USED_AS[kept_as])
    return Network(**found)
