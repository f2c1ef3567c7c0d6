"""Posts in order, all or none: published now, or planned by the clock of a place; ours, not Mastodon's."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, Required, TypedDict

from msgspec import Meta

from perron.api.chorus import Accounts, read_others, say_also, take_back_also, told_beside
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.api.params import Params
from perron.api.scheduled import read_due
from perron.api.statuses import NewStatus, read_draft
from perron.entities.plans import clock_of, planned_threads
from perron.entities.shapes.accounts import Visibility
from perron.entities.shapes.common import Empty, Id, Language, Time
from perron.entities.shapes.plans import CheckedThread, Clock, Local, PlannedThread
from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.secrets import new_secret
from perron.kit.zones import Wall, moment_of, read_wall, wall_at
from perron.people.model import Account
from perron.posts.hold_back import hold_back, let_go_on
from perron.posts.model import Draft
from perron.posts.planned import find_scheduled, scheduled_page
from perron.posts.publish import key_of
from perron.posts.publish_thread import publish_thread, published_at_once
from perron.posts.scheduled import Plan, cancel_scheduled, move, plan, plan_once, publish_now, rewrite
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import PLAN, POST, Line, Other
from perron.suite.atelier.outlets.keep import check_chosen
from perron.suite.atelier.plan.again import check_filled, own_series
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.repeats import again_at, repeats_in
from perron.suite.atelier.plan.told import repeat_entity
from perron.text.reading import length

PERSON = "person"
"""Why something waits that somebody has put on hold."""


class OnTheWall(TypedDict, total=False):
    """A time as clocks show it somewhere."""

    local: Required[Local]
    zone: Required[Annotated[str, Meta(description="A zone of the IANA database, such as `Europe/Paris`.")]]
    fold: Annotated[int, Meta(description="1 for the second of two times that look the same, when clocks go back.")]


class AskedTime(TypedDict, total=False):
    """A time on the wall, to be looked at."""

    local: Required[str]
    zone: Required[str]
    fold: int


class WhenAndWhat(TypedDict, total=False):
    """What can be said of something planned."""

    at: Annotated[OnTheWall, Meta(description="When, by the clock of a place; it is kept there when its rules change.")]
    scheduled_at: Annotated[Time, Meta(description="When, as a moment. Any moment to come.")]
    note: Annotated[str, Meta(description="A note to oneself, at most 2,000 characters.")]
    series_id: Annotated[Id, Meta(description="The series that it is part of.")]
    held: Annotated[bool, Meta(description="Whether it is put on hold: it then waits, whatever its time.")]


class ForEach(WhenAndWhat, total=False):
    """What holds for each post that says nothing else."""

    visibility: Visibility
    language: Language
    in_reply_to_id: Annotated[Id, Meta(description="What the first of them answers.")]
    outlets: Annotated[list[Id], Meta(description="Where it goes besides here: outlets of the account.")]
    unless_repeated: Annotated[
        bool, Meta(description="Refuse it when it says again what was said, or is planned, within thirty days.")
    ]


class Thread(ForEach, total=False):
    """Posts in order, each answering the one before. What stands beside them holds for each that says nothing else."""

    posts: Required[Annotated[list[NewStatus], Meta(description="At most 50; each as for a new status.")]]


class NewThread(Thread, total=False):
    """Posts in order, each answering the one before. What stands beside them holds for each that says nothing else."""

    accounts: Accounts


class CheckThread(Thread, total=False):
    """Posts to be looked at."""

    id: Annotated[Id, Meta(description="What is planned already and would be rewritten so: it does not count.")]


class ChangedThread(ForEach, total=False):
    """What is to be otherwise. `posts`, when sent, stand in the place of those there were; what stands beside them
    holds for each that says nothing else."""

    posts: list[NewStatus]
    version: Annotated[int, Meta(description="The one you have seen; refused when there is a newer one.")]


class HowMuch(TypedDict, total=False):
    """How much of it goes."""

    all: Annotated[
        bool, Meta(description="Also what was planned, or handed in, at once as other accounts: all of it or nothing.")
    ]


@speaks(PlannedThread, takes=NewThread)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/threads: publishes or, with `at` or `scheduled_at`, plans. Never twice with the same key."""
    drafts, key = read_drafts(call), call.idempotency_key
    wall, others = read_when(call), read_others(call, tx)
    check_chosen(tx, call.me.id, drafts)
    try:
        refuse_repeats(call, tx, drafts, wall)
        if wall is None:
            posts = publish_thread(tx, call.me, key or new_secret(12), drafts, call.settings)
            if posts:
                _publish_also(call, tx, posts[0], drafts, others)
            return _published(call, tx, posts)
        wished = replace(read_plan(call, tx, drafts), wall=wall)
        made = _plan(call, tx, call.me, wished)
        plan_also(call, tx, made, wished, others, _plan)
    except Refused as wrong:
        raise placed(wrong, len(drafts)) from None
    if find_scheduled(tx, made, account_id=call.me.id) is None:  # its time has come since
        return _published(call, tx, [one for _, one in published_at_once(tx, call.me.id, key_of(key))])
    return _entity(call, tx, made)


def _plan(call: Call, tx: Tx, account: Account, wished: Plan) -> int:
    key = call.idempotency_key
    return plan_once(tx, account, key, wished, call.settings) if key else plan(tx, account, wished, call.settings)


def plan_also(
    call: Call,
    tx: Tx,
    made: int,
    wished: Plan,
    others: Sequence[Other],
    work: Callable[[Call, Tx, Account, Plan], int],
) -> None:
    """Plan what was planned as the further accounts too; a series is that of the first alone."""

    def publish(tx: Tx, account: Account, drafts: Sequence[Draft]) -> Line:
        theirs = replace(wished, drafts=tuple(drafts), series_id=None)
        return Line(work(call, tx, account, theirs), account.id, PLAN)

    say_also(call, tx, Line(made, call.me.id, PLAN), wished.drafts, others, publish, wished.wall)


def _publish_also(call: Call, tx: Tx, made: int, drafts: Sequence[Draft], others: Sequence[Other]) -> None:
    key = call.idempotency_key or new_secret(12)

    def publish(tx: Tx, account: Account, drafts: Sequence[Draft]) -> Line:
        return Line(publish_thread(tx, account, key, drafts, call.settings)[0], account.id, POST)

    say_also(call, tx, Line(made, call.me.id, POST), drafts, others, publish, None)


@speaks(list[PlannedThread], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/threads: what is planned, what was planned last first."""
    found = scheduled_page(db, call.me.id, call.paging(20, 80))
    headers = call.link_header([one.id for one in found])
    told = [one for one in found if call.is_told(one.draft.visibility)]
    also = told_beside(call, db, [one.id for one in told])
    return Reply(json.encode(planned_threads(call.links, db, told, also)), headers=headers)


@speaks(PlannedThread)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/threads/:id"""
    return _entity(call, db, call.id)


@speaks(PlannedThread, takes=ChangedThread)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/perron/v1/threads/:id: other words, another time, on hold or not; what is not sent stays as it is."""
    found = find_scheduled(tx, call.id, account_id=call.me.id)
    if found is None:
        raise NotFound
    params = call.params
    if any(map(params.has, ("posts", "note", "version", "outlets"))):
        drafts = read_drafts(call) if params.has("posts") else [*found.drafts]
        outlets = read_outlets(call) if params.has("outlets") else found.draft.outlets
        drafts = [replace(one, outlets=() if place else outlets) for place, one in enumerate(drafts)]
        check_chosen(tx, call.me.id, drafts)
        version = params.number("version") if params.has("version") else None
        note = params.text("note", found.note)
        try:
            refuse_repeats(call, tx, drafts, read_when(call) or found.wall, but=found.id)
            rewrite(tx, call.me, found.id, drafts, call.settings, note=note, version=version)
        except Refused as wrong:
            raise placed(wrong, len(drafts)) from None
    if (wall := read_when(call)) is not None:
        move(tx, call.me.id, found.id, wall)
    if params.has("held"):
        (hold_back if params.flag("held") else let_go_on)(tx, call.me.id, PERSON, [found.id])
    return _entity(call, tx, found.id)


@speaks(PlannedThread)
def go(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/threads/:id/publish: now, without waiting."""
    return _published(call, tx, publish_now(tx, call.me, call.id))


@speaks(Empty, takes=HowMuch)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/threads/:id: alone or, with `all`, with what was planned at once as other accounts."""
    if call.params.flag("all"):
        take_back_also(call, tx, call.id)
    cancel_scheduled(tx, call.me, call.id)
    return {}


@speaks(Clock, takes=AskedTime)
def clock(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/clock: which moment a time on the wall is, and whether there is none such, or two."""
    made = clock_of(_wall_in(call.params))
    assert made is not None
    return made


@speaks(CheckedThread, takes=CheckThread)
def check(call: Call, db: Db) -> Answer:
    """POST /api/perron/v1/threads/check: what it would say again, at its time or now. Nothing is kept."""
    drafts, wall = read_drafts(call), read_when(call)
    moment = moment_of(wall) if wall else None
    but = call.params.id("id") or 0
    found = repeats_in(db, call.me.id, drafts, at=moment.at if moment else None, but=but)
    then = again_at(db, call.me.id, found[0].said.at, queue_of(db, call.me.id).zone or "UTC") if found else None
    return {
        "repeats": [repeat_entity(one) for one in found],
        "proposal": clock_of(then) if then and call.me.kind == "brand" else None,
        "lengths": [length(one.text) + length(one.warning) for one in drafts],
    }


def read_drafts(call: Call) -> list[Draft]:
    """Posts in Mastodon's words; what stands beside them holds for those that say nothing else."""
    shared = {name: call.params.raw[name] for name in ("visibility", "language") if call.params.has(name)}
    answers = {"in_reply_to_id": call.params.raw.get("in_reply_to_id")}
    records: list[dict[str, Any]] = [one.raw for one in call.params.records("posts")]
    first = [read_draft(call, Params({**answers, **shared, **one})) for one in records[:1]]
    if first:
        first[0] = replace(first[0], outlets=read_outlets(call))
    return first + [replace(read_draft(call, Params({**shared, **one})), reply_to=None) for one in records[1:]]


def read_outlets(call: Call) -> tuple[int, ...]:
    """Where something is to go besides here."""
    return tuple(call.params.ids("outlets"))


def refuse_repeats(call: Call, db: Db, drafts: list[Draft], wall: Wall | None, *, but: int = 0) -> None:
    """Refuse what was said lately, where whoever asks wishes that."""
    if not call.params.flag("unless_repeated"):
        return
    moment = moment_of(wall) if wall else None
    for one in repeats_in(db, call.me.id, drafts, at=moment.at if moment else None, but=but):
        wrong = Invalid(f"This was said lately, or is planned: “{one.words}” Nothing was kept.")
        wrong.place = one.place
        raise wrong


def read_plan(call: Call, db: Db, drafts: list[Draft]) -> Plan:
    """What is to be planned, but for its time."""
    series_id, held = call.params.id("series_id"), PERSON if call.params.flag("held") else ""
    if series_id is not None:
        check_filled(own_series(db, call.me.id, series_id), drafts[0].text if drafts else "")
    note = call.params.text("note")
    return Plan(tuple(drafts), user_id=call.user_id, note=note, held=held, series_id=series_id)


def read_when(call: Call) -> Wall | None:
    """The time for which something is planned, by a clock; None for now."""
    at = call.params.record("at")
    if at is not None:
        return _wall_in(at)
    due = read_due(call)
    return wall_at(due, "UTC") if due is not None else None


def _wall_in(params: Params) -> Wall:
    return read_wall(params.text("local"), params.text("zone"), params.number("fold"))


def placed(wrong: Refused, of: int) -> Refused:
    """A refusal that says which of several posts it is about."""
    if of < 2:
        return wrong
    said = type(wrong)(f"Post {wrong.place + 1} of {of}: {wrong}")
    said.place = wrong.place
    return said


def _published(call: Call, tx: Tx, ids: list[int]) -> Answer:
    """What was just published, in the shape of what is planned."""
    tx.settle()
    if not ids:
        raise Invalid("What was published with this key is gone.")
    head: dict[str, Any] = {
        "id": str(ids[0]),
        "state": "published",
        "held_by": [],
        "error": None,
        "scheduled_at": None,
        "at": None,
        "queued": False,
        "series_id": None,
        "note": "",
        "version": 0,
        "outlets": [],
        "also_as": told_beside(call, tx, ids[:1]).get(ids[0], []),
        "posts": [],
    }
    return json.encode(head)[:-1] + b',"statuses":' + join(call.posts(tx, ids)) + b"}"


def _entity(call: Call, db: Db, scheduled_id: int) -> PlannedThread:
    found = find_scheduled(db, scheduled_id, account_id=call.me.id)
    if found is None or not call.is_told(found.draft.visibility):
        raise NotFound
    return planned_threads(call.links, db, [found], told_beside(call, db, [scheduled_id]))[0]
