"""When an account is deleted, what it wrote goes too."""

from typing import Any

from sqlalchemy import bindparam, select

from perron.jobs import emit
from perron.media.queries import remove_media_of_account
from perron.people.model import AccountDeleted
from perron.posts.delete import take_down
from perron.posts.queries import change_count, post_as_stored, remove_post
from perron.store import Prepared, Tx, tell
from perron.store.tables import posts

BATCH = 200
_SOME = Prepared(
    select(posts.c.id).where(posts.c.author_id == bindparam("of_account")).order_by(posts.c.id.desc()).limit(BATCH)
)


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
