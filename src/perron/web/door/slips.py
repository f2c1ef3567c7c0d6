"""Slips: short signed notes that a browser carries for us; worth nothing in another browser, and soon nothing."""

import hmac
from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from perron.kit import json
from perron.kit.secrets import from_base64, own_secret
from perron.kit.time import SECOND, now
from perron.web.visit import Visit


def give_slip(visit: Visit, name: str, values: dict[str, Any], seconds: int) -> None:
    """Give the browser a slip that lasts so many seconds, in a cookie that no script can read."""
    said = json.encode({**values, "until": now() // SECOND + seconds})
    body = urlsafe_b64encode(said).rstrip(b"=").decode()
    visit.set_cookie(_cookie(visit, name), f"{body}.{_proof(visit, name, body)}", seconds=seconds)


def read_slip(visit: Visit, name: str) -> dict[str, Any] | None:
    """What a slip says; None when there is none, it is too old, or it is not ours for this browser."""
    body, _, proof = visit.request.cookies.get(_cookie(visit, name), "").partition(".")
    if not visit.session_value or not hmac.compare_digest(proof.encode(), _proof(visit, name, body).encode()):
        return None
    said: dict[str, Any] = json.decode(from_base64(body))
    return said if said["until"] >= now() // SECOND else None


def drop_slip(visit: Visit, name: str) -> None:
    """Take a slip back, where there is one."""
    if _cookie(visit, name) in visit.request.cookies:
        visit.set_cookie(_cookie(visit, name), "", seconds=0)


def browser_key(visit: Visit, purpose: str) -> bytes:
    """A key that nobody has but this browser and we."""
    said = f"{purpose}\0{visit.session_value}".encode("utf-8", "replace")
    return hmac.digest(_own(visit.settings.data), said, sha256)


def _proof(visit: Visit, name: str, body: str) -> str:
    return hmac.new(browser_key(visit, f"slip {name}"), body.encode("utf-8", "replace"), sha256).hexdigest()


def _cookie(visit: Visit, name: str) -> str:
    return f"__Host-perron_{name}" if visit.settings.https else f"perron_{name}"


@cache
def _own(data: Path) -> bytes:
    return own_secret(data, "slips").encode()
