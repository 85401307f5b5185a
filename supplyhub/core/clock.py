"""The only reader of the clock. Everything else is handed `now`, or a callable that counts seconds."""

import time
from datetime import UTC, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that never run backwards, for measuring how long something takes."""
    return time.monotonic()
