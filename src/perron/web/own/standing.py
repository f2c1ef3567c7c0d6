"""Settings, standing: what was decided about one's account, by which rule, and the appeal against it."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.moderation.appeal import LONGEST, TERM, appeal
from perron.moderation.queries import appeals_of, facts_of, strikes_about
from perron.people.model import Account
from perron.store import Db
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import strike_shown
from perron.web.shown import PAGE, paging
from perron.web.visit import Visit


async def show_standing(visit: Visit) -> Response:
    """Every decision about the account, newest first, with its words and rules."""
    return await _standing(visit, visit.must_sign_in().account)


async def send_appeal(visit: Visit, fields: Fields) -> Response:
    """Appeal against a decision; what was typed is kept when it is refused."""
    me, strike_id = visit.must_write(), read_id(visit.path["id"])
    try:
        await visit.write(lambda tx: appeal(tx, me, strike_id, fields.text("text")))
    except NotFound:
        raise
    except Refused as wrong:
        return await _standing(visit, me, {strike_id: fields.text("text")}, wrong)
    return visit.go(f"/settings/standing#d{strike_id}")


async def _standing(
    visit: Visit, me: Account, typed: dict[int, str] | None = None, wrong: Refused | None = None
) -> Response:
    def read(db: Db) -> dict[str, Any]:
        strikes = strikes_about(db, me.id, paging(visit))
        appeals = appeals_of(db, [one.id for one in strikes])
        facts = facts_of(db, me.id) or {}
        return {
            "strikes": [strike_shown(one, appeals.get(one.id), {}) for one in strikes],
            "older": strikes[-1].id if len(strikes) == PAGE else 0,
            "limited": bool(facts.get("silenced")),
        }

    return show_form(
        visit,
        "own/standing.html",
        wrong,
        typed=typed or {},
        longest=LONGEST,
        term=TERM,
        path="/settings/standing",
        **await visit.read(read),
    )
