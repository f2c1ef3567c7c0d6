"""A form as it is shown: for the first time, or again with why it was refused."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused, TooMany, Unavailable
from perron.people.model import Unfit
from perron.web.visit import Visit


def show_form(visit: Visit, template: str, wrong: Refused | None = None, **context: Any) -> Response:
    """A page with a form that no cache keeps. `wrong` is said in `wrong`, and the field it is about in `at`."""
    response = visit.show(
        template,
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        at=wrong.field if isinstance(wrong, Unfit) else "",
        **context,
    )
    if isinstance(wrong, TooMany | Unavailable):
        response.headers["Retry-After"] = str(wrong.retry_after)
    return response
