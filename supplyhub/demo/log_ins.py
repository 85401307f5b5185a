"""The log-ins of the invented district, one per role."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogIn:
    """A log-in shown on the log-in page of a demo. `role` is the role's code."""

    role: str
    name: str
    phone: str
    password: str


def log_ins() -> tuple[DemoLogIn, ...]:
    """Return the demo's log-ins, one per role."""
    return ()
