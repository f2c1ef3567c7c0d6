"""Figures of a server as those who look after it read them."""

import platform
import sqlite3
from collections.abc import Mapping

from perron.entities.shapes.admin import AdminCohort, AdminDimension, AdminMeasure, DimensionRow
from perron.kit.time import iso
from perron.kit.version import VERSION
from perron.moderation.dimensions import Counted, bytes_of_files
from perron.moderation.measures import UNITS, Measure
from perron.moderation.retention import Cohort
from perron.store import Db, Store
from perron.store.size import database_bytes, database_name, database_version


def measure_entity(one: Measure) -> AdminMeasure:
    """How much there was of something. What comes from one other server is not compared with the time before."""
    made: AdminMeasure = {"key": one.key, "unit": UNITS.get(one.key), "total": str(one.total), "data": []}
    if not one.key.startswith("instance_"):
        made["previous_total"] = str(one.before)
    if one.key in UNITS:
        made["human_value"] = sized(one.total)
    made["data"] = [{"date": iso(at), "value": str(n)} for at, n in one.days]
    return made


def dimension_entity(key: str, found: list[Counted], here: str) -> AdminDimension:
    """What there is most of."""
    names = _names(key, found, here)
    data: list[DimensionRow] = [
        {"key": _key(key, one.key, here), "human_key": names[one.key], "value": str(one.n)} for one in found
    ]
    return {"key": key, "data": data}


def space_usage(store: Store, db: Db) -> AdminDimension:
    """How much room the database and the files take."""
    name, taken, files = database_name(store), database_bytes(store, db), bytes_of_files(db)
    return {
        "key": "space_usage",
        "data": [
            _measured(name.lower(), name, taken),
            _measured("media", "Media storage", files),
        ],
    }


def software_versions(store: Store, db: Db) -> AdminDimension:
    """What this server is made of."""
    name = database_name(store)
    version = sqlite3.sqlite_version if store.sqlite else database_version(db)
    parts = (
        ("perron", "Perron", VERSION),
        ("python", "Python", platform.python_version()),
        (name.lower(), name, version),
    )
    return {
        "key": "software_versions",
        "data": [{"key": key, "human_key": human, "value": one, "human_value": one} for key, human, one in parts],
    }


def cohort_entity(one: Cohort, frequency: str) -> AdminCohort:
    """Those who joined in one period, and whether they stayed."""
    return {
        "period": iso(one.period),
        "frequency": "month" if frequency == "month" else "day",
        "data": [
            {"date": iso(at), "rate": n / one.joined if one.joined else 0.0, "value": str(n)} for at, n in one.stayed
        ],
    }


def sized(taken: int) -> str:
    """`14.2 MB`"""
    size, units = float(taken), ["Bytes", "KB", "MB", "GB", "TB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{taken} Bytes" if units[0] == "Bytes" else f"{size:.3g} {units[0]}"


def _measured(key: str, human: str, taken: int) -> DimensionRow:
    return {"key": key, "human_key": human, "value": str(taken), "unit": "bytes", "human_value": sized(taken)}


def _key(dimension: str, key: str, here: str) -> str:
    if dimension == "sources":
        return key or "web"
    if dimension.endswith("servers"):
        return key or here
    return key or "und" if dimension.endswith("languages") else key


def _names(dimension: str, found: list[Counted], here: str) -> Mapping[str, str]:
    """What each is called."""
    if not dimension.endswith("languages"):
        return {one.key: one.key or ("Website" if dimension == "sources" else here) for one in found}
    from babel import Locale, UnknownLocaleError  # here, so that servers start quickly

    names = {}
    for one in found:
        try:
            known = Locale.parse(one.key.replace("-", "_")).get_display_name("en") if one.key else None
        except (UnknownLocaleError, ValueError):
            known = None
        names[one.key] = known or one.key or "und"
    return names
