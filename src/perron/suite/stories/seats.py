"""Who is at the desk of a story, and at which item: said while somebody is there, over after half a minute of silence.
It keeps nobody out: whoever writes all the same is told when they are behind."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from perron.kit.time import SECOND, now
from perron.store import Db, Prepared, Tx, upsert
from perron.store.tables import story_seats

HOLDS = 30 * SECOND
"""For how long somebody is shown, unless their page says so again."""
MOST = 50


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the desk; `item_id`: what they write in, 0 while in nothing."""

    user_id: int
    item_id: int
    until: int


_HERE = (story_seats.c.story_id == bindparam("of_story"),)
_TAKEN = Prepared(
    select(story_seats.c.user_id, story_seats.c.item_id, story_seats.c.until)
    .where(*_HERE, story_seats.c.until > bindparam("at"), story_seats.c.user_id != bindparam("but"))
    .order_by(story_seats.c.user_id)
    .limit(MOST)
)
_TAKE = upsert(story_seats, "story_id", "user_id", "item_id", "until", key=("story_id", "user_id"))
_OVER = Prepared(delete(story_seats).where(*_HERE, story_seats.c.until <= bindparam("at")))
_LEAVE = Prepared(delete(story_seats).where(*_HERE, story_seats.c.user_id == bindparam("by")))


def seats_of(db: Db, story_id: int, *, but: int) -> list[Seat]:
    """Who else is at the desk of a story at this moment."""
    return [Seat(*row) for row in db.all(_TAKEN, of_story=story_id, at=now(), but=but)]


def take_seat(tx: Tx, story_id: int, user_id: int, item_id: int) -> list[Seat]:
    """Say that one is there, and in what one writes; who else is."""
    tx.run(_OVER, of_story=story_id, at=now())
    tx.run(_TAKE, story_id=story_id, user_id=user_id, item_id=item_id, until=now() + HOLDS)
    return seats_of(tx, story_id, but=user_id)


def leave_seat(tx: Tx, story_id: int, user_id: int) -> None:
    """Say that one is there no longer."""
    tx.run(_LEAVE, of_story=story_id, by=user_id)
