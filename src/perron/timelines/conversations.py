"""Talks among the mentioned: each participant has a side of their own, read or unread."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, select, update

from perron.kit import json
from perron.kit.ids import new_id
from perron.people.queries import find_account
from perron.posts.model import Post
from perron.posts.queries import mentioned
from perron.posts.visibility import PagedForViewer, Viewer, visible_to
from perron.store import Db, Prepared, Tx, const, insert_or_change, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import conversations, mentions, posts


@dataclass(frozen=True, slots=True)
class Conversation:
    """One account's side of a talk; `with_ids` are the others."""

    id: int
    account_id: int
    thread_id: int
    last_post_id: int
    with_ids: tuple[int, ...]
    unread: bool


_COLUMNS = tuple(conversations.c[name] for name in Conversation.__slots__)
_HEARD = insert_or_change(
    conversations,
    *("id", "account_id", "thread_id", "last_post_id", "with_ids", "unread"),
    key=("account_id", "thread_id"),
    to=lambda new: {"last_post_id": new.last_post_id, "with_ids": new.with_ids, "unread": new.unread},
    when=lambda new: conversations.c.last_post_id < new.last_post_id,
    returning=[conversations.c.id],
)
_PAGE = Paged(
    select(*_COLUMNS).where(conversations.c.account_id == bindparam("of_account")), conversations.c.last_post_id
)
_ONE = Prepared(
    select(*_COLUMNS).where(
        conversations.c.account_id == bindparam("of_account"), conversations.c.id == bindparam("conversation_id")
    )
)
_READ = Prepared(
    update(conversations)
    .where(conversations.c.account_id == bindparam("of_account"), conversations.c.id == bindparam("conversation_id"))
    .values(unread=bindparam("to"))
)
_REMOVE = Prepared(
    delete(conversations).where(
        conversations.c.account_id == bindparam("of_account"), conversations.c.id == bindparam("conversation_id")
    )
)
_BY_THREAD = Prepared(
    select(*_COLUMNS).where(
        conversations.c.account_id == bindparam("of_account"), conversations.c.thread_id == bindparam("of_thread")
    )
)
_WITH = Prepared(
    select(*_COLUMNS)
    .where(conversations.c.account_id == bindparam("of_account"), conversations.c.with_ids == bindparam("others"))
    .order_by(conversations.c.last_post_id.desc())
    .limit(1)
)
_UNREAD = Prepared(
    select(func.count()).where(conversations.c.account_id == bindparam("of_account"), conversations.c.unread)
)


def _said(viewer: Viewer) -> Select[Any]:
    return select(posts.c.id).where(
        posts.c.thread_id == bindparam("of_thread"), posts.c.visibility == const("mentioned"), visible_to(viewer)
    )


_SAID = PagedForViewer(_said, posts.c.id)
_OF_THREAD = Prepared(select(*_COLUMNS).where(conversations.c.thread_id == bindparam("of_thread")))
_NEWEST_FOR = Prepared(
    select(func.max(posts.c.id))
    .outerjoin(mentions, mentions.c.post_id == posts.c.id)
    .where(
        posts.c.thread_id == bindparam("of_thread"),
        posts.c.visibility == "mentioned",
        (posts.c.author_id == bindparam("of_account")) | (mentions.c.account_id == bindparam("of_account")),
    )
)
_BACK = Prepared(
    update(conversations)
    .where(conversations.c.id == bindparam("conversation_id"))
    .values(last_post_id=bindparam("newest"))
)


def _row(row: tuple[object, ...]) -> Conversation:
    id_, account_id, thread_id, last, with_ids, unread = row
    return Conversation(id_, account_id, thread_id, last, tuple(json.decode(with_ids)), bool(unread))  # type: ignore[arg-type]


def hear_post(tx: Tx, post: Post) -> None:
    """Carry a post to the mentioned into the sides of everybody in it who lives here. Safe to repeat."""
    everybody = dict.fromkeys([post.author_id, *mentioned(tx, post.id)])
    for account_id in everybody:
        account = find_account(tx, account_id)
        if account is None or not account.here:
            continue
        others = [one for one in everybody if one != account_id]
        made = tx.value(
            _HEARD,
            id=new_id(),
            account_id=account_id,
            thread_id=post.thread_id,
            last_post_id=post.id,
            with_ids=json.encode_text(others),
            unread=account_id != post.author_id,
        )
        if made is not None:
            tell(tx, "conversation", account_id, made)


def conversations_page(db: Db, account_id: int, paging: Paging) -> list[Conversation]:
    """A page of an account's conversations, the latest first (paged by the id of their last post)."""
    return [_row(row) for row in _PAGE.rows(db, paging, of_account=account_id)]


def find_conversation(db: Db, account_id: int, conversation_id: int) -> Conversation | None:
    """One of an account's own conversations."""
    row = db.one(_ONE, of_account=account_id, conversation_id=conversation_id)
    return _row(row) if row else None


def conversation_in(db: Db, account_id: int, thread_id: int) -> Conversation | None:
    """An account's side of the talk in a thread."""
    row = db.one(_BY_THREAD, of_account=account_id, of_thread=thread_id)
    return _row(row) if row else None


def conversation_with(db: Db, account_id: int, other_id: int) -> Conversation | None:
    """The latest talk between an account and one other, and nobody else."""
    row = db.one(_WITH, of_account=account_id, others=json.encode_text([other_id]))
    return _row(row) if row else None


def unread_conversations(db: Db, account_id: int) -> int:
    """How many talks have something new in them."""
    return int(db.value(_UNREAD, of_account=account_id))


def said_in(db: Db, found: Conversation, paging: Paging) -> list[int]:
    """Ids of a page of what was said in a talk, newest first, as far as this side may see it."""
    return [row[0] for row in _SAID.rows(db, found.account_id, paging, of_thread=found.thread_id)]


def mark_conversation(tx: Tx, account_id: int, conversation_id: int, *, unread: bool) -> None:
    tx.run(_READ, of_account=account_id, conversation_id=conversation_id, to=unread)


def remove_conversation(tx: Tx, account_id: int, conversation_id: int) -> None:
    tx.run(_REMOVE, of_account=account_id, conversation_id=conversation_id)


def forget_post(tx: Tx, thread_id: int) -> None:
    """A post of this talk is gone: sides go back to the newest that is left, or go too."""
    for row in tx.all(_OF_THREAD, of_thread=thread_id):
        side = _row(row)
        newest = tx.value(_NEWEST_FOR, of_thread=thread_id, of_account=side.account_id)
        if newest is None:
            remove_conversation(tx, side.account_id, side.id)
        elif newest != side.last_post_id:
            tx.run(_BACK, conversation_id=side.id, newest=newest)
