"""What is published goes on to outlets: what is owed to whom, and each try to bring it there.

What a receiver can tell apart by its id is tried again until it arrives or days have passed. What nobody can tell
apart is tried once: that it is being sent is on disk before it is. Where the end is not known, that is what is said,
and somebody decides.
"""

import random
from collections.abc import Sequence
from typing import Any

from perron.entities.links import Links
from perron.entities.posts import posts_json
from perron.jobs import Later, emit
from perron.kit import json
from perron.kit.hosts import PutOff
from perron.kit.time import now
from perron.posts.model import Draft
from perron.posts.undo import TIME
from perron.store import Db, Store, Tx
from perron.suite.atelier.outlets import queries
from perron.suite.atelier.outlets.connectors import CONNECTORS
from perron.suite.atelier.outlets.model import (
    DONE,
    DROPPED,
    FAILED,
    FAILING,
    GONE,
    LONG,
    OFF,
    ON,
    PAUSES,
    POSTS,
    SENDING,
    UNKNOWN,
    WAITING,
    WEBHOOK,
    Delivery,
    DeliveryDue,
    Outcome,
    Outlet,
    OutletStopped,
    Preview,
)

Entity = dict[str, Any]


def owe_posts(tx: Tx, event: dict[str, Any]) -> None:
    """After `SentElsewhere`: what goes to whom; not before it can no longer be taken back."""
    due = now() + (TIME if event["undoable"] else 0)
    for one in queries.outlets_of(tx, event["account_id"]):
        if one.id in event["outlets"] and one.state == ON:
            for reader_id in CONNECTORS[one.kind].receivers(tx, one):
                made = queries.add_delivery(tx, one, POSTS, posts=event["posts"], reader_id=reader_id, due=due)
                emit(tx, DeliveryDue(made), due=due if event["undoable"] else None)


def owe_telling(tx: Tx, account_id: int, type_: str, told: Entity) -> None:
    """Let the webhooks of an account that hear of such a change be told of it."""
    for one in queries.outlets_of(tx, account_id):
        if one.kind == WEBHOOK and one.state == ON and type_ in one.told:
            emit(tx, DeliveryDue(queries.add_delivery(tx, one, type_, told=json.encode_text(told), due=now())))


def deliver(store: Store, event: dict[str, Any]) -> None:
    """After `DeliveryDue`: one try to bring something to one receiver."""
    found = store.write(lambda tx: _begin(tx, event["delivery_id"]))
    if found is None:
        return
    delivery, one, posts = found
    try:
        outcome = CONNECTORS[one.kind].send(store, one, delivery, posts)
    except PutOff as later:
        at = later.at
        store.write(lambda tx: queries.put_back(tx, delivery.id, at))
        raise
    again = store.write(lambda tx: _end(tx, delivery, one, outcome))
    if again is not None:
        raise Later(again)


def _begin(tx: Tx, delivery_id: int) -> tuple[Delivery, Outlet, list[Entity]] | None:
    """Write down that it is being sent. None when there is nothing to send, or when that was begun by somebody who
    never came back to say how it ended, and the receiver could not tell that it comes twice."""
    delivery = queries.delivery_as_stored(tx, delivery_id)
    one = queries.outlet_as_stored(tx, delivery.outlet_id) if delivery else None
    if delivery is None or one is None or delivery.state not in (WAITING, SENDING):
        return None
    if delivery.state == SENDING:
        if not CONNECTORS[one.kind].dedupes:
            queries.set_delivery(tx, delivery.id, SENDING, UNKNOWN, "unanswered")
            return None
        queries.put_back(tx, delivery.id, now())
    posts = _posts(tx, delivery)
    why = "off" if one.state != ON else "gone" if delivery.type == POSTS and not posts else ""
    if why:
        queries.set_delivery(tx, delivery.id, WAITING, DROPPED, why)
        return None
    if not queries.begin_sending(tx, delivery.id):
        return None
    return delivery, one, posts


def _posts(tx: Tx, delivery: Delivery) -> list[Entity]:
    """The posts, as far as they are there and for everybody."""
    ids = [int(one) for one in json.decode(delivery.posts)]
    found = [json.decode(one) for one in posts_json(Links(tx.settings), tx, ids, viewer=None)] if ids else []
    return [one for one in found if one["visibility"] in ("public", "unlisted")]


def _end(tx: Tx, delivery: Delivery, one: Outlet, outcome: Outcome) -> int | None:
    """Write down how a try ended; when the next one is due, if there is one."""
    tries = delivery.tries + (delivery.state == WAITING)
    state, due = outcome.state, None
    if state == WAITING or (state == UNKNOWN and CONNECTORS[one.kind].dedupes):
        if tries <= len(PAUSES):
            pause = max(int(PAUSES[tries - 1] * random.uniform(1.0, 1.2)), outcome.after)
            state, due = WAITING, now() + pause
        else:
            state = FAILED if state == WAITING else UNKNOWN
    if not queries.end_sending(tx, delivery.id, state, outcome.status, outcome.said, due):
        return None
    if one.kind == WEBHOOK:
        _note_health(tx, one, state, gone=outcome.gone)
    return due


def _note_health(tx: Tx, one: Outlet, state: str, *, gone: bool) -> None:
    """Whether things come through; an outlet to which nothing has for days is switched off, and its people are told."""
    if state == DONE:
        queries.note_working(tx, one.id)
        return
    queries.note_failing(tx, one.id)
    long_ = one.failing_since is not None and one.failing_since < now() - LONG
    if gone or (long_ and state in (FAILED, UNKNOWN)):
        queries.switch_outlet(tx, one.id, OFF, GONE if gone else FAILING)
        emit(tx, OutletStopped(one.id))


def previews(db: Db, account_id: int, name: str, drafts: Sequence[Draft]) -> list[tuple[Outlet, Preview]]:
    """What each outlet of an account that is on would make of drafts."""
    found = [one for one in queries.outlets_of(db, account_id) if one.state == ON]
    return [(one, CONNECTORS[one.kind].preview(db, one, name, drafts)) for one in found]


# -- what is forgotten -------------------------------------------------------------------------------------------------


def forget_item(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: it stands in no feed any more."""
    queries.take_out_of_feeds(tx, event["post_id"])


def forget_outlets(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its outlets are gone, with everybody who read by them."""
    for one in queries.outlets_of(tx, event["account_id"]):
        queries.remove_outlet(tx, one.id)
