"""Addresses of the web that programs on any site may call: how a browser is told so, also before it dares to ask."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

OPEN = ("/.well-known/", "/nodeinfo/", "/oauth/token", "/oauth/revoke", "/oauth/userinfo")
"""How addresses begin that any site may call: no cookie decides what they answer."""
FOR_PROGRAMS = ("/.well-known/", "/nodeinfo/", "/oauth/")
"""How addresses begin that programs put together, some with a slash at the end."""
SAID = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Link"),
)
PREFLIGHT = (
    *SAID,
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key"),
    (b"access-control-max-age", b"86400"),
)


async def answer_preflight(send: Send) -> None:
    """What a browser asks before it lets a page of another site call."""
    await send({"type": "http.response.start", "status": 204, "headers": [*PREFLIGHT]})
    await send({"type": "http.response.body", "body": b""})


def said_to_all(send: Send) -> Send:
    """A `send` that says in each answer that any site may read it."""

    async def open_send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            names = {name for name, _ in message["headers"]}
            message = {**message, "headers": [*message["headers"], *(one for one in SAID if one[0] not in names)]}
        await send(message)

    return open_send
