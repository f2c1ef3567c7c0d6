"""Who wishes to be told of a notice by mail, and what is owed to them for it."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from perron.jobs import Event, emit
from perron.jobs.queue import pending
from perron.kit.time import now
from perron.people.hours import digest_at, digest_day
from perron.people.preferences import read_preferences
from perron.store import Prepared, Tx, const
from perron.store.tables import memberships, users
from perron.timelines.kinds import KIND


@dataclass(frozen=True)
class MailOwed(Event):
    """A user asked to be told of this notice by mail, at once."""

    notice_id: int
    account_id: int
    user_id: int


@dataclass(frozen=True)
class DigestDue(Event):
    """Something happened that a user wishes to read of in the mail of this day."""

    user_id: int
    day: str


_READERS = Prepared(
    select(users.c.id, users.c.preferences)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(
        memberships.c.account_id == bindparam("of_account"),
        users.c.state == const("active"),
        users.c.preferences != "{}",
    )
)


def owe_mails(tx: Tx, notice_id: int, account_id: int, type_: str, *, due: int | None = None) -> None:
    """Leave a job for each user of an account who wishes a mail at once, or one mail a day; for most there is none."""
    for user_id, kept in tx.all(_READERS, of_account=account_id):
        chosen = read_preferences(kept)
        way = chosen.mails(KIND.get(type_, ""))
        if way == "once":
            emit(tx, MailOwed(notice_id, account_id, user_id), due=due)
        elif way == "daily":
            day = digest_day(chosen, now())
            digest = DigestDue(user_id, day.isoformat())
            if not pending(tx, digest):
                emit(tx, digest, due=digest_at(chosen, day))
