"""The queue, its slots, series and events, as our own API tells them."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Day, Id
from perron.entities.shapes.plans import Clock, Local, PlannedThread

Zone = Annotated[str, Meta(description="A zone of the IANA database, such as `Europe/Paris`.")]
Rule = Annotated[str, Meta(description="A rule of RFC 5545: `FREQ=WEEKLY;BYDAY=MO,TH`. Daily, weekly or monthly.")]


class WeekSlot(TypedDict):
    """A time of the week."""

    day: Annotated[int, Meta(ge=0, le=6, description="0 is Monday.")]
    time: Annotated[str, Meta(description="`09:30`", pattern=r"^\d\d:\d\d$")]


class Slots(TypedDict):
    """The times of the week at which the queue publishes."""

    zone: Zone
    slots: list[WeekSlot]


class QueueOfThreads(TypedDict):
    """What waits for its slot."""

    zone: Zone
    paused: bool
    warn_below: Annotated[int, Meta(description="A mail is sent when fewer than so many wait; 0 is never.")]
    next_free: Clock | None
    planned: list[PlannedThread]


class SeriesEntity(TypedDict):
    """A column that comes again."""

    id: Id
    name: str
    tag: str
    rule: Rule
    begins: Local
    zone: Zone
    template: Annotated[str, Meta(description="What each of them begins with; it is never published as it is.")]
    ended: bool


class SeriesPlace(TypedDict):
    """One time at which a series comes: planned, out, or still open."""

    series_id: Id
    at: Clock
    planned_id: Annotated[Id | None, Meta(description="What waits for it.")]
    status_id: Annotated[Id | None, Meta(description="The post that came out.")]
    open: Annotated[bool, Meta(description="Whether nobody has written it yet.")]


class WeekOfEvent(TypedDict):
    """A week of an event."""

    monday: Day
    prepares: Annotated[bool, Meta(description="Whether it is over before the event begins.")]
    planned: Annotated[int, Meta(description="How many things are planned in it.")]
    gap: Annotated[bool, Meta(description="Whether nothing is.")]


class EventEntity(TypedDict):
    """Something one prepares for."""

    id: Id
    name: str
    begins: Day
    ends: Day
    weeks: Annotated[int, Meta(description="How many weeks before it its preparation begins.")]
    note: str
    preparation: list[WeekOfEvent]
