"""Series: columns that come again by a rule (RFC 5545), each time an open place that somebody fills."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule, rrulestr

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import as_datetime, now
from perron.kit.zones import Wall, moment_of, read_wall
from perron.posts.planned import Scheduled, scheduled_of
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.model import MOST_SERIES, Series
from perron.text.tags import is_tag

MOST_TIMES = 400
AHEAD = 8
"""Weeks that are shown of a series."""
_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL"}
_EVERY = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}


@dataclass(frozen=True, slots=True)
class Place:
    """One time at which a series comes: what waits for it or, when nothing does, an open place. `at`: milliseconds."""

    series: Series
    wall: Wall
    at: int
    planned: Scheduled | None = None
    post_id: int | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has written it yet."""
        return self.planned is None and self.post_id is None


def read_rule(text: str) -> str:
    """A rule as it is kept: `FREQ=WEEKLY;BYDAY=MO,TU`. Invalid when it is none that we keep to."""
    rule = text.strip().upper().removeprefix("RRULE:")
    parts = dict(one.partition("=")[::2] for one in rule.split(";") if one)
    if not set(parts) <= _PARTS or parts.get("FREQ") not in _EVERY or len(rule) > 200:
        raise Invalid("This is not a rule such as FREQ=WEEKLY;BYDAY=MO. It comes daily, weekly or monthly.")
    interval = parts.get("INTERVAL", "1")
    if not interval.isdigit() or not 1 <= int(interval) <= 52:
        raise Invalid("A series comes at least once in 52 days, weeks or months.")
    try:
        _made(rule, datetime(2026, 1, 1), datetime(2026, 1, 2))
    except (ValueError, TypeError):
        raise Invalid("This is not a rule such as FREQ=WEEKLY;BYDAY=MO. It comes daily, weekly or monthly.") from None
    return rule


def times(series: Series, since: date, to: date) -> Iterator[Wall]:
    """When a series comes, from one day on until another, at most a few hundred times."""
    if series.ended:
        return
    first = datetime.fromisoformat(series.begins.local)
    begins, ends = (datetime(one.year, one.month, one.day) for one in (since, to))
    for number, at in enumerate(_made(series.rule, first, ends).xafter(begins, inc=True)):
        if at >= ends or number >= MOST_TIMES:
            return
        yield Wall(at.strftime("%Y-%m-%dT%H:%M"), series.begins.zone)


def _made(rule: str, first: datetime, ends: datetime) -> rrule:
    """The rule, which ends with what is asked for: one that never comes true would be followed to the end of time."""
    made = rrulestr(rule, dtstart=first)
    if not isinstance(made, rrule):
        raise ValueError(rule)
    if "COUNT=" in rule:  # which ends it as well, and the two do not go together
        return made
    until = getattr(made, "_until", None)
    return made.replace(until=min(until.replace(tzinfo=None), ends) if until else ends)


def places(db: Db, account_id: int, since: date, to: date, series_id: int | None = None) -> list[Place]:
    """Every time at which series of an account come, filled or open, the next first."""
    written = {
        (one.series_id, one.wall.local): one for one in scheduled_of(db, account_id) if one.series_id and one.wall
    }
    found = []
    for series in queries.series_of(db, account_id):
        if series_id not in (None, series.id):
            continue
        out = {one.wall.partition(" ")[0]: one for one in queries.shown_of_series(db, series.id, Paging(limit=400))}
        for wall in times(series, since, to):
            moment, shown = moment_of(wall), out.get(wall.local)
            if moment is not None:
                planned = written.get((series.id, wall.local))
                found.append(Place(series, wall, moment.at, planned, shown.post_id if shown else None))
    return sorted(found, key=lambda one: one.at)


def next_open(db: Db, account_id: int, series_id: int) -> Place | None:
    """The next place of a series that nobody has written yet, within the weeks that are shown ahead."""
    today = as_datetime(now()).date()
    coming = places(db, account_id, today, today + timedelta(weeks=AHEAD), series_id)
    return next((one for one in coming if one.open and one.at > now()), None)


def begin_series(tx: Tx, account_id: int, *, name: str, tag: str, rule: str, begins: Wall, template: str) -> Series:
    """Begin a series."""
    if len(queries.series_of(tx, account_id)) >= MOST_SERIES:
        raise Invalid(f"There are {MOST_SERIES} series already. End one to begin another.")
    made = _checked(Series(new_id(), account_id, name, tag, rule, begins, template, False))
    queries.keep_series(tx, made)
    return made


def change_series(
    tx: Tx,
    account_id: int,
    series_id: int,
    *,
    name: str,
    tag: str,
    rule: str,
    begins: Wall,
    template: str,
    ended: bool,
) -> Series:
    """Let a series be otherwise from now on. What is planned for it stays."""
    own_series(tx, account_id, series_id)
    made = _checked(Series(series_id, account_id, name, tag, rule, begins, template, ended))
    queries.keep_series(tx, made)
    return made


def own_series(db: Db, account_id: int, series_id: int) -> Series:
    """A series of one's own."""
    found = queries.find_series(db, account_id, series_id)
    if found is None:
        raise NotFound("This series is gone, or belongs to somebody else.")
    return found


def drop_series(tx: Tx, account_id: int, series_id: int) -> None:
    """Forget a series. Its posts stay, and so does what is planned."""
    if not queries.remove_series(tx, account_id, series_id):
        raise NotFound("This series is gone, or belongs to somebody else.")


def check_filled(series: Series, text: str) -> None:
    """Refuse words that are still those of the template: nothing comes out that nobody wrote."""
    if series.template.strip() and text.split() == series.template.split():
        raise Invalid("This is still the template of the series. Write what it is about this time.")


def _checked(one: Series) -> Series:
    name, tag = one.name.strip(), one.tag.strip().lstrip("#")
    if not 0 < len(name) <= 80:
        raise Invalid("A series needs a name of at most 80 characters.")
    if tag and not is_tag(tag):
        raise Invalid("Validation failed: Tag is invalid")
    template = one.template.strip("\r\n") if one.template.strip() else ""  # one goes on writing after its last space
    if len(template) > 2000:
        raise Invalid("A template has at most 2000 characters.")
    begins = read_wall(one.begins.local, one.begins.zone)
    return Series(one.id, one.account_id, name, tag, read_rule(one.rule), begins, template, one.ended)
