"""The crisis switch: what waits, what is held, how much is said; and how each thing goes on."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.kit.time import iso
from perron.people.may import ACT, may
from perron.posts.planned import Scheduled, scheduled_of
from perron.store import Db
from perron.suite.teams import approve, crisis
from perron.web.fields import Fields, read_id
from perron.web.teams.kit import brands, done, me, mine, people, show
from perron.web.visit import Visit


async def show_pause(visit: Visit) -> Response:
    """The brands, what is planned for each, and how much is said of it."""
    return await _pause(visit)


async def _pause(visit: Visit, wrong: Refused | None = None) -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        kept = [_told(visit, db, one) for one in brands(visit, db, organisation)]
        who = people(visit, db, [one["brand"].paused_by for one in kept if one["brand"].paused_by])
        return {"organisation": organisation, "kept": kept, "who": who}

    return show(visit, "teams/pause.html", wrong, **await visit.read(read))


def _told(visit: Visit, db: Db, one: dict[str, Any]) -> dict[str, Any]:
    brand = one["brand"]
    held, submissions = crisis.held_of(db, brand.account_id), approve.held_approved(db, brand.account_id)
    hour, day, before = crisis.mentions_of(db, brand.account_id)
    return one | {
        "planned": len(scheduled_of(db, brand.account_id)) - len(held),
        "held": [_plan(each) for each in held],
        "submissions": [
            {"id": each.id, "due": iso(each.due or 0), "words": approve.words_of(db, each)} for each in submissions
        ],
        "hour": hour,
        "day": day,
        "before": before,
        "since": iso(brand.paused_at) if brand.paused_at else "",
        "acts": bool(one["voice"]) and may(one["voice"].role, ACT),
    }


def _plan(one: Scheduled) -> dict[str, Any]:
    return {"id": one.id, "due": iso(one.due), "words": " ".join((one.draft.warning or one.draft.text).split())[:140]}


async def pause(visit: Visit, fields: Fields) -> Response:
    """One press: nothing of the chosen brands goes out by itself."""
    user_id, id_, chosen = me(visit), read_id(visit.path["id"]), [read_id(one) for one in fields.texts("brand")]
    return await done(
        visit,
        lambda tx: crisis.pause(tx, user_id, id_, chosen),
        f"/organisations/{id_}/pause",
        lambda wrong: _pause(visit, wrong),
    )


async def go_on(visit: Visit, fields: Fields) -> Response:
    """Let one thing go on, or what will be planned from now on."""
    user_id, id_, account_id = me(visit), read_id(visit.path["id"]), read_id(fields.text("brand"))
    plan, submission = max(read_id(fields.text("plan")), 0), max(read_id(fields.text("submission")), 0)
    if plan or submission:
        what = {"plan": plan, "submission": submission}
        await visit.write(lambda tx: crisis.resume_one(tx, user_id, id_, account_id, **what))
    else:
        await visit.write(lambda tx: crisis.end_pause(tx, user_id, id_, account_id))
    return visit.go(f"/organisations/{id_}/pause")
