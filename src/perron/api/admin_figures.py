"""Figures for those who look after this server: how much there was, what there is most of, who stayed."""

from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.admin_kit import moderator
from perron.api.kit import Answer, Call, speaks
from perron.api.params import Params
from perron.entities.admin_figures import (
    cohort_entity,
    dimension_entity,
    measure_entity,
    software_versions,
    space_usage,
)
from perron.entities.shapes.admin import AdminCohort, AdminDimension, AdminMeasure
from perron.entities.shapes.common import Id
from perron.kit.errors import Invalid
from perron.kit.time import DAY, now, read_iso
from perron.moderation import dimensions
from perron.moderation.measures import MEASURES, measure, takes
from perron.moderation.retention import retention
from perron.store import Db

LONGEST = 400
"""Days that are counted at once."""
MONTH = 29
_Day = Annotated[str, Meta(description="A day, such as 2026-11-22. A time is not read.")]


class OfTag(TypedDict, total=False):
    """Which tag."""

    id: Required[Id]


class OfServer(TypedDict, total=False):
    """Which other server."""

    domain: Required[str]


class Measured(TypedDict, total=False):
    """Which figures, of which days. Some are of one tag, or of one other server."""

    keys: Required[Annotated[list[str], Meta(description="One or more of: " + ", ".join(MEASURES))]]
    start_at: Required[_Day]
    end_at: Required[_Day]
    tag_accounts: OfTag
    tag_uses: OfTag
    tag_servers: OfTag
    instance_accounts: OfServer
    instance_media_attachments: OfServer
    instance_reports: OfServer
    instance_statuses: OfServer
    instance_follows: OfServer
    instance_followers: OfServer


class Dimensioned(TypedDict, total=False):
    """What is counted, of which days: the last thirty unless said otherwise."""

    keys: Required[
        Annotated[
            list[str],
            Meta(description="One or more of: " + ", ".join((*dimensions.COUNTED, "space_usage", "software_versions"))),
        ]
    ]
    start_at: _Day
    end_at: _Day
    limit: Annotated[int, Meta(description="How many of each; 10 unless said otherwise.")]
    tag_servers: OfTag
    tag_languages: OfTag
    instance_accounts: OfServer
    instance_languages: OfServer


class Retained(TypedDict, total=False):
    """Who joined, in days or in months."""

    start_at: _Day
    end_at: _Day
    frequency: Literal["day", "month"]


@speaks(list[AdminMeasure], takes=Measured)
def measures(call: Call, db: Db) -> Answer:
    """POST /api/v1/admin/measures: keys that nobody knows are left out."""
    moderator(call)
    keys = [key for key in dict.fromkeys(call.params.texts("keys")) if key in MEASURES]
    days = _days(_day(call.params, "start_at"), _day(call.params, "end_at"))
    return [measure_entity(measure(db, key, *days, _of(call.params, key, takes(key)))) for key in keys]


@speaks(list[AdminDimension], takes=Dimensioned)
def most(call: Call, db: Db) -> Answer:
    """POST /api/v1/admin/dimensions: keys that nobody knows are left out."""
    moderator(call)
    params, store = call.params, call.site.store
    last = _day(params, "end_at", now() // DAY)
    days, limit = _days(_day(params, "start_at", last - MONTH), last), params.limit(10, dimensions.MOST)
    made: list[AdminDimension] = []
    for key in dict.fromkeys(params.texts("keys")):
        if key == "space_usage":
            made.append(space_usage(store, db))
        elif key == "software_versions":
            made.append(software_versions(store, db))
        elif key in dimensions.COUNTED:
            of = _of(params, key, dimensions.takes(key))
            made.append(dimension_entity(key, dimensions.most(db, key, *days, limit, of), call.links.domain))
    return made


@speaks(list[AdminCohort], takes=Retained)
def stayed(call: Call, db: Db) -> Answer:
    """POST /api/v1/admin/retention: nothing, unless it is said of which days and how they are gathered."""
    moderator(call)
    params = call.params
    if not all(params.text(name) for name in ("start_at", "end_at", "frequency")):
        return []
    frequency = "month" if params.text("frequency") == "month" else "day"
    first, last = _days(_day(params, "start_at"), _day(params, "end_at"), LONGEST * (10 if frequency == "month" else 1))
    return [cohort_entity(one, frequency) for one in retention(db, first, last, frequency)]


def _day(params: Params, name: str, default: int | None = None) -> int:
    """A day, counted since 1970."""
    text = params.text(name).strip()
    if not text and default is not None:
        return default
    found = read_iso(text[:10]) if text else None
    if found is None or not 0 <= found < 2**42:
        raise Invalid(f"{name} must be a day, such as 2026-11-22.")
    return found // DAY


def _days(first: int, last: int, most_days: int = LONGEST) -> tuple[int, int]:
    """Two days, in their order, not too far apart."""
    if first > last:
        raise Invalid("start_at must not be later than end_at.")
    if last - first >= most_days:
        raise Invalid(f"At most {most_days} days are counted at once: choose a later start_at.")
    return first, last


def _of(params: Params, key: str, what: str) -> dict[str, int | str]:
    """Of which tag, or of which server, something is counted."""
    if not what:
        return {}
    given = params.record(key) or Params({})
    if what == "tag_id":
        found = given.id("id")
        if found is None:
            raise Invalid(f"{key}[id] must be the id of a tag.")
        return {"tag_id": found}
    domain = given.text("domain").strip().lower()
    if not domain:
        raise Invalid(f"{key}[domain] must be the domain of a server.")
    return {"domain": domain}
