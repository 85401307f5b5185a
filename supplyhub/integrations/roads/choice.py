"""Which router the settings choose, and where its road graph is."""

from functools import lru_cache
from pathlib import Path

from supplyhub.config import Settings
from supplyhub.integrations.roads import graph
from supplyhub.integrations.roads.from_extract import ExtractRouter
from supplyhub.integrations.roads.osrm import OsrmRouter
from supplyhub.integrations.roads.router import RoadRouter
from supplyhub.integrations.roads.valhalla import ValhallaRouter

DEFAULT_FILE = "roads.npz"


def graph_path(settings: Settings) -> Path:
    """Return where the road graph is: `roads_path`, else a file in the data folder."""
    return settings.roads_path or settings.data_folder / DEFAULT_FILE


def find_router(settings: Settings) -> RoadRouter | None:
    """Return the router that the settings choose; None where ways are great circles.

    Raises
    ------
    UnableToReadGraph
        There is no road graph where the settings say, or it cannot be read.
    """
    if settings.roads_source == "extract":
        path = graph_path(settings)
        # A graph that is written anew is read anew.
        written_at = path.stat().st_mtime_ns if path.exists() else 0
        return _extract_router(path, written_at)
    if settings.roads_source == "valhalla":
        return ValhallaRouter(settings.roads_url, timeout_s=settings.roads_timeout_seconds)
    if settings.roads_source == "osrm":
        return OsrmRouter(settings.roads_url, timeout_s=settings.roads_timeout_seconds)
    return None


@lru_cache(maxsize=1)
def _extract_router(path: Path, _written_at: int) -> ExtractRouter:
    return ExtractRouter(graph.read_graph(path))
