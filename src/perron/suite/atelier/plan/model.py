"""The queue of an account, the times of its week, what it prepares for, and what comes again."""

from dataclasses import dataclass, field

from perron.jobs import Event
from perron.kit.zones import Wall

QUEUE = "queue"
"""Why something waits whose queue is paused."""
MOST_SLOTS = 100
MOST_EVENTS = 200
MOST_SERIES = 50
AFTER = (1, 24, 168)
"""Hours after which one looks at what a post met with."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time of the week: the day, 0 is Monday, and the minute of that day."""

    day: int
    minute: int

    @property
    def clock(self) -> str:
        """`09:30`"""
        return f"{self.minute // 60:02}:{self.minute % 60:02}"


@dataclass(frozen=True, slots=True)
class Queue:
    """How an account publishes by itself. `zone`: by whose clock; empty until it was chosen. `warn_below`: its people
    are written to when fewer than so many wait; 0 is never."""

    account_id: int
    zone: str = ""
    paused: bool = False
    warn_below: int = 2
    slots: tuple[Slot, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is prepared for: it begins on a day, and its preparation so many weeks before."""

    id: int
    account_id: int
    name: str
    begins: str
    ends: str
    weeks: int
    note: str


@dataclass(frozen=True, slots=True)
class Series:
    """A column that comes again, by a rule of RFC 5545, from a time on the wall on."""

    id: int
    account_id: int
    name: str
    tag: str
    rule: str
    begins: Wall
    template: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that came out by a plan."""

    post_id: int
    due: int
    wall: str
    queued: bool
    series_id: int | None = None


@dataclass(frozen=True)
class QueueRunsDry(Event):
    """Fewer wait in a queue than its people wished to be warned of."""

    account_id: int


@dataclass(frozen=True)
class FiguresDue(Event):
    """So many hours have passed since posts came out by a plan: it is time to see what they met with."""

    account_id: int
    posts: tuple[int, ...]
    after: int
