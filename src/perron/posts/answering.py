"""Whether something may still be answered: under a story, its teller decides that, and for how long."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from perron.kit.errors import NotAllowed
from perron.kit.time import DAY, iso_day, now
from perron.people.model import Account
from perron.store import Db, Prepared
from perron.store.tables import stories

CLOSED = "Comments on this story are closed. You can still quote it."
MEMBERS = "Only people of this server may comment on this story. You can still quote it."

_RULE = Prepared(
    select(stories.c.comments, stories.c.comments_days, stories.c.published_at).where(
        stories.c.post_id == bindparam("of_post")
    )
)


class Answering(NamedTuple):
    """Who may answer at this moment (everybody: `open`, those who have an account here: `members`, nobody: `closed`),
    and when that ends, or ended; None: never, or whenever the teller decided so."""

    who: str
    until: int | None = None


def answering(who: str, days: int, since: int | None, at: int) -> Answering:
    """What holds at a time, where so many days after `since` everything closes (0: never)."""
    until = since + days * DAY if days and since is not None else None
    if who == "closed":
        return Answering("closed")
    return Answering("closed" if until is not None and until <= at else who, until)


def answering_in(db: Db, thread_id: int) -> Answering | None:
    """What holds in a conversation; None where nobody has decided anything, as nearly everywhere."""
    row = db.one(_RULE, of_post=thread_id)
    return answering(row[0], row[1], row[2], now()) if row else None


def why_not(found: Answering | None, author: Account) -> str:
    """Why somebody may not answer; "" when they may."""
    if found is None or found.who == "open" or (found.who == "members" and author.here):
        return ""
    if found.who == "members":
        return MEMBERS
    if found.until is None:
        return CLOSED
    return f"Comments on this story closed on {iso_day(found.until)}. You can still quote it."


def check_answer(db: Db, author: Account, thread_id: int) -> None:
    """Refuse an answer where its author may not answer."""
    if wrong := why_not(answering_in(db, thread_id), author):
        raise NotAllowed(wrong)
