"""Lists: a few accounts read together."""

from array import array
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, or_, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.people.model import Account
from perron.people.relations import relation
from perron.posts.visibility import unhidden_from, visible_to
from perron.store import Db, Prepared, Tx, among, const, insert, insert_new, tell
from perron.store.paging import NEWEST, Paged, Paging
from perron.store.tables import accounts, follows, list_members, lists, posts
from perron.timelines.home import hidden_from
from perron.timelines.rings import SIZE, Ring, Rings

LONGEST_TITLE = 256
MOST_LISTS = 100
REPLIES = ("followed", "list", "none")


@dataclass(frozen=True, slots=True)
class List:
    """A list. `replies`: whose answers it shows (to those one `followed`, to members of the `list`, or `none`)."""

    id: int
    owner_id: int
    title: str
    replies: str
    exclusive: bool


me: ColumnElement[int] = bindparam("viewer")
_COLUMNS = tuple(lists.c[name] for name in List.__slots__)
_OWN = Prepared(select(*_COLUMNS).where(lists.c.owner_id == bindparam("of_owner")).order_by(lists.c.id))
_ONE = Prepared(select(*_COLUMNS).where(lists.c.owner_id == bindparam("of_owner"), lists.c.id == bindparam("list_id")))
_ADD = insert(lists, *List.__slots__)
_CHANGE = Prepared(
    update(lists)
    .where(lists.c.id == bindparam("list_id"))
    .values(title=bindparam("new_title"), replies=bindparam("new_replies"), exclusive=bindparam("new_exclusive"))
)
_REMOVE = Prepared(delete(lists).where(lists.c.id == bindparam("list_id")))
_EMPTY = Prepared(delete(list_members).where(list_members.c.list_id == bindparam("list_id")))
_JOIN = insert_new(list_members, "list_id", "account_id", "id")
_LEAVE = Prepared(
    delete(list_members).where(
        list_members.c.list_id == bindparam("list_id"), list_members.c.account_id == bindparam("account_id")
    )
)
_MEMBERS = Paged(
    select(list_members.c.id, list_members.c.account_id)
    .join(accounts, accounts.c.id == list_members.c.account_id)
    .where(list_members.c.list_id == bindparam("of_list"), accounts.c.state == const("active")),
    list_members.c.id,
)
_WITH = Prepared(
    select(*_COLUMNS)
    .join(list_members, list_members.c.list_id == lists.c.id)
    .where(lists.c.owner_id == bindparam("of_owner"), list_members.c.account_id == bindparam("account_id"))
    .order_by(lists.c.id)
)
_answered_member = (
    exists()
    .where(list_members.c.list_id == bindparam("of_list"), list_members.c.account_id == posts.c.reply_to_account_id)
    .correlate(posts)
)
_answered_followed = exists().where(follows.c.follower_id == me, follows.c.target_id == posts.c.reply_to_account_id)
_belonging = select(posts.c.id, posts.c.boost_of_id).where(
    posts.c.author_id.in_(select(list_members.c.account_id).where(list_members.c.list_id == bindparam("of_list"))),
    posts.c.id < bindparam("below"),
    visible_to(me),
    unhidden_from(me),
    or_(
        posts.c.reply_to_account_id.is_(None),
        posts.c.reply_to_account_id == posts.c.author_id,
        posts.c.reply_to_account_id == me,
        and_(bindparam("replies") == "list", _answered_member),
        and_(bindparam("replies") == "followed", _answered_followed),
    ),
)
_POSTS = Prepared(_belonging.order_by(posts.c.id.desc()).limit(bindparam("limit")))
_AMONG = Prepared(_belonging.where(among(posts.c.id)))


def lists_of(db: Db, owner_id: int) -> list[List]:
    """An account's lists, oldest first."""
    return [List(*row) for row in db.all(_OWN, of_owner=owner_id)]


def find_list(db: Db, owner_id: int, list_id: int) -> List | None:
    """One of an account's own lists."""
    row = db.one(_ONE, of_owner=owner_id, list_id=list_id)
    return List(*row) if row else None


def own_list(db: Db, owner_id: int, list_id: int) -> List:
    """One of an account's own lists; NotFound when it is not."""
    found = find_list(db, owner_id, list_id)
    if found is None:
        raise NotFound
    return found


def make_list(tx: Tx, owner: Account, title: str, *, replies: str = "list", exclusive: bool = False) -> List:
    """Begin a list."""
    _check(title, replies)
    if len(lists_of(tx, owner.id)) >= MOST_LISTS:
        raise Invalid(f"Validation failed: One has at most {MOST_LISTS} lists")
    made = List(new_id(), owner.id, title, replies, exclusive)
    tx.run(_ADD, **{name: getattr(made, name) for name in List.__slots__})
    return made


def change_list(tx: Tx, owner: Account, list_id: int, title: str, *, replies: str, exclusive: bool) -> List:
    """Rename a list, or change what it shows."""
    own_list(tx, owner.id, list_id)
    _check(title, replies)
    tx.run(_CHANGE, list_id=list_id, new_title=title, new_replies=replies, new_exclusive=exclusive)
    _refresh(tx, owner.id, list_id)
    return List(list_id, owner.id, title, replies, exclusive)


def remove_list(tx: Tx, owner: Account, list_id: int) -> None:
    """End a list; its members are not told."""
    own_list(tx, owner.id, list_id)
    tx.run(_EMPTY, list_id=list_id)
    tx.run(_REMOVE, list_id=list_id)
    _refresh(tx, owner.id, list_id)


def add_members(tx: Tx, owner: Account, list_id: int, account_ids: list[int]) -> None:
    """Read these accounts in a list; one reads there whom one follows, and oneself."""
    own_list(tx, owner.id, list_id)
    for account_id in account_ids:
        if account_id != owner.id and relation(tx, owner.id, account_id).following is None:
            raise NotFound("Record not found: a list holds accounts that you follow.")
        if not tx.run(_JOIN, list_id=list_id, account_id=account_id, id=new_id()):
            raise Invalid("Validation failed: Account has already been taken")
    _refresh(tx, owner.id, list_id)


def remove_members(tx: Tx, owner: Account, list_id: int, account_ids: list[int]) -> None:
    """No longer read these accounts in a list."""
    own_list(tx, owner.id, list_id)
    for account_id in account_ids:
        tx.run(_LEAVE, list_id=list_id, account_id=account_id)
    _refresh(tx, owner.id, list_id)


def leave_lists(tx: Tx, event: dict[str, Any]) -> None:
    """After `Unfollowed`: an account is in the lists of those who follow it, and of nobody else."""
    owner_id, account_id = event["follower_id"], event["target_id"]
    if relation(tx, owner_id, account_id).following is not None:
        return
    for one in lists_with(tx, owner_id, account_id):
        tx.run(_LEAVE, list_id=one.id, account_id=account_id)
        _refresh(tx, owner_id, one.id)


def members(db: Db, list_id: int, paging: Paging) -> list[tuple[int, int]]:
    """A page of a list's members: (id of the membership, account)."""
    return [(row[0], row[1]) for row in _MEMBERS.rows(db, paging, of_list=list_id)]


def lists_with(db: Db, owner_id: int, account_id: int) -> list[List]:
    """An account's lists that have another as a member."""
    return [List(*row) for row in db.all(_WITH, of_owner=owner_id, account_id=account_id)]


def list_page(db: Db, rings: Rings, owner_id: int, list_id: int, paging: Paging) -> list[int] | None:
    """Ids of one page of a list, newest first; None when it is not the owner's."""
    db.catch_up()
    found = find_list(db, owner_id, list_id)
    if found is None:
        return None
    page = list_ring(db, rings, found).page(paging)
    if page is not None:
        return page
    return [row[0] for row in _rows(db, found, paging.below, paging.limit) if row[0] > paging.above]


def list_ring(db: Db, rings: Rings, one: List) -> Ring:
    """A list's posts: those in memory, what another process has left of them, or derived anew."""
    return rings.held(db, one.id, one.owner_id, lambda: fill_list(db, one))


def list_among(
    db: Db, owner_id: int, list_id: int, posted: list[tuple[int, int]]
) -> list[tuple[int, int | None]] | None:
    """Which of some new posts, given as (post, author), belong into a list: (id, id of the boosted post), oldest first;
    None when the list is gone."""
    one = find_list(db, owner_id, list_id)
    if one is None:
        return None
    ids = db.id_list([id_ for id_, _ in posted])
    rows = db.all(_AMONG, viewer=owner_id, of_list=list_id, replies=one.replies, below=NEWEST, ids=ids)
    return sorted((row[0], row[1]) for row in rows)


def fill_list(db: Db, one: List) -> Ring:
    """Derive a list's posts anew."""
    rows = _rows(db, one, NEWEST, SIZE)
    ring = Ring(one.id, one.owner_id, array("q"), 0, hidden_from(db, one.owner_id, exclusive_too=False))
    for id_, boosted in reversed(rows):
        ring.add(id_, boosted or id_)
    ring.floor = max(ring.floor, rows[-1][0] - 1 if len(rows) >= SIZE else 0)
    return ring


def _rows(db: Db, one: List, below: int, limit: int) -> list[tuple[int, int | None]]:
    rows = db.all(_POSTS, viewer=one.owner_id, of_list=one.id, replies=one.replies, below=below, limit=limit)
    return [(row[0], row[1]) for row in rows]


def _check(title: str, replies: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid(f"Validation failed: Title must have 1 to {LONGEST_TITLE} characters")
    if replies not in REPLIES:
        raise Invalid(f"{replies[:50]!r} is not a valid replies_policy")


def _refresh(tx: Tx, owner_id: int, list_id: int) -> None:
    tell(tx, "list", list_id, owner_id)
