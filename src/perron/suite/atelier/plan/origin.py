"""Which posts came out by themselves: said of each, and as a share of an account. What is automatic does not hide."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from perron.kit.ids import born
from perron.kit.time import as_datetime, now
from perron.people.model import Account
from perron.posts.archive import ids_of_month, months_of
from perron.store import Db, Prepared, const
from perron.store.tables import plan_posts, posts

MONTHS = 3
"""Months that a share is counted over, this one included."""

_DUE = Prepared(select(plan_posts.c.due).where(plan_posts.c.post_id == bindparam("on_post")))
_PLANNED = Prepared(
    select(func.count())
    .select_from(plan_posts.join(posts, posts.c.id == plan_posts.c.post_id))
    .where(
        plan_posts.c.account_id == bindparam("by"),
        plan_posts.c.post_id >= bindparam("since"),
        posts.c.visibility.in_([const("public"), const("unlisted")]),
    )
)


@dataclass(frozen=True, slots=True)
class Share:
    """Of what anybody may read of an account in the last months: how many posts, and how many came out by a plan."""

    since: int
    posts: int
    planned: int
    automated: bool
    """Whether the account says that a machine writes it."""

    @property
    def part(self) -> float:
        """Which part of them was planned."""
        return self.planned / self.posts if self.posts else 0.0


def planned_for(db: Db, post_id: int) -> int | None:
    """The moment for which a post was planned; None for one that somebody published by hand."""
    found: int | None = db.value(_DUE, on_post=post_id)
    return found


def share_of(db: Db, account: Account) -> Share:
    """Which part of an account's posts was planned; remembered until anybody commits."""
    known: dict[int, Share] = db.remembered("planned shares")
    if account.id not in known:
        known[account.id] = _counted(db, account)
    return known[account.id]


def _counted(db: Db, account: Account) -> Share:
    today = as_datetime(now())
    month = today.year * 12 + today.month - MONTHS  # counted from 0: the first of the last months
    first = (month // 12, month % 12 + 1)
    written = sum(n for when, n in months_of(db, account.id) if when >= first)
    since = ids_of_month(*first)[0]
    planned = db.value(_PLANNED, by=account.id, since=since) if written else 0
    return Share(born(since), written, min(planned, written), account.kind == "bot")
