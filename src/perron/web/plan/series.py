"""Series: columns that come again, the places that are still open, and what their posts met with."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_day_names
from starlette.responses import Response

from perron.kit.errors import Refused
from perron.kit.time import as_datetime, now
from perron.kit.zones import read_wall
from perron.store import Db
from perron.store.paging import Paging
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.again import AHEAD, begin_series, change_series, drop_series, own_series, places
from perron.suite.atelier.plan.figures import ENOUGH, Mean, compare
from perron.suite.atelier.plan.model import Series
from perron.web.fields import Fields, read_id
from perron.web.plan.after import cards
from perron.web.visit import Visit
from perron.web.write.moments import told_of, zone_of

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


async def show_all(visit: Visit) -> Response:
    """One's series."""
    visit.must_write()
    return await _all(visit)


async def begin(visit: Visit, fields: Fields) -> Response:
    """Begin a series."""
    me = visit.must_write()
    try:
        about = _read(visit, fields)
        made = await visit.write(lambda tx: begin_series(tx, me.id, **about))
    except Refused as wrong:
        return await _all(visit, wrong, fields)
    return visit.go(f"/series/{made.id}")


async def show(visit: Visit) -> Response:
    """One series: the places to come, and what has come out."""
    visit.must_write()
    return await _one(visit)


async def change(visit: Visit, fields: Fields) -> Response:
    """Let a series be otherwise."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    try:
        about = _read(visit, fields)
        await visit.write(lambda tx: change_series(tx, me.id, id_, **about, ended="ended" in fields))
    except Refused as wrong:
        return await _one(visit, wrong, fields)
    return visit.go(f"/series/{id_}")


async def remove(visit: Visit, fields: Fields) -> Response:
    """Forget a series; its posts stay."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    await visit.write(lambda tx: drop_series(tx, me.id, id_))
    return visit.go("/series")


def _read(visit: Visit, fields: Fields) -> dict[str, Any]:
    """What a form says of a series. Days that are ticked make its rule, unless one was typed."""
    days = [one for one in DAYS if one in fields.texts("on")]
    rule = fields.text("rule").strip() or f"FREQ=WEEKLY;BYDAY={','.join(days or DAYS)}"
    begins = read_wall(f"{fields.text('begins')}T{fields.text('time')}", fields.text("zone").strip() or zone_of(visit))
    text = {name: fields.text(name).replace("\x00", "") for name in ("name", "tag", "template")}
    return {**text, "rule": rule, "begins": begins}


async def _all(visit: Visit, wrong: Refused | None = None, typed: Fields | None = None) -> Response:
    me = visit.must_write()
    today = _today(visit)

    def read(db: Db) -> list[dict[str, Any]]:
        coming = places(db, me.id, today, today + timedelta(weeks=4))
        return [
            {
                "it": one,
                "open": sum(place.open for place in coming if place.series.id == one.id),
                "next": next((told_of(visit, place.wall) for place in coming if place.series.id == one.id), ""),
            }
            for one in queries.series_of(db, me.id)
        ]

    return visit.show(
        "plan/all_series.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        all_series=await visit.read(read),
        form=_form(visit, None, typed),
    )


async def _one(visit: Visit, wrong: Refused | None = None, typed: Fields | None = None) -> Response:
    me, id_, today = visit.must_write(), read_id(visit.path["id"]), _today(visit)

    def read(db: Db) -> dict[str, Any]:
        series = own_series(db, me.id, id_)
        coming = [one for one in places(db, me.id, today, today + timedelta(weeks=AHEAD), id_) if one.post_id is None]
        out = queries.shown_of_series(db, id_, Paging(limit=40))
        found = cards(visit, db, out, [series])
        posts = [one["post"] for one in found]
        return {
            "series": series,
            "coming": [{"told": told_of(visit, one.wall), "place": one} for one in coming[:24]],
            "cards": found,
            "mean_of": compare(db, me.id).series.get(id_, Mean(0, None)),
            "enough": ENOUGH,
            "figures": _figures(posts),
            "form": _form(visit, series, typed),
        }

    return visit.show(
        "plan/series.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        wrong=visit.explain(wrong) if wrong else "",
        **await visit.read_slowly(read),
    )


def _figures(posts: list[Any]) -> dict[str, Any]:
    """What posts of a series met with on average; `enough` of them, or one cannot say."""
    names = ("replies_count", "reblogs_count", "favourites_count")
    n = len(posts)
    means = {name: round(sum(one[name] for one in posts) / n, 1) if n else 0 for name in names}
    silent = sum(not any(one[name] for name in names) for one in posts)
    return {"n": n, "enough": n >= ENOUGH, "silent": silent, **means}


def _form(visit: Visit, series: Series | None, typed: Fields | None) -> dict[str, Any]:
    """What stands in the form of a series."""
    names = get_day_names("abbreviated", locale=visit.locale)
    zone = series.begins.zone if series else zone_of(visit)
    kept = {
        "name": series.name if series else "",
        "tag": series.tag if series else "",
        "template": series.template if series else "",
        "begins": series.begins.local[:10] if series else (_today(visit) + timedelta(1)).isoformat(),
        "time": series.begins.local[11:16] if series else "18:00",
        "zone": zone,
        "rule": series.rule if series and not _days_in(series.rule) else "",
    }
    on = _days_in(series.rule) if series else list(DAYS[:5])
    if typed:
        kept, on = {name: typed.text(name) for name in kept}, typed.texts("on")
    days = [{"code": code, "name": names[n], "on": code in on} for n, code in enumerate(DAYS)]
    return {**kept, "days": days, "ended": bool(series and series.ended)}


def _days_in(rule: str) -> list[str]:
    """The days of a rule that is nothing but days of the week."""
    head, found, days = rule.partition("FREQ=WEEKLY;BYDAY=")
    codes = days.split(",") if found and not head else []
    return codes if all(one in DAYS for one in codes) else []


def _today(visit: Visit) -> date:
    return as_datetime(now()).astimezone(ZoneInfo(zone_of(visit))).date()
