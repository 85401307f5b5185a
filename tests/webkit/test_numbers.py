"""How filters write numbers for people."""

import pytest

from supplyhub.webkit import filters


@pytest.mark.parametrize(
    ("share", "decimals", "written"),
    [
        (0.5, 0, "50%"),
        (0.1, 0, "10%"),
        (1.0, 0, "100%"),
        (1.0, 1, "100%"),
        (0.5, 1, "50%"),
        (0.989, 1, "98.9%"),
        # nothing is rounded up to everything
        (0.9999, 1, "99.9%"),
        (0.999, 0, "99%"),
        (0.0, 1, "0%"),
    ],
)
def test_a_share_is_written_as_per_cent(share, decimals, written):
    assert filters.percent(share, decimals) == written
