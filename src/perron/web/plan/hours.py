"""The hours of an audience: when people answer, by one's own clock and by another, and slots that follow from it."""

from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.kit.time import as_datetime, now
from perron.kit.zones import rules_of
from perron.store import Db
from perron.suite.atelier.plan.hours import (
    ENOUGH_ANSWERS,
    ENOUGH_DAYS,
    ENOUGH_PEOPLE,
    Hours,
    add_hours,
    audience_of,
)
from perron.suite.atelier.plan.queries import queue_of
from perron.web.fields import Fields
from perron.web.visit import Visit
from perron.web.write.moments import zone_of

ACROSS = ("America/Montreal", "Europe/Paris")
"""The zones that are offered beside one's own: the two sides of an ocean."""


async def show(visit: Visit) -> Response:
    """When people answer."""
    visit.must_write()
    return await _page(visit)


async def add(visit: Visit, fields: Fields) -> Response:
    """Take hours over into the week of the queue."""
    me = visit.must_write()
    hours = [int(one) for one in fields.texts("hour") if one.isascii() and one.isdigit() and len(one) < 3]
    try:
        await visit.write(lambda tx: add_hours(tx, me.id, hours, zone_of(visit)))
    except Refused as wrong:
        return await _page(visit, wrong)
    return visit.go("/queue")


async def _page(visit: Visit, wrong: Refused | None = None) -> Response:
    me = visit.must_write()
    asked = visit.query.get("zone", "").strip()[:100]
    unknown = bool(asked) and rules_of(asked) is None

    def read(db: Db) -> dict[str, Any]:
        queue = queue_of(db, me.id)
        own = queue.zone if queue.zone and rules_of(queue.zone) else zone_of(visit)
        usual = ACROSS[own.startswith("America/")]
        other = asked if asked and not unknown else usual
        found = audience_of(db, me.id, [own, other])
        taken = {one.minute for one in queue.slots}
        return {
            "found": found,
            "charts": [_chart(one) for one in found.by_clock],
            "best": [hour for hour in sorted(found.by_clock[0].best) if hour * 60 not in taken],
            "known": [hour for hour in sorted(found.by_clock[0].best) if hour * 60 in taken],
            "own": own,
            "other": other,
            "there": {hour: _there(hour, own, other) for hour in found.by_clock[0].best},
        }

    return visit.show(
        "plan/hours.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        unknown=asked if unknown else "",
        needed={"answers": ENOUGH_ANSWERS, "people": ENOUGH_PEOPLE, "days": ENOUGH_DAYS},
        **await visit.read_slowly(read),
    )


def _chart(one: Hours) -> dict[str, Any]:
    """Bars of a day, in parts of a hundred."""
    most, wide = max(one.counts) or 1, 100 / 24
    bars = [
        {
            "hour": hour,
            "n": n,
            "left": round(hour * wide + wide * 0.12, 3),
            "middle": round((hour + 0.5) * wide, 3),
            "width": round(wide * 0.76, 3),
            "height": round(82 * n / most, 2),
            "top": round(100 - 82 * n / most, 2),
            "best": hour in one.best,
        }
        for hour, n in enumerate(one.counts)
    ]
    return {"zone": one.zone, "bars": bars}


def _there(hour: int, own: str, other: str) -> str:
    """What clocks in the other zone show today when those of one's own show a full hour."""
    today = as_datetime(now()).astimezone(ZoneInfo(own)).replace(hour=hour, minute=0)
    return today.astimezone(ZoneInfo(other)).strftime("%H:%M")
