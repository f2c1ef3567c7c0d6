"""What is known of how a story is read, for who tells it. Figures of posts are no part of it: what a post is met with
is said where that post is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from perron.kit.estimates import Share, share_of
from perron.kit.time import DAY, now
from perron.store import Db, Prepared
from perron.store.tables import story_days, story_depths
from perron.suite.stories.comments import talks_of
from perron.suite.stories.gains import Span, followers_around
from perron.suite.stories.model import Item, Story
from perron.suite.stories.queries import items_of

ENOUGH = 20
"""Readers of whom it is known how far they came, from which on it says something of the others."""
SPAN = 30
"""Days that are drawn."""
FEW = 5
"""Readers who stop at one item, from which on that is worth saying."""

_OF_STORY: Any = bindparam("of_story")
_SUMS = ("views", "readers", "quiet", "frames", "machines", "follows")
_DAYS = Prepared(
    select(story_days.c.day, *(story_days.c[name] for name in _SUMS))
    .where(story_days.c.story_id == _OF_STORY)
    .order_by(story_days.c.day)
)
_DEPTHS = Prepared(
    select(story_depths.c.item_id, story_depths.c.rank, story_depths.c.stopped, story_depths.c.clicks).where(
        story_depths.c.story_id == _OF_STORY
    )
)


class DayRead(NamedTuple):
    """A day of UTC, as milliseconds since 1970; how often the story was opened, and by how many."""

    at: int
    views: int
    readers: int


class Step(NamedTuple):
    """An item: how many readers came to it, which part of those of whom that is known (None: too few), how many went no
    further, and how many left by it for where it comes from."""

    item: Item
    reached: int
    share: Share | None
    stopped: int
    clicks: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How a story is read. Nobody is known from one day to the next, so there are between `least` and `most` readers.

    `quiet`: views of people who ask not to be followed; `frames`: within pages elsewhere; `machines`: robots and
    previews of links; `told`: readers of whom it is known how far they came.
    """

    days: list[DayRead]
    views: int
    least: int
    most: int
    quiet: int
    frames: int
    machines: int
    told: int
    steps: list[Step]
    follows: int
    followers: Span
    comments: int
    shares: int

    @property
    def enough(self) -> bool:
        """Whether how far some came says something of the others."""
        return self.told >= ENOUGH

    @property
    def clicks(self) -> int:
        """How often somebody left for where an item comes from."""
        return sum(one.clicks for one in self.steps)

    @property
    def finished(self) -> Share | None:
        """Which part came to the last item; None: too few to say."""
        return self.steps[-1].share if self.steps else None

    @property
    def turn(self) -> Step | None:
        """The item at which most stop, the last left out, where those are more than chance makes."""
        ways = [one for one in self.steps[:-1] if self.enough and one.stopped >= FEW]
        most = max(ways, key=lambda one: one.stopped, default=None)
        return most if most is not None and share_of(most.stopped, most.reached).least >= 0.1 else None


def figures_of(db: Db, story: Story) -> Figures:
    """How a story is read."""
    rows = db.all(_DAYS, of_story=story.id)
    sums = {name: sum(row[place] for row in rows) for place, name in enumerate(_SUMS, 1)}
    steps, told = _steps(items_of(db, story.id), db.all(_DEPTHS, of_story=story.id))
    talk = talks_of(db, [story]).get(story.post_id or 0)
    return Figures(
        days=_days(rows),
        views=sums["views"],
        least=max((row[2] for row in rows), default=0),
        most=sums["readers"],
        quiet=sums["quiet"],
        frames=sums["frames"],
        machines=sums["machines"],
        told=told,
        steps=steps,
        follows=sums["follows"],
        followers=followers_around(db, story.account_id, story),
        comments=talk.answers if talk else 0,
        shares=talk.boosts + talk.quotes if talk else 0,
    )


def steps_of(db: Db, story_id: int) -> tuple[list[Step], int]:
    """How far readers came, item by item, and of how many that is known."""
    return _steps(items_of(db, story_id), db.all(_DEPTHS, of_story=story_id))


def _steps(items: Sequence[Item], depths: Sequence[tuple[int, ...]]) -> tuple[list[Step], int]:
    """What was taken out stays where it stood: who stopped there had come to all before it."""
    ranks = {one.id: one.rank for one in items}
    stops = [(ranks.get(item_id, rank), stopped) for item_id, rank, stopped, _ in depths]
    here = {item_id: (max(stopped, 0), clicks) for item_id, _, stopped, clicks in depths}
    told = max(sum(stopped for _, stopped in stops), 0)
    steps = []
    for one in items:
        reached = max(sum(stopped for rank, stopped in stops if rank >= one.rank), 0)
        share = share_of(min(reached, told), told) if told >= ENOUGH else None
        steps.append(Step(one, reached, share, *here.get(one.id, (0, 0))))
    return steps, told


def _days(rows: Sequence[tuple[int, ...]]) -> list[DayRead]:
    """The last days, those on which nobody came among them."""
    known = {row[0]: row for row in rows}
    today = now() // DAY
    days = range(today - SPAN + 1, today + 1)
    return [DayRead(day * DAY, *(known[day][1:3] if day in known else (0, 0))) for day in days]
