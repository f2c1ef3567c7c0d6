"""What pages show, read for whoever visits: posts, accounts, and what is going on around."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from perron.entities.accounts import accounts_json
from perron.entities.posts import posts_json
from perron.kit import json
from perron.kit.errors import NotFound
from perron.people.model import Account
from perron.people.queries import account_by_handle
from perron.people.relations import Relation, relations
from perron.store import Db, Prepared, among, const
from perron.store.paging import Paging
from perron.store.tables import accounts
from perron.timelines.public import public_page
from perron.web.visit import Visit

PAGE = 20
Entity = dict[str, Any]

_BRANDS = Prepared(select(accounts.c.id).where(among(accounts.c.id), accounts.c.kind == const("brand")))


@dataclass(frozen=True, slots=True)
class Around:
    """Who wrote lately for everybody, and which tags they used."""

    people: list[Entity] = field(default_factory=list)
    tags: list[Entity] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of posts, and under which id the next begins (0: there is none)."""

    posts: list[Entity]
    older: int = 0


def posts_shown(visit: Visit, db: Db, ids: Sequence[int], context: str = "") -> list[Entity]:
    """Posts as the visitor sees them."""
    posts = [json.decode(one) for one in posts_json(visit.links, db, ids, viewer=visit.reader, context=context)]
    mark_brands(db, [one["account"] for post in posts for one in (post, post["reblog"]) if one])
    mark_brands(db, [one["account"] for post in posts for one in quoted_in(post)])
    return posts


def quoted_in(post: Entity) -> list[Entity]:
    """What a post, or the one it boosts, carries inside, when the visitor may see that."""
    quotes = [one["quote"] for one in (post, post["reblog"]) if one and one["quote"]]
    return [one["quoted_status"] for one in quotes if one.get("quoted_status")]


def sheet(visit: Visit, db: Db, ids: Sequence[int], context: str = "") -> Sheet:
    """A page of posts from a page of ids."""
    return Sheet(posts_shown(visit, db, ids, context), ids[-1] if len(ids) >= PAGE else 0)


def accounts_shown(visit: Visit, db: Db, ids: Sequence[int]) -> list[Entity]:
    """Accounts in this order."""
    shown = [json.decode(one) for one in accounts_json(visit.links, db, ids)]
    mark_brands(db, shown)
    return shown


def mark_brands(db: Db, shown: Sequence[Entity]) -> None:
    """Say of each account whether it is a brand: its picture is then a square, and a person's a circle."""
    brands = brands_among(db, {int(one["id"]) for one in shown})
    for one in shown:
        one["brand"] = int(one["id"]) in brands


def brands_among(db: Db, ids: set[int]) -> set[int]:
    """Which of these accounts are brands."""
    known: dict[int, bool] = db.remembered("brands")
    missing = ids - known.keys()
    if missing:
        found = set(db.column(_BRANDS, ids=db.id_list(missing)))
        known.update((id_, id_ in found) for id_ in missing)
    return {id_ for id_ in ids if known[id_]}


def paging(visit: Visit, limit: int = PAGE) -> Paging:
    """Which page is asked for."""
    return Paging(below=visit.below, limit=limit)


def account_called(db: Db, handle: str) -> Account:
    """The account in an address, when it can be shown; who was suspended, waits or never was is all the same."""
    sound = len(handle) <= 300 and handle.isprintable()
    found = account_by_handle(db, handle) if sound else None
    if found is None or found.state != "active":
        raise NotFound
    return found


def around(visit: Visit, db: Db, *, most_people: int = 8, most_tags: int = 8) -> Around:
    """What is going on, from the newest public posts; a viewer sees nobody they keep away from."""
    ids = public_page(db, Paging(limit=40))
    people: dict[str, Entity] = {}
    tags: dict[str, Entity] = {}
    for post in posts_shown(visit, db, ids, "public"):
        people.setdefault(post["account"]["id"], post["account"])
        for tag in post["tags"]:
            tags.setdefault(tag["url"], tag)
    if visit.reader_id is not None:
        people.pop(str(visit.reader_id), None)
    return Around([*people.values()][:most_people], [*tags.values()][:most_tags])


def to_greet(visit: Visit, db: Db, found: Around) -> list[Entity]:
    """Those around whom the visitor does not follow yet."""
    me = visit.reader_id
    if me is None:
        return []
    between: dict[int, Relation] = relations(db, me, [int(one["id"]) for one in found.people])
    return [one for one in found.people if between[int(one["id"])].following is None][:4]
