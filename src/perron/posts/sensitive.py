"""Mark a post as sensitive for its readers, or take that back, without changing a word of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update

from perron.jobs import Event, emit
from perron.posts.queries import post_as_stored
from perron.store import Prepared, Store, Tx, tell
from perron.store.paging import NEWEST
from perron.store.tables import posts

_MARK = Prepared(update(posts).where(posts.c.id == bindparam("of_post")).values(sensitive=bindparam("to")))
_with_files = posts.c.has_media & (posts.c.author_id == bindparam("by"))
_AGE = Prepared(update(posts).where(_with_files).values(stamp=0))
_PAGE = Prepared(
    select(posts.c.id)
    .where(_with_files, posts.c.id < bindparam("below"))
    .order_by(posts.c.id.desc())
    .limit(bindparam("limit"))
)
STEP = 200
"""Posts shown anew in one transaction."""


@dataclass(frozen=True)
class ShownAnew(Event):
    """What is shown of an account's posts with files is out of date."""

    account_id: int


def mark_sensitive(tx: Tx, post_id: int, on: bool) -> None:
    """Mark a post; it is shown anew wherever it is being read. A post that is gone stays gone."""
    post = post_as_stored(tx, post_id)
    if post is None:
        return
    tx.run(_MARK, of_post=post.id, to=on)
    tx.rerender("post", post.id)
    tell(tx, "post_changed", post.id, post.author_id)


def show_anew(tx: Tx, account_id: int) -> None:
    """Show the posts of an account that have files as they are to be shown from now on: its moderators veiled them all,
    or no longer. Whoever reads one sees it so at once; a job keeps what was made."""
    tx.run(_AGE, by=account_id)
    emit(tx, ShownAnew(account_id))


def keep_shown_anew(store: Store, event: dict[str, Any]) -> None:
    """After `ShownAnew`: what is shown of those posts is made anew and kept, the newest first."""
    below = NEWEST
    while below:
        below = store.write(lambda tx, below=below: _step(tx, event["account_id"], below))  # type: ignore[misc]


def _step(tx: Tx, account_id: int, below: int) -> int:
    """Some posts; under which id the next begin, 0 at the end."""
    ids: list[int] = tx.column(_PAGE, by=account_id, below=below, limit=STEP)
    for id_ in ids:
        tx.rerender("post", id_)
    return ids[-1] if len(ids) == STEP else 0
