"""Secrets of this installation and the fingerprints that stand for secrets at rest."""

import hashlib
import os
import secrets
import tomllib
from pathlib import Path


def new_secret(size: int = 32) -> str:
    """`size` random bytes as URL-safe text."""
    return secrets.token_urlsafe(size)


def fingerprint(secret: str) -> bytes:
    """What the database keeps of a token: SHA-256 of a secret with at least 128 random bits needs no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def own_secret(data: Path, name: str) -> str:
    """This installation's secret called `name`, made on first use and kept in `secrets.toml` (mode 0600)."""
    path = data / "secrets.toml"
    kept = tomllib.loads(path.read_text()) if path.exists() else {}
    if name not in kept:
        kept[name] = new_secret()
        write_secrets(path, kept)
    return str(kept[name])


def write_secrets(path: Path, kept: dict[str, str]) -> None:
    """Replace the secrets file whole; never readable by others, never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write("# Secrets of this installation. Keep them; show them to nobody.\n")
        out.writelines(f'{key} = "{value}"\n' for key, value in sorted(kept.items()))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
