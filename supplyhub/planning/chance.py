"""Random numbers for the compiled search: a state of 64 bits that the caller owns, so that a seed decides.

References
----------
G. L. Steele, D. Lea, C. H. Flood (2014). Fast splittable pseudorandom number generators (SplitMix).
OOPSLA 2014. https://doi.org/10.1145/2660193.2660195
"""

import numpy as np

from supplyhub.planning.compiled import inner

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_SHIFT_30, _SHIFT_27, _SHIFT_31 = np.uint64(30), np.uint64(27), np.uint64(31)
_SHIFT_11 = np.uint64(11)
_UNIT = 1.0 / (1 << 53)


@inner
def fraction(random):  # type: ignore[no-untyped-def]
    """Return the next number, uniform from 0 up to but not including 1."""
    random[0] += _STEP
    z = random[0]
    z = (z ^ (z >> _SHIFT_30)) * _FIRST
    z = (z ^ (z >> _SHIFT_27)) * _SECOND
    z = z ^ (z >> _SHIFT_31)
    return np.float64(z >> _SHIFT_11) * _UNIT


@inner
def below(random, limit):  # type: ignore[no-untyped-def]
    """Return the next integer, uniform from 0 up to but not including `limit`."""
    return np.int64(fraction(random) * limit)
