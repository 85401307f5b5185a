"""Which encoding a text file is in: UTF-8 with or without BOM, then GB18030. Pure.

A file is never read in an encoding in which most of its lines are no text: one broken byte in a UTF-8 file must not
turn the rest of it into other characters.
"""

UTF_8 = "utf-8"
GB18030 = "gb18030"
_BOM = b"\xef\xbb\xbf"


def decode(content: bytes) -> tuple[str, str]:
    """Return a file's text and encoding. A byte that is no text in it stands as a lone surrogate (`is_text`)."""
    content = content.removeprefix(_BOM)
    try:
        return content.decode(UTF_8), UTF_8
    except UnicodeDecodeError:
        encoding = _likelier(content)
    return content.decode(encoding, errors="surrogateescape"), encoding


def is_text(value: str) -> bool:
    """Tell whether a decoded value holds no byte that was no text, and no NUL."""
    if value.isascii():
        return "\x00" not in value
    return not any("\ud800" <= sign <= "\udfff" or sign == "\x00" for sign in value)


def as_utf_8(content: bytes) -> bytes:
    """Return a file in UTF-8 if it is in GB18030; any other as it is."""
    text, encoding = decode(content)
    return text.encode(UTF_8, errors="surrogateescape") if encoding == GB18030 else content


def _likelier(content: bytes) -> str:
    """Return the encoding that a file which is not wholly UTF-8 is meant to be in.

    Chinese in GB18030 is almost never valid UTF-8, while UTF-8 often passes for GB18030: when half of the lines that
    are not plain ASCII are UTF-8, the others are broken.
    """
    lines = [line for line in content.split(b"\n") if not line.isascii()]
    return UTF_8 if 2 * sum(map(_is_utf_8, lines)) >= len(lines) else GB18030


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode(UTF_8)
    except UnicodeDecodeError:
        return False
    return True
