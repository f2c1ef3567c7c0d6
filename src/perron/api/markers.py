"""Markers: how far one has read, on whichever device."""

from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.shapes.common import Id
from perron.entities.shapes.notifications import Markers
from perron.kit.errors import Invalid
from perron.kit.time import iso
from perron.store import Db, Tx
from perron.timelines.markers import TIMELINES, mark_read, markers_of


class Asked(TypedDict, total=False):
    """Which markers."""

    timeline: Annotated[list[Literal["home", "notifications"]], Meta(description="None, unless named.")]


class Read(TypedDict):
    """The last one that was read."""

    last_read_id: Required[Id]


class Saving(TypedDict, total=False):
    """How far one has read."""

    home: Read
    notifications: Read


@speaks(Markers, takes=Asked)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/markers"""
    return _markers(call, db, call.params.texts("timeline"))


@speaks(Markers, takes=Saving)
def save(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/markers: answers those that were saved."""
    given = {name: record for name in TIMELINES if (record := call.params.record(name)) is not None}
    for name, record in given.items():
        last_read = record.id("last_read_id")
        if last_read is None or last_read < 0:
            raise Invalid("Validation failed: Last read must be an id")
        mark_read(tx, call.me.id, name, last_read)
    return _markers(call, tx, [*given])


def _markers(call: Call, db: Db, wanted: list[str]) -> Markers:
    made: Any = {
        name: {"last_read_id": str(last_read), "version": version, "updated_at": iso(at)}
        for name, (last_read, version, at) in markers_of(db, call.me.id).items()
        if name in wanted
    }
    found: Markers = made
    return found
