"""What clients read has every attribute of Mastodon's documentation, of its type, null only where that may be null."""

import inspect
import pkgutil
from importlib import import_module
from types import NoneType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from perron.entities import shapes
from tests.answers import bare
from tests.api.entities_documented import Attribute, entities

CALLED = {
    "PreviewCardAuthor": "CardAuthor",
    "NotificationPolicySummary": "PolicySummary",
    "V1NotificationPolicy": "NotificationPolicyV1",
    "AdminMeasureData": "MeasureDay",
    "AdminDimensionData": "DimensionRow",
    "AdminCohortData": "CohortDay",
    "AnnouncementAccount": "Mention",
    "InstanceUsage": "Usage",
    "InstanceThumbnail": "Thumbnail",
    "InstanceIcon": "Icon",
    "InstanceConfiguration": "Configuration",
    "InstanceRegistrations": "Registrations",
    "InstanceContact": "Contact",
    "RuleTranslation": "RuleWords",
}
"""What we call it, where that is another name."""

NOT_HERE = {
    "AnnualReport": "no reports about a year are made",
    "AsyncRefresh": "nothing is fetched in the background that a client could wait for",
}
"""Entities that this server never answers, and why."""

OTHERWISE = {
    ("MediaAttachment", "url"): "null while a clip is being prepared (as Mastodon answers, 206)",
    ("AdminAccount", "email"): "null for accounts that nobody signs in to, as Mastodon answers",
    ("ScheduledParams", "application_id"): "null where a post was planned on a page, without an app",
    ("ExtendedDescription", "updated_at"): "null while it was never written",
    ("AccountWarning", "target_account"): "null once the account is gone for good",
    ("Report", "target_account"): "null once the account is gone for good",
    ("AdminReport", "account"): "null once the account is gone for good",
    ("AdminReport", "target_account"): "null once the account is gone for good",
    ("Announcement", "published_at"): "null while it waits, which only those who wrote it see",
    ("Announcement", "updated_at"): "null while it waits, which only those who wrote it see",
    ("PreviewCard", "missing_attribution"): "left out: nothing here asks an author to claim a page",
    ("Translation", "poll"): "null where there is none, as Mastodon answers",
}
"""Attributes that differ from what is documented, and why."""

PLAIN = {"str": str, "int": int, "num": float, "bool": bool}


def declared() -> dict[str, Any]:
    """Every shape by its name."""
    modules = [import_module(one.name) for one in pkgutil.iter_modules(shapes.__path__, f"{shapes.__name__}.")]
    return {name: one for module in modules for name, one in vars(module).items() if is_typeddict(one)}


def shape(entity: str) -> Any:
    return declared().get(CALLED.get(entity, entity))


def test_every_entity_has_a_shape() -> None:
    missing = [name for name in entities() if name not in NOT_HERE and shape(name) is None]
    assert not missing, ", ".join(missing)


def test_what_is_not_here_is_not_here() -> None:
    assert [name for name in NOT_HERE if shape(name) is not None] == []


@pytest.mark.parametrize("entity", sorted(entities().keys() - NOT_HERE.keys()))
def test_an_entity_is_as_it_is_documented(entity: str) -> None:
    ours = shape(entity)
    assert ours is not None, f"there is no shape for {entity}"
    hints = get_type_hints(ours, include_extras=True)
    found = [
        f"{one.name}: {says}"
        for one in entities()[entity]
        if (says := compared(one, hints.get(one.name))) and (entity, one.name) not in OTHERWISE
    ]
    assert not found, f"{entity} in {inspect.getsourcefile(ours)}: {'; '.join(found)}"


def compared(one: Attribute, ours: Any) -> str:
    """How an attribute differs from what is documented, or nothing."""
    if ours is None:
        return "missing"
    if get_origin(ours) is NotRequired and not one.sometimes:
        return "not always there"
    kinds = [bare(kind) for kind in arms(bare(ours))]
    if NoneType in kinds and not one.null:
        return "may be null"
    wrong = [kind for kind in kinds if kind is not NoneType and not fits(one.kind, kind)]
    return f"{wrong} is not {one.kind}" if wrong else ""


def arms(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) is Union or type(kind).__name__ == "UnionType" else (kind,)


def fits(wanted: str, kind: Any) -> bool:
    """Whether a type of ours is of a documented kind."""
    if wanted == "any" or kind is Any:
        return wanted == "any"
    if wanted == "null":
        return False
    if wanted.startswith("["):
        return get_origin(kind) is list and fits(wanted[1:-1], bare(get_args(kind)[0]))
    if wanted.startswith("{"):
        inner = get_args(kind)[1:] if get_origin(kind) is dict else get_type_hints(kind).values()
        return all(fits(wanted[1:-1], bare(one)) for one in inner)
    if wanted in PLAIN:
        literal = get_origin(kind) is Literal and all(isinstance(one, PLAIN[wanted]) for one in get_args(kind))
        return kind is PLAIN[wanted] or literal
    return is_typeddict(kind) and (kind is shape(wanted) or issubclass_of(kind, wanted))


def issubclass_of(kind: Any, wanted: str) -> bool:
    """Whether a shape has all that another has (a `TypedDict` forgets its parents)."""
    other = shape(wanted)
    return other is not None and get_type_hints(other).items() <= get_type_hints(kind).items()
