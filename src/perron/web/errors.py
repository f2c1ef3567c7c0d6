"""What is said when there is no such page, or when we made a mistake."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from perron.kit.errors import NoRoom, NotFound, Refused, is_full
from perron.kit.ids import mistake_number
from perron.web.headers import careful
from perron.web.kit import arrive_somehow, refusal

log = logging.getLogger(__name__)


class WrongMethod(Refused):
    """The address is right; what was to be done there is not."""

    status = 405


async def refused(request: Request, wrong: Exception) -> Response:
    """No such page, or nothing that can be done there in this way."""
    status = wrong.status_code if isinstance(wrong, HTTPException) else 400
    visit = await arrive_somehow(request)
    said: Refused = NotFound() if status == 404 else WrongMethod("This address does not do that. Nothing was changed.")
    if status not in (404, 405):
        said = Refused("What was sent could not be read.")
    response = visit.finish(await visit.refuse(said))
    if isinstance(wrong, HTTPException) and wrong.headers:
        response.headers.update(wrong.headers)
    if status == 405:
        response.headers["Allow"] = ", ".join(sorted(response.headers.get("Allow", "").split(", ")))
    return response


async def broken(request: Request, wrong: Exception) -> Response:
    """Our own mistake: logged with a number, told without details. It asks the database for nothing."""
    number = mistake_number()
    log.error("Mistake %d while answering %s %s", number, request.method, request.url.path, exc_info=wrong)
    said = (
        f"Une erreur s’est produite sur ce serveur (n° {number}). Rien n’a été changé.\n"
        f"Something went wrong on this server (mistake {number}). Nothing was changed.\n"
    )
    return PlainTextResponse(said, 500, {**careful(request.app.state.settings), "Cache-Control": "no-store"})


async def full(request: Request, wrong: Exception) -> Response:
    """The disk is full: not our mistake, and soon over, we hope."""
    if not is_full(wrong):
        raise wrong
    visit = await arrive_somehow(request)
    return visit.finish(await visit.refuse(NoRoom()))


HANDLERS = {HTTPException: refused, Refused: refusal, OSError: full, 500: broken}
