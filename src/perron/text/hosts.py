"""Names of servers, as they are compared."""

import re
import unicodedata
from functools import lru_cache

_ASCII_HOST = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.(?=.)|\Z))+").fullmatch


def ascii_host(host: str) -> str | None:
    """The host in lower-case ASCII (punycode where it must be), or None if no server can be called that."""
    if not host.isascii():
        host = _punycoded(host) if len(host) <= 253 else ""
    host = host.lower()
    return host if _ASCII_HOST(host) else None


@lru_cache(1024)
def _punycoded(host: str) -> str:
    """The host with each foreign label in punycode, keeping ß and ς as browsers do."""
    host = unicodedata.normalize("NFKC", host.lower())
    return ".".join(label if label.isascii() else _xn(label) for label in host.split("."))


def _xn(label: str) -> str:
    return "xn--" + label.encode("punycode", "replace").decode("ascii") if len(label) <= 63 else ""
