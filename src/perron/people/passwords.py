"""Passwords: argon2id, tens of milliseconds each, never in the transaction. Call these in a thread."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from perron.people.model import Unfit

SHORTEST, LONGEST = 8, 1024
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def read_password(text: str) -> str:
    """A password fit to be kept, or Unfit."""
    if len(text) < SHORTEST:
        raise Unfit("A password needs at least 8 characters.", field="password", why="too_short")
    if len(text) > LONGEST:
        raise Unfit("A password can have at most 1,024 characters.", field="password", why="too_long")
    return text


def hash_password(text: str) -> str:
    """What the database keeps. Letters that look alike are alike (NFKC), and no character is cut off or left out."""
    return _hasher.hash(_bytes(text))


def password_fits(kept: str | None, text: str) -> bool:
    """Whether this is the password. With None (nobody is called so) it takes as long and is False."""
    if len(text) > LONGEST:
        return False
    try:
        return _hasher.verify(kept or _nobody(), _bytes(text)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(kept: str) -> bool:
    """Whether a password was hashed with older figures than today's."""
    return _hasher.check_needs_rehash(kept)


def _bytes(text: str) -> bytes:
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")


@cache
def _nobody() -> str:
    return _hasher.hash(b"nobody has this password")
