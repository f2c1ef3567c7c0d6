"""The calendar: what is planned and what has come out, by month and by week, with what is prepared for."""

from calendar import Calendar
from collections import defaultdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton, get_day_names
from starlette.responses import Response

from perron.entities.plans import planned_threads
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.time import DAY, as_datetime, now
from perron.kit.zones import Wall, moment_of, rules_of, wall_at
from perron.posts.planned import find_scheduled, scheduled_between
from perron.posts.scheduled import move
from perron.store import Db, Tx
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.again import places
from perron.suite.atelier.plan.model import Occasion
from perron.suite.atelier.plan.occasions import begins_of, forget_occasion, prepare_for, weeks_of
from perron.text.days import said_day
from perron.web.fields import Fields, read_id
from perron.web.plan.approved import approved
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json
from perron.web.write.moments import zone_of
from perron.web.write.scheduled import shown_plan


async def show(visit: Visit) -> Response:
    """What is planned, by month or by week."""
    visit.must_write()
    return await _page(visit)


async def move_to_day(visit: Visit, fields: Fields) -> Response:
    """Move what is planned to another day, at the same time on the wall."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    zone = zone_of(visit)
    try:
        day = _day(fields.text("day"))
        if day is None:
            raise Invalid("This is not a day such as 2026-06-12.")
        await visit.write(lambda tx: _move(tx, me.id, id_, day, zone))
    except Refused as wrong:
        if wants_json(visit):
            return tell_why(visit, wrong)
        return await _page(visit, wrong)
    return tell({}) if wants_json(visit) else visit.go(f"/calendar?week={day.isoformat()}")


def _move(tx: Tx, account_id: int, id_: int, day: date, zone: str) -> None:
    found = find_scheduled(tx, id_, account_id=account_id)
    if found is None:
        raise NotFound("This post is no longer planned: it was published or cancelled.")
    wall = found.wall or wall_at(found.due, zone)
    assert wall is not None
    move(tx, account_id, id_, Wall(f"{day.isoformat()}{wall.local[10:]}", wall.zone, wall.fold))


async def add_event(visit: Visit, fields: Fields) -> Response:
    """Note something to prepare for."""
    me, weeks = visit.must_write(), fields.text("weeks").strip() or "0"
    try:
        if not (weeks.isascii() and weeks.isdigit()):
            raise Invalid("A preparation takes from 0 to 52 weeks.")
        await visit.write(
            lambda tx: prepare_for(
                tx,
                me.id,
                name=fields.text("name").replace("\x00", ""),
                begins=fields.text("begins"),
                ends=fields.text("ends"),
                weeks=int(weeks[:3]),
                note=fields.text("note").replace("\x00", ""),
            )
        )
    except Refused as wrong:
        return await _page(visit, wrong, fields)
    return visit.go("/calendar#events")


async def drop_event(visit: Visit, fields: Fields) -> Response:
    """Forget an event."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: forget_occasion(tx, me.id, id_))
    return visit.go("/calendar#events")


async def _page(visit: Visit, wrong: Refused | None = None, typed: Fields | None = None) -> Response:
    me = visit.must_write()
    zone = visit.preferences.zone or (await visit.read(lambda db: queries.queue_of(db, me.id).zone)) or zone_of(visit)
    if rules_of(zone) is None:
        zone = "UTC"
    today = as_datetime(now()).astimezone(ZoneInfo(zone)).date()
    week = _day(visit.query.get("week", ""))
    weeks = [_week_of(week)] if week else _month_of(_day(visit.query.get("month", "") + "-01") or today)
    first, last = weeks[0][0], weeks[-1][-1]

    def read(db: Db) -> dict[str, Any]:
        occasions = queries.occasions_of(db, me.id)
        marked = _marked(visit, db, me.id, first, last, zone)
        days = [date.fromisoformat(one) for one in _planned_days(visit, db, me.id, zone)]
        return {
            "weeks": [[_cell(visit, day, today, marked, occasions) for day in row] for row in weeks],
            "events": [_event(visit, one, days, today) for one in occasions],
        }

    shown = week or weeks[1][0]
    return visit.show(
        "plan/calendar.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        typed=typed,
        zone=zone,
        by_week=bool(week),
        names=[get_day_names("abbreviated", locale=visit.locale)[n] for n in range(7)],
        **_ways(visit, week, shown, today),
        **await visit.read(read),
    )


def _ways(visit: Visit, week: date | None, shown: date, today: date) -> dict[str, str]:
    """The title, and where one goes from here."""
    if week:
        monday = _week_of(week)[0]
        return {
            "title": visit.say("Week of %(day)s", day=said_day(monday, visit.locale)),
            "before": f"week={monday - timedelta(7)}",
            "after": f"week={monday + timedelta(7)}",
            "other": f"month={monday:%Y-%m}",
        }
    begins = shown.replace(day=1)
    return {
        "title": format_skeleton("yMMMM", begins, locale=visit.locale),
        "before": f"month={begins - timedelta(1):%Y-%m}",
        "after": f"month={begins + timedelta(32):%Y-%m}",
        "other": f"week={today if today.replace(day=1) == begins else begins}",
    }


def _marked(visit: Visit, db: Db, account_id: int, first: date, last: date, zone: str) -> dict[str, list[Any]]:
    """What stands on each day: what is planned, and places of series to come that nobody has filled."""
    since, to = (_at(day, zone) for day in (first, last + timedelta(1)))
    found = scheduled_between(db, account_id, since - DAY, to + DAY)
    shown = [
        shown_plan(visit, one, entity)
        for one, entity in zip(found, planned_threads(visit.links, db, found), strict=True)
    ]
    days: dict[str, list[Any]] = defaultdict(list)
    for one in shown:
        here = wall_at(one["due"], zone)
        if here:
            days[here.local[:10]].append({**one, "kind": "plan", "time": here.local[11:16]})
    for one in approved(visit, db, account_id, zone):
        days[one["day"]].append({**one, "kind": "approved"})
    for place in places(db, account_id, first - timedelta(1), last + timedelta(2)):
        here = wall_at(place.at, zone)
        if here and place.open and place.at > now():
            made = {"kind": "open", "time": here.local[11:16], "due": place.at, "words": place.series.name}
            days[here.local[:10]].append({**made, "series": place.series.id, "wall": place.wall})
    return {day: sorted(all_of_it, key=lambda one: one["due"]) for day, all_of_it in days.items()}


def _planned_days(visit: Visit, db: Db, account_id: int, zone: str) -> list[str]:
    found = scheduled_between(db, account_id, 0, 2**62)
    walls = [wall_at(one.due, zone) for one in found]
    return [*(one.local[:10] for one in walls if one), *(one["day"] for one in approved(visit, db, account_id, zone))]


def _cell(
    visit: Visit, day: date, today: date, marked: dict[str, list[Any]], occasions: list[Occasion]
) -> dict[str, Any]:
    text = day.isoformat()
    return {
        "day": text,
        "number": day.day,
        "name": said_day(day, visit.locale, "full"),
        "today": day == today,
        "past": day < today,
        "marks": marked.get(text, []),
        "events": [
            {"name": one.name, "prepares": text < one.begins}
            for one in occasions
            if begins_of(one).isoformat() <= text <= one.ends
        ],
    }


def _event(visit: Visit, one: Occasion, days: list[date], today: date) -> dict[str, Any]:
    begins = date.fromisoformat(one.begins)
    return {
        "id": one.id,
        "name": one.name,
        "note": one.note,
        "begins": said_day(begins, visit.locale),
        "ends": said_day(date.fromisoformat(one.ends), visit.locale) if one.ends != one.begins else "",
        "left": (begins - today).days,
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "told": format_skeleton("MMMd", week.monday, locale=visit.locale),
                "planned": week.planned,
                "gap": week.gap,
                "prepares": week.prepares,
            }
            for week in weeks_of(one, days, today)[:60]
        ],
    }


def _at(day: date, zone: str) -> int:
    moment = moment_of(Wall(f"{day.isoformat()}T00:00", zone))
    return moment.at if moment else 0


def _month_of(day: date) -> list[list[date]]:
    return Calendar(0).monthdatescalendar(day.year, day.month)


def _week_of(day: date) -> list[date]:
    monday = day - timedelta(day.weekday())
    return [monday + timedelta(n) for n in range(7)]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if 1971 < found.year < 2200 else None
