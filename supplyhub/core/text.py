"""Text that people typed or that is shown to others: tidying, masking, control characters."""

import unicodedata


def tidy(text: str) -> str:
    """Return text in composed form, without control characters, runs of white space made one space."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in composed)
    return " ".join(visible.split())


def half_width(text: str) -> str:
    """Return text with full-width letters, digits and signs made half-width (NFKC), tidied."""
    return tidy(unicodedata.normalize("NFKC", text))


def masked_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: `+8613812345678` as `138****5678`."""
    national = phone.removeprefix("+86")
    return f"{national[:3]}****{national[-4:]}" if len(national) >= 8 else "****"


def masked_name(name: str) -> str:
    """Return a person's name with all but the first character hidden: `李小妹` as `李**`."""
    return name[:1] + "*" * max(1, min(2, len(name) - 1))
