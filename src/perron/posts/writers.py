"""Who wrote what for an account that several people speak for: kept inside, shown to nobody else."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, delete, select, true

from perron.people.model import Account
from perron.posts.model import Draft
from perron.store import Db, Prepared, Tx, among, insert_new
from perron.store.tables import organisation_brands, organisation_members, post_writers

_ADD = insert_new(post_writers, "post_id", "user_id")
_OF = Prepared(select(post_writers.c.post_id, post_writers.c.user_id).where(among(post_writers.c.post_id)))
_REMOVE = Prepared(delete(post_writers).where(post_writers.c.post_id == bindparam("of_post")))
_INITIALS = Prepared(
    select(organisation_members.c.initials)
    .join(organisation_brands, organisation_brands.c.organisation_id == organisation_members.c.organisation_id)
    .where(
        organisation_brands.c.account_id == bindparam("of_account"),
        organisation_brands.c.byline == true(),
        organisation_members.c.user_id == bindparam("of_user"),
    )
)


def signed(db: Db, author: Account, draft: Draft) -> Draft:
    """A draft with its writer's initials at its end, where the account shows who writes for it."""
    initials = db.value(_INITIALS, of_account=author.id, of_user=draft.writer_id) if draft.writer_id else ""
    if not initials or draft.text.rstrip().endswith(f"^{initials}"):
        return draft
    return replace(draft, text=f"{draft.text.rstrip()} ^{initials}".lstrip())


def add_writer(tx: Tx, post_id: int, user_id: int) -> None:
    """Write down who wrote a post."""
    tx.run(_ADD, post_id=post_id, user_id=user_id)


def writers_of(db: Db, post_ids: Sequence[int]) -> dict[int, int]:
    """The users who wrote posts, by post; only of those where it was written down."""
    return dict(db.all(_OF, ids=db.id_list(tuple(post_ids)))) if post_ids else {}


def remove_writer(tx: Tx, post_id: int) -> None:
    """Forget who wrote a post that is gone."""
    tx.run(_REMOVE, of_post=post_id)
