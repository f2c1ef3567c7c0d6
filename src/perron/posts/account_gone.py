"""When an account is deleted, what it wrote goes too."""

from typing import Any

from sqlalchemy import bindparam, delete, null, select, update

from perron.jobs import emit
from perron.media.queries import remove_media_of_account
from perron.people.model import AccountDeleted
from perron.posts.delete import take_down
from perron.posts.queries import change_count, post_as_stored, remove_post
from perron.store import Prepared, Tx, tell
from perron.store.tables import (
    draft_media,
    draft_versions,
    drafts,
    idempotency,
    marks,
    posts,
    scheduled_media,
    scheduled_posts,
    thread_mutes,
    votes,
)

BATCH = 200
_SOME = Prepared(
    select(posts.c.id).where(posts.c.author_id == bindparam("of_account")).order_by(posts.c.id.desc()).limit(BATCH)
)


_LIKED = Prepared(
    update(posts)
    .where(
        posts.c.id.in_(
            select(marks.c.post_id).where(
                marks.c.account_id == bindparam("of_account"), marks.c.favourite_id.is_not(None)
            )
        )
    )
    .values(favourites_count=posts.c.favourites_count - 1)
)
_FORGET = [
    Prepared(
        delete(draft_media).where(
            draft_media.c.draft_id.in_(select(drafts.c.id).where(drafts.c.account_id == bindparam("of_account")))
        )
    ),
    Prepared(
        delete(draft_versions).where(
            draft_versions.c.draft_id.in_(select(drafts.c.id).where(drafts.c.account_id == bindparam("of_account")))
        )
    ),
    Prepared(
        delete(scheduled_media).where(
            scheduled_media.c.scheduled_id.in_(
                select(scheduled_posts.c.id).where(scheduled_posts.c.account_id == bindparam("of_account"))
            )
        )
    ),
    *(
        Prepared(delete(table).where(table.c.account_id == bindparam("of_account")))
        for table in (marks, votes, thread_mutes, idempotency, drafts, scheduled_posts)
    ),
    Prepared(update(posts).where(posts.c.via_id == bindparam("of_account")).values(via_id=null(), stamp=0)),
]


def remove_what_it_marked(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its favourites are taken back, nobody can tell any more how it voted, nobody is thanked
    in its name, and its drafts and plans are gone."""
    tx.run(_LIKED, of_account=event["account_id"])
    for statement in _FORGET:
        tx.run(statement, of_account=event["account_id"])


def remove_what_it_wrote(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: remove two hundred posts, and come back for the rest."""
    account_id = event["account_id"]
    found = tx.column(_SOME, of_account=account_id)
    for post_id in found:
        post = post_as_stored(tx, post_id)
        if post is None:
            continue
        if post.boost_of_id:
            remove_post(tx, post.id)
            change_count(tx, post.boost_of_id, "boosts_count", -1)
            tell(tx, "post_gone", post.id, account_id, 0)
        else:
            take_down(tx, post)
    if len(found) == BATCH:
        emit(tx, AccountDeleted(account_id))
    else:
        remove_media_of_account(tx, account_id)
