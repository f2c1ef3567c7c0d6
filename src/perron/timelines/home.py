"""Home: posts and boosts of those one follows, newest first, derived from `posts` and `follows`."""

from array import array
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, true, union_all

from perron.posts.visibility import unhidden_from, visible_to
from perron.store import Db, Prepared, among
from perron.store.paging import NEWEST, Paging
from perron.store.statements import row_by_row
from perron.store.tables import (
    blocks,
    follows,
    list_members,
    lists,
    mutes,
    post_tags,
    posts,
    tag_follows,
)
from perron.timelines.rings import SIZE, Ring, Rings

MANY = 500
"""Who follows more than this is served by reading the newest posts of all, and not author by author."""

me: ColumnElement[int] = bindparam("viewer")
original = posts.alias("original")
older = posts.alias("older")
_ids = (posts.c.id, posts.c.boost_of_id)


def _belongs() -> ColumnElement[bool]:
    """What of those one follows has its place in one's home."""
    follows_answered = exists().where(follows.c.follower_id == me, follows.c.target_id == posts.c.reply_to_account_id)
    reply_rule = or_(
        posts.c.reply_to_account_id.is_(None),
        posts.c.reply_to_account_id == posts.c.author_id,
        posts.c.reply_to_account_id == me,
        posts.c.author_id == me,
        follows_answered,
    )
    boosted_unseen = exists().where(
        original.c.id == posts.c.boost_of_id,
        original.c.id != posts.c.id,  # (it never is; so PostgreSQL asks for each, and does not first gather all)
        or_(~visible_to(me, original), ~unhidden_from(me, original)),
    )
    in_exclusive_list = exists().where(
        list_members.c.account_id == posts.c.author_id,
        list_members.c.list_id == lists.c.id,
        lists.c.owner_id == me,
        lists.c.exclusive,
    )
    return and_(
        posts.c.id < bindparam("below"),
        reply_rule,
        visible_to(me),
        unhidden_from(me),
        ~in_exclusive_list,
        or_(posts.c.boost_of_id.is_(None), ~boosted_unseen),
    )


_FOLLOWS = Prepared(select(func.count()).select_from(follows).where(follows.c.follower_id == me))
_authors = union_all(
    select(follows.c.target_id.label("id"), follows.c.boosts.label("boosts")).where(follows.c.follower_id == me),
    select(me.label("id"), literal(True).label("boosts")),
).cte("authors")
_kth = (
    select(older.c.id)
    .where(older.c.author_id == _authors.c.id, older.c.id < bindparam("below"))
    .order_by(older.c.id.desc())
    .limit(1)
    .offset(bindparam("each"))
    .scalar_subquery()
)
_newest = (
    select(older.c.id)
    .where(older.c.author_id == _authors.c.id, older.c.id < bindparam("below"))
    .order_by(older.c.id.desc())
    .limit(bindparam("each") + 1)
    .lateral("newest")
)


def _author_by_author(dialect: str) -> Select[Any]:
    """The newest of each, then of all. PostgreSQL must begin so: while it does not know its tables it believes that
    hardly a post belongs, and would ask that of all there are."""
    belongs = and_(_belongs(), or_(posts.c.boost_of_id.is_(None), _authors.c.boosts))
    if dialect == "sqlite":
        newest = and_(posts.c.author_id == _authors.c.id, posts.c.id >= func.coalesce(_kth, 0))
        found = select(*_ids).select_from(_authors).join(posts, newest).where(belongs)
        return found.order_by(posts.c.id.desc()).limit(bindparam("limit"))
    each = row_by_row(select(*_ids).where(posts.c.id == _newest.c.id, belongs)).lateral("each")
    chosen = select(each.c.id, each.c.boost_of_id).select_from(_authors.join(_newest, true()).join(each, true()))
    return chosen.order_by(each.c.id.desc()).limit(bindparam("limit"))


_AUTHOR_BY_AUTHOR = Prepared(_author_by_author)
_CUT = Prepared(select(func.max(_kth)).select_from(_authors))
_followed_for_this = exists().where(
    follows.c.follower_id == me,
    follows.c.target_id == posts.c.author_id,
    or_(posts.c.boost_of_id.is_(None), follows.c.boosts),
)
_NEWEST_OF_ALL = Prepared(
    select(*_ids)
    .where(or_(posts.c.author_id == me, _followed_for_this), _belongs())
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)
_BY_TAGS = Prepared(
    select(*_ids)
    .select_from(tag_follows)
    .join(post_tags, post_tags.c.tag_id == tag_follows.c.tag_id)
    .join(posts, posts.c.id == post_tags.c.post_id)
    .where(
        tag_follows.c.account_id == me,
        post_tags.c.listed,
        posts.c.id < bindparam("below"),
        visible_to(me),
        unhidden_from(me),
    )
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)
_HOME_AMONG = Prepared(
    select(*_ids).where(among(posts.c.id), or_(posts.c.author_id == me, _followed_for_this), _belongs())
)
_BY_TAGS_AMONG = Prepared(
    select(*_ids)
    .distinct()
    .select_from(tag_follows)
    .join(post_tags, post_tags.c.tag_id == tag_follows.c.tag_id)
    .join(posts, posts.c.id == post_tags.c.post_id)
    .where(tag_follows.c.account_id == me, among(posts.c.id), post_tags.c.listed, visible_to(me), unhidden_from(me))
)
_FOLLOWED_AMONG = Prepared(select(follows.c.target_id).where(follows.c.follower_id == me, among(follows.c.target_id)))
_FOLLOWS_TAGS = Prepared(select(tag_follows.c.tag_id).where(tag_follows.c.account_id == me).limit(1))
_HIDDEN = Prepared(
    union_all(
        select(blocks.c.target_id).where(blocks.c.owner_id == me),
        select(blocks.c.owner_id).where(blocks.c.target_id == me),
        select(mutes.c.target_id).where(mutes.c.owner_id == me),
    )
)
_EXCLUSIVE = Prepared(
    select(list_members.c.account_id)
    .join(lists, lists.c.id == list_members.c.list_id)
    .where(lists.c.owner_id == me, lists.c.exclusive)
)


def home_page(db: Db, rings: Rings, account_id: int, paging: Paging) -> list[int]:
    """Ids of one page of an account's home, newest first."""
    db.catch_up()
    found = home_ring(db, rings, account_id).page(paging)
    if found is not None:
        return found
    return _deep_page(db, account_id, paging)


def home_ring(db: Db, rings: Rings, account_id: int) -> Ring:
    """An account's home: the one in memory, what another process has left of it, or derived anew."""
    return rings.held(db, account_id, account_id, lambda: fill_home(db, account_id))


def home_among(db: Db, account_id: int, posted: list[tuple[int, int]]) -> list[tuple[int, int | None]]:
    """Which of some new posts, given as (post, author), belong into a home by the rule that derives it: (id, id of the
    boosted post), oldest first."""
    if not posted:
        return []
    authors = db.id_list({author for _, author in posted})
    heard = {account_id, *db.column(_FOLLOWED_AMONG, viewer=account_id, ids=authors)}
    rows: set[tuple[int, int | None]] = set()
    if followed := [id_ for id_, author in posted if author in heard]:
        found = db.all(_HOME_AMONG, viewer=account_id, ids=db.id_list(followed), below=NEWEST)
        rows.update((row[0], row[1]) for row in found)
    if db.value(_FOLLOWS_TAGS, viewer=account_id):
        found = db.all(_BY_TAGS_AMONG, viewer=account_id, ids=db.id_list([id_ for id_, _ in posted]))
        rows.update((row[0], row[1]) for row in found)
    return sorted(rows, key=lambda row: row[0])


def _deep_page(db: Db, account_id: int, paging: Paging) -> list[int]:
    """A page older than what is held in memory."""
    if paging.ascending:  # everything between, then the end nearest to `above`
        window = [id_ for id_, _ in derive_home(db, account_id, paging.below, SIZE * 5)[0] if id_ > paging.above]
        return window[-paging.limit :]
    pairs, _ = derive_home(db, account_id, paging.below, paging.limit)
    return [id_ for id_, _ in pairs if id_ > paging.above]


def fill_home(db: Db, account_id: int) -> Ring:
    """Derive an account's home anew."""
    pairs, floor = derive_home(db, account_id, NEWEST, SIZE)
    return make_ring(account_id, pairs, floor, hidden_from(db, account_id))


def make_ring(owner: int, pairs: list[tuple[int, int | None]], floor: int, hidden: frozenset[int]) -> Ring:
    """A ring from (id, id of the boosted post) pairs, newest first; later boosts of one post are passed over."""
    ring = Ring(owner, owner, array("q"), 0, hidden)
    for id_, boosted in reversed(pairs):
        ring.add(id_, boosted or id_)
    ring.floor = max(floor, ring.floor)
    return ring


def derive_home(db: Db, account_id: int, below: int, limit: int) -> tuple[list[tuple[int, int | None]], int]:
    """The newest posts of a home under `below` as (id, boosted id), and the floor above which they are complete."""
    many = db.value(_FOLLOWS, viewer=account_id) + 1
    if many > MANY:
        rows, cut = db.all(_NEWEST_OF_ALL, viewer=account_id, below=below, limit=limit), 0
    else:
        each = max(40, min(limit, 20_000 // many))
        values: dict[str, Any] = {"viewer": account_id, "below": below, "each": each}
        cut = db.value(_CUT, **values) or 0
        rows = [row for row in db.all(_AUTHOR_BY_AUTHOR, **values, limit=limit) if row[0] >= cut]
    if db.value(_FOLLOWS_TAGS, viewer=account_id):
        tagged = db.all(_BY_TAGS, viewer=account_id, below=below, limit=limit)
        rows = sorted({*rows, *(row for row in tagged if row[0] >= cut)}, reverse=True)[:limit]
    floor = rows[-1][0] - 1 if len(rows) >= limit else max(cut - 1, 0)
    return [(row[0], row[1]) for row in rows], floor


def hidden_from(db: Db, account_id: int, *, exclusive_too: bool = True) -> frozenset[int]:
    """Accounts whose posts have no place in an account's home; in its lists, those of exclusive lists have."""
    hidden = db.column(_HIDDEN, viewer=account_id)
    return frozenset(hidden + (db.column(_EXCLUSIVE, viewer=account_id) if exclusive_too else []))
