"""Notifications in groups."""

import re
from typing import Annotated, Literal

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.api.notifications import MOST_COUNTED, Counting, Listing, viewer_of, wanted, words
from perron.entities.accounts import accounts_by_id
from perron.entities.notice_groups import groups_json
from perron.entities.shapes.accounts import Account
from perron.entities.shapes.common import Counted, Empty
from perron.entities.shapes.notifications import GroupedNotificationsResults
from perron.kit.errors import Invalid, NotFound
from perron.store import Db, Tx
from perron.timelines.markers import last_read
from perron.timelines.notice_groups import (
    dismiss_group,
    find_group,
    groups_page,
    people_of_group,
    unread_groups,
)
from perron.timelines.notices import GROUPED

EXPANDED = ("full", "partial_avatars")
_KEY = re.compile(r"[a-z._]+(-\d{1,19}){1,2}", re.ASCII)
Grouping = Annotated[
    list[str],
    Meta(description="Types to tell as one: favourite, reblog, follow, admin.sign_up; all of them, unless said."),
]


class ListingGroups(Listing, total=False):
    """A page of groups."""

    grouped_types: Grouping
    expand_accounts: Annotated[
        Literal["full", "partial_avatars"],
        Meta(description="Whether all accounts are told whole, or in each group only the newest."),
    ]


class CountingGroups(Counting, total=False):
    """Which groups count."""

    grouped_types: Grouping


@speaks(GroupedNotificationsResults, takes=ListingGroups, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications"""
    expanded = call.params.text("expand_accounts") or "full"
    if expanded not in EXPANDED:
        raise Invalid("Invalid value for 'expand_accounts': allowed values are 'full' and 'partial_avatars'")
    asked = wanted(call, call.params.flag("include_filtered"))
    found = groups_page(db, call.me.id, call.paging(40, 80), asked, grouped=_grouped(call))
    partial = expanded == "partial_avatars"
    made = groups_json(call.links, db, found.groups, viewer_of(call), partial=partial, words=words(call, db))
    return Reply(made, headers=call.link_header([found.newest_id, found.oldest_id] if found.groups else []))


@speaks(GroupedNotificationsResults)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications/:group_key"""
    found = find_group(db, call.me.id, _key(call))
    made = groups_json(call.links, db, [found], viewer_of(call), paged=False) if found else None
    if made is None or made.endswith(b'"notification_groups":[]}'):
        raise NotFound
    return made


@speaks(list[Account], takes=Page, paged=True)
def accounts(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications/:group_key/accounts: paged by the ids of their notifications."""
    found = people_of_group(db, call.me.id, _key(call), call.paging(40, 80))
    people = accounts_by_id(call.links, db, [from_id for _, from_id in found])
    return call.page([people[from_id] for _, from_id in found if from_id in people], [id_ for id_, _ in found])


@speaks(Empty)
def dismiss(call: Call, tx: Tx) -> Answer:
    """POST /api/v2/notifications/:group_key/dismiss"""
    dismiss_group(tx, call.me.id, _key(call))
    return {}


@speaks(Counted, takes=CountingGroups)
def count_unread(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications/unread_count: those that are told as one count as one."""
    above, limit = last_read(db, call.me.id, "notifications"), call.params.limit(100, MOST_COUNTED)
    return {"count": unread_groups(db, call.me.id, above, limit, wanted(call), grouped=_grouped(call))}


def _grouped(call: Call) -> tuple[str, ...]:
    if not call.params.has("grouped_types"):
        return GROUPED
    asked = call.params.texts("grouped_types")
    return tuple(one for one in GROUPED if one in asked)


def _key(call: Call) -> str:
    key = call.path["group_key"]
    if not _KEY.fullmatch(key):
        raise NotFound
    return key
