"""Names files with trailing space or without a last newline: `python -m tests.support.whitespace FILE ...`."""

import sys
from pathlib import Path

# Markdown breaks lines with two spaces; data is kept as it came.
KEPT = {".md", ".csv", ".po", ".patch"}


def faults(path: Path) -> list[str]:
    """Return what is wrong with the blank ends of a file."""
    if path.suffix in KEPT:
        return []
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return []
    found = [
        f"{path}:{number}: trailing space"
        for number, line in enumerate(text.split("\n"), start=1)
        if line != line.rstrip(" \t")
    ]
    if text and not text.endswith("\n"):
        found.append(f"{path}: no newline at the end")
    return found


def main(names: list[str]) -> int:
    """Print the faults of the named files."""
    found = [fault for name in names for fault in faults(Path(name))]
    sys.stdout.writelines(fault + "\n" for fault in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
