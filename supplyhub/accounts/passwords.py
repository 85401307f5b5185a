"""Passwords: hashed with argon2id. Pure but for the random salt."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
LONGEST = 128

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, with its salt and parameters."""
    return _hasher.hash(password)


def password_matches(password: str, password_hash: str) -> bool:
    """Tell whether a password is the one that was hashed."""
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def waste_a_check(password: str) -> None:
    """Take as long as a real check, so that an unknown phone number cannot be told by the time."""
    password_matches(password, _NOBODYS_HASH)


_NOBODYS_HASH = hash_password("nobody has this password")
