"""Zip archives (an .xlsx is one): opened only when what they unpack to is known to be within the limits. Pure.

The sizes that an archive declares are not believed: every member is unpacked once to count, and the counting stops at
the limit.
"""

import io
import struct
import zipfile
import zlib

from supplyhub.files.limits import Limits, megabytes
from supplyhub.files.previews import Reason, reason

MAGIC = b"PK\x03\x04"
_LOCAL_HEADER = 30
_CHUNK = 1 << 20


def fault_of(content: bytes, limits: Limits) -> Reason | None:
    """Return why an archive is not opened, or None."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return reason("file.not_archive")
    if len(members) > limits.members:
        return reason("file.too_many_members", limit=limits.members)
    total = 0
    for member in members:
        if member.flag_bits & 0x1 or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            return reason("file.not_archive")
        total += _unpacked_size(content, member, limits.unpacked_bytes - total)
        if total > limits.unpacked_bytes:
            return reason("file.unpacked_too_large", limit_mb=megabytes(limits.unpacked_bytes))
    return None


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive by their name without folders; hidden files are left out.

    Raises
    ------
    ValueError
        Two files have the same name, or the archive is damaged. `fault_of` has looked at it before.
    """
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                parts = member.filename.replace("\\", "/").split("/")
                if member.is_dir() or parts[0] == "__MACOSX" or parts[-1].startswith("."):
                    continue
                if parts[-1] in files:
                    message = f"two files are called {parts[-1]}"
                    raise ValueError(message)
                files[parts[-1]] = archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        message = "the archive is damaged"
        raise ValueError(message) from error
    return files


def _unpacked_size(content: bytes, member: zipfile.ZipInfo, room: int) -> int:
    """Return the size of an unpacked member, or something above `room` as soon as it is over."""
    packed = _packed(content, member)
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    size, rest = 0, packed
    try:
        while rest and not inflater.eof and size <= room:
            size += len(inflater.decompress(rest, _CHUNK))
            rest = inflater.unconsumed_tail
    except zlib.error:  # damaged: whoever opens it says so
        return size
    return size


def _packed(content: bytes, member: zipfile.ZipInfo) -> bytes:
    header = content[member.header_offset : member.header_offset + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER:
        return b""
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    start = member.header_offset + _LOCAL_HEADER + name_length + extra_length
    # To the end, not to the declared size, which may be false; the stream knows its own end.
    return content[start : start + member.compress_size] if not member.compress_type else content[start:]
