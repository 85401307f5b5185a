"""Random codes and tokens: for invitations, sessions and event ids."""

import hashlib
import secrets

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B: the code is read out on the telephone and typed by people of 70.
_SPOKEN_ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"


def new_token() -> str:
    """Return a secret of 256 bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token in hex: what the database keeps in its place."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_spoken_code(length: int = 8) -> str:
    """Return a random code of letters and digits that cannot be mistaken for each other."""
    return "".join(secrets.choice(_SPOKEN_ALPHABET) for _ in range(length))


def tidy_spoken_code(text: str) -> str:
    """Return what the person typed as a spoken code: upper case, without spaces and dashes."""
    return "".join(character for character in text.upper() if character.isalnum())
