"""Whose view of a post is their own. They get it made for them; everybody else, the one that is made once."""

from collections.abc import Collection

from sqlalchemy import bindparam, func, or_, select, union

from perron.store import Db, Prepared, among
from perron.store.tables import account_domain_blocks, accounts, blocks, marks, mutes, posts, votes
from perron.streaming.hub import Stream

OPEN = ("public", "unlisted")
_original = posts.alias("original")
_quoted = posts.alias("quoted")
_POST = Prepared(
    select(posts.c.author_id, posts.c.boost_of_id, _original.c.author_id, _quoted.c.author_id, _quoted.c.visibility)
    .outerjoin(_original, _original.c.id == posts.c.boost_of_id)
    .outerjoin(_quoted, _quoted.c.id == func.coalesce(_original.c.quote_of_id, posts.c.quote_of_id))
    .where(posts.c.id == bindparam("post_id"))
)
_APART = Prepared(
    union(
        select(blocks.c.owner_id).where(among(blocks.c.owner_id), blocks.c.target_id == bindparam("quoted_author")),
        select(blocks.c.target_id).where(blocks.c.owner_id == bindparam("quoted_author"), among(blocks.c.target_id)),
        select(mutes.c.owner_id).where(among(mutes.c.owner_id), mutes.c.target_id == bindparam("quoted_author")),
        select(account_domain_blocks.c.owner_id)
        .join(accounts, accounts.c.domain == account_domain_blocks.c.domain)
        .where(among(account_domain_blocks.c.owner_id), accounts.c.id == bindparam("quoted_author")),
    )
)
_TOUCHED = Prepared(
    union(
        select(marks.c.account_id).where(
            among(marks.c.account_id),
            or_(marks.c.post_id == bindparam("post_id"), marks.c.post_id == bindparam("original_id")),
        ),
        select(votes.c.account_id).where(
            among(votes.c.account_id),
            or_(votes.c.poll_id == bindparam("post_id"), votes.c.poll_id == bindparam("original_id")),
        ),
    )
)


def personally(db: Db, post_id: int, audience: Collection[Stream]) -> set[Stream]:
    """Those of an audience who wrote, marked or voted in a post, or whose filters, muted threads or distance to whom it
    quotes may change it, and those who do not read the messages of their account."""
    row = db.one(_POST, post_id=post_id)
    if row is None or not audience:
        return set()
    accounts_of = {stream.account_id for stream in audience}
    touched = set(db.column(_TOUCHED, post_id=post_id, original_id=row[1] or post_id, ids=db.id_list(accounts_of)))
    touched |= {row[0], row[2], row[3]}
    if row[3] is not None:
        if row[4] not in OPEN:
            return set(audience)
        touched |= set(db.column(_APART, quoted_author=row[3], ids=db.id_list(accounts_of)))
    return {
        one
        for one in audience
        if one.account_id in touched or one.viewer.has_filters or one.viewer.has_thread_mutes or not one.viewer.confided
    }
