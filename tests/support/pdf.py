"""Reads the text of a PDF back, as a person would copy it."""

import io

import pypdf


def text_of(document: bytes) -> str:
    """Return the text of all pages, a line per line."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(document)).pages)
