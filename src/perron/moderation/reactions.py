"""Reactions to announcements: an emoji, of Unicode or of this server, in the name of an account."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, case, delete, func, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.media.emojis import emojis_called
from perron.moderation.announcements import must_be_shown
from perron.store import Db, Prepared, Tx, among, insert_new, tell
from perron.store.tables import announcement_reactions as reactions
from perron.text.emoji import read_emoji

MOST_KINDS = 8

_ADD = insert_new(reactions, "announcement_id", "name", "account_id", "id")
_REMOVE = Prepared(
    delete(reactions).where(
        reactions.c.announcement_id == bindparam("about"),
        reactions.c.name == bindparam("called"),
        reactions.c.account_id == bindparam("reader"),
    )
)
_NAMES = Prepared(select(reactions.c.name).where(reactions.c.announcement_id == bindparam("about")).distinct())
_mine = func.max(case((reactions.c.account_id == bindparam("reader"), 1), else_=0))
_COUNTED = Prepared(
    select(reactions.c.announcement_id, reactions.c.name, func.count(), _mine)
    .where(among(reactions.c.announcement_id))
    .group_by(reactions.c.announcement_id, reactions.c.name)
    .order_by(func.min(reactions.c.id))
)
_COUNT = Prepared(
    select(func.count())
    .select_from(reactions)
    .where(reactions.c.announcement_id == bindparam("about"), reactions.c.name == bindparam("called"))
)
_FORGET_ACCOUNT = Prepared(delete(reactions).where(reactions.c.account_id == bindparam("gone")))


class Reaction(NamedTuple):
    """How many reacted to an announcement with this emoji, and whether the reader is one of them."""

    announcement_id: int
    name: str
    many: int
    mine: bool


def react(tx: Tx, reader: int, announcement_id: int, name: str) -> None:
    """Put an emoji to an announcement; twice is once."""
    must_be_shown(tx, announcement_id)
    called = _emoji(tx, name)
    there = tx.column(_NAMES, about=announcement_id)
    if called not in there and len(there) >= MOST_KINDS:
        raise Invalid("Validation failed: Limit of different reactions reached")

    if tx.run(_ADD, announcement_id=announcement_id, name=called, account_id=reader, id=new_id()):
        tell(tx, "reaction", announcement_id, called)


def take_back_reaction(tx: Tx, reader: int, announcement_id: int, name: str) -> None:
    """Take an emoji back from an announcement."""
    must_be_shown(tx, announcement_id)
    called = read_emoji(name) or name  # one of this server may be gone by now
    if not tx.run(_REMOVE, about=announcement_id, called=called, reader=reader):
        _emoji(tx, name)
        raise NotFound

    tell(tx, "reaction", announcement_id, called)


def reactions_to(db: Db, announcement_ids: Sequence[int], reader: int | None) -> list[Reaction]:
    """The reactions to some announcements, those that came first before others."""
    if not announcement_ids:
        return []
    rows = db.all(_COUNTED, ids=db.id_list(announcement_ids), reader=reader or 0)
    return [Reaction(about, name, many, bool(mine)) for about, name, many, mine in rows]


def count_reactions(db: Db, announcement_id: int, name: str) -> int:
    """How many reacted so."""
    found: int = db.value(_COUNT, about=announcement_id, called=name)
    return found


def forget_reactions(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: how it reacted to announcements is gone."""
    tx.run(_FORGET_ACCOUNT, gone=event["account_id"])


def _emoji(db: Db, name: str) -> str:
    found = read_emoji(name) or next(iter(emojis_called(db, [name])), None)
    if found is None:
        raise Invalid("Validation failed: Name is not a recognized emoji")
    return found
