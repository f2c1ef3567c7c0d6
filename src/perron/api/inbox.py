"""The inbox of a brand: what people say to it, who deals with it, and how soon it is answered."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.api.organisations import my_user
from perron.entities.posts import posts_by_id
from perron.entities.shapes.common import Empty, Id
from perron.entities.shapes.inbox import AskedOfYou, InboxStanding, InboxState, InboxTicket, InboxWriting
from perron.entities.teams import accounts_by_id, persons
from perron.kit import json
from perron.kit.errors import NotFound, NotSignedIn
from perron.kit.secrets import new_secret
from perron.kit.time import SECOND, iso
from perron.people.members import role_of
from perron.people.model import Viewer
from perron.people.queries import find_account
from perron.store import Db, Tx
from perron.suite.teams import inbox, organise, satisfied
from perron.suite.teams.answer import answer as give_answer
from perron.suite.teams.queries import brands_of

LEAST = 5
"""First answers below which nothing is said of how long they take."""


class InboxPage(Page, total=False):
    """Which page, and of what."""

    state: Annotated[InboxState, Meta(description="Everything when it is not sent.")]
    mine: Annotated[bool, Meta(description="What oneself has taken up.")]


class TakenUp(TypedDict, total=False):
    """Who deals with it."""

    user_id: Annotated[Id, Meta(description="Nobody when it is not sent.")]
    version: Required[Annotated[int, Meta(description="The one you have seen; refused when there is a newer one.")]]


class NewState(TypedDict, total=False):
    """How it stands."""

    state: Required[InboxState]
    version: Required[int]


class NewAnswer(TypedDict, total=False):
    """What a brand answers."""

    text: Required[str]
    version: Required[int]
    sure: Annotated[bool, Meta(description="Also when somebody else writes an answer, or gave one meanwhile.")]


class Question(TypedDict, total=False):
    """What is asked."""

    text: Annotated[str, Meta(description="Words of one's own, at most 300 characters; the address follows them.")]


class WhetherItHelped(TypedDict, total=False):
    """What somebody says."""

    answer: Required[Literal["yes", "partly", "no"]]


def _where(call: Call) -> tuple[int, int, int]:
    return my_user(call), call.id_called("account_id"), call.id_called("post_id")


@speaks(list[InboxTicket], takes=InboxPage, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/inbox/:account_id: of a brand, newest first."""
    user_id, account_id = my_user(call), call.id_called("account_id")
    below = call.params.id("max_id") or 2**62
    whose = user_id if call.params.flag("mine") else 0
    found = inbox.inbox_of(db, user_id, account_id, state=call.params.text("state"), whose=whose, below=below)
    headers = call.link_header([one.post_id for one in found])
    return Reply(json.encode(_entities(call, db, account_id, found)), headers=headers)


@speaks(InboxTicket)
def show(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/inbox/:account_id/:post_id"""
    return _one(call, db)


@speaks(InboxTicket, takes=TakenUp)
def assign(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/inbox/:account_id/:post_id/assign"""
    inbox.take_up(tx, *_where(call), call.params.id("user_id"), call.params.number("version", 0))
    return _one(call, tx)


@speaks(InboxTicket, takes=NewState)
def set_state(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/inbox/:account_id/:post_id/state"""
    inbox.set_state(tx, *_where(call), call.params.text("state"), call.params.number("version", 0))
    return _one(call, tx)


@speaks(InboxTicket, takes=NewAnswer)
def answer(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/inbox/:account_id/:post_id/answer: in the name of the brand."""
    params, key = call.params, call.idempotency_key or new_secret(12)
    version, sure = params.number("version", 0), params.flag("sure")
    give_answer(tx, *_where(call), params.text("text"), key=key, version=version, sure=sure)
    tx.settle()
    return _one(call, tx)


@speaks(InboxTicket, takes=Question)
def ask(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/inbox/:account_id/:post_id/ask: whether the answer helped; once, of who wrote first."""
    satisfied.ask(tx, *_where(call), call.links.origin, call.params.text("text"))
    tx.settle()
    return _one(call, tx)


@speaks(AskedOfYou)
def asked(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/asked/:account_id/:post_id"""
    return _asked(call, db)


@speaks(AskedOfYou, takes=WhetherItHelped)
def say(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/asked/:account_id/:post_id: by the person who was asked; one may think again."""
    about = call.id_called("account_id"), call.id_called("post_id")
    satisfied.say(tx, call.me.id, *about, call.params.text("answer"))
    return _asked(call, tx)


def _asked(call: Call, db: Db) -> dict[str, Any]:
    one = satisfied.find_asked(db, call.me.id, call.id_called("account_id"), call.id_called("post_id"))
    account = accounts_by_id(call.links, db, [one.brand.id])[one.brand.id]
    return {"account": account, "status_id": str(one.post_id), "answer": one.said or None}


@speaks(InboxWriting)
def write(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/inbox/:account_id/:post_id/writing: for 45 seconds others see it."""
    other = inbox.begin_writing(tx, *_where(call))
    return {"writing": persons(call.links, tx, [other]).get(other) if other else None}


@speaks(Empty)
def stop_writing(call: Call, tx: Tx) -> Answer:
    """DELETE /api/perron/v1/inbox/:account_id/:post_id/writing"""
    inbox.find_ticket(tx, *_where(call))
    inbox.stop_writing(tx, *_where(call))
    return {}


@speaks(list[InboxStanding])
def standings(call: Call, db: Db) -> Answer:
    """GET /api/perron/v1/organisations/:id/inbox: how the inbox of each of one's brands stands."""
    user_id = my_user(call)
    organisation = organise.within(db, user_id, call.id)
    found = [one.account_id for one in brands_of(db, organisation.id) if role_of(db, user_id, one.account_id)]
    shown = accounts_by_id(call.links, db, found)
    return [_standing(db, one, shown[one]) for one in found if one in shown]


def _standing(db: Db, account_id: int, account: dict[str, Any]) -> dict[str, Any]:
    one = inbox.standing_of(db, account_id)
    half = one.half // SECOND if one.half is not None and one.n >= LEAST else None
    return {"account": account, "open": one.open, "answered": one.answered, "n": one.n, "half_within": half}


def _one(call: Call, db: Db) -> dict[str, Any]:
    user_id, account_id, post_id = _where(call)
    found = _entities(call, db, account_id, [inbox.find_ticket(db, user_id, account_id, post_id)])
    if not found:
        raise NotFound
    return found[0]


def _entities(call: Call, db: Db, account_id: int, found: Sequence[inbox.Ticket]) -> list[dict[str, Any]]:
    posts = posts_by_id(call.links, db, [one.post_id for one in found], viewer=_as_brand(call, db, account_id))
    named = [each for one in found for each in (one.user_id, one.answered_by, one.writing_by) if each]
    who = persons(call.links, db, named)
    return [
        {
            "status": json.decode(posts[one.post_id]),
            "kind": one.kind,
            "state": one.state,
            "user_id": str(one.user_id) if one.user_id else None,
            "taken_up_by": who.get(one.user_id or 0),
            "answered_at": iso(one.answered_at) if one.answered_at else None,
            "answered_by": who.get(one.answered_by or 0),
            "answer_id": str(one.answer_id) if one.answer_id else None,
            "first_answer_within": one.took // SECOND if one.took is not None else None,
            "writing": who.get(one.writer(my_user(call)) or 0),
            "asked_at": iso(one.asked_at) if one.asked_at else None,
            "satisfied": one.satisfied or None,
            "version": one.version,
        }
        for one in found
        if one.post_id in posts
    ]


def _as_brand(call: Call, db: Db, account_id: int) -> Viewer:
    """The caller, who may speak for another account just now, as they read for the brand."""
    brand, role = find_account(db, account_id), role_of(db, my_user(call), account_id)
    if call.viewer is None or brand is None or role is None:
        raise NotSignedIn
    return replace(call.viewer, account=brand, role=role, has_filters=False, has_thread_mutes=False)
