"""Secrets of this installation and the fingerprints that stand for secrets at rest."""

import fcntl
import hashlib
import os
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from perron.kit.whole import write_whole

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


FILE = "secrets.toml"
NAMES = ("csrf", "mail", "seal", "slips")
"""Secrets that are random texts; `vapid` is a key and made otherwise."""


def new_secret(size: int = 32) -> str:
    """`size` random bytes as URL-safe text."""
    return secrets.token_urlsafe(size)


def fingerprint(secret: str) -> bytes:
    """What the database keeps of a token: SHA-256 of a secret with at least 128 random bits needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def own_secret(data: Path, name: str) -> str:
    """This installation's secret called `name`, made on first use and kept in `secrets.toml` (mode 0600)."""
    return _own(data, name, new_secret)


@lru_cache(8)
def _lock(data: Path) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # here, so that small commands start quickly
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(SHA256(), 32, salt=None, info=b"perron: sealed at rest")
    return AESGCM(derived.derive(own_secret(data, "seal").encode()))


def seal(data: Path, text: str, about: str) -> str:
    """A text as the database may keep it: readable only with this installation's secret, and only for `about`."""
    nonce = os.urandom(12)
    return _base64(nonce + _lock(data).encrypt(nonce, text.encode(), about.encode()))


def unseal(data: Path, sealed: str, about: str) -> str | None:
    """The text that was sealed for `about`; None when it is not, or the secret is no longer the same."""
    from cryptography.exceptions import InvalidTag

    try:
        kept = from_base64(sealed)
        return _lock(data).decrypt(kept[:12], kept[12:], about.encode()).decode()
    except (InvalidTag, ValueError):
        return None


@lru_cache(8)
def own_vapid(data: Path) -> tuple[str, str]:
    """This installation's key pair for web push (P-256), made on first use: private and public, URL-safe base64 of the
    32-byte number and of the 65-byte point."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    def make() -> str:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        return _base64(number.to_bytes(32, "big"))

    private = _own(data, "vapid", make)
    key = ec.derive_private_key(int.from_bytes(from_base64(private), "big"), ec.SECP256R1())
    return private, _base64(key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def own_all(data: Path) -> None:
    """Make every secret of this installation that is not there yet."""
    for name in NAMES:
        own_secret(data, name)
    own_vapid(data)


def open_to_all(path: Path) -> bool:
    """Whether everybody on this machine may read a file. (Its group may, as where it is lent by an orchestrator.)"""
    return path.exists() and bool(path.stat().st_mode & 0o007)


def all_fingerprint(data: Path) -> str:
    """What tells this installation's secrets from another's, and nothing of what they are."""
    own_all(data)
    kept = _kept(data / FILE)
    return fingerprint("\n".join(f"{name}={kept[name]}" for name in (*NAMES, "vapid"))).hex()


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Bytes from base64 in either alphabet, with or without padding; ValueError when it is not."""
    return b64decode(text.rstrip("=").translate(_STANDARD) + "=" * (-len(text.rstrip("=")) % 4), validate=True)


_STANDARD = str.maketrans("-_", "+/")


def _own(data: Path, name: str, make: Callable[[], str]) -> str:
    path = data / FILE
    if name in (kept := _kept(path)):
        return kept[name]
    data.mkdir(parents=True, exist_ok=True)
    with _alone(data):
        kept = _kept(path)
        if name not in kept:
            kept[name] = make()
            write_secrets(path, kept)
        return kept[name]


def _kept(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    import tomllib  # here, so that commands that need no secret start quickly

    return {key: str(value) for key, value in tomllib.loads(path.read_text()).items()}


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """No other process makes secrets here meanwhile."""
    handle = os.open(data, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_secrets(path: Path, kept: dict[str, str]) -> None:
    """Replace the secrets file whole; never readable by others, never half written."""
    said = ["# Secrets of this installation. Keep them; show them to nobody.\n"]
    said += [f'{key} = "{value}"\n' for key, value in sorted(kept.items())]
    write_whole(path, "".join(said).encode(), mode=0o600)
