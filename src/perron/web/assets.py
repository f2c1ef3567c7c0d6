"""Files that belong to the pages: styles, scripts, the mark."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"


@cache
def asset(name: str) -> str:
    """The address of a static file, with a part that changes when it does."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


class Static(StaticFiles):
    """Kept for ever by browsers when asked for by the hash of what is in it, for five minutes otherwise."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            asked = f"/static/{path}?{scope['query_string'].decode('latin-1')}"
            named = asked == asset(path)
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if named else "public, max-age=300"
            )
            response.headers["X-Content-Type-Options"] = "nosniff"
        return response
