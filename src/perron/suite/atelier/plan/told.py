"""The queue, series and events, as clients of our own API read them."""

from collections.abc import Collection
from datetime import date

from perron.entities.plans import clock_of
from perron.entities.shapes.queues import EventEntity, SeriesEntity, SeriesPlace, Slots
from perron.suite.atelier.plan.again import Place
from perron.suite.atelier.plan.model import Occasion, Queue, Series
from perron.suite.atelier.plan.occasions import weeks_of


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
