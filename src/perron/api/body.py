"""Reading a request's body: form, multipart or JSON, never more than allowed."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from perron.api.params import from_json, from_query, nest
from perron.kit.errors import Invalid, Refused, TooLarge
from perron.kit.patience import in_time
from perron.kit.settings import Settings

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class WrongType(Refused):
    """A body of a kind that is not read here."""

    status = 415


async def read_body(
    scope: MutableMapping[str, Any], receive: Receive, settings: Settings, *, upload: bool
) -> tuple[dict[str, Any], Mapping[str, UploadFile]]:
    """The parameters of a body, and its files where the route takes uploads."""
    kind, declared = _kind_and_size(scope)
    most = settings.video_max_bytes + settings.body_max_bytes if upload else settings.body_max_bytes
    if declared > most:
        raise TooLarge(f"The body has {declared} bytes; this address takes at most {most}.")
    async with in_time(declared):
        if kind == "multipart/form-data":
            return await _multipart(scope, receive, most, upload=upload)
        body = await _all(receive, settings.body_max_bytes)
    if not body:
        return {}, {}
    if kind == "application/json" or kind.endswith("+json"):
        return from_json(body), {}
    if kind == "application/x-www-form-urlencoded":
        return from_query(_ascii(body)), {}
    if kind == "":
        return (from_json(body) if body.lstrip()[:1] == b"{" else from_query(_ascii(body))), {}
    raise WrongType(f"A body of type {kind[:100]} is not read here; send JSON or a form.")


def _ascii(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Invalid("The body is not UTF-8.") from None


def _kind_and_size(scope: MutableMapping[str, Any]) -> tuple[str, int]:
    kind, size = "", 0
    for name, value in scope["headers"]:
        if name == b"content-type":
            kind = value.decode("latin-1").partition(";")[0].strip().lower()
        elif name == b"content-length" and value.isdigit():
            size = int(value[:18])
    return kind, size


async def _all(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid("The connection was closed before the body was whole.")
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            raise TooLarge(f"The body has more than {most} bytes.")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _multipart(
    scope: MutableMapping[str, Any], receive: Receive, most: int, *, upload: bool
) -> tuple[dict[str, Any], Mapping[str, UploadFile]]:
    size, tail = 0, b""

    async def counted() -> MutableMapping[str, Any]:
        nonlocal size, tail
        message = await receive()
        size += len(message.get("body", b""))
        tail = (tail + message.get("body", b""))[-200:]
        if size > most:
            raise TooLarge(f"The body has more than {most} bytes.")
        return message

    request = Request(scope, counted)
    try:
        form = await request.form(max_files=8, max_fields=1000, max_part_size=1 << 20)
    except (MultiPartException, HTTPException) as wrong:
        raise Invalid(f"The multipart body cannot be read: {getattr(wrong, 'message', None) or wrong.detail}") from None  # type: ignore[union-attr]
    except (ClientDisconnect, KeyError, ValueError, UnicodeDecodeError):
        raise Invalid("The multipart body cannot be read.") from None
    if b"--" + _boundary(scope) + b"--" not in tail:  # the parser takes what there is; what was cut off may matter
        await form.close()
        raise Invalid("The multipart body is cut off: its last line is missing.")
    files = {name: value for name, value in form.multi_items() if isinstance(value, UploadFile)}
    given = sum(isinstance(value, UploadFile) for _, value in form.multi_items())
    if given and (not upload or given > len(files)):
        await form.close()
        raise Invalid("This address takes no files." if not upload else "There are two files of one name.")
    return nest((name, value) for name, value in form.multi_items() if isinstance(value, str)), files


def _boundary(scope: MutableMapping[str, Any]) -> bytes:
    kind = next(value for name, value in scope["headers"] if name == b"content-type")
    return parse_options_header(kind)[1].get(b"boundary", b"")
