"""The emojis of this server as its owner decides about them, and what follows when one comes or goes."""

from typing import Any

from sqlalchemy import bindparam, or_, select

from perron.media import emojis as kept
from perron.media.emojis import Emoji
from perron.moderation.audit import record
from perron.store import Prepared, Store, Tx
from perron.store.tables import accounts, posts

BATCH = 100

_POSTS = Prepared(
    select(posts.c.id)
    .where(
        posts.c.id > bindparam("after"),
        posts.c.html.is_(None),
        or_(*(column.like(bindparam("written")) for column in (posts.c.text, posts.c.warning))),
    )
    .order_by(posts.c.id)
    .limit(BATCH)
)
_ACCOUNTS = Prepared(
    select(accounts.c.id)
    .where(
        accounts.c.id > bindparam("after"),
        accounts.c.domain.is_(None),
        or_(*(accounts.c[name].like(bindparam("written")) for name in ("display_name", "note", "fields"))),
    )
    .order_by(accounts.c.id)
    .limit(BATCH)
)


def add_emoji(tx: Tx, by: int | None, shortcode: str, file: str, category: str = "") -> Emoji:
    """Let a name stand for a picture."""
    made = kept.add_emoji(tx, shortcode, file, category)
    record(tx, by, "add_emoji", "emoji", made.id, f":{made.shortcode}:")
    return made


def change_emoji(tx: Tx, by: int | None, emoji_id: int, *, category: str, visible: bool) -> None:
    """Put an emoji into another category; offer it to people who write, or do so no more."""
    before = kept.emoji_as_stored(tx, emoji_id)
    kept.change_emoji(tx, emoji_id, category=category, visible=visible)
    verb = "change_emoji" if visible == before.visible else "show_emoji" if visible else "hide_emoji"
    record(tx, by, verb, "emoji", emoji_id, f":{before.shortcode}:", category=category)


def remove_emoji(tx: Tx, by: int | None, emoji_id: int) -> None:
    """Let a name be nothing but a name again."""
    before = kept.remove_emoji(tx, emoji_id)
    record(tx, by, "remove_emoji", "emoji", emoji_id, f":{before.shortcode}:")


def redraw(store: Store, payload: dict[str, Any]) -> None:
    """After `EmojiChanged`: posts and accounts in which the name is written are rendered anew, a hundred at a time."""
    written = f"%:{payload['shortcode']}:%"
    for kind, statement in (("post", _POSTS), ("account", _ACCOUNTS)):
        after = 0
        while found := _next(store, statement, after, written):
            store.write(lambda tx, kind=kind, ids=found: [tx.rerender(kind, id_) for id_ in ids])  # type: ignore[misc]
            after = found[-1]


def _next(store: Store, statement: Prepared, after: int, written: str) -> list[int]:
    with store.read() as db:
        return db.column(statement, after=after, written=written)
