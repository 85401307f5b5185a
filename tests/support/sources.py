"""What the architecture tests look at: the files of the repository, read once."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "supplyhub"
TEMPLATES = PACKAGE / "templates"
LEFT_OUT = {"node_modules", "__pycache__", "dist", ".venv", "var"}


@cache
def modules(folder: Path = PACKAGE) -> tuple[Path, ...]:
    """Return the Python files below a folder."""
    return tuple(path for path in sorted(folder.rglob("*.py")) if not LEFT_OUT & set(path.parts))


@cache
def templates() -> tuple[str, ...]:
    """Return the names of all templates."""
    return tuple(path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.html")))


@cache
def packages() -> tuple[str, ...]:
    """Return the names of the packages right below `supplyhub`."""
    return tuple(path.parent.name for path in sorted(PACKAGE.glob("*/__init__.py")))


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that belong to the repository, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in sorted(filter(None, listing.split("\0"))) if (ROOT / name).is_file())


def short(path: Path) -> str:
    """Return a path as a person reads it."""
    return path.relative_to(ROOT).as_posix()
