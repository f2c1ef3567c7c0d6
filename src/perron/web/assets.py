"""Files that belong to the pages: styles, scripts, typefaces, the mark. Read, joined and compressed once, at the start.

All of them live under one address that changes with any of them, `/static/<stamp>/…`, so that browsers keep them for
ever and one file can name another by a relative address.
"""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

HOME = Path(__file__).parent
STATIC, STYLES = HOME / "static", HOME / "styles"
PICTURES = HOME.parents[2] / "docs/images"
"""Pictures of the guide, in a checkout; a wheel has them in `static/images`."""
SHEET = "perron.css"
FOR_EVER = "public, max-age=31536000, immutable"
TEXTS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".LICENSE": "text/plain"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    packed: bytes
    kind: str


@cache
def assets() -> dict[str, Asset]:
    """Every file by its name; the stylesheets are one."""
    found = {SHEET: _asset(SHEET, b"\n".join(path.read_bytes() for path in sorted(STYLES.glob("*.css"))))}
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            name = path.relative_to(STATIC).as_posix()
            found[name] = _asset(name, path.read_bytes())
    for path in sorted(PICTURES.glob("*.webp")):
        found[f"images/{path.name}"] = _asset(path.name, path.read_bytes())
    return found


def _asset(name: str, body: bytes) -> Asset:
    suffix = Path(name).suffix
    if suffix in TEXTS:
        return Asset(body, gzip.compress(body, 9, mtime=0), f"{TEXTS[suffix]}; charset=utf-8")
    return Asset(body, b"", mimetypes.guess_type(name)[0] or "application/octet-stream")


@cache
def stamp() -> str:
    """What changes when any file does."""
    digest = sha256()
    for name, one in sorted(assets().items()):
        digest.update(name.encode() + b"\0" + one.body)
    return digest.hexdigest()[:12]


@cache
def asset(name: str) -> str:
    """The address of a file; KeyError for one that is not there."""
    assets()[name]
    return f"/static/{stamp()}/{name}"


async def send(request: Request) -> Response:
    """One file; under an address of yesterday, the way to today's."""
    name = request.path_params["name"]
    one = assets().get(name)
    if one is None:
        return PlainTextResponse("Not found\n", 404)
    if request.path_params["stamp"] != stamp():
        return RedirectResponse(asset(name), 307, {"Cache-Control": "public, max-age=300"})
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff", "Content-Type": one.kind}
    if not one.packed:
        return Response(one.body, headers=headers)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(one.body, headers=headers)
    return Response(one.packed, headers=headers | {"Content-Encoding": "gzip"})


ROUTE = Route("/static/{stamp}/{name:path}", send, methods=["GET"], name="static")
