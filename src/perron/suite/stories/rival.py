"""A second title or cover of a story, shown by turns with the first until its teller settles which of them stays.

Everybody who looks at one moment is shown the same, so pages stay the same for all and are kept whole; nobody has to
be known for it. An hour has two turns of half an hour, and which comes first in it is drawn anew for each hour, so
that both are shown as long, at every time of the day. In the first minutes of a turn nobody is counted: a page that
was kept may still show the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Literal, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.estimates import Share, differ, share_of
from perron.kit.time import DAY, HOUR, MINUTE, now
from perron.store import Db, Prepared, Tx, among, insert
from perron.store.tables import story_rivals
from perron.suite.stories.keep import change_story, check_cover
from perron.suite.stories.model import Story
from perron.suite.stories.read import read_head

TURN = HOUR // 2
UNSURE = 2 * MINUTE
"""At the beginning of a turn, for which pages that are kept may show the other."""
ENOUGH = 20
"""Readers of each, from which on they are held against each other."""
FIRST, OTHER = 0, 1
SIDES: tuple[Literal["first", "other"], ...] = ("first", "other")
COUNTS = ("readers", "told", "finished")
_COLUMNS = ("story_id", "title", "cover_id", "began_at", "ended_at", "kept", "was")
_SUMS = tuple(f"{what}_{side}" for side in SIDES for what in COUNTS)
Verdict = Literal["first", "other", "same"] | None
"""Which did better than chance alone explains; None: not enough is known."""


@dataclass(frozen=True, slots=True)
class Rival:
    """The second title (empty: the same) and cover (None: the same) of a story, from and until when they took turns
    (`ended_at`: None while they do), which was kept, what the first title was then, and what was
    counted of each."""

    story_id: int
    title: str
    cover_id: int | None
    began_at: int
    ended_at: int | None
    kept: str
    was: str
    counts: tuple[Mapping[str, int], Mapping[str, int]]

    @property
    def runs(self) -> bool:
        """Whether it is not settled yet."""
        return self.ended_at is None


class Side(NamedTuple):
    """One of the two: for how long it was shown (milliseconds, without what is not counted), by how many it was opened,
    of how many of them it is known how far they came, and which part came to the end (None: too few)."""

    shown: int
    readers: int
    told: int
    finished: Share | None


class Compared(NamedTuple):
    """Both sides, and which was opened and read to its end more often than chance alone explains."""

    sides: tuple[Side, Side]
    opened: Verdict
    finished: Verdict


_rivals = select(*(story_rivals.c[name] for name in (*_COLUMNS, *_SUMS)))
_AMONG = Prepared(_rivals.where(among(story_rivals.c.story_id)))
_THIS = story_rivals.c.story_id == bindparam("of_story")
_RUNS = story_rivals.c.ended_at.is_(None)
_ADD = insert(story_rivals, "story_id", "title", "cover_id", "began_at")
_REMOVE = Prepared(delete(story_rivals).where(_THIS))
_END = Prepared(
    update(story_rivals)
    .where(_THIS, _RUNS)
    .values(ended_at=bindparam("at"), kept=bindparam("stays"), was=bindparam("first_title"))
)
_COUNT = Prepared(
    update(story_rivals)
    .where(_THIS, _RUNS)
    .values({name: story_rivals.c[name] + bindparam(f"more_{name}") for name in _SUMS})
)


# -- by turns ----------------------------------------------------------------------------------------------------------


def turn_at(rival: Rival, at: int) -> int:
    """Whose turn it is: FIRST or OTHER."""
    if at < rival.began_at or not rival.runs:
        return FIRST
    drawn = blake2b(f"{rival.story_id} {at // HOUR}".encode(), digest_size=1).digest()[0] & 1
    return drawn ^ (at // TURN & 1)


def counted_at(rival: Rival, at: int) -> int | None:
    """The same, for who opens the story then; None where it cannot be told which of them they were shown."""
    sure = rival.runs and at >= rival.began_at and at % TURN >= UNSURE
    return turn_at(rival, at) if sure else None


def shown_now(db: Db, stories: Sequence[Story]) -> list[Story]:
    """Stories as whoever reads is shown them at this moment."""
    rivals = rivals_of(db, [one.id for one in stories if one.published])
    at = now()
    return [_other(one, rivals[one.id]) if _others_turn(rivals.get(one.id), at) else one for one in stories]


def _others_turn(rival: Rival | None, at: int) -> bool:
    return rival is not None and turn_at(rival, at) == OTHER


def _other(story: Story, rival: Rival) -> Story:
    return replace(story, title=rival.title or story.title, cover_id=rival.cover_id or story.cover_id)


# -- begun and settled -------------------------------------------------------------------------------------------------


def rival_of(db: Db, story_id: int) -> Rival | None:
    """The second title or cover of a story: the one that takes turns, or the last one that did."""
    return rivals_of(db, [story_id]).get(story_id)


def rivals_of(db: Db, story_ids: Sequence[int]) -> dict[int, Rival]:
    """Those of these stories, by story."""
    rows = db.all(_AMONG, ids=db.id_list([*story_ids])) if story_ids else []
    return {row[0]: _read(row) for row in rows}


def begin_rival(tx: Tx, story: Story, raw: Mapping[str, Any]) -> Rival:
    """Let a story that is out have a second title, cover or both: they take turns from the next full hour on."""
    if not story.published:
        raise Invalid("Two titles are tried once the story is published.")
    before = rival_of(tx, story.id)
    if before is not None and before.runs:
        raise Refused("Two are being tried already. Settle first which of them stays.")
    head = read_head({name: raw[name] for name in ("title", "cover_id") if raw.get(name)}, story.head)
    title = "" if head.title == story.title else head.title
    cover = None if head.cover_id == story.cover_id else head.cover_id
    if not title and cover is None:
        raise Invalid("Give another title, another cover, or both.")
    check_cover(tx, story.account_id, head)
    tx.run(_REMOVE, of_story=story.id)
    tx.run(_ADD, story_id=story.id, title=title, cover_id=cover, began_at=-(-now() // HOUR) * HOUR)
    made = rival_of(tx, story.id)
    assert made is not None
    return made


def settle_rival(tx: Tx, story: Story, user_id: int, keep: str) -> Story:
    """Let one of the two stay (`keep`: first or other). What was counted can be looked at until others are tried."""
    rival = rival_of(tx, story.id)
    if rival is None or not rival.runs:
        raise NotFound("No two titles are being tried.")
    if keep not in SIDES:
        raise Invalid("Say which stays: first or other.")
    tx.run(_END, of_story=story.id, at=now(), stays=keep, first_title=story.title)
    return change_story(tx, story, user_id, _other(story, rival).head) if keep == "other" else story


def count_readers(tx: Tx, story_id: int, more: Mapping[tuple[str, int], int]) -> None:
    """Add what readers did, by what and by which side they were shown."""
    values = {f"more_{what}_{side}": more.get((what, place), 0) for place, side in enumerate(SIDES) for what in COUNTS}
    tx.run(_COUNT, of_story=story_id, **values)


# -- compared ----------------------------------------------------------------------------------------------------------


def compare(rival: Rival) -> Compared:
    """What readers did with each of the two."""
    shown = _shown(rival, rival.ended_at or now())
    first, other = (_side(shown[place], rival.counts[place]) for place in (FIRST, OTHER))
    return Compared((first, other), _opened(first, other), _finished(first, other))


def _shown(rival: Rival, until: int) -> tuple[int, int]:
    """For how long each was shown, without what is not counted: in whole hours, as long; then the hour that is not
    over."""
    hours, rest = divmod(max(until - rival.began_at, 0), HOUR)
    each = [hours * (TURN - UNSURE)] * 2
    begun = rival.began_at + hours * HOUR
    running = replace(rival, ended_at=None)
    for start in (0, TURN):
        each[turn_at(running, begun + start)] += min(max(rest - start - UNSURE, 0), TURN - UNSURE)
    return each[FIRST], each[OTHER]


def _side(shown: int, counts: Mapping[str, int]) -> Side:
    told, finished = counts["told"], min(counts["finished"], counts["told"])
    return Side(shown, counts["readers"], told, share_of(finished, told) if told >= ENOUGH else None)


def _opened(first: Side, other: Side) -> Verdict:
    """Were both opened alike, each would have its part of all readers by how long it was shown."""
    if min(first.readers, other.readers) < ENOUGH or first.shown + other.shown < DAY * (TURN - UNSURE) // TURN:
        return None
    found = share_of(other.readers, first.readers + other.readers)
    due = other.shown / (first.shown + other.shown)
    return "other" if found.least > due else "first" if found.most < due else "same"


def _finished(first: Side, other: Side) -> Verdict:
    if first.finished is None or other.finished is None:
        return None
    if not differ(first.finished, other.finished):
        return "same"
    return "other" if other.finished.value > first.finished.value else "first"


def _read(row: Sequence[Any]) -> Rival:
    story_id, title, cover_id, began_at, ended_at, kept, was, *counted = row
    sums = dict(zip(_SUMS, counted, strict=True))
    first, other = ({what: sums[f"{what}_{side}"] for what in COUNTS} for side in SIDES)
    return Rival(story_id, title, cover_id, began_at, ended_at, kept, was, (first, other))
