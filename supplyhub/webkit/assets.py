"""Addresses of built styles and scripts: names carry a hash, the build's manifest maps them."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, current_app, url_for


def init_app(app: Flask) -> None:
    """Let templates ask for `asset_url('app.css')`."""
    app.jinja_env.globals["asset_url"] = asset_url


def asset_url(name: str) -> str:
    """Return the address of a built file by its plain name.

    Raises
    ------
    RuntimeError
        The front end was not built, or does not hold the file.
    """
    return url_for("static", filename=f"dist/{_hashed(name, dist_folder())}")


def dist_folder() -> Path:
    """Return the folder of built files."""
    return Path(current_app.static_folder or "") / "dist"


def dist_file(name: str) -> Path:
    """Return the path of a built file by its plain name, for programs that read it (fonts for PDF).

    Raises
    ------
    RuntimeError
        The front end was not built, or does not hold the file.
    """
    return dist_folder() / _hashed(name, dist_folder())


def _hashed(name: str, folder: Path) -> str:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        message = f"the front end is not built: {manifest} is missing (make setup)"
        raise RuntimeError(message)
    hashed = _read_manifest(manifest, manifest.stat().st_mtime_ns).get(name)
    if hashed is None:
        message = f"the front end has no {name}"
        raise RuntimeError(message)
    return hashed


@cache
def _read_manifest(manifest: Path, _changed_at: int) -> dict[str, str]:
    return dict(json.loads(manifest.read_text(encoding="utf-8")))
