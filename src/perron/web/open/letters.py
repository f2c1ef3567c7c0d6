"""Lists of addresses, for people who read by mail: ask to be on one, say yes, leave by one press without signing in."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from perron.kit.errors import NotFound, Refused, TooMany
from perron.people.queries import find_account
from perron.store import Db, Tx
from perron.suite.atelier.outlets import readers
from perron.suite.atelier.outlets.model import Outlet
from perron.suite.atelier.outlets.readers import STOP, YES
from perron.web.fields import Fields, read_id
from perron.web.kit import answer, arrive
from perron.web.trust import limits
from perron.web.visit import Visit

MOST_AN_HOUR = 5


async def show_list(visit: Visit) -> Response:
    """Ask for one's address."""
    return await _page(visit)


async def ask_in(visit: Visit, fields: Fields) -> Response:
    """Write to an address, whether it wishes to be on the list. The same is said of every address."""
    id_, email = read_id(visit.path["id"]), fields.text("email")
    if visit.settings.rate_limit == "on":
        counted = limits(visit.request).hit(f"letters {visit.address}", MOST_AN_HOUR, 3600)
        if not counted.allowed:
            raise TooMany("Too many requests. Please slow down.", counted.retry_after)
    try:
        await visit.write(lambda tx: readers.ask_oneself_in(tx, id_, email, visit.locale))
    except NotFound:
        raise
    except Refused as wrong:
        return await _page(visit, wrong, email)
    return await _page(visit, asked=True)


async def _page(visit: Visit, wrong: Refused | None = None, email: str = "", *, asked: bool = False) -> Response:
    found = await visit.read(lambda db: _open(db, read_id(visit.path["id"])))
    why = visit.explain(wrong) if wrong else ""
    status = wrong.status if wrong else 200
    return visit.show(
        "open/letters.html", status=status, step="asked" if asked else "ask", wrong=why, email=email, **found
    )


def _open(db: Db, outlet_id: int) -> dict[str, Any]:
    """A list that anybody may ask to be on, of an account that can be shown."""
    found = _whose(db, readers.open_list(db, outlet_id))
    if found["state"] != "active":
        raise NotFound
    return found


def _whose(db: Db, one: Outlet) -> dict[str, Any]:
    """A list and whose it is, whatever became of them: one may always leave."""
    account = find_account(db, one.account_id)
    if account is None:
        raise NotFound
    return {"outlet": one, "handle": account.handle, "state": account.state}


async def say_yes(request: Request) -> Response:
    """The link that confirms an address."""
    return await _by_code(request, YES, readers.say_yes, "yes")


async def leave(request: Request) -> Response:
    """The link that takes an address off a list."""
    return await _by_code(request, STOP, readers.leave, "stop")


async def _by_code(request: Request, good_for: str, does: Callable[[Tx, str], Outlet], step: str) -> Response:
    """A page that says what a press does, and the press itself: programs look at addresses in mails, and only look."""

    async def handle(visit: Visit) -> Response:
        code = visit.path["code"]
        if visit.request.method == "POST":
            await visit.write(lambda tx: does(tx, code))

        def read(db: Db) -> dict[str, Any]:
            return _whose(db, readers.reader_by(db, code, good_for, data=visit.settings.data)[1])

        done = f"{step}_done" if visit.request.method == "POST" else step
        found = await visit.read(read)
        return visit.show("open/letters.html", cache_control="no-store", step=done, wrong="", email="", **found)

    visit = await arrive(request)
    return await answer(visit, lambda: handle(visit))
