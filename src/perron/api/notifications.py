"""Notifications, version 1."""

from perron.api.kit import Answer, Call
from perron.entities.notices import APPS, notices_json
from perron.kit import json
from perron.kit.errors import NotFound, NotSignedIn
from perron.people.model import Viewer
from perron.store import Db, Tx
from perron.timelines.markers import last_read
from perron.timelines.notices import (
    TYPES,
    Notice,
    clear_notices,
    dismiss_notice,
    find_notice,
    notices_page,
    unread_count,
    unread_groups,
)


def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications"""
    only_from = call.params.id("account_id") or 0
    notices = notices_page(
        db,
        call.me.id,
        call.paging(40, 80),
        types=wanted_types(call),
        only_from=only_from,
        filtered_too=call.params.flag("include_filtered") or bool(only_from),
    )
    made = notices_json(call.links, db, notices, _viewer(call))
    return call.page([one for _, one in made], [one.id for one in notices])


def wanted_types(call: Call) -> str | None:
    """The types that are asked for, as JSON text, or None for all."""
    wanted, unwanted = call.params.texts("types"), set(call.params.texts("exclude_types"))
    if not wanted and not unwanted:
        return None
    return json.encode_text(
        [one for one in TYPES if (not wanted or APPS.get(one, one) in wanted) and APPS.get(one, one) not in unwanted]
    )


def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/:id"""
    made = notices_json(call.links, db, [_own(call, db)], _viewer(call))
    if not made:
        raise NotFound
    return made[0][1]


def clear(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/clear"""
    clear_notices(tx, call.me.id)
    return {}


def dismiss(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/notifications/:id/dismiss"""
    dismiss_notice(tx, call.me.id, _own(call, tx).id)
    return {}


def count_unread(call: Call, db: Db) -> Answer:
    """GET /api/v1/notifications/unread_count"""
    above = last_read(db, call.me.id, "notifications")
    return {"count": unread_count(db, call.me.id, above, call.params.limit(100, 1000))}


def count_unread_groups(call: Call, db: Db) -> Answer:
    """GET /api/v2/notifications/unread_count: those that are shown as one count as one."""
    above = last_read(db, call.me.id, "notifications")
    return {"count": unread_groups(db, call.me.id, above, call.params.limit(100, 1000))}


def _own(call: Call, db: Db) -> Notice:
    found = find_notice(db, call.me.id, call.id)
    if found is None:
        raise NotFound
    return found


def _viewer(call: Call) -> Viewer:
    if call.viewer is None:
        raise NotSignedIn
    return call.viewer
