"""The page of an account: a dated public blog, and the people around it."""

from typing import Any

from starlette.responses import Response

from perron.entities.relations import relation_entity
from perron.people.model import Account
from perron.people.relations import related, relation
from perron.store import Db
from perron.store.paging import NEWEST
from perron.timelines.public import account_page, pinned
from perron.web.drawn import drawn, stream
from perron.web.framed import show_open
from perron.web.kit import Visit
from perron.web.shown import Entity, account_called, accounts_shown, paging

TABS: dict[str, dict[str, Any]] = {"": {"replies": False}, "with_replies": {"replies": True}, "media": {"media": True}}
PEOPLE = 40


async def profile(visit: Visit) -> Response:
    """Pinned posts, then posts and boosts, newest first."""
    return await _profile(visit, "")


async def with_replies(visit: Visit) -> Response:
    """As the profile, with answers to others."""
    return await _profile(visit, "with_replies")


async def with_media(visit: Visit) -> Response:
    """Only what has pictures, clips or sounds."""
    return await _profile(visit, "media")


async def _profile(visit: Visit, tab: str) -> Response:
    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        head = _head(visit, db, account)
        ids = account_page(db, account.id, paging(visit), viewer=visit.reader_id, **TABS[tab])
        first = tab == "" and visit.below == NEWEST
        tops = drawn(visit, db, pinned(db, account.id, viewer=visit.reader_id)) if first else []
        return {**head, "sheet": stream(visit, db, ids, "account"), "pinned": tops, "tab": tab}

    return show_open(visit, "profile.html", **await visit.read(read))


def _head(visit: Visit, db: Db, account: Account) -> dict[str, Any]:
    """The account, and what is between it and the visitor."""
    shown = accounts_shown(visit, db, [account.id])[0]
    me = visit.reader_id
    between = relation_entity(account.id, relation(db, me, account.id)) if me and me != account.id else None
    return {"account": shown, "between": between, "own": me == account.id, "kind": account.kind}


async def followers(visit: Visit) -> Response:
    """Who follows an account."""
    return await _people(visit, "followers")


async def following(visit: Visit) -> Response:
    """Whom an account follows."""
    return await _people(visit, "following")


async def _people(visit: Visit, kind: str) -> Response:
    def read(db: Db) -> dict[str, Any]:
        account = account_called(db, visit.path["handle"])
        head = _head(visit, db, account)
        hidden = (head["account"]["hide_collections"] and not head["own"]) or _kept_away(head["between"])
        rows = [] if hidden else related(db, kind, account.id, paging(visit, PEOPLE))
        people = accounts_shown(visit, db, [row[1] for row in rows])
        older = rows[-1][0] if len(rows) == PEOPLE else 0
        return {**head, "people": people, "list": kind, "hidden": hidden, "older": older}

    return show_open(visit, "people.html", **await visit.read(read))


def _kept_away(between: Entity | None) -> bool:
    return between is not None and bool(between["blocked_by"])
