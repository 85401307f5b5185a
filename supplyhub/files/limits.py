"""How much is read of a file that somebody hands in. Asked before a byte of it is parsed. Pure."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is read at most of one upload."""

    file_bytes: int = 25 * MEGABYTE
    rows: int = 200_000
    columns: int = 200
    members: int = 100
    # What an .xlsx or .zip may hold once it is unpacked: a small file can unpack to any size.
    unpacked_bytes: int = 64 * MEGABYTE


DEFAULT = Limits()


def megabytes(size: int) -> int:
    """Return a size in whole megabytes, rounded up, for people."""
    return -(-size // MEGABYTE)
