"""After publication: what posts that came out by plans met with, and series and slots beside each other."""

from datetime import datetime
from typing import Any

from babel.dates import get_day_names
from starlette.responses import Response

from perron.kit.time import iso
from perron.kit.zones import Wall, wall_at
from perron.people.may import LOOK
from perron.store import Db
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.figures import ENOUGH, Compared, Figures, compare, figures_of
from perron.suite.atelier.plan.model import AFTER, Series, Shown
from perron.web.shown import PAGE, paging, posts_shown
from perron.web.visit import Visit
from perron.web.write.moments import told_of, zone_of


async def show(visit: Visit) -> Response:
    """What came out, the newest first, with what it met with an hour, a day and a week after."""
    me = visit.must(LOOK)

    def read(db: Db) -> dict[str, Any]:
        shown = queries.shown_page(db, me.id, paging(visit))
        all_series = queries.series_of(db, me.id)
        return {
            "cards": cards(visit, db, shown, all_series),
            "compared": beside(visit, compare(db, me.id), all_series),
            "older": shown[-1].post_id if len(shown) >= PAGE else 0,
        }

    return visit.show("plan/after.html", cache_control="no-store", enough=ENOUGH, **await visit.read_slowly(read))


def cards(visit: Visit, db: Db, shown: list[Shown], all_series: list[Series]) -> list[dict[str, Any]]:
    """Posts as cards; one that is gone has none."""
    posts = {int(one["id"]): one for one in posts_shown(visit, db, [one.post_id for one in shown])}
    figures, names = figures_of(db, shown), {one.id: one.name for one in all_series}
    return [
        {
            "id": one.post_id,
            "at": iso(one.due),
            "told": told_when(visit, one),
            "queued": one.queued,
            "series": one.series_id,
            "name": names.get(one.series_id or 0, ""),
            "post": posts[one.post_id],
            "looks": looks(figures.get(one.post_id, {})),
        }
        for one in shown
        if one.post_id in posts
    ]


def looks(figures: dict[int, Figures]) -> list[dict[str, Any]]:
    """The three looks at a post; `it` is None where its time has not come."""
    return [{"hours": hours, "it": figures.get(hours)} for hours in AFTER]


def beside(visit: Visit, found: Compared, all_series: list[Series]) -> dict[str, Any]:
    """Series and slots beside each other, the best known first."""
    names = get_day_names("wide", locale=visit.locale)
    there = [one for one in all_series if one.id in found.series]
    series = [{"id": one.id, "name": one.name, "mean": found.series[one.id]} for one in there]
    slots = [{"name": f"{names[day]} {time}", "mean": mean} for (day, time), mean in sorted(found.slots.items())]
    best: list[dict[str, Any]] = [*series, *slots]
    most = max(found.whole.rate or 0, *(one["mean"].rate or 0 for one in best), 0)
    return {"whole": found.whole, "series": _best_first(series), "slots": _best_first(slots), "most": most}


def told_when(visit: Visit, one: Shown) -> str:
    """When it was meant to come out, by the clock it was planned by."""
    local, _, zone = one.wall.partition(" ")
    wall = Wall(local, zone) if zone else wall_at(one.due, zone_of(visit))
    return told_of(visit, wall) if wall else datetime.fromtimestamp(one.due / 1000).isoformat()


def _best_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda one: -(one["mean"].rate if one["mean"].enough else -1))
