"""The address in a mail that stops further ones: it works by one click and without signing in (RFC 8058)."""

from starlette.requests import Request
from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.kit.mail import read_stop_code, stop_code
from perron.people.preferences import KINDS
from perron.timelines import mail
from perron.web.kit import answer, arrive
from perron.web.own.preferences import NAMES
from perron.web.visit import Visit


async def show_stop(visit: Visit) -> Response:
    """What a click will stop. Looking at it stops nothing: programs look at addresses in mails."""
    user_id, kind = _read(visit)
    everything = stop_code(visit.settings.data, user_id, "all")
    return visit.show(
        "own/stop_mail.html",
        cache_control="no-store",
        kind=NAMES.get(kind, ""),
        code=visit.path["code"],
        everything=everything,
    )


async def stop(visit: Visit) -> Response:
    """Stop the mails that the code names; whoever has the mail may do so, and a program for them."""
    user_id, kind = _read(visit)
    await visit.write(lambda tx: mail.stop_mail(tx, user_id, kind))
    return visit.show("own/stopped_mail.html", cache_control="no-store", kind=NAMES.get(kind, ""))


def _read(visit: Visit) -> tuple[int, str]:
    found = read_stop_code(visit.settings.data, visit.path["code"])
    if found is None or found[1] not in (*KINDS, "all"):
        raise NotFound
    return found


async def stop_mail(request: Request) -> Response:
    """The page, and the press or the program that says so."""
    visit = await arrive(request)
    handler = stop if request.method == "POST" else show_stop
    return await answer(visit, lambda: handler(visit))
