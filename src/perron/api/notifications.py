"""Notifications, one by one."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, speaks
from perron.entities.notice_subjects import Words
from perron.entities.notices import APPS, notices_json
from perron.entities.shapes.common import Counted, Empty, Id
from perron.entities.shapes.notifications import Notification, NotificationType
from perron.kit.errors import NotFound, NotSignedIn
from perron.people.model import Viewer
from perron.people.users import user_as_stored
from perron.store import Db, Tx
from perron.timelines.markers import last_read
from perron.timelines.notice_pages import Wanted, notices_page, unread_count
from perron.timelines.notices import TYPES, clear_notices, dismiss_notices, find_notice

MOST_COUNTED = 1000


class Supporting(TypedDict, total=False):
    """What an app knows."""

    supported_types: Annotated[
        list[str], Meta(description="Types that need no `fallback`; without this parameter there is none.")
    ]


class Choosing(TypedDict, total=False):
    """Which notifications are asked for."""

    types: Annotated[list[NotificationType | str], Meta(description="Only these; unknown ones are passed over.")]
    exclude_types: list[NotificationType | str]
    account_id: Annotated[Id, Meta(description="Only those from this account, also those that are kept apart.")]


class Counting(Choosing, total=False):
    """How far to count."""

    limit: Annotated[int, Meta(description="Where counting ends: 100 unless said, at most 1000.")]


class Listing(Page, Choosing, Supporting, total=False):
    """A page of those that are asked for."""

    include_filtered: Annotated[bool, Meta(description="Also those that are kept apart.")]


class Several(TypedDict, total=False):
    """Which ones."""

    ids: list[Id]


class One(TypedDict):
    """Which one."""

    id: Required[Id]


@speaks(list[Notification], takes=Listing, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications"""
    found = notices_page(db, call.me.id, call.paging(40, 80), wanted(call, call.params.flag("include_filtered")))
    made = notices_json(call.links, db, found, viewer_of(call), words(call, db))
    return call.page([one for _, one in made], [one.id for one in found])


@speaks(Notification, takes=Supporting)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/:id"""
    found = find_notice(db, call.me.id, call.id)
    made = notices_json(call.links, db, [found], viewer_of(call), words(call, db)) if found else []
    if not made:
        raise NotFound
    return made[0][1]


@speaks(Counted, takes=Counting)
def count_unread(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/unread_count: those after the marker."""
    above = last_read(db, call.me.id, "notifications")
    return {"count": unread_count(db, call.me.id, above, call.params.limit(100, MOST_COUNTED), wanted(call))}


@speaks(Empty)
def clear(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/clear"""
    clear_notices(tx, call.me.id)
    return {}


@speaks(Empty)
def dismiss(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/:id/dismiss"""
    return _dismiss(call, tx, call.id)


@speaks(Empty, takes=One)
def dismiss_named(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/dismiss: the same, as applications of 2016 do it."""
    return _dismiss(call, tx, call.params.id("id") or -1)


@speaks(Empty, takes=Several)
def dismiss_several(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/notifications/destroy_multiple: those that are one's own; others are passed over."""
    dismiss_notices(tx, call.me.id, call.params.ids("ids"))
    return {}


def _dismiss(call: Call, tx: Tx, id_: int) -> Answer:
    if find_notice(tx, call.me.id, id_) is None:
        raise NotFound
    dismiss_notices(tx, call.me.id, [id_])
    return {}


# -- what the grouped ones ask for as well -----------------------------------------------------------------------------


def wanted(call: Call, filtered_too: bool = False) -> Wanted:
    """Which notifications a call asks for; those from one account with what is kept apart."""
    params = call.params
    asked, unasked = params.texts("types"), set(params.texts("exclude_types"))
    types = TYPES
    if asked or unasked:
        types = tuple(
            one for one in TYPES if (not asked or APPS.get(one, one) in asked) and APPS.get(one, one) not in unasked
        )
    only_from = params.id("account_id") or 0
    return Wanted(types, only_from, filtered_too or bool(only_from))


def words(call: Call, db: Db) -> Words | None:
    """In which language an app is told of types that it does not know; None when it does not ask."""
    if not call.params.has("supported_types"):
        return None
    user_id = viewer_of(call).user_id or 0
    return Words(frozenset(call.params.texts("supported_types")), user_as_stored(db, user_id).locale)


def viewer_of(call: Call) -> Viewer:
    """Who asks."""
    if call.viewer is None:
        raise NotSignedIn
    return call.viewer
