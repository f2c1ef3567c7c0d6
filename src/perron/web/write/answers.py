"""Answers for scripts of our own pages: JSON, never kept."""

from typing import Any

from starlette.responses import Response

from perron.kit import json
from perron.kit.errors import Refused
from perron.web.visit import Visit


def wants_json(visit: Visit) -> bool:
    """Whether a script asks, rather than a form."""
    return "application/json" in visit.request.headers.get("accept", "")


def tell(told: dict[str, Any], status: int = 200) -> Response:
    """Something for a script."""
    headers = {"Cache-Control": "no-store"}
    return Response(json.encode(told), status, headers, "application/json")


def tell_why(visit: Visit, wrong: Refused, **more: Any) -> Response:
    """Why not, for a script to show; `after` so many seconds it may be sent again."""
    after = getattr(wrong, "retry_after", 0)
    told = {"wrong": visit.explain(wrong), **({"after": after} if after else {}), **more}
    return come_back(tell(told, wrong.status), wrong)


def come_back(response: Response, wrong: Refused) -> Response:
    """Say when to come back, where the refusal knows."""
    if after := getattr(wrong, "retry_after", 0):
        response.headers["Retry-After"] = str(after)
    return response
