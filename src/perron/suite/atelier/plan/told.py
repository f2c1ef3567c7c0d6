"""The queue, series and events, as clients of our own API read them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from perron.entities.plans import clock_of
from perron.entities.shapes.plans import Repeat as RepeatEntity
from perron.entities.shapes.queues import (
    AudienceHours,
    ComparedPlans,
    EventEntity,
    MeanRate,
    PostFigures,
    PublishedPost,
    SeriesEntity,
    SeriesPlace,
    Slots,
)
from perron.kit.time import iso
from perron.suite.atelier.plan.again import Place
from perron.suite.atelier.plan.figures import ENOUGH, Compared, Figures, Mean
from perron.suite.atelier.plan.hours import ENOUGH_ANSWERS, ENOUGH_DAYS, ENOUGH_PEOPLE, Audience
from perron.suite.atelier.plan.model import Occasion, Queue, Series, Shown
from perron.suite.atelier.plan.occasions import weeks_of
from perron.suite.atelier.plan.repeats import Repeat


def slots_entity(queue: Queue) -> Slots:
    """The times of a week."""
    return {"zone": queue.zone or "UTC", "slots": [{"day": one.day, "time": one.clock} for one in queue.slots]}


def series_entity(one: Series) -> SeriesEntity:
    """A series."""
    return {
        "id": str(one.id),
        "name": one.name,
        "tag": one.tag,
        "rule": one.rule,
        "begins": one.begins.local,
        "zone": one.begins.zone,
        "template": one.template,
        "ended": one.ended,
    }


def place_entity(one: Place) -> SeriesPlace:
    """A time at which a series comes."""
    at = clock_of(one.wall)
    assert at is not None
    return {
        "series_id": str(one.series.id),
        "at": at,
        "planned_id": str(one.planned.id) if one.planned else None,
        "status_id": str(one.post_id) if one.post_id else None,
        "open": one.open,
    }


def event_entity(one: Occasion, planned: Collection[date]) -> EventEntity:
    """An event, with its weeks from this one on."""
    return {
        "id": str(one.id),
        "name": one.name,
        "begins": one.begins,
        "ends": one.ends,
        "weeks": one.weeks,
        "note": one.note,
        "preparation": [
            {"monday": week.monday.isoformat(), "prepares": week.prepares, "planned": week.planned, "gap": week.gap}
            for week in weeks_of(one, planned, date.today())
        ],
    }


def repeat_entity(one: Repeat) -> RepeatEntity:
    """That something is said again."""
    id_ = str(one.said.id)
    return {
        "place": one.place,
        "kind": one.kind,
        "link": one.link or None,
        "status_id": None if one.said.planned else id_,
        "planned_id": id_ if one.said.planned else None,
        "at": iso(one.said.at),
        "words": one.words,
    }


def published_entity(one: Shown, figures: Mapping[int, Figures]) -> PublishedPost:
    """A post that came out by a plan."""
    return {
        "status_id": str(one.post_id),
        "scheduled_at": iso(one.due),
        "local": one.wall or None,
        "queued": one.queued,
        "series_id": str(one.series_id) if one.series_id else None,
        "figures": [_figures(figures[hours]) for hours in sorted(figures)],
    }


def compared_entity(found: Compared, series: Sequence[Series]) -> ComparedPlans:
    """Series and slots beside each other; those of which nothing came out are left out."""
    return {
        "enough": ENOUGH,
        "all": _mean(found.whole),
        "series": [
            {"series_id": str(one.id), "name": one.name, **_mean(found.series[one.id])}
            for one in series
            if one.id in found.series
        ],
        "slots": [{"day": day, "time": time, **_mean(mean)} for (day, time), mean in sorted(found.slots.items())],
    }


def _mean(one: Mean) -> MeanRate:
    return {"n": one.n, "rate": round(one.rate, 4) if one.rate is not None else None}


def _figures(one: Figures) -> PostFigures:
    return {
        "after": one.after,
        "counted_at": iso(one.at),
        "followers": one.followers,
        "engaged": one.engaged,
        "silent": one.silent,
        "rate": round(one.rate, 4) if one.rate is not None else None,
        "people": one.people,
        "told": one.tell,
        "read_past": one.past,
        "read_past_silent": one.past - one.engaged_past,
        "favourites": one.favourites,
        "shares": one.boosts,
        "replies": one.replies,
        "votes": one.votes,
    }


def audience_entity(found: Audience) -> AudienceHours:
    """When an audience answers, where enough is known."""
    hours = found.by_clock if found.enough else ()
    return {
        "enough": found.enough,
        "answers": found.answers,
        "people": found.people,
        "days": found.days,
        "needed": {"answers": ENOUGH_ANSWERS, "people": ENOUGH_PEOPLE, "days": ENOUGH_DAYS},
        "hours": [{"zone": one.zone, "counts": [*one.counts], "best": one.best} for one in hours],
    }
