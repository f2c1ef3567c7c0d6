"""What one says of oneself, what one has kept, and the menu that leads to all that is one's own."""

import asyncio
import re
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.entities.accounts import own_account_entity
from perron.kit.errors import Refused
from perron.media.describe import read_description
from perron.media.upload import Face, accept_avatar, accept_header, let_go
from perron.people.profile import MOST_FIELDS, Profile, change_profile
from perron.store import Db
from perron.timelines.conversations import unread_conversations
from perron.timelines.kept import marked_page
from perron.web.again import show_form
from perron.web.fields import Fields
from perron.web.shown import PAGE, Entity, Sheet, accounts_shown, paging, posts_shown
from perron.web.visit import Visit

_ADDRESS = re.compile(r"^(https?://)?[^\s/@.]+(\.[^\s/@.]+)+(/\S*)?$")
"""A line of a profile that leads somewhere: an address, with or without its `https://`."""

SHOWS = ("show_media", "show_media_replies", "show_featured")
LINES = 4
"""Lines of a profile that the form offers; there are always two more than were filled, up to the most there can be."""


async def menu(visit: Visit) -> Response:
    """Everything that is one's own, one tap away: what the last place of a phone's bar opens."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        return {"account": accounts_shown(visit, db, [me.id])[0], "unread": unread_conversations(db, me.id)}

    return visit.show("own/me.html", **await visit.read(read))


async def show_profile(visit: Visit) -> Response:
    """The form with what one says of oneself."""
    me = visit.must_write()
    entity = await visit.read(lambda db: own_account_entity(visit.links, db, me.id))
    return _profile(visit, _given(entity, visit.must_write().kind), _steps(visit, entity))


def _steps(visit: Visit, entity: Entity) -> list[bool]:
    """Whether a profile has what people look for before they follow: a few words, a picture, an address."""
    source = entity["source"]
    words = bool(source["note"].strip())
    picture = entity["avatar"] != visit.links.avatar("", entity["acct"])
    address = any(_ADDRESS.search(one["value"]) for one in source["fields"])
    return [words, picture, address]


def _given(entity: Entity, kind: str) -> dict[str, Any]:
    source = entity["source"]
    return {
        "display_name": entity["display_name"],
        "note": source["note"],
        "lines": [(one["name"], one["value"]) for one in source["fields"]],
        "locked": entity["locked"],
        "kind": kind,
        "discoverable": entity["discoverable"],
        **{name: entity[name] for name in SHOWS},
        "domains": "\n".join(source["attribution_domains"]),
        "proved": {one["value"] for one in source["fields"] if one["verified_at"]},
        "visibility": {"private": "followers", "direct": "mentioned"}.get(source["privacy"], source["privacy"]),
        "avatar": entity["avatar"],
        "header": entity["header"],
        "avatar_description": entity["avatar_description"],
        "header_description": entity["header_description"],
    }


def _profile(visit: Visit, given: dict[str, Any], steps: list[bool], wrong: Refused | None = None) -> Response:
    offered = min(max(LINES, len(given["lines"]) + 2), max(MOST_FIELDS, len(given["lines"])))
    lines = [*given["lines"], *[("", "")] * MOST_FIELDS][:offered]
    return show_form(
        visit,
        "own/profile_settings.html",
        wrong,
        given=given | {"lines": lines},
        steps=steps,
        most_lines=MOST_FIELDS,
    )


async def change(visit: Visit, fields: Fields) -> Response:
    """Change what one says of oneself; what was typed is kept when something is refused."""
    me = visit.must_write()
    lines = [
        (name.strip(), value.strip())
        for name, value in zip(fields.texts("line_name"), fields.texts("line_value"), strict=False)
        if name.strip() or value.strip()
    ]
    typed: dict[str, Any] = {
        "display_name": _line(fields.text("display_name")),
        "note": _words(fields.text("note")),
        "lines": [(_line(name), _line(value)) for name, value in lines],
        "locked": "locked" in fields,
        "kind": fields.text("kind") or me.kind,
        "discoverable": "discoverable" in fields,
        **{name: name in fields for name in SHOWS},
        "domains": _words(fields.text("domains")),
        "visibility": fields.text("visibility") or "public",
        "avatar_description": _words(fields.text("avatar_description")),
        "header_description": _words(fields.text("header_description")),
    }
    changes = Profile(
        display_name=typed["display_name"],
        note=typed["note"],
        fields=typed["lines"],
        locked=typed["locked"],
        kind=typed["kind"],
        discoverable=typed["discoverable"],
        show_media=typed["show_media"],
        show_media_replies=typed["show_media_replies"],
        show_featured=typed["show_featured"],
        attribution_domains=typed["domains"].split(),
        default_visibility=typed["visibility"],
    )
    avatar = header = None
    try:
        avatar, header = await _picture(visit, fields, "avatar"), await _picture(visit, fields, "header")
        changes = replace(
            changes,
            avatar=avatar.file if avatar else None,
            avatar_still=avatar.still if avatar else None,
            header=header.file if header else None,
            header_still=header.still if header else None,
            avatar_description=read_description(typed["avatar_description"]),
            header_description=read_description(typed["header_description"]),
        )
        await visit.write(lambda tx: change_profile(tx, me, changes))
    except Refused as wrong:
        for face in (avatar, header):
            if face:
                let_go(face, settings=visit.settings)
        entity = await visit.read(lambda db: own_account_entity(visit.links, db, me.id))
        return _profile(visit, _given(entity, me.kind) | typed, _steps(visit, entity), wrong)
    return visit.go(f"/@{me.handle}")


async def _picture(visit: Visit, fields: Fields, name: str) -> Face | None:
    """The picture that was chosen, or the drawn one where that is wanted back; None leaves what there is."""
    take = accept_avatar if name == "avatar" else accept_header
    for upload in fields.files(name):
        data = await upload.read()
        return await asyncio.to_thread(take, data, settings=visit.settings)
    return Face("", "") if f"drop_{name}" in fields else None


def _line(text: str) -> str:
    """One line, without what cannot be seen."""
    return " ".join(_words(text).split())


def _words(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == "\n").strip()


async def bookmarks(visit: Visit) -> Response:
    """Posts that one keeps for oneself."""
    return await _kept(visit, "bookmark_id")


async def favourites(visit: Visit) -> Response:
    """Posts that one has favourited."""
    return await _kept(visit, "favourite_id")


async def _kept(visit: Visit, column: str) -> Response:
    me = visit.must_sign_in().account

    def read(db: Db) -> Sheet:
        rows = marked_page(db, me.id, column, paging(visit))
        shown = posts_shown(visit, db, [post_id for _, post_id in rows])
        return Sheet(shown, rows[-1][0] if len(rows) == PAGE else 0)

    return visit.show("own/kept.html", sheet=await visit.read(read), kind=column)
