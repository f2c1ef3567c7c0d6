"""A conversation: what a post answers, and what answers it."""

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import NotFound
from perron.people.flags import set_flag
from perron.people.model import Account
from perron.posts.model import Post
from perron.posts.queries import find_post
from perron.store import Db, Prepared, Tx, among, insert_new, tell
from perron.store.engine import Row
from perron.store.tables import posts, thread_mutes

MOST = 4096
MOST_FOR_ANYBODY = (40, 60, 20)  # ancestors, descendants, depth

_THREAD = Prepared(
    select(posts.c.id, posts.c.reply_to_id, posts.c.author_id)
    .where(posts.c.thread_id == bindparam("thread_id"), posts.c.boost_of_id.is_(None))
    .order_by(posts.c.id)
    .limit(2 * MOST)
)
_MUTE = insert_new(thread_mutes, "account_id", "thread_id")
_UNMUTE = Prepared(
    delete(thread_mutes).where(
        thread_mutes.c.account_id == bindparam("by"), thread_mutes.c.thread_id == bindparam("on")
    )
)
_MUTED = Prepared(
    select(thread_mutes.c.thread_id).where(
        thread_mutes.c.account_id == bindparam("by"), among(thread_mutes.c.thread_id)
    )
)


def context(db: Db, post_id: int, *, viewer: int | None) -> tuple[list[int], list[int]]:
    """Ids of what a post answers (oldest first) and of what answers it (in reading order: each branch whole).

    The viewer may see the post itself; which of the others they may see is asked when these are read.
    """
    post = find_post(db, post_id, viewer=viewer)
    if post is None:
        raise NotFound
    return around(db, post, viewer=viewer)


def around(db: Db, post: Post, *, viewer: int | None) -> tuple[list[int], list[int]]:
    """As `context`, of a post that was found for the viewer."""
    parents: dict[int, int | None] = {}
    answers: dict[int, list[int]] = {}
    authors: dict[int, int] = {}
    for id_, parent, author in _thread_as_stored(db, post.thread_id):
        parents[id_], authors[id_] = parent, author
        if parent is not None:
            answers.setdefault(parent, []).append(id_)
    most_up, most_down, depth = (MOST, MOST, MOST) if viewer is not None else MOST_FOR_ANYBODY
    up: list[int] = []
    step = post.reply_to_id
    while step is not None and step in parents and len(up) < most_up:
        up.append(step)
        step = parents[step]
    for parent, below in answers.items():  # the author's own continuation comes first
        if len(below) > 1:
            below.sort(key=lambda one: (authors[one] != authors.get(parent), one))
    down: list[int] = []
    todo = [(one, 1) for one in reversed(answers.get(post.id, []))]
    while todo and len(down) < most_down:
        one, level = todo.pop()
        down.append(one)
        if level < depth:
            todo.extend((child, level + 1) for child in reversed(answers.get(one, [])))
    return up[::-1], down


def _thread_as_stored(db: Db, thread_id: int) -> list[Row]:
    """(id, what it answers, author) of every post of a conversation, oldest first."""
    known: dict[int, list[Row]] = db.remembered("threads")
    if thread_id not in known:
        known[thread_id] = db.all(_THREAD, thread_id=thread_id)
    return known[thread_id]


def parents_in(db: Db, thread_id: int) -> dict[int, int | None]:
    """What each post of a conversation answers."""
    return {id_: parent for id_, parent, _ in _thread_as_stored(db, thread_id)}


def mute_thread(tx: Tx, who: Account, post_id: int) -> None:
    """Be told no more of a conversation."""
    post = find_post(tx, post_id, viewer=who.id)
    if post is None:
        raise NotFound
    tx.run(_MUTE, account_id=who.id, thread_id=post.thread_id)
    set_flag(tx, who.id, "has_thread_mutes", True)
    tell(tx, "viewer", who.id)


def unmute_thread(tx: Tx, who: Account, post_id: int) -> None:
    """Be told of a conversation again."""
    post = find_post(tx, post_id, viewer=who.id)
    if post is None:
        raise NotFound
    tx.run(_UNMUTE, by=who.id, on=post.thread_id)


def muted_among(db: Db, account_id: int, thread_ids: list[int]) -> set[int]:
    """Which of these conversations an account has muted."""
    return set(db.column(_MUTED, by=account_id, ids=db.id_list(thread_ids)))
