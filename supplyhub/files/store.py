"""Uploads on disk, in the data folder, by the digest of their content: the same content is kept once."""

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

FOLDER = "uploads"
# Archives carry times; a fixed one makes the same files the same bytes.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of an upload; of a single file without its name, which people change."""
    if len(files) == 1:
        return hashlib.sha256(next(iter(files.values()))).hexdigest()
    whole = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


def save(data_folder: Path, files: Mapping[str, bytes]) -> str:
    """Keep an upload and return its path below the data folder. A file is whole under its name, or not there."""
    digest = digest_of(files)
    path = f"{FOLDER}/{digest[:2]}/{digest}.zip"
    target = data_folder / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for name in sorted(files):
                member = zipfile.ZipInfo(name, _NO_TIME)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, files[name])
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as making:
            making.write(packed.getbuffer())
        os.replace(making.name, target)  # noqa: PTH105 -- `making` is named by a string
    return path


def load(data_folder: Path, path: str) -> dict[str, bytes]:
    """Return the files of a kept upload.

    Raises
    ------
    FileNotFoundError
        It is no longer there.
    """
    with zipfile.ZipFile(data_folder / path) as archive:
        return {member.filename: archive.read(member) for member in archive.infolist()}


def remove(data_folder: Path, path: str) -> None:
    """Delete a kept upload; one that is gone already is no fault."""
    with contextlib.suppress(FileNotFoundError):
        (data_folder / path).unlink()
