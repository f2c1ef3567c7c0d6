"""Posts that wait for their time: planned in the form, seen in one list, moved, taken back to the drafts."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from perron.entities.plans import planned_threads
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.time import iso, now
from perron.kit.zones import wall_at
from perron.posts.drafts import remove_draft
from perron.posts.hold_back import hold_back, let_go_on
from perron.posts.model import Draft
from perron.posts.planned import Scheduled, find_scheduled, scheduled_of
from perron.posts.scheduled import Plan, cancel_scheduled, move, plan_once, publish_now
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import PLAN, Line
from perron.suite.atelier.outlets.keep import check_chosen
from perron.suite.atelier.plan.again import Place, check_filled, next_open, own_series
from perron.suite.atelier.plan.line import put_in
from perron.text.letters import shortened
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit
from perron.web.write.chorus import key_of_form, made_beside, said_beside, say_also
from perron.web.write.composer import Given, as_drafts
from perron.web.write.drafts import LONGEST_EXCERPT, keep_undone
from perron.web.write.moments import said_of, told_of, typed_wall, wall_in, zone_of

PERSON = "person"
"""Why something waits that somebody has put on hold."""


async def plan(visit: Visit, given: Given) -> str:
    """Plan what stands in the form; where to go then."""
    me, user = visit.must_write(), visit.must_sign_in().user
    wall = None if given.queue else typed_wall(visit, given.later, given.zone, given.fold)
    drafts = tuple(replace(one, writer_id=visit.writer_id) for one in as_drafts(given))
    wished = Plan(drafts, wall, user_id=user.id, note=given.note, series_id=given.series or None)
    key = key_of_form(given)

    def work(tx: Tx) -> int:
        check_chosen(tx, me.id, drafts)
        if given.series:
            check_filled(own_series(tx, me.id, given.series), drafts[0].text)
        if given.queue:
            made = put_in(tx, me, wished, visit.settings, key)
        else:
            made = plan_once(tx, me, key, wished, visit.settings)
        say_also(tx, visit, given, Line(made, me.id, PLAN), drafts)
        if given.draft:
            remove_draft(tx, given.draft, account_id=me.id)
        return made

    made = await visit.write(work)
    page = "queue" if given.queue else "scheduled"
    return f"/{page}?planned={made}#s{made}"


async def show(visit: Visit) -> Response:
    """What one has planned, the next to come first."""
    visit.must_write()
    return await _list(visit)


async def change_time(visit: Visit, fields: Fields) -> Response:
    """Move a post to another time."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    try:
        wall = wall_in(visit, fields)
        await visit.write(lambda tx: move(tx, me.id, id_, wall))
    except NotFound:
        raise _gone() from None
    except Refused as wrong:
        return await _list(visit, wrong, at=id_, typed=fields.text("when"))
    return visit.go(f"/scheduled?planned={id_}#s{id_}")


async def cancel(visit: Visit, fields: Fields) -> Response:
    """Cancel a post, alone or with what was planned as other accounts with it; its words and files go back to the
    drafts."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])

    def undone(tx: Tx) -> list[Draft]:
        found = find_scheduled(tx, id_, account_id=me.id)
        if found is None:
            raise _gone()
        cancel_scheduled(tx, me, id_)
        return [*found.drafts]

    draft_id = await keep_undone(visit, undone, id_ if "all" in fields else 0)
    return visit.go(f"/scheduled?draft={draft_id}")


async def act(visit: Visit, fields: Fields) -> Response:
    """Put it on hold, let it go on, or publish it now."""
    me, id_, what = visit.must_write(), read_id(visit.path["id"]), visit.path["act"]

    def work(tx: Tx) -> list[int]:
        if find_scheduled(tx, id_, account_id=me.id) is None:
            raise _gone()
        if what == "hold":
            return hold_back(tx, me.id, PERSON, [id_]) and []
        if what == "go-on":
            return let_go_on(tx, me.id, PERSON, [id_]) and []
        if what == "publish":
            return publish_now(tx, me, id_)
        raise NotFound

    try:
        made = await visit.write(work)
    except Invalid as wrong:
        return await _list(visit, wrong, at=id_)
    return visit.go(f"/home?published={made[0]}#p{made[0]}" if made else f"/scheduled#s{id_}")


def _gone() -> NotFound:
    return NotFound("This post is no longer planned: it was published or cancelled.")


async def _list(visit: Visit, wrong: Refused | None = None, at: int = 0, typed: str = "") -> Response:
    me, news = visit.must_write(), max(read_id(visit.query.get("planned", "")), 0)

    def read(db: Db) -> dict[str, Any]:
        found = scheduled_of(db, me.id)
        series = next((one.series_id for one in found if one.id == news), None)
        place = next_open(db, me.id, series) if series else None
        return {"planned": shown_plans(visit, db, found), "next": _place(visit, place) if place else None}

    return visit.show(
        "write/scheduled.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        news=news,
        draft=max(read_id(visit.query.get("draft", "")), 0),
        wrong=visit.explain(wrong) if wrong else "",
        at=at,
        typed=typed,
        **await visit.read(read),
    )


def _place(visit: Visit, place: Place) -> dict[str, str]:
    """Where a place of a series is written, and when it comes out."""
    at = {"series": str(place.series.id), "at": place.wall.local, "zone": place.wall.zone}
    return {"told": told_of(visit, place.wall), "href": "/write?" + urlencode(at)}


def shown_plans(visit: Visit, db: Db, found: Sequence[Scheduled]) -> list[dict[str, Any]]:
    """What waits, as pages show it, with what was planned at once as other accounts."""
    shown = planned_threads(visit.links, db, found)
    beside = made_beside(visit, db, [one.id for one in found])
    return [
        shown_plan(visit, one, entity) | said_beside(beside.get(one.id, []))
        for one, entity in zip(found, shown, strict=True)
    ]


def shown_plan(visit: Visit, one: Scheduled, entity: Any) -> dict[str, Any]:
    """What waits, as pages show it."""
    words = " ".join(" ".join(each.warning or each.text for each in one.drafts).split())
    wall = one.wall or wall_at(one.due, zone_of(visit))
    moment = one.moment
    first = entity["posts"][0]["params"]
    files = [each for post in entity["posts"] for each in post["media_attachments"]]
    return {
        "id": one.id,
        "at": iso(one.due),
        "due": one.due,
        "local": wall.local[:16] if wall else "",
        "zone": wall.zone if wall else "",
        "fold": bool(wall and wall.fold),
        "twice": bool(moment and moment.kind in ("first", "second")),
        "told": told_of(visit, wall) if wall else "",
        "says": said_of(visit, one.wall, moment) if one.wall and moment else "",
        "late": one.due < now() and one.state == "waiting",
        "state": one.state,
        "held": one.held,
        "by_hand": PERSON in one.held,
        "queued": one.queued,
        "error": visit.explain(Refused(one.error)) if one.error else "",
        "words": shortened(words, LONGEST_EXCERPT),
        "pictures": [each for each in files if each["preview_url"]][:4],
        "visibility": first["visibility"],
        "posts": len(one.drafts),
        "answers": bool(one.draft.reply_to),
        "poll": any(each.poll is not None for each in one.drafts),
        "note": one.note,
        "series": one.series_id,
        "places": len(one.draft.outlets),
    }
