"""Collections as they are found: accounts that somebody recommends together, for whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, blocks, collection_items, collections


@dataclass(frozen=True, slots=True)
class Collection:
    """Accounts that `account_id` (called `handle`) recommends together. `topic` is a tag, or empty; who wishes it not
    to be `discoverable` gives its address to whom they like."""

    id: int
    account_id: int
    handle: str
    name: str
    description: str
    language: str
    topic: str
    sensitive: bool
    discoverable: bool
    changed_at: int


@dataclass(frozen=True, slots=True)
class Item:
    """One account in a collection. `pending`: it wishes not to be discovered any more, and only the owner sees it."""

    id: int
    collection_id: int
    account_id: int
    state: str


_COLUMNS = tuple((accounts if name == "handle" else collections).c[name] for name in Collection.__slots__)
_ME: ColumnElement[int] = bindparam("viewer")
_barriers = blocks.alias("barrier")


def _blocks(owner: ColumnElement[Any] | Any, whom: ColumnElement[Any] | Any) -> ColumnElement[bool]:
    return exists().where(_barriers.c.owner_id == owner, _barriers.c.target_id == whom)


# A collection may be seen while its owner stands and does not block the viewer; `viewer` 0 is anybody.
_seen = and_(accounts.c.state == const("active"), ~_blocks(accounts.c.id, _ME))
_shown = select(*_COLUMNS).join(accounts, accounts.c.id == collections.c.account_id).where(_seen)
_listed = or_(collections.c.discoverable, collections.c.account_id == _ME)
_SOME = Prepared(_shown.where(among(collections.c.id)))
_OF = Prepared(
    _shown.where(collections.c.account_id == bindparam("of_account"), _listed)
    .order_by(collections.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_included = exists().where(
    collection_items.c.collection_id == collections.c.id,
    collection_items.c.account_id == _ME,
    collection_items.c.state == const("accepted"),
)
_WITH = Prepared(
    _shown.where(_included).order_by(collections.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
)
_willing = and_(accounts.c.discoverable, ~accounts.c.silenced)
_ITEMS = Prepared(
    select(
        collection_items.c.id,
        collection_items.c.collection_id,
        collection_items.c.account_id,
        case((_willing, collection_items.c.state), else_=const("pending")),
    )
    .join(accounts, accounts.c.id == collection_items.c.account_id)
    .join(collections, collections.c.id == collection_items.c.collection_id)
    .where(
        among(collection_items.c.collection_id),
        collection_items.c.state == const("accepted"),
        accounts.c.state == const("active"),
        or_(_willing, collections.c.account_id == _ME, collection_items.c.account_id == _ME),
        ~_blocks(_ME, accounts.c.id),
        ~_blocks(accounts.c.id, _ME),
    )
    .order_by(collection_items.c.id)
)
_ITEM = (
    collection_items.c.id,
    collection_items.c.collection_id,
    collection_items.c.account_id,
    collection_items.c.state,
)
_ONE = Prepared(select(*_ITEM).where(collection_items.c.id == bindparam("item_id")))
_OF_ACCOUNT = Prepared(
    select(*_ITEM).where(
        collection_items.c.collection_id == bindparam("of_collection"),
        collection_items.c.account_id == bindparam("of_account"),
    )
)
_COUNT = Prepared(
    select(func.count()).select_from(collections).where(collections.c.account_id == bindparam("of_account"))
)


def collections_among(db: Db, ids: Sequence[int], *, viewer: int | None) -> list[Collection]:
    """These collections, as far as the viewer may see them."""
    found = {row[0]: Collection(*row) for row in db.all(_SOME, ids=db.id_list(ids), viewer=viewer or 0)}
    return [found[id_] for id_ in ids if id_ in found]


def find_collection(db: Db, id_: int, *, viewer: int | None) -> Collection | None:
    """A collection, when the viewer may see it: its address is enough."""
    return next(iter(collections_among(db, [id_], viewer=viewer)), None)


def collections_of(
    db: Db, account_id: int, *, viewer: int | None, limit: int = 80, offset: int = 0
) -> list[Collection]:
    """What an account has gathered, the newest first; only itself is shown what is not to be discovered."""
    found = db.all(_OF, of_account=account_id, viewer=viewer or 0, limit=limit, offset=offset)
    return [Collection(*row) for row in found]


def collections_with(db: Db, account_id: int, *, limit: int = 80, offset: int = 0) -> list[Collection]:
    """Collections that an account is in, the newest first: what it may ask of itself, and nobody else."""
    return [Collection(*row) for row in db.all(_WITH, viewer=account_id, limit=limit, offset=offset)]


def items_of(db: Db, ids: Sequence[int], *, viewer: int | None) -> dict[int, list[Item]]:
    """Who is in these collections, the first one added first, without those from whom the viewer is kept apart."""
    found: dict[int, list[Item]] = {id_: [] for id_ in ids}
    for row in db.all(_ITEMS, ids=db.id_list(ids), viewer=viewer or 0) if ids else ():
        found[row[1]].append(Item(*row))
    return found


def count_collections(db: Db, account_id: int) -> int:
    """How many collections an account has."""
    return db.value(_COUNT, of_account=account_id) or 0


def find_item_as_stored(db: Db, item_id: int) -> Item | None:
    """One place in a collection."""
    row = db.one(_ONE, item_id=item_id)
    return Item(*row) if row else None


def item_of_account(db: Db, id_: int, account_id: int) -> Item | None:
    """The place of an account in a collection, also when it has left (`revoked`)."""
    row = db.one(_OF_ACCOUNT, of_collection=id_, of_account=account_id)
    return Item(*row) if row else None
