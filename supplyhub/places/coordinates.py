"""The names of systems of coordinates for people."""

from supplyhub.core.coordinates import System
from supplyhub.wording import lazy_gettext

LABELS = {
    System.WGS84: lazy_gettext("WGS-84 (GPS, OpenStreetMap)"),
    System.GCJ02: lazy_gettext("GCJ-02 (AMap, Tencent)"),
    System.BD09: lazy_gettext("BD-09 (Baidu)"),
}


def position(latitude: float, longitude: float) -> str:
    """Return a point as people write it: degrees to the metre."""
    return f"{latitude:.5f}, {longitude:.5f}"
