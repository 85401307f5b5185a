"""How the engine's hot loops are compiled: with numba, cached on disk, without holding the interpreter.

Numba notices when the file of a function changes, but not when a function that it calls lives in another
file that has changed. So the cache folder carries a digest of all sources of the engine: code that is out
of date is never run. `NUMBA_CACHE_DIR` moves the cache; without it, it lies beside the code.
"""

import hashlib
import importlib.resources
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy

_Function = TypeVar("_Function", bound=Callable[..., Any])


# numba types its own decorator for the code that it compiles; here it is only handed on.
_njit = cast("Any", numba.njit)
_CONFIG = cast("Any", numba.config)
# What these say never reaches compiled code. A new module counts as compiled until it is named here.
_NEVER_COMPILED = frozenset(
    f"{name}.py"
    for names in (
        "day_folder decode drops encode exposure fairness figures groups held issues legs",
        "placements plan problem reading settings sheet smallest solve stop twins",
    )
    for name in names.split()
)


def _cache_folder() -> str:
    package = importlib.resources.files(__package__)
    sources = sorted(
        (item.name, item.read_bytes())
        for item in package.iterdir()
        if item.name.endswith(".py") and item.name not in _NEVER_COMPILED
    )
    digest = hashlib.sha256(repr(sources).encode())
    digest.update(f"{numba.__version__} {numpy.__version__}".encode())
    base = _CONFIG.CACHE_DIR or str(Path(__file__).parent / "__pycache__")
    return str(Path(base) / f"planning-{digest.hexdigest()[:16]}")


_CONFIG.CACHE_DIR = _cache_folder()

# For functions that Python calls and that make arrays.
maker: Callable[[_Function], _Function] = _njit(cache=True, nogil=True, error_model="numpy")

# For functions that Python calls and that only fill arrays. Without numba's run time for memory (`_nrt`) no
# reference is counted: passing forty arrays to a function would else cost eighty atomic operations.
kernel: Callable[[_Function], _Function] = _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)

_INNER = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "_nrt": False,
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

# For functions that only those call: without the wrappers for Python they compile in half the time.
inner: Callable[[_Function], _Function] = _njit(**_INNER)

# For the innermost ones, which are called millions of times a second: their bodies replace their calls.
# Passing the tables to a function costs more than most of these functions do.
inlined: Callable[[_Function], _Function] = _njit(**_INNER, forceinline=True)
