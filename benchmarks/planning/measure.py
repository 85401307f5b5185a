"""Run one thing in a process of its own, so that its seconds and its memory are its own."""

import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from typing import Any


def in_own_process(function: Callable[..., dict[str, Any]], *arguments: Any, is_cold: bool = False) -> dict[str, Any]:
    """Call a function in a new process.

    Parameters
    ----------
    function
        A function of a module, so that the new process finds it.
    arguments
        Its arguments.
    is_cold
        Begin with an empty cache of compiled code.
    """
    with tempfile.TemporaryDirectory() as empty:
        if is_cold:
            os.environ["NUMBA_CACHE_DIR"] = empty
        try:
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                return pool.apply(function, arguments)
        finally:
            if is_cold:
                del os.environ["NUMBA_CACHE_DIR"]


class Stopwatch:
    """Wall and CPU seconds since it was made; the CPU seconds of all threads."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.monotonic(), time.process_time()

    def wall_s(self) -> float:
        """Return the seconds that went by."""
        return round(time.monotonic() - self._wall, 2)

    def cpu_s(self) -> float:
        """Return the seconds that this process computed."""
        return round(time.process_time() - self._cpu, 2)


def peak_mb() -> int:
    """Return the most memory that this process held so far."""
    # Linux counts kilobytes.
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
