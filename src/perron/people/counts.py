"""Counts of an account, kept as columns: what is shown is never counted anew."""

from sqlalchemy import bindparam, case, func, update

from perron.kit.ids import born
from perron.store import Prepared, Tx
from perron.store.tables import accounts

_POST = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(
        posts_count=accounts.c.posts_count + bindparam("by"),
        last_post_at=case(
            (func.coalesce(accounts.c.last_post_at, 0) < bindparam("at"), bindparam("at")),
            else_=accounts.c.last_post_at,
        ),
    )
)
_CHANGE = {
    column: Prepared(
        update(accounts)
        .where(accounts.c.id == bindparam("of_account"))
        .values({column: accounts.c[column] + bindparam("by")})
    )
    for column in ("followers_count", "following_count", "requests_count", "credits_count")
}
_LAST = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(last_post_at=bindparam("at")))


def count_post(tx: Tx, account_id: int, post_id: int, by: int) -> None:
    """One post more, or one less."""
    tx.run(_POST, of_account=account_id, by=by, at=born(post_id) if by > 0 else 0)


def count(tx: Tx, account_id: int, column: str, by: int) -> None:
    """Add to `followers_count`, `following_count`, `requests_count` or `credits_count`."""
    tx.run(_CHANGE[column], of_account=account_id, by=by)


def set_last_post(tx: Tx, account_id: int, at: int | None) -> None:
    """Say anew when an account wrote last, as when a post was taken back; None: never."""
    tx.run(_LAST, of_account=account_id, at=at)
