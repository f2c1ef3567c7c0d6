"""The queue, its slots, series and events, as our own API tells them."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.entities.shapes.common import Day, Id, Time
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


class PostFigures(TypedDict):
    """What a post had met with some hours after it came out. Nobody's views are counted."""

    after: Annotated[int, Meta(description="Hours: 1, 24 or 168.")]
    counted_at: Annotated[Time, Meta(description="Later than that where the server stood still.")]
    followers: Annotated[int, Meta(description="Who followed the account then: what the rate is a part of.")]
    engaged: Annotated[int, Meta(description="Followers who favourited, shared, quoted, answered or voted.")]
    silent: Annotated[int, Meta(description="Followers who did nothing of that.")]
    rate: Annotated[float | None, Meta(description="`engaged` of `followers`; null where nobody followed.")]
    people: Annotated[int, Meta(description="Everybody who did something, followers or not.")]
    told: Annotated[int, Meta(description="Followers whose application says how far they have read home.")]
    read_past: Annotated[int, Meta(description="Of these, who have read past this post.")]
    read_past_silent: Annotated[int, Meta(description="Of these, who did nothing.")]
    favourites: int
    shares: Annotated[int, Meta(description="Boosts and quotes.")]
    replies: int
    votes: int


class PublishedPost(TypedDict):
    """A post that came out by a plan, and what it met with."""

    status_id: Id
    scheduled_at: Annotated[Time, Meta(description="When it was meant to come out.")]
    local: Annotated[str | None, Meta(description="The same by the clock of a place, with its zone.")]
    queued: bool
    series_id: Id | None
    figures: Annotated[list[PostFigures], Meta(description="At most three; those whose time has not come are missing.")]


class MeanRate(TypedDict):
    """Which part of the followers did something within a day, on average."""

    n: Annotated[int, Meta(description="Of so many posts.")]
    rate: Annotated[float | None, Meta(description="Null where there are too few posts to say.")]


class SeriesRate(MeanRate):
    """The same for a series."""

    series_id: Id
    name: str


class SlotRate(MeanRate):
    """The same for a time of the week, of what came out of the queue."""

    day: Annotated[int, Meta(ge=0, le=6, description="0 is Monday.")]
    time: str


class ComparedPlans(TypedDict):
    """Series and slots beside each other, one day after."""

    enough: Annotated[int, Meta(description="Posts from which on an average is given.")]
    all: MeanRate
    series: list[SeriesRate]
    slots: list[SlotRate]


class HoursOfDay(TypedDict):
    """Answers in each hour of the day, by the clock of a zone."""

    zone: Zone
    counts: Annotated[list[int], Meta(description="24 numbers, from midnight on.")]
    best: Annotated[list[int], Meta(description="At most three hours with the most answers, some hours apart.")]


class AudienceHours(TypedDict):
    """When an audience answers: favourites, shares, quotes and mentions of ninety days, each person once an hour."""

    enough: Annotated[bool, Meta(description="Whether there is enough of it: `hours` is empty where there is not.")]
    answers: int
    people: int
    days: Annotated[int, Meta(description="On how many days somebody answered.")]
    needed: Annotated[dict[str, int], Meta(description="How many `answers`, `people` and `days` are enough.")]
    hours: list[HoursOfDay]


class StatusOrigin(TypedDict):
    """How a post came out."""

    scheduled: Annotated[bool, Meta(description="Whether it was planned, and came out by itself.")]
    scheduled_at: Annotated[Time | None, Meta(description="The moment for which it was planned.")]
    automated: Annotated[bool, Meta(description="Whether its account says that a machine writes it.")]


class AccountOrigin(TypedDict):
    """Which part of what anybody may read of an account came out by itself, in three months."""

    since: Time
    statuses: int
    scheduled: int
    share: Annotated[float, Meta(description="`scheduled` of `statuses`.")]
    automated: Annotated[bool, Meta(description="Whether the account says that a machine writes it.")]


class WrongLine(TypedDict):
    """Why a line of a table cannot be planned."""

    line: Annotated[int, Meta(description="The first is 1, and names the columns.")]
    error: str


class PlannedLine(TypedDict):
    """What a line is planned as, or would be."""

    line: int
    thread: PlannedThread


class ImportedTable(TypedDict):
    """What came of a table: everything is planned, or nothing."""

    dry_run: bool
    imported: Annotated[int, Meta(description="Zero in a dry run, and where anything is wrong.")]
    errors: list[WrongLine]
    planned: Annotated[list[PlannedLine], Meta(description="Their ids mean something where `imported` is not 0.")]
