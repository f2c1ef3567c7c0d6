"""The queue: what waits for its slot, in an order that can be changed, and the times of the week."""

from typing import Any

from babel.dates import get_day_names
from starlette.responses import Response

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.zones import rules_of
from perron.store import Db, Tx
from perron.suite.atelier.plan import line, queries
from perron.suite.atelier.plan.model import Queue
from perron.suite.atelier.plan.slots import free_slots, read_slots
from perron.web.fields import Fields, read_id
from perron.web.plan.approved import approved
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json
from perron.web.write.moments import told_of, zone_of
from perron.web.write.scheduled import shown_plans


async def show(visit: Visit) -> Response:
    """What waits in the queue, the next first."""
    visit.must_write()
    return await _page(visit)


async def set_week(visit: Visit, fields: Fields) -> Response:
    """Say by whose clock and at which times of the week the queue publishes."""
    me, days = visit.must_write(), [fields.text(f"day_{n}") for n in range(7)]
    try:
        slots, least = read_slots(days), fields.text("warn_below").strip()
        if not (least.isascii() and least.isdigit()):
            raise Invalid("This is a number from 0 to 50.")
        zone = fields.text("zone").strip() or zone_of(visit)
        await visit.write(lambda tx: line.set_up(tx, me.id, zone=zone, slots=slots, warn_below=int(least)))
    except Refused as wrong:
        return await _page(visit, wrong, fields)
    return visit.go("/queue")


async def order(visit: Visit, fields: Fields) -> Response:
    """Bring the queue into the order in which a script has put it."""
    me, ids = visit.must_write(), [read_id(one) for one in fields.texts("id")]
    try:
        await visit.write(lambda tx: line.reorder(tx, me.id, ids))
    except Refused as wrong:
        return tell_why(visit, wrong) if wants_json(visit) else await _page(visit, wrong)
    return tell({}) if wants_json(visit) else visit.go("/queue")


async def act(visit: Visit, fields: Fields) -> Response:
    """Shuffle the queue, pause it, let it go on, or give it the first slots there are."""
    me, what = visit.must_write(), visit.path["act"]
    acts = {"shuffle": line.shuffle, "pause": line.pause, "resume": line.resume, "realign": line.realign}
    if what not in acts:
        raise NotFound
    try:
        await visit.write(lambda tx: acts[what](tx, me.id))
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.go("/queue")


async def act_on_one(visit: Visit, fields: Fields) -> Response:
    """Move one thing forward or back, or give a planned one a slot."""
    me, id_, what = visit.must_write(), read_id(visit.path["id"]), visit.path["act"]

    def work(tx: Tx) -> None:
        if what in ("sooner", "later"):
            line.step(tx, me.id, id_, -1 if what == "sooner" else 1)
        elif what == "in":
            line.take_in(tx, me.id, id_)
        else:
            raise NotFound

    try:
        await visit.write(work)
    except Invalid as wrong:
        return await _page(visit, wrong)
    return visit.go(f"/queue#s{id_}")


async def _page(visit: Visit, wrong: Refused | None = None, typed: Fields | None = None) -> Response:
    me = visit.must_write()

    def read(db: Db) -> dict[str, Any]:
        queue, found = queries.queue_of(db, me.id), line.line_of(db, me.id)
        first = next(free_slots(db, me.id), None)
        return {
            "queue": queue,
            "zone": queue.zone or zone_of(visit),
            "lost": bool(queue.zone) and rules_of(queue.zone) is None,
            "line": shown_plans(visit, db, found),
            "free": told_of(visit, first) if first else "",
            "week": _week(visit, queue, typed),
            "approved": approved(visit, db, me.id, queue.zone if rules_of(queue.zone) else zone_of(visit)),
        }

    return visit.show(
        "plan/queue.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        typed=typed,
        **await visit.read(read),
    )


def _week(visit: Visit, queue: Queue, typed: Fields | None) -> list[dict[str, str]]:
    """The days of a week with their times, or with what was typed for them."""
    names = get_day_names("wide", locale=visit.locale)
    return [
        {
            "name": names[day],
            "times": typed.text(f"day_{day}")
            if typed
            else "\n".join(one.clock for one in queue.slots if one.day == day),
        }
        for day in range(7)
    ]
