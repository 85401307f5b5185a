"""Distances on the earth. Pure arithmetic on WGS-84 degrees; knows no place by name."""

import math

# Mean radius of the earth (IUGG R1), the figure that the planner's travel model is defined with.
EARTH_RADIUS_M = 6371008.8


def haversine_m(from_lat: float, from_lon: float, to_lat: float, to_lon: float) -> float:
    """Return the great-circle distance between two points.

    Parameters
    ----------
    from_lat, from_lon, to_lat, to_lon
        WGS-84 degrees.

    Returns
    -------
    float
        Metres.
    """
    from_phi, to_phi = math.radians(from_lat), math.radians(to_lat)
    # The order of these operations is part of the travel model: plans are checked to the metre.
    a = (
        math.sin((to_phi - from_phi) / 2) ** 2
        + math.cos(from_phi) * math.cos(to_phi) * math.sin(math.radians(to_lon - from_lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, a)))


# --- coordinates of Chinese maps -------------------------------------------------------------------------------------
# GCJ-02 (AMap, Tencent) moves WGS-84 by some hundred metres; BD-09 (Baidu) moves GCJ-02 again. Neither is published
# officially; these are the formulas in common use, first written down as "EvilTransform" (2013), of which
# wandergis/coordtransform (2015) is the most used form. They use Krasovsky's ellipsoid of 1940.
_KRASOVSKY_A_M = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323
# The same box around China as in those programs; outside it nothing is moved.
_CHINA_LAT, _CHINA_LON = (0.8293, 55.8271), (73.66, 135.05)
_BD_TURN = math.pi * 3000.0 / 180.0
_BD_LAT, _BD_LON = 0.006, 0.0065
# Far below a millimetre.
_CLOSE_DEGREES = 1e-10
_MOST_STEPS = 30


def is_in_china(lat: float, lon: float) -> bool:
    """Tell whether a point lies in the box within which Chinese maps move coordinates."""
    return _CHINA_LAT[0] <= lat <= _CHINA_LAT[1] and _CHINA_LON[0] <= lon <= _CHINA_LON[1]


def gcj02_from_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """Return the GCJ-02 coordinates of a point; outside China the same.

    Parameters
    ----------
    lat, lon
        WGS-84 degrees.
    """
    if not is_in_china(lat, lon):
        return lat, lon
    x, y = lon - 105.0, lat - 35.0
    wave = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (wave + 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (wave + 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(lat)
    magic = 1.0 - _KRASOVSKY_EE * math.sin(phi) ** 2
    lat_by = math.degrees(north / (_KRASOVSKY_A_M * (1.0 - _KRASOVSKY_EE) / (magic * math.sqrt(magic))))
    lon_by = math.degrees(east / (_KRASOVSKY_A_M / math.sqrt(magic) * math.cos(phi)))
    return lat + lat_by, lon + lon_by


def wgs84_from_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """Return the WGS-84 coordinates of a point, to well below a metre; outside China the same.

    The forward formula has no inverse in closed form: the point is corrected by its own error until nothing is left.

    Parameters
    ----------
    lat, lon
        GCJ-02 degrees.
    """
    if not is_in_china(lat, lon):
        return lat, lon
    found_lat, found_lon = lat, lon
    for _ in range(_MOST_STEPS):
        moved_lat, moved_lon = gcj02_from_wgs84(found_lat, found_lon)
        lat_by, lon_by = lat - moved_lat, lon - moved_lon
        found_lat, found_lon = found_lat + lat_by, found_lon + lon_by
        if max(abs(lat_by), abs(lon_by)) < _CLOSE_DEGREES:
            break
    return found_lat, found_lon


def bd09_from_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """Return the BD-09 coordinates of a point; outside China the same.

    Parameters
    ----------
    lat, lon
        GCJ-02 degrees.
    """
    if not is_in_china(lat, lon):
        return lat, lon
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_TURN)
    return radius * math.sin(angle) + _BD_LAT, radius * math.cos(angle) + _BD_LON


def wgs84_from_bd09(lat: float, lon: float) -> tuple[float, float]:
    """Return the WGS-84 coordinates of a point, to well below a metre; outside China the same.

    Parameters
    ----------
    lat, lon
        BD-09 degrees.
    """
    if not is_in_china(lat, lon):
        return lat, lon
    found_lat, found_lon = lat - _BD_LAT, lon - _BD_LON
    for _ in range(_MOST_STEPS):
        moved_lat, moved_lon = bd09_from_gcj02(found_lat, found_lon)
        lat_by, lon_by = lat - moved_lat, lon - moved_lon
        found_lat, found_lon = found_lat + lat_by, found_lon + lon_by
        if max(abs(lat_by), abs(lon_by)) < _CLOSE_DEGREES:
            break
    return wgs84_from_gcj02(found_lat, found_lon)
