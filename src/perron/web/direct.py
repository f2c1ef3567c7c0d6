"""Addresses that are neither a page nor a form: what browsers fetch beside pages, and what machines ask for."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

Answer = Callable[[Request], Awaitable[Response]]


def direct(path: str, handler: Answer, *methods: str) -> Route:
    """A route whose handler reads the request itself."""

    async def endpoint(request: Request) -> Response:
        return await handler(request)

    return Route(path, endpoint, methods=methods or ["GET"], name=handler.__name__)
