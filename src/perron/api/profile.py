"""One's own profile and how one posts by default."""

import asyncio
from collections.abc import Callable

from perron.api.kit import Answer, Call
from perron.api.params import Params
from perron.entities.accounts import account_rows, own_account_entity
from perron.entities.fragments import VISIBILITY
from perron.kit.errors import Invalid
from perron.kit.settings import Settings
from perron.media.describe import read_description
from perron.media.upload import accept_avatar, accept_header, files_in
from perron.people.preferences import Preferences, preferences_of
from perron.people.profile import Profile, change_profile
from perron.store import Db, Tx

OURS = {theirs: word for word, theirs in VISIBILITY.items()}


async def update_credentials(call: Call) -> Answer:
    """PATCH /api/v1/accounts/update_credentials: what is not sent stays as it is."""
    changes = read_changes(call.params)
    kept: dict[str, str] = {}
    try:
        for name, accept in (("avatar", accept_avatar), ("header", accept_header)):
            if name in call.uploads:
                kept[name] = await taken_in(call, name, accept)
        return await call.write(lambda tx: _change(call, tx, Profile(**changes, **kept)))  # type: ignore[arg-type]
    except Exception:  # a write whose caller has gone away stands, and needs the file
        for key in kept.values():
            files_in(call.settings).remove(key)
        raise


async def taken_in(call: Call, name: str, accept: Callable[..., str]) -> str:
    """The key under which an uploaded picture is kept."""
    settings: Settings = call.settings
    data = await call.uploads[name].read()
    return await asyncio.to_thread(lambda: accept(data, settings=settings))


def _change(call: Call, tx: Tx, changes: Profile) -> Answer:
    change_profile(tx, call.me, changes)
    tx.settle()
    return own_account_entity(call.links, tx, call.me.id)


def read_changes(params: Params) -> dict[str, object]:
    """The changes that a request asks for, in our words."""
    source = params.record("source") or Params({})
    changes: dict[str, object] = {
        name: params.maybe_flag(name)
        for name in ("locked", "bot", "discoverable", "indexable", "hide_collections")
        if params.maybe_flag(name) is not None
    }
    changes |= {name: params.text(name).strip() for name in ("display_name", "note") if params.has(name)}
    changes |= {
        name: read_description(params.text(name))
        for name in ("avatar_description", "header_description")
        if params.has(name)
    }
    if "fields_attributes" in params.raw:
        changes["fields"] = [
            (one.text("name").strip(), one.text("value").strip()) for one in params.records("fields_attributes")
        ]
    if source.has("privacy"):
        if source.text("privacy") not in OURS:
            raise Invalid("Validation failed: Privacy is not included in the list")
        changes["default_visibility"] = OURS[source.text("privacy")]
    if source.has("language"):
        changes["default_language"] = source.text("language")
    if source.maybe_flag("sensitive") is not None:
        changes["default_sensitive"] = source.flag("sensitive")
    if source.has("quote_policy"):
        changes["quote_policy"] = source.text("quote_policy")
    return changes


def remove_avatar(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/profile/avatar: the one drawn from the handle takes its place."""
    return _change(call, tx, Profile(avatar="", avatar_description=""))


def remove_header(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/profile/header: the one drawn from the handle takes its place."""
    return _change(call, tx, Profile(header="", header_description=""))


def preferences(call: Call, db: Db) -> Answer:
    """GET /api/v1/preferences"""
    row = account_rows(db, [call.me.id])[call.me.id]
    chosen = preferences_of(db, call.viewer.user_id) if call.viewer and call.viewer.user_id else Preferences()
    return {
        "posting:default:visibility": VISIBILITY[row["default_visibility"]],
        "posting:default:sensitive": bool(row["default_sensitive"]),
        "posting:default:language": row["default_language"] or None,
        "posting:default:quote_policy": row["quote_policy"],
        "reading:expand:media": "show_all" if chosen.open_media else "default",
        "reading:expand:spoilers": chosen.expand_warnings,
        "reading:autoplay:gifs": chosen.autoplay == "gifs",
    }
