"""How many accounts one may follow, and how often.

Both hold in the transaction that follows, so they hold for all processes and over a restart. Whoever leaves somebody is
never refused; it counts all the same, so that following and leaving in turns comes to an end.
"""

from sqlalchemy import bindparam, delete, func, select, update

from perron.kit.errors import Invalid, TooMany
from perron.kit.settings import Settings
from perron.kit.time import HOUR, SECOND, now
from perron.people.model import Account
from perron.store import Db, Prepared, Tx, insert_new
from perron.store.tables import accounts, follow_hours

DAY_HOURS = 24

_COUNTS = Prepared(
    select(accounts.c.following_count, accounts.c.followers_count).where(accounts.c.id == bindparam("of_account"))
)
_HOURS = Prepared(
    select(follow_hours.c.hour, follow_hours.c.times)
    .where(follow_hours.c.account_id == bindparam("of_account"), follow_hours.c.hour > bindparam("after"))
    .order_by(follow_hours.c.hour)
)
_BEGIN = insert_new(follow_hours, "account_id", "hour")
_COUNT = Prepared(
    update(follow_hours)
    .where(follow_hours.c.account_id == bindparam("of_account"), follow_hours.c.hour == bindparam("in_hour"))
    .values(times=follow_hours.c.times + 1)
)
_FORGET = Prepared(delete(follow_hours).where(follow_hours.c.hour <= bindparam("until")))
_FORGET_OF = Prepared(delete(follow_hours).where(follow_hours.c.account_id == bindparam("of_account")))
_ANY = Prepared(select(func.min(follow_hours.c.hour)))


def most_followed(followers: int, settings: Settings) -> int:
    """How many accounts somebody with so many followers may follow."""
    return max(settings.follow_limit, followers * settings.follow_ratio // 100)


def count_within_limits(tx: Tx, who: Account, settings: Settings) -> None:
    """Count one more that an account follows: Invalid where these are too many, TooMany where it does so too often.

    It counts before it looks, so that of two at once the second waits for the first, and sees it.
    """
    count_follow(tx, who.id)
    following, followers = tx.one(_COUNTS, of_account=who.id) or (0, 0)
    limit = most_followed(followers, settings)
    if following >= limit:
        raise Invalid(f"You follow {following} accounts. The limit for you is {limit}; it grows with your followers.")
    if settings.follows_per_hour or settings.follows_per_day:
        _check_pace(tx, who, settings)


def _check_pace(db: Db, who: Account, settings: Settings) -> None:
    at = now()
    this = at // HOUR
    hours = [(hour, times) for hour, times in db.all(_HOURS, of_account=who.id, after=this - DAY_HOURS)]
    wait = 0
    if settings.follows_per_hour and sum(n for hour, n in hours if hour == this) > settings.follows_per_hour:
        wait = this + 1
    in_day = sum(times for _, times in hours)
    if settings.follows_per_day and in_day > settings.follows_per_day:
        for hour, times in hours:  # the oldest are forgotten first
            in_day -= times
            if in_day <= settings.follows_per_day:
                wait = max(wait, hour + DAY_HOURS)
                break
    if wait:
        seconds = max(1, -(-(wait * HOUR - at) // SECOND))
        raise TooMany("You have followed many accounts in a short time. Please go on later.", retry_after=seconds)


def count_follow(tx: Tx, account_id: int) -> None:
    """Count that an account followed, asked to, or left somebody."""
    hour = now() // HOUR
    tx.run(_BEGIN, account_id=account_id, hour=hour)
    tx.run(_COUNT, of_account=account_id, in_hour=hour)


def forget_hours_of(tx: Tx, account_id: int) -> None:
    """Forget how often an account that is deleted followed."""
    tx.run(_FORGET_OF, of_account=account_id)


def forget_follow_hours(tx: Tx) -> None:
    """Forget what happened a day ago and longer."""
    until = now() // HOUR - DAY_HOURS
    first = tx.value(_ANY)
    if first is not None and first <= until:
        tx.run(_FORGET, until=until)
