"""The queue and the slots of its week, series that come again, and what is prepared for; ours, not Mastodon's."""

from datetime import date, timedelta
from itertools import islice
from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.chorus import Accounts, read_others, told_beside
from perron.api.kit import Answer, Call, speaks
from perron.api.statuses import NewStatus
from perron.api.threads import ForEach, placed, plan_also, read_drafts, read_plan, refuse_repeats
from perron.entities.plans import clock_of, planned_threads
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.plans import Clock, PlannedThread
from perron.entities.shapes.queues import EventEntity, QueueOfThreads, SeriesEntity, SeriesPlace, Slots, WeekSlot
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.zones import read_wall
from perron.people.model import Account
from perron.posts.planned import find_scheduled, scheduled_of
from perron.posts.scheduled import Plan
from perron.store import Db, Tx
from perron.suite.atelier.outlets.keep import check_chosen
from perron.suite.atelier.plan import line, queries
from perron.suite.atelier.plan.again import begin_series, change_series, drop_series, own_series, places
from perron.suite.atelier.plan.model import Slot
from perron.suite.atelier.plan.occasions import forget_occasion, prepare_for
from perron.suite.atelier.plan.slots import free_slots, next_free
from perron.suite.atelier.plan.told import event_entity, place_entity, series_entity, slots_entity


class ToQueue(ForEach, total=False):
    """Posts for the next free slot, or the id of something planned that is to take one."""

    posts: list[NewStatus]
    id: Annotated[Id, Meta(description="Something that is planned already.")]
    accounts: Accounts


class QueueChange(TypedDict, total=False):
    """What is to become of the queue."""

    order: Annotated[list[Id], Meta(description="Ids in their new order; what is not named stands at the end.")]
    shuffle: bool
    realign: Annotated[bool, Meta(description="Give the queue, in its order, the first slots there are.")]
    paused: bool
    warn_below: int


class NewSlots(TypedDict, total=False):
    """The whole week anew. What waits already keeps its time."""

    zone: str
    slots: list[WeekSlot]


class HowManySlots(TypedDict, total=False):
    """How many of them."""

    limit: int


class AboutSeries(TypedDict, total=False):
    """What a series is."""

    name: str
    tag: str
    rule: str
    begins: Annotated[str, Meta(description="The first time on the wall: `2026-12-01T18:00`.")]
    zone: str
    template: str
    ended: bool


class Weeks(TypedDict, total=False):
    """How far one looks."""

    weeks: Annotated[int, Meta(description="From 1 to 52; 8 when nothing is said.")]


class NewEvent(TypedDict, total=False):
    """Something to prepare for."""

    name: Required[str]
    begins: Required[str]
    ends: str
    weeks: int
    note: str


# -- the queue ---------------------------------------------------------------------------------------------------------


@speaks(QueueOfThreads)
def show_queue(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/queue"""
    return _queue(call, db)


@speaks(PlannedThread, takes=ToQueue)
def put_in_queue(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/queue: never twice with the same key."""
    known = call.params.id("id")
    if known is not None:
        line.take_in(tx, call.me.id, known)
        return _planned(call, tx, known)
    drafts = read_drafts(call)
    check_chosen(tx, call.me.id, drafts)
    try:
        refuse_repeats(call, tx, drafts, next_free(tx, call.me.id))
        wished = read_plan(call, tx, drafts)
        made = _put_in(call, tx, call.me, wished)
        plan_also(call, tx, made, wished, read_others(call, tx), _put_in)
    except Refused as wrong:
        raise placed(wrong, len(drafts)) from None
    return _planned(call, tx, made)


def _put_in(call: Call, tx: Tx, account: Account, wished: Plan) -> int:
    return line.put_in(tx, account, wished, call.settings, call.idempotency_key)


@speaks(QueueOfThreads, takes=QueueChange)
def change_queue(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/queue"""
    params, me = call.params, call.me.id
    if params.has("warn_below"):
        line.set_up(tx, me, warn_below=params.number("warn_below"))
    if params.has("order"):
        line.reorder(tx, me, params.ids("order"))
    if params.flag("shuffle"):
        line.shuffle(tx, me)
    if params.flag("realign"):
        line.realign(tx, me)
    if params.has("paused"):
        (line.pause if params.flag("paused") else line.resume)(tx, me)
    return _queue(call, tx)


@speaks(Slots)
def show_slots(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/slots"""
    return slots_entity(queries.queue_of(db, call.me.id))


@speaks(Slots, takes=NewSlots)
def change_slots(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/slots"""
    params = call.params
    slots = [_slot(one.number("day", -1), one.text("time")) for one in params.records("slots")]
    zone = params.text("zone") if params.has("zone") else None
    line.set_up(tx, call.me.id, zone=zone, slots=slots if "slots" in params.raw else None)
    return slots_entity(queries.queue_of(tx, call.me.id))


@speaks(list[Clock], takes=HowManySlots)
def free(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/slots/free"""
    found = islice(free_slots(db, call.me.id), call.params.limit(10, 100))
    return [made for wall in found if (made := clock_of(wall)) is not None]


def _slot(day: int, time: str) -> Slot:
    hour, colon, minute = time.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and len(time) <= 5 and int(minute) < 60):
        raise Invalid("A slot has a day from 0 (Monday) to 6, and a time such as 09:30.")
    return Slot(day, int(hour) * 60 + int(minute))


def _queue(call: Call, db: Db) -> QueueOfThreads:
    queue = queries.queue_of(db, call.me.id)
    first = next(free_slots(db, call.me.id), None)
    told = [one for one in line.line_of(db, call.me.id) if call.is_told(one.draft.visibility)]
    return {
        "zone": queue.zone or "UTC",
        "paused": queue.paused,
        "warn_below": queue.warn_below,
        "next_free": clock_of(first) if first else None,
        "planned": planned_threads(call.links, db, told, told_beside(call, db, [one.id for one in told])),
    }


def _planned(call: Call, db: Db, scheduled_id: int) -> PlannedThread:
    found = find_scheduled(db, scheduled_id, account_id=call.me.id)
    if found is None or not call.is_told(found.draft.visibility):
        raise NotFound
    return planned_threads(call.links, db, [found], told_beside(call, db, [scheduled_id]))[0]


# -- series ------------------------------------------------------------------------------------------------------------


@speaks(list[SeriesEntity])
def all_series(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/series"""
    return [series_entity(one) for one in queries.series_of(db, call.me.id)]


@speaks(SeriesEntity, takes=AboutSeries)
def new_series(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/series: needs a name, a rule, and when it begins."""
    params = call.params
    return series_entity(
        begin_series(
            tx,
            call.me.id,
            name=params.text("name"),
            tag=params.text("tag"),
            rule=params.text("rule"),
            begins=read_wall(params.text("begins"), params.text("zone", "UTC")),
            template=params.text("template"),
        )
    )


@speaks(SeriesEntity)
def one_series(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/series/:id"""
    return series_entity(own_series(db, call.me.id, call.id))


@speaks(SeriesEntity, takes=AboutSeries)
def other_series(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/series/:id: what is not sent stays as it is; what is planned for it stays."""
    params, was = call.params, own_series(tx, call.me.id, call.id)
    begins = read_wall(params.text("begins", was.begins.local), params.text("zone", was.begins.zone))
    return series_entity(
        change_series(
            tx,
            call.me.id,
            was.id,
            name=params.text("name", was.name),
            tag=params.text("tag", was.tag),
            rule=params.text("rule", was.rule),
            begins=begins,
            template=params.text("template", was.template),
            ended=params.flag("ended", was.ended),
        )
    )


@speaks(Empty)
def no_series(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/series/:id"""
    drop_series(tx, call.me.id, call.id)
    return {}


@speaks(list[SeriesPlace], takes=Weeks)
def series_places(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/series/:id/places: from today on."""
    own_series(db, call.me.id, call.id)
    today = date.today()
    to = today + timedelta(weeks=max(1, min(52, call.params.number("weeks", 8))))
    return [place_entity(one) for one in places(db, call.me.id, today - timedelta(1), to, call.id)]


# -- events ------------------------------------------------------------------------------------------------------------


@speaks(list[EventEntity])
def all_events(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/events: with their weeks, and those in which nothing is planned yet."""
    days = [date.fromisoformat(one.wall.local[:10]) for one in scheduled_of(db, call.me.id) if one.wall]
    return [event_entity(one, days) for one in queries.occasions_of(db, call.me.id)]


@speaks(EventEntity, takes=NewEvent)
def new_event(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/events: `begins` and `ends` are days."""
    params = call.params
    made = prepare_for(
        tx,
        call.me.id,
        name=params.text("name"),
        begins=params.text("begins"),
        ends=params.text("ends"),
        weeks=params.number("weeks"),
        note=params.text("note"),
    )
    return event_entity(next(one for one in queries.occasions_of(tx, call.me.id) if one.id == made), [])


@speaks(Empty)
def no_event(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/events/:id"""
    forget_occasion(tx, call.me.id, call.id)
    return {}
