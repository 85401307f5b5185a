"""Coordinates of Chinese maps become WGS-84, checked against published points and against their own way back."""

import pytest

from supplyhub.core import geo

# Latitude and longitude in WGS-84, GCJ-02 and BD-09: the examples that other programs publish with their tests.
JIAXING = (30.6107779, 121.0917077), (30.608604331756705, 121.09626935575027), (30.61484572185035, 121.10271732371203)


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    return geo.haversine_m(*one, *other)


class TestPublishedPoints:
    def test_of_gcj02(self):
        # wandergis/coordtransform, test/app.js.
        assert geo.gcj02_from_wgs84(39.915, 116.404) == pytest.approx((39.91640428150164, 116.41024449916938), abs=1e-9)
        # That program's last digits differ; 1e-7 degrees are a centimetre.
        assert geo.gcj02_from_wgs84(*JIAXING[0]) == pytest.approx(JIAXING[1], abs=1e-7)

    def test_of_bd09(self):
        assert geo.bd09_from_gcj02(39.915, 116.404) == pytest.approx((39.92133699351021, 116.41036949371029), abs=1e-9)
        assert geo.bd09_from_gcj02(*JIAXING[1]) == pytest.approx(JIAXING[2], abs=1e-9)

    def test_lead_back(self):
        assert apart_m(geo.wgs84_from_gcj02(*JIAXING[1]), JIAXING[0]) < 0.01
        assert apart_m(geo.wgs84_from_bd09(*JIAXING[2]), JIAXING[0]) < 0.01


class TestThereAndBack:
    @pytest.mark.parametrize(
        "place", [(27.827, 113.085), (39.9, 116.4), (22.54, 114.06), (43.8, 87.6), (53.3, 122.3), (18.25, 109.5)]
    )
    def test_comes_to_the_same_place_within_a_centimetre(self, place):
        gcj02 = geo.gcj02_from_wgs84(*place)
        bd09 = geo.bd09_from_gcj02(*gcj02)

        assert 100 < apart_m(place, gcj02) < 1000
        assert apart_m(geo.wgs84_from_gcj02(*gcj02), place) < 0.01
        assert apart_m(geo.wgs84_from_bd09(*bd09), place) < 0.01


class TestOutsideChina:
    @pytest.mark.parametrize("place", [(-30.05, -51.2), (48.85, 2.35), (35.68, 139.69)])
    def test_nothing_is_moved(self, place):
        moved = [
            geo.gcj02_from_wgs84(*place),
            geo.wgs84_from_gcj02(*place),
            geo.bd09_from_gcj02(*place),
            geo.wgs84_from_bd09(*place),
        ]

        assert moved == [place] * 4
