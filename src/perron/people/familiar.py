"""Whom one knows among the followers of somebody."""

from sqlalchemy import bindparam, select

from perron.store import Db, Prepared, const
from perron.store.tables import accounts, follows

MOST = 40
_mine, _theirs = follows.alias("mine"), follows.alias("theirs")
_BOTH = Prepared(
    select(_theirs.c.follower_id)
    .join(_mine, _mine.c.target_id == _theirs.c.follower_id)
    .join(accounts, accounts.c.id == _theirs.c.follower_id)
    .where(
        _theirs.c.target_id == bindparam("of_account"),
        _mine.c.follower_id == bindparam("viewer"),
        accounts.c.state == const("active"),
    )
    .order_by(_theirs.c.id.desc())
    .limit(MOST)
)


def familiar_followers(db: Db, viewer: int, account_id: int) -> list[int]:
    """Followers of an account whom the viewer follows, the latest first, at most forty."""
    return db.column(_BOTH, viewer=viewer, of_account=account_id)
