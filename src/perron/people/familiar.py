"""Whom one knows among the followers of somebody."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, exists, func, select

from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, blocks, follows

MOST = 40
_ME: ColumnElement[int] = bindparam("viewer")
_mine, _theirs, _whose = follows.alias("mine"), follows.alias("theirs"), accounts.alias("whose")
_known = (
    select(
        _theirs.c.target_id,
        _theirs.c.follower_id,
        func.row_number().over(partition_by=_theirs.c.target_id, order_by=_theirs.c.id.desc()).label("place"),
    )
    .join(_mine, _mine.c.target_id == _theirs.c.follower_id)
    .join(accounts, accounts.c.id == _theirs.c.follower_id)
    .join(_whose, _whose.c.id == _theirs.c.target_id)
    .where(
        among(_theirs.c.target_id),
        _mine.c.follower_id == _ME,
        accounts.c.state == const("active"),
        ~_whose.c.hide_collections,
        ~exists().where(blocks.c.owner_id == _theirs.c.target_id, blocks.c.target_id == _ME),
    )
    .subquery("known")
)
_FAMILIAR = Prepared(
    select(_known.c.target_id, _known.c.follower_id)
    .where(_known.c.place <= MOST)
    .order_by(_known.c.target_id, _known.c.place)
)


def familiar_followers(db: Db, viewer: int, account_ids: Sequence[int]) -> dict[int, list[int]]:
    """Followers of each of these accounts whom the viewer follows, the latest first, at most forty; nobody where an
    account keeps to itself who follows it, or keeps the viewer away."""
    found: dict[int, list[int]] = {id_: [] for id_ in account_ids}
    for target_id, follower_id in db.all(_FAMILIAR, viewer=viewer, ids=db.id_list(account_ids)):
        found[target_id].append(follower_id)
    return found
