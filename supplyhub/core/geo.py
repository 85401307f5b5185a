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
