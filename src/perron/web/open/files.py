"""Files that people uploaded, and the pictures drawn for those who uploaded none."""

import asyncio
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from perron.entities.site import Site
from perron.kit.errors import NoRoom, Unavailable
from perron.media.avatars import default_avatar_png, default_header_png
from perron.media.files import Files
from perron.people.queries import account_by_handle
from perron.store import rim
from perron.web.assets import asset

FOR_EVER = "public, max-age=31536000, immutable"
DAY = "public, max-age=86400"
ELSEWHERE = "private, max-age=1800"
FETCHERS, MOST_COMING = 16, 256
_coming = 0
LOCKED_UP = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
}
"""Headers with which a file can do nothing on our page, and can be shown on that of a client elsewhere."""

_HANDLE = re.compile(r"[a-z0-9_]+(?:[.-][a-z0-9_]+)*(?:@[a-z0-9.-]+(?::[0-9]+)?)?", re.ASCII)
_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-[0-9]{1,18})", re.ASCII)


class KeptFile(FileResponse):
    """A file that is answered whole or in one part; several parts at once are answered whole, and cost nothing more."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope["headers"] if name != b"range" or _is_one_range(value)]
        await super().__call__({**scope, "headers": headers}, receive, send)


def _is_one_range(value: bytes) -> bool:
    found = _ONE_RANGE.fullmatch(value.decode("latin-1").strip())
    if found is None:
        return False
    first, last = found.groups()
    return not (first and last) or int(first) <= int(last)


async def media(request: Request) -> Response:
    """A kept file, by its key; whatever is not one of ours is not there."""
    site: Site = request.app.state.site
    key, files = request.path_params["key"], site.files
    mime = files.mime(key)
    if mime is None:
        return _nothing()
    if (there := files.redirect(key)) is not None:
        return RedirectResponse(there, 302, {**LOCKED_UP, "Cache-Control": ELSEWHERE})
    try:
        path = files.path(key) if files.near else files.at_hand(key) or await _fetched(files, key)
    except (Unavailable, NoRoom) as wrong:
        headers = {**LOCKED_UP, "Cache-Control": "no-store", "Retry-After": str(wrong.retry_after)}
        return Response("", wrong.status, headers, "text/plain")
    if path is None:
        return _nothing()
    headers = {**LOCKED_UP, "Cache-Control": FOR_EVER, "Content-Disposition": "inline"}
    return KeptFile(path, media_type=mime, headers=headers)


async def _fetched(files: Files, key: str) -> Path | None:
    """A file that is kept far away. Only so many are fetched at once: whoever would have to wait long comes back."""
    global _coming
    if _coming >= MOST_COMING:
        raise Unavailable("Too many files are being fetched at the moment; please try again.")
    _coming += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_fetchers(), files.path, key)
    finally:
        _coming -= 1


@cache
def _fetchers() -> ThreadPoolExecutor:
    """Threads of their own, so that a slow store keeps nothing else from its work."""
    return ThreadPoolExecutor(FETCHERS, "fetch")


async def avatar(request: Request) -> Response:
    """The tile of an account that has chosen no picture."""
    return await _drawn(request, default_avatar_png)


async def header(request: Request) -> Response:
    """The floor of tiles of an account that has chosen no wide picture."""
    return await _drawn(request, default_header_png)


async def _drawn(request: Request, draw: Callable[[str], bytes]) -> Response:
    """Drawn only for those who exist, so that nobody makes us draw for ever."""
    handle = request.path_params["handle"].lower()
    if len(handle) > 300 or not _HANDLE.fullmatch(handle):
        return _nothing()
    if await rim.read(request.app.state.store, lambda db: account_by_handle(db, handle)) is None:
        return _nothing()
    png = await asyncio.to_thread(draw, handle)
    return Response(png, media_type="image/png", headers={**LOCKED_UP, "Cache-Control": DAY})


TILES = (192, 512)


async def favicon(request: Request) -> Response:
    """The mark for those who still ask for an ICO."""
    return Response(_drawn_mark("ICO", 48), media_type="image/x-icon", headers={**LOCKED_UP, "Cache-Control": DAY})


async def touch_icon(request: Request) -> Response:
    """The mark on a tile, for the home screen of a phone."""
    return Response(_drawn_mark("PNG", 180), media_type="image/png", headers={**LOCKED_UP, "Cache-Control": DAY})


async def tile(request: Request) -> Response:
    """The mark on a tile, in the sizes that installed applications ask for; other sizes are not drawn."""
    size = request.path_params["size"]
    if size not in TILES:
        return _nothing()
    headers = {**LOCKED_UP, "Cache-Control": DAY}
    return Response(_drawn_mark("PNG", size), media_type="image/png", headers=headers)


async def icon(request: Request) -> Response:
    """The mark."""
    return RedirectResponse(asset("mark.svg"), 302)


@cache
def _drawn_mark(form: str, size: int) -> bytes:
    """Three steps seen from the front."""
    fine = size * 4
    canvas = Image.new("RGBA", (fine, fine), "#1F6F5C" if form == "PNG" else (0, 0, 0, 0))
    pen, unit = ImageDraw.Draw(canvas), fine / (32 if form == "ICO" else 48)
    shift = 0 if form == "ICO" else 8
    for left, top, right, bottom in ((11, 5, 21, 11), (6.5, 13, 25.5, 19), (2, 21, 30, 27)):
        box = [(each + shift) * unit for each in (left, top, right, bottom)]
        pen.rounded_rectangle(box, radius=2 * unit, fill="#1F6F5C" if form == "ICO" else "#F7F4EE")
    out = io.BytesIO()
    small = canvas.resize((size, size), Image.Resampling.LANCZOS)
    small.save(out, form, **({"sizes": [(16, 16), (32, 32), (48, 48)]} if form == "ICO" else {}))
    return out.getvalue()


def _nothing() -> Response:
    return Response("", 404, {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}, "text/plain")
