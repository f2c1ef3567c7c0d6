"""The sheet: the same figures for several brands over the same days, each with what it means and of how many it is."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from perron.kit.errors import Invalid
from perron.kit.ids import born, first_id_at
from perron.kit.time import DAY, MINUTE, now
from perron.people.may import LOOK, may
from perron.people.members import role_of
from perron.posts.ties import SPONSOR
from perron.store import Db, Prepared, const
from perron.store.tables import follows, posts, tickets
from perron.suite.teams.organise import within
from perron.suite.teams.queries import brands_of

LEAST, LONGEST, MOST_ROWS = 5, 366, 20_000
"""Of how few nothing is said; how many days a sheet spans; how much is read for one brand."""
INDICATORS = ("posts", "paid", "answers", "echoes", "followers", "asked", "answered", "first_answer", "satisfied")
UNITS = {"answers": "per_post", "echoes": "per_post", "answered": "percent", "first_answer": "minutes"}
UNITS |= {"satisfied": "percent"}
"""In what an indicator is told; a number where nothing is said."""


class Cell(NamedTuple):
    """One figure; `value` is None where `n`, of how many it is, is too few to say."""

    value: float | None
    n: int


class Period(NamedTuple):
    """Days by UTC, the last one included."""

    first: date
    last: date

    @property
    def ids(self) -> dict[str, int]:
        """The same, as bounds of ids."""
        at = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)
        since = int(at.timestamp() * 1000)
        days = (self.last - self.first).days + 1
        return {"since": first_id_at(since), "until": first_id_at(since + days * DAY)}


_POSTS = Prepared(
    select(posts.c.tie, posts.c.replies_count, posts.c.favourites_count, posts.c.boosts_count, posts.c.quotes_count)
    .where(
        posts.c.author_id == bindparam("of_account"),
        posts.c.id >= bindparam("since"),
        posts.c.id < bindparam("until"),
        posts.c.boost_of_id.is_(None),
        posts.c.visibility.in_((const("public"), const("unlisted"))),
    )
    .limit(MOST_ROWS)
)
_FOLLOWERS = Prepared(
    select(func.count()).where(
        follows.c.target_id == bindparam("of_account"),
        follows.c.id >= bindparam("since"),
        follows.c.id < bindparam("until"),
    )
)
_ASKED = Prepared(
    select(tickets.c.post_id, tickets.c.answered_at, tickets.c.satisfied)
    .where(
        tickets.c.account_id == bindparam("of_account"),
        tickets.c.post_id >= bindparam("since"),
        tickets.c.post_id < bindparam("until"),
    )
    .limit(MOST_ROWS)
)


def read_period(first: str, last: str) -> Period:
    """Days such as 2026-06-01, both included; the last thirty where none is named."""
    today = datetime.fromtimestamp(now() / 1000, UTC).date()
    try:
        ends = date.fromisoformat(last) if last else today
        begins = date.fromisoformat(first) if first else ends - timedelta(29)
    except ValueError:
        raise Invalid("This is not a day such as 2026-06-12.") from None
    if not 2000 <= begins.year <= ends.year < 2200 or not 0 <= (ends - begins).days < LONGEST:
        raise Invalid("A sheet spans from 1 to 366 days.")
    return Period(begins, ends)


def brands_for(db: Db, user_id: int, organisation_id: int) -> list[int]:
    """The brands whose figures somebody may read."""
    organisation = within(db, user_id, organisation_id)
    found = [one.account_id for one in brands_of(db, organisation.id)]
    return [one for one in found if may(role_of(db, user_id, one), LOOK)]


def sheet_of(
    db: Db, user_id: int, organisation_id: int, chosen: Sequence[int], period: Period
) -> dict[int, dict[str, Cell]]:
    """The figures of the brands that were chosen, or of all that one may read; by brand, then by indicator."""
    mine = brands_for(db, user_id, organisation_id)
    return {one: figures_of(db, one, period) for one in mine if not chosen or one in chosen}


def figures_of(db: Db, account_id: int, period: Period) -> dict[str, Cell]:
    """The figures of one brand."""
    bounds = {"of_account": account_id, **period.ids}
    written, asked = db.all(_POSTS, **bounds), db.all(_ASKED, **bounds)
    took = [max(0, at - born(post_id)) / MINUTE for post_id, at, _ in asked if at is not None]
    said = [one for _, _, one in asked if one]
    followers = int(db.value(_FOLLOWERS, **bounds))
    return {
        "posts": Cell(len(written), len(written)),
        "paid": Cell(sum(row[0] == SPONSOR for row in written), len(written)),
        "answers": _mean([row[1] for row in written]),
        "echoes": _mean([sum(row[2:]) for row in written]),
        "followers": Cell(followers, followers),
        "asked": Cell(len(asked), len(asked)),
        "answered": Cell(100 * len(took) / len(asked) if len(asked) >= LEAST else None, len(asked)),
        "first_answer": Cell(median(took) if len(took) >= LEAST else None, len(took)),
        "satisfied": Cell(100 * said.count("yes") / len(said) if len(said) >= LEAST else None, len(said)),
    }


def _mean(counts: Sequence[int]) -> Cell:
    return Cell(sum(counts) / len(counts) if len(counts) >= LEAST else None, len(counts))
