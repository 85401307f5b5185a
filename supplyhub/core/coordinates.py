"""The systems of coordinates that people's lists use, and the way from each to WGS-84, which is all that is kept.

Pure; the formulas are `geo`'s.
"""

from collections.abc import Callable
from enum import StrEnum

from supplyhub.core import geo


class System(StrEnum):
    """A system of coordinates: WGS-84 (GPS, OpenStreetMap), GCJ-02 (AMap, Tencent), BD-09 (Baidu)."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


_FROM: dict[System, Callable[[float, float], tuple[float, float]]] = {
    System.GCJ02: geo.wgs84_from_gcj02,
    System.BD09: geo.wgs84_from_bd09,
}
# A tenth of a metre: more would be invented.
_DECIMALS = 6


def to_wgs84(system: System, lat: float, lon: float) -> tuple[float, float]:
    """Return a point in WGS-84; a point that is in it already stays as it is.

    Parameters
    ----------
    system
        That of the point.
    lat, lon
        Degrees in that system.
    """
    if system is System.WGS84:
        return lat, lon
    found_lat, found_lon = _FROM[system](lat, lon)
    return round(found_lat, _DECIMALS), round(found_lon, _DECIMALS)
