"""What whoever is left out is told. Made beforehand: saying no has to be the cheapest thing a server does."""

from collections.abc import Awaitable, Callable, MutableMapping
from itertools import cycle
from typing import Any

from perron.kit import json

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SAID = (
    "Le serveur a plus à faire qu’il ne peut. Rien n’a été changé ; réessayez dans un instant. "
    "The server has more to do than it can. Nothing was changed; please try again in a moment."
)
PAGE = """<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Perron</title>
<h1>Un instant…</h1>
<p>Beaucoup de monde arrive en même temps, et ce serveur ne peut pas répondre à tous. Rien n’a été perdu ni changé.
Les messages acceptés sont en file. Revenez dans {after} secondes.</p>
<p lang="en">Many people have come at once, and this server cannot answer everybody. Nothing was lost or changed.
Posts that were accepted are in the queue. Please come back in {after} seconds.</p>
</html>
"""
LONGEST = 12


def _head(kind: bytes, body: bytes, after: int, *more: tuple[bytes, bytes]) -> dict[str, Any]:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", str(after).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    return {"type": "http.response.start", "status": 503, "headers": headers}


def _for_programs(after: int) -> tuple[dict[str, Any], dict[str, Any]]:
    body = json.encode({"error": SAID})
    more = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", b"Retry-After")]
    head = _head(b"application/json; charset=utf-8", body, after, *more)
    return head, {"type": "http.response.body", "body": body}


def _for_people(after: int) -> tuple[dict[str, Any], dict[str, Any]]:
    body = PAGE.format(after=after).encode()
    policy = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
    head = _head(b"text/html; charset=utf-8", body, after, policy)
    return head, {"type": "http.response.body", "body": body}


AFTER = range(1, LONGEST + 1)
PROGRAMS = {after: _for_programs(after) for after in AFTER}
PEOPLE = {after: _for_people(after) for after in AFTER}
_spread = cycle(range(4))


def after(pressure: float) -> int:
    """When to come back: later the more is left out, and not all in the same second."""
    return min(LONGEST, 1 + int(pressure * 6) + next(_spread))


async def refuse(scope: Scope, send: Send, seconds: int) -> None:
    """Send somebody away for so many seconds."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1013, "reason": "Try again later"})
        return
    head, body = (PROGRAMS if scope["path"].startswith("/api/") else PEOPLE)[min(seconds, LONGEST)]
    await send(head)
    await send(body if scope["method"] != "HEAD" else {"type": "http.response.body", "body": b""})
