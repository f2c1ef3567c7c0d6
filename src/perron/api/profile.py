"""One's own profile and how one posts by default."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from msgspec import Meta

from perron.api.accounts import own_account
from perron.api.featured import own_featured_tags
from perron.api.kit import Answer, Call, speaks
from perron.api.params import Params
from perron.entities.accounts import account_rows
from perron.entities.fragments import OURS, VISIBILITY
from perron.entities.profile import profile_entity
from perron.entities.shapes.accounts import CredentialAccount, QuotePolicy, Visibility
from perron.entities.shapes.common import File, Language
from perron.entities.shapes.profile import Preferences as PreferencesShape
from perron.entities.shapes.profile import Profile as ProfileShape
from perron.kit.errors import Invalid
from perron.media.describe import read_description
from perron.media.upload import Face, accept_avatar, accept_header, let_go
from perron.people.preferences import Preferences, preferences_of
from perron.people.profile import Profile, change_profile
from perron.store import Db, Tx

_FLAGS = (
    *("locked", "bot", "discoverable", "indexable", "hide_collections"),
    *("show_media", "show_media_replies", "show_featured"),
)


class FieldWish(TypedDict, total=False):
    """A line of a profile to come."""

    name: str
    value: str


class ProfileWish(TypedDict, total=False):
    """What is to change of a profile; what is not sent stays as it is."""

    display_name: str
    note: str
    avatar: Annotated[File, Meta(description="A picture; one that moves goes on moving, and has a still.")]
    avatar_description: str
    avatar_focus: Annotated[str, Meta(description="Around which point it is cut, `x,y` in -1…1 (ours).")]
    header: File
    header_description: str
    header_focus: Annotated[str, Meta(description="Around which point it is cut, `x,y` in -1…1 (ours).")]
    locked: bool
    bot: bool
    discoverable: bool
    hide_collections: bool
    indexable: bool
    show_media: bool
    show_media_replies: bool
    show_featured: bool
    attribution_domains: Annotated[list[str], Meta(description="Sites that may name one as the author of their pages.")]
    fields_attributes: Annotated[
        list[FieldWish],
        Meta(description="Lines of the profile; a link that is proved stays so while it is the same."),
    ]


class SourceWish(TypedDict, total=False):
    """How one posts unless one says otherwise."""

    privacy: Visibility
    sensitive: bool
    language: Language
    quote_policy: QuotePolicy


class CredentialsWish(ProfileWish, total=False):
    """What is to change of a profile, and of how one posts."""

    source: SourceWish


@speaks(CredentialAccount, takes=CredentialsWish)
async def update_credentials(call: Call) -> Answer:
    """PATCH /api/v1/accounts/update_credentials: what is not sent stays as it is."""
    return await _changed(call, own_account, read_posting(call.params))


@speaks(ProfileShape, takes=ProfileWish)
async def change(call: Call) -> Answer:
    """PATCH /api/v1/profile: what is not sent stays as it is."""
    return await _changed(call, _profile, {})


@speaks(ProfileShape)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/profile: one's own profile as one wrote it."""
    return _profile(call, db)


async def _changed(call: Call, shown: Callable[[Call, Db], Answer], more: dict[str, object]) -> Answer:
    changes: dict[str, Any] = read_changes(call.params) | more
    faces: list[Face] = []
    try:
        for name, accept in (("avatar", accept_avatar), ("header", accept_header)):
            if name in call.uploads:
                faces.append(await taken_in(call, name, accept))
                changes |= {name: faces[-1].file, f"{name}_still": faces[-1].still}

        def work(tx: Tx) -> Answer:
            change_profile(tx, call.me, Profile(**changes))
            tx.settle()
            return shown(call, tx)

        return await call.write(work)
    except Exception:  # a write whose caller has gone away stands, and needs the file
        for face in faces:
            let_go(face, settings=call.settings)
        raise


async def taken_in(call: Call, name: str, accept: Callable[..., Face]) -> Face:
    """The keys under which an uploaded picture is kept."""
    settings, focus = call.settings, call.params.text(f"{name}_focus")
    data = await call.uploads[name].read()
    return await asyncio.to_thread(lambda: accept(data, settings=settings, focus=focus))


def read_changes(params: Params) -> dict[str, object]:
    """The changes of a profile that a request asks for, in our words."""
    changes: dict[str, object] = {
        name: params.maybe_flag(name) for name in _FLAGS if params.maybe_flag(name) is not None
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
    if "attribution_domains" in params.raw:
        changes["attribution_domains"] = params.texts("attribution_domains")
    return changes


def read_posting(params: Params) -> dict[str, object]:
    """How one wishes to post from now on, in our words."""
    source, changes = params.record("source") or Params({}), dict[str, object]()
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


@speaks(CredentialAccount)
def remove_avatar(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/profile/avatar: the one drawn from the handle takes its place."""
    return _without(call, tx, Profile(avatar="", avatar_still="", avatar_description=""))


@speaks(CredentialAccount)
def remove_header(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/profile/header: the one drawn from the handle takes its place."""
    return _without(call, tx, Profile(header="", header_still="", header_description=""))


def _without(call: Call, tx: Tx, changes: Profile) -> Answer:
    change_profile(tx, call.me, changes)
    tx.settle()
    return own_account(call, tx)


def _profile(call: Call, db: Db) -> Answer:
    return profile_entity(call.links, db, call.me.id, own_featured_tags(call, db))


@speaks(PreferencesShape)
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
