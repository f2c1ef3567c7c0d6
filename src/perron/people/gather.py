"""Gather accounts in a collection: who may be put into it, who may change it, and how one gets out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from perron.jobs import emit
from perron.jobs.events import Event
from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.people.collections import (
    Collection,
    Item,
    count_collections,
    find_collection,
    find_item_as_stored,
    item_of_account,
)
from perron.people.model import Account, Unfit
from perron.people.queries import find_account
from perron.people.relations import relation
from perron.store import Db, Prepared, Tx, const, insert, insert_new
from perron.store.tables import accounts, collection_items, collections
from perron.text.language import is_language
from perron.text.reading import length
from perron.text.tags import is_tag

LONGEST_NAME, LONGEST_DESCRIPTION, MOST_INSIDE = 40, 100, 25


@dataclass(frozen=True)
class AddedToCollection(Event):
    item_id: int


@dataclass(frozen=True)
class CollectionChanged(Event):
    collection_id: int


@dataclass(frozen=True, slots=True)
class About:
    """What a collection says of itself."""

    name: str
    description: str = ""
    language: str = ""
    topic: str = ""
    sensitive: bool = False
    discoverable: bool = True


_ADD = insert(
    collections,
    *("id", "account_id", "name", "description", "language", "topic", "sensitive", "discoverable", "changed_at"),
)
_CHANGE = Prepared(
    update(collections)
    .where(collections.c.id == bindparam("of_collection"))
    .values({name: bindparam(f"new_{name}") for name in About.__slots__} | {"changed_at": bindparam("at")})
)
_TOUCH = Prepared(
    update(collections).where(collections.c.id == bindparam("of_collection")).values(changed_at=bindparam("at"))
)
_PUT_IN = insert_new(collection_items, "id", "collection_id", "account_id", "state")
_INSIDE = Prepared(
    select(func.count())
    .select_from(collection_items)
    .where(
        collection_items.c.collection_id == bindparam("of_collection"), collection_items.c.state == const("accepted")
    )
)
_TAKE_OUT = Prepared(delete(collection_items).where(collection_items.c.id == bindparam("item_id")))
_REVOKE = Prepared(
    update(collection_items).where(collection_items.c.id == bindparam("item_id")).values(state=const("revoked"))
)
_OPEN = Prepared(
    select(accounts.c.id).where(accounts.c.id == bindparam("whom"), accounts.c.discoverable, ~accounts.c.silenced)
)
_of: Any = bindparam("of_account")


def _inside(column: Any, owner: Any) -> Any:
    return column.in_(select(collections.c.id).where(collections.c.account_id == owner))


_PART = Prepared(
    delete(collection_items).where(
        collection_items.c.account_id == bindparam("whom"),
        _inside(collection_items.c.collection_id, bindparam("who")),
    )
)
_REMOVE: list[Prepared] = [
    Prepared(delete(collection_items).where(collection_items.c.collection_id == bindparam("of_collection"))),
    Prepared(delete(collections).where(collections.c.id == bindparam("of_collection"))),
]
_FORGET: list[Prepared] = [
    Prepared(
        delete(collection_items).where(
            or_(collection_items.c.account_id == _of, _inside(collection_items.c.collection_id, _of))
        )
    ),
    Prepared(delete(collections).where(collections.c.account_id == _of)),
]


def make_collection(tx: Tx, owner: Account, about: About, account_ids: Sequence[int], settings: Settings) -> Collection:
    """Begin a collection, perhaps with some accounts in it."""
    check_about(about)
    if count_collections(tx, owner.id) >= settings.collection_limit:
        raise Invalid(
            f"Validation failed: You have {settings.collection_limit} collections already, the most there are."
        )

    id_ = new_id()
    tx.run(_ADD, id=id_, account_id=owner.id, changed_at=now(), **_said(about))
    for account_id in dict.fromkeys(account_ids):
        add_item(tx, owner, id_, account_id)
    return own_collection(tx, owner, id_)


def change_collection(tx: Tx, owner: Account, id_: int, about: About) -> Collection:
    """Say something else of a collection; those in it are told when it is more than who may come upon it."""
    before = own_collection(tx, owner, id_)
    check_about(about)
    said = _said(about)
    differing = {name for name, value in said.items() if getattr(before, name) != value}
    if not differing:
        return before
    tx.run(_CHANGE, of_collection=id_, at=now(), **{f"new_{name}": value for name, value in said.items()})
    if differing - {"discoverable", "language"}:
        emit(tx, CollectionChanged(id_))
    return own_collection(tx, owner, id_)


def remove_collection(tx: Tx, owner: Account, id_: int) -> None:
    """End a collection; those in it are not told."""
    own_collection(tx, owner, id_)
    for statement in _REMOVE:
        tx.run(statement, of_collection=id_)


def add_item(tx: Tx, owner: Account, id_: int, account_id: int) -> Item:
    """Put an account into a collection, when it lets itself be recommended. It is told, and can take itself out."""
    own_collection(tx, owner, id_)
    whom = find_account(tx, account_id)
    if whom is None or whom.state != "active":
        raise Invalid("Validation failed: There is no such account here.")
    known = item_of_account(tx, id_, account_id)
    if known is not None and known.state == "revoked":
        raise Invalid(f"Validation failed: @{whom.handle} does not wish to be in this collection.")
    if known is not None:
        raise Invalid("Validation failed: Account has already been taken")
    if not may_gather(tx, owner, whom):
        raise Invalid(f"Validation failed: @{whom.handle} does not let you recommend them in collections.")
    if (tx.value(_INSIDE, of_collection=id_) or 0) >= MOST_INSIDE:
        raise Invalid(f"Validation failed: A collection holds at most {MOST_INSIDE} accounts.")

    item = Item(new_id(), id_, account_id, "accepted")
    tx.run(_PUT_IN, id=item.id, collection_id=id_, account_id=account_id, state=item.state)
    tx.run(_TOUCH, of_collection=id_, at=now())
    emit(tx, AddedToCollection(item.id))
    return item


def remove_item(tx: Tx, owner: Account, id_: int, item_id: int) -> None:
    """Take an account out of one's collection; it is not told."""
    own_collection(tx, owner, id_)
    found = find_item_as_stored(tx, item_id)
    if found is None or found.collection_id != id_ or found.state != "accepted":
        raise NotFound
    tx.run(_TAKE_OUT, item_id=item_id)
    tx.run(_TOUCH, of_collection=id_, at=now())


def leave_collection(tx: Tx, who: Account, id_: int, item_id: int) -> None:
    """Take oneself out of a collection; its owner cannot put one back."""
    if find_collection(tx, id_, viewer=who.id) is None:
        raise NotFound
    found = find_item_as_stored(tx, item_id)
    if found is None or found.collection_id != id_ or found.account_id != who.id:
        raise NotAllowed("This action is not allowed")
    tx.run(_REVOKE, item_id=item_id)


def own_collection(db: Db, owner: Account, id_: int) -> Collection:
    """A collection that is one's own; refused when it is not, as if it were not there when it cannot be seen either."""
    found = find_collection(db, id_, viewer=owner.id)
    if found is None:
        raise NotFound
    if found.account_id != owner.id:
        raise NotAllowed("This action is not allowed")
    return found


def may_gather(db: Db, who: Account, whom: Account) -> bool:
    """Whether an account lets another recommend it: it wishes to be discovered and, if it lets followers in one by one,
    has let this one in."""
    if db.value(_OPEN, whom=whom.id) is None or not whom.here:
        return False
    if who.id == whom.id:
        return True
    between = relation(db, who.id, whom.id)
    if between.blocking or between.blocked_by:
        return False
    return between.following is not None or not whom.locked


def part_collections(tx: Tx, one: int, other: int) -> None:
    """Neither of two accounts recommends the other any more, as when one blocks the other."""
    for who, whom in ((one, other), (other, one)):
        tx.run(_PART, who=who, whom=whom)


def remove_collections_of(tx: Tx, account_id: int) -> None:
    """When an account is deleted: what it gathered is gone, and it is in no collection."""
    for statement in _FORGET:
        tx.run(statement, of_account=account_id)


def check_about(about: About) -> None:
    """Refuse what a collection cannot say of itself."""
    if not about.name:
        raise Unfit("Validation failed: Name can't be blank", field="name", why="blank")
    for name, most in (("name", LONGEST_NAME), ("description", LONGEST_DESCRIPTION)):
        if length(getattr(about, name)) > most:
            message = f"Validation failed: {name.capitalize()} is too long (maximum is {most} characters)"
            raise Unfit(message, field=name, why="too_long")
    if about.language and not is_language(about.language):
        raise Unfit(
            "Validation failed: Language is not a language tag such as fr or pt-BR", field="language", why="invalid"
        )
    if about.topic and not is_tag(about.topic):
        raise Unfit("Validation failed: Tag is invalid", field="tag_name", why="invalid")


def _said(about: About) -> dict[str, Any]:
    return {name: getattr(about, name) for name in About.__slots__}
