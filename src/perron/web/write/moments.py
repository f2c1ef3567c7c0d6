"""Times as a form says them: by the clock of a place, with what becomes of them on the nights when clocks change."""

from datetime import datetime
from zoneinfo import available_timezones

from starlette.responses import Response

from perron.kit.errors import Invalid, Refused
from perron.kit.time import now
from perron.kit.zones import Moment, Wall, moment_of, read_wall, wall_at
from perron.suite.atelier.plan.slots import next_free
from perron.text.days import said_day, short_day
from perron.web.fields import Fields
from perron.web.visit import Visit
from perron.web.write.answers import tell
from perron.web.write.composer import Given


def zone_of(visit: Visit) -> str:
    """The zone by whose clock somebody plans, where they name no other."""
    return visit.preferences.zone or "UTC"


def typed_wall(visit: Visit, local: str, zone: str = "", fold: bool = False) -> Wall:
    """A time as it was typed; Invalid when it is none."""
    return read_wall(local, zone.strip() or zone_of(visit), int(fold))


def wall_in(visit: Visit, fields: Fields, name: str = "when") -> Wall:
    """The time in a form: under this name, with `zone` and `fold` beside it."""
    return typed_wall(visit, fields.text(name), fields.text("zone"), "fold" in fields)


def due_of(visit: Visit, given: Given) -> int | None:
    """The moment that stands in a form; None where it names none."""
    return _typed_moment(visit, given.later, given.zone, given.fold)


def embargo_of(visit: Visit, given: Given) -> int | None:
    """The moment before which nobody publishes what stands in a form; None where it names none."""
    return _typed_moment(visit, given.embargo)


def _typed_moment(visit: Visit, local: str, zone: str = "", fold: bool = False) -> int | None:
    moment = moment_of(typed_wall(visit, local, zone, fold)) if local else None
    return moment.at if moment else None


def said_of(visit: Visit, wall: Wall, moment: Moment) -> str:
    """What is out of the ordinary about a time on the wall; nothing where clocks show it once."""
    day = _day(visit, wall.local)
    if moment.kind == "gap":
        then = moment.shown[11:16]
        if moment.shown[:10] != wall.local[:10]:
            then = f"{_day(visit, moment.shown)}, {then}"
        return visit.say(
            "%(time)s does not exist on %(day)s: clocks go forward. It will be published at %(then)s.",
            time=wall.local[11:16],
            day=day,
            then=then,
        )
    if moment.kind == "first":
        return visit.say(
            "%(time)s comes twice on %(day)s: clocks go back. It will be published the first time.",
            time=wall.local[11:16],
            day=day,
        )
    if moment.kind == "second":
        return visit.say(
            "%(time)s comes twice on %(day)s: clocks go back. It will be published the second time.",
            time=wall.local[11:16],
            day=day,
        )
    return ""


def told_of(visit: Visit, wall: Wall) -> str:
    """A time on the wall in words: `dimanche 29 mars 2026, 09:30 (Europe/Paris)`."""
    at = datetime.fromisoformat(wall.local)
    place = "" if wall.zone == visit.preferences.zone else f" ({wall.zone})"
    return f"{said_day(at, visit.locale, 'full')}, {at:%H:%M}{place}"


async def look_at(visit: Visit) -> Response:
    """What becomes of a time that is being typed, for a script to show."""
    visit.must_sign_in()
    query = visit.query
    try:
        if query.get("queue"):
            me = visit.must_write()
            wall = await visit.read(lambda db: next_free(db, me.id))
            return tell({"says": told_of(visit, wall), "button": visit.say("Add to the queue")})
        wall = typed_wall(visit, query.get("local", ""), query.get("zone", ""), query.get("fold") == "1")
        moment = moment_of(wall)
        if moment is None:
            raise Invalid("There is no such time zone.")
    except Refused as wrong:
        return tell({"wrong": visit.explain(wrong)})
    about = {"says": said_of(visit, wall, moment), "told": told_of(visit, wall)}
    return tell({**about, "twice": moment.kind in ("first", "second"), "button": _button(visit, wall, moment)})


def _button(visit: Visit, wall: Wall, moment: Moment) -> str:
    """What is on the button: the time, and its day where that is not today."""
    here, day, time = wall_at(now(), wall.zone), datetime.fromisoformat(moment.shown), moment.shown[11:16]
    if here is not None and here.local[:10] == moment.shown[:10]:
        return visit.say("Publish at %(time)s", time=time)
    return visit.say("Publish on %(day)s at %(time)s", day=short_day(day, visit.locale), time=time)


async def zones(visit: Visit) -> Response:
    """The zones there are, for a field to offer."""
    visit.must_sign_in()
    return tell({"zones": sorted(one for one in available_timezones() if "/" in one)})


def _day(visit: Visit, local: str) -> str:
    at = datetime.fromisoformat(local)
    return said_day(at, visit.locale, "d MMMM" if visit.locale == "fr" else "MMMM d")
