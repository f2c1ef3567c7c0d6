"""Pages travel compressed, but for those whose length could tell something (BREACH).

Who watches the line and can make a browser ask for pages learns what stands in a page from how short it becomes with
their guess in it. So a page that is somebody's own is compressed only when their browser says (`Sec-Fetch-Site`) that
no other site brought the request about; an older browser, which does not say, is sent all of it.
"""

import gzip
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

LEVEL = 1
"""How hard to compress: a quarter of the bytes for a third of a millisecond; more effort saves little."""
LEAST = 1000
"""Fewer bytes are not worth it."""
_OF_ITS_OWN_ACCORD = ("same-origin", "none")


def pack(body: bytes) -> bytes:
    """The same in fewer bytes."""
    return gzip.compress(body, LEVEL, mtime=0)


def reads_packed(headers: Mapping[str, str]) -> bool:
    """Whether who asks can read what is compressed."""
    return "gzip" in headers.get("accept-encoding", "")


def packed(request: Request, response: Response) -> Response:
    """A page as it travels to the one person whom it is for."""
    if not isinstance(response, HTMLResponse) or len(response.body) < LEAST:
        return response
    response.headers.add_vary_header("Accept-Encoding")
    if reads_packed(request.headers) and request.headers.get("sec-fetch-site") in _OF_ITS_OWN_ACCORD:
        response.body = pack(bytes(response.body))
        response.headers["Content-Length"] = str(len(response.body))
        response.headers["Content-Encoding"] = "gzip"
    return response
