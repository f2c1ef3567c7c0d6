"""What a notice carries that is not about a post: a report, a decision, follows that ended, a collection, a story; and
what it says, for apps that do not know its type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from perron.entities.accounts import accounts_by_id
from perron.entities.collections import collections_by_id
from perron.entities.links import Links
from perron.entities.moderation import reports_for_staff, warnings_of
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.notifications import NotificationFallback, RelationshipSeveranceEvent
from perron.entities.stories import stories_named
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.people.severances import Severance, severances_as_stored
from perron.store import Db
from perron.timelines.channels import sentence
from perron.timelines.notices import FOR_STAFF, NOT_POSTS, Notice

BASELINE = frozenset((
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update"),
    *("quote", "quoted_update", "credit"),
))  # fmt: skip
"""Types that every app is taken to know."""
NAMES = {
    "admin.report": "report",
    "moderation_warning": "moderation_warning",
    "severed_relationships": "event",
    "added_to_collection": "collection",
    "collection_update": "collection",
    "story": "story",
}
"""Under which name a notice carries what it is about."""
MORE = {"fr": "Pour en savoir plus, ouvrez {}.", "en": "To know more, open {}."}


@dataclass(frozen=True, slots=True)
class Words:
    """Which types an app knows, and in which language it is told of others."""

    supported: frozenset[str]
    locale: str


def may_hear(viewer: Viewer, type_: str) -> bool:
    """Whether notices of a type are for whoever reads: some are only for those who look after the server."""
    return type_ not in FOR_STAFF or viewer.server_role != "user"


def subjects(
    links: Links, db: Db, notices: Sequence[Notice], viewer: Viewer, words: Words | None = None
) -> dict[int, bytes]:
    """What notices carry at their end, as members of a JSON object, by the id of the notice; those are left out that
    are not for the viewer, or about something that is gone."""
    carried = {one.id: b"" for one in notices if one.type in BASELINE}
    special = [one for one in notices if one.type not in BASELINE and may_hear(viewer, one.type)]
    if not special:
        return carried
    found = _found(links, db, special)
    people = accounts_by_id(links, db, list({one.from_id for one in special})) if words else {}
    for one in special:
        name = NAMES.get(one.type, "")
        known = found.get(name, {}).get(one.about_id)
        if known is None and name in ("collection", "story"):
            continue
        members = {name: known} if known is not None else {}
        if words is not None and one.type not in words.supported and (known is not None or not name):
            members["fallback"] = _fallback(links, people.get(one.from_id), one.type, words)
        carried[one.id] = b"," + json.encode(members)[1:-1] if members else b""
    return carried


def _found(links: Links, db: Db, notices: Sequence[Notice]) -> Mapping[str, Mapping[int, Any]]:
    """What notices are about, by the name under which it is carried and by id. They belong to one account."""
    account_id = notices[0].account_id
    ids: dict[str, list[int]] = {}
    for one in notices:
        if one.type in NOT_POSTS and one.about_id:
            ids.setdefault(NAMES[one.type], []).append(one.about_id)
    severed = severances_as_stored(db, ids["event"]) if "event" in ids else {}
    return {
        "report": reports_for_staff(links, db, account_id, ids.get("report", ())),
        "moderation_warning": warnings_of(links, db, account_id, ids.get("moderation_warning", ())),
        "event": {id_: _severance(one) for id_, one in severed.items()},
        "collection": collections_by_id(links, db, ids.get("collection", ()), viewer=account_id),
        "story": stories_named(links, db, ids.get("story", ())),
    }


def _severance(one: Severance) -> RelationshipSeveranceEvent:
    return {
        "id": str(one.id),
        "type": one.kind,  # type: ignore[typeddict-item]
        "purged": False,
        "target_name": one.target,
        "followers_count": one.followers_count,
        "following_count": one.following_count,
        "created_at": iso(born(one.id)),
    }


def _fallback(links: Links, account: bytes | None, type_: str, words: Words) -> NotificationFallback:
    who = ""
    if account is not None:
        person: Account = json.decode(account)
        name, url = escape(person["username"]), escape(person["url"])
        link = f'<a href="{url}" class="u-url mention">@<span>{name}</span></a>'
        who = f'<span class="h-card" translate="no">{link}</span>'
    here = f'<a href="{links.origin}/notices">{escape(links.domain)}</a>'
    return {
        "title": sentence(type_, who, words.locale),
        "summary": MORE.get(words.locale, MORE["fr"]).replace("{}", here),
        "details": None,
    }
