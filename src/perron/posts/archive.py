"""What an account has written for everybody, month by month, and its very first words."""

from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, select

from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY, as_datetime
from perron.posts.visibility import visible_to
from perron.store import Db, Prepared, const
from perron.store.tables import posts

# the words of the index `ix_posts_written`, so that it is used
_OPEN = (posts.c.boost_of_id.is_(None), posts.c.visibility.in_((const("public"), const("unlisted"))))
_DAY = (posts.c.id // first_id_at(DAY)).label("day")
_DAYS = Prepared(select(_DAY, func.count()).where(posts.c.author_id == bindparam("of_account"), *_OPEN).group_by("day"))
_FIRST = Prepared(
    select(posts.c.id)
    .where(
        posts.c.author_id == bindparam("of_account"),
        posts.c.visibility == const("public"),
        *_OPEN,
        visible_to(None),
    )
    .order_by(posts.c.id)
    .limit(1)
)
Month = tuple[int, int]


def months_of(db: Db, account_id: int) -> list[tuple[Month, int]]:
    """((year, month), posts that anybody may read) of each month in which there are any, newest first."""
    known: dict[int, list[tuple[Month, int]]] = db.remembered("months")
    if account_id not in known:
        counted: Counter[Month] = Counter()
        for day, n in db.all(_DAYS, of_account=account_id):
            counted[_month_of(day)] += n
        known[account_id] = sorted(counted.items(), reverse=True)
    return known[account_id]


def first_public(db: Db, account_id: int) -> int | None:
    """The first post that an account wrote for everybody."""
    found: int | None = db.value(_FIRST, of_account=account_id)
    return found


def ids_of_month(year: int, month: int) -> tuple[int, int]:
    """The first id of a month, and the first of the next."""
    following = (year + 1, 1) if month == 12 else (year, month + 1)
    return _first_id(year, month), _first_id(*following)


def month_of(id_: int) -> Month:
    """The month in which something was born."""
    when = as_datetime(born(id_))
    return when.year, when.month


def _first_id(year: int, month: int) -> int:
    return first_id_at(int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000)


@lru_cache(16384)
def _month_of(day: int) -> Month:
    when = as_datetime(day * DAY)
    return when.year, when.month
