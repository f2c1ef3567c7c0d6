"""What one decides for oneself: the profile, the password; and what one has kept."""

import asyncio
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.entities.accounts import own_account_entity
from perron.kit.errors import NotAllowed, Refused, TooMany
from perron.media.upload import accept_avatar, accept_header, files_in
from perron.people.model import Unfit
from perron.people.passwords import hash_password, password_fits, read_password
from perron.people.profile import MOST_FIELDS, Profile, change_profile
from perron.people.sessions import start_session
from perron.people.users import change_password
from perron.store import Db, Tx
from perron.timelines.kept import marked_page
from perron.web.kit import Fields, Visit, limits
from perron.web.shown import PAGE, Entity, Sheet, paging, posts_shown

LINES = 4
"""Lines of a profile that the form offers, or as many as there are."""


async def show_profile(visit: Visit) -> Response:
    """The form with what one says of oneself."""
    me = visit.must_write()
    entity = await visit.read(lambda db: own_account_entity(visit.links, db, me.id))
    return _profile(visit, _given(entity))


def _given(entity: Entity) -> dict[str, Any]:
    source = entity["source"]
    return {
        "display_name": entity["display_name"],
        "note": source["note"],
        "lines": [(one["name"], one["value"]) for one in source["fields"]],
        "locked": entity["locked"],
        "bot": entity["bot"],
        "discoverable": entity["discoverable"],
        "visibility": {"private": "followers", "direct": "mentioned"}.get(source["privacy"], source["privacy"]),
        "avatar": entity["avatar"],
        "header": entity["header"],
    }


def _profile(visit: Visit, given: dict[str, Any], wrong: Refused | None = None) -> Response:
    lines = [*given["lines"], *[("", "")] * LINES][: max(LINES, min(len(given["lines"]), MOST_FIELDS))]
    return visit.show(
        "profile_settings.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        given=given | {"lines": lines},
        wrong=visit.explain(wrong) if wrong else "",
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
        "bot": "bot" in fields,
        "discoverable": "discoverable" in fields,
        "visibility": fields.text("visibility") or "public",
    }
    changes = Profile(
        display_name=typed["display_name"],
        note=typed["note"],
        fields=typed["lines"],
        locked=typed["locked"],
        bot=typed["bot"],
        discoverable=typed["discoverable"],
        default_visibility=typed["visibility"],
    )
    avatar = header = ""
    try:
        avatar, header = await _picture(visit, fields, "avatar"), await _picture(visit, fields, "header")
        changes = replace(
            changes,
            avatar=avatar or ("" if "drop_avatar" in fields else None),
            header=header or ("" if "drop_header" in fields else None),
        )
        await visit.write(lambda tx: change_profile(tx, me, changes))
    except Refused as wrong:
        for key in (avatar, header):
            files_in(visit.settings).remove(key)
        entity = await visit.read(lambda db: own_account_entity(visit.links, db, me.id))
        return _profile(visit, _given(entity) | typed, wrong)
    return visit.go(f"/@{me.handle}")


async def _picture(visit: Visit, fields: Fields, name: str) -> str:
    take = accept_avatar if name == "avatar" else accept_header
    for upload in fields.files(name):
        data = await upload.read()
        return await asyncio.to_thread(take, data, settings=visit.settings)
    return ""


def _line(text: str) -> str:
    """One line, without what cannot be seen."""
    return " ".join(_words(text).split())


def _words(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char == "\n").strip()


async def show_password(visit: Visit) -> Response:
    """The form for another password."""
    visit.must_sign_in()
    return visit.show("password.html", wrong="")


async def change_own_password(visit: Visit, fields: Fields) -> Response:
    """Set another password: every other browser and every app has to sign in again."""
    signed_in = visit.must_sign_in()
    try:
        if visit.settings.rate_limit != "off":
            counted = limits(visit.request).hit(f"password of {signed_in.user.id}", 10, 300)
            if not counted.allowed:
                raise TooMany("Too many attempts. Please wait a few minutes and try again.", counted.retry_after)
        new = read_password(fields.text("password"))
        if not await asyncio.to_thread(password_fits, signed_in.user.password, fields.text("old")):
            raise NotAllowed("This is not your password of today.")
        hashed = await asyncio.to_thread(hash_password, new)
    except (Unfit, NotAllowed, TooMany) as wrong:
        said = visit.explain(wrong)
        return visit.show("password.html", status=wrong.status, cache_control="no-store", wrong=said)
    browser = visit.request.headers.get("user-agent", "")

    def work(tx: Tx) -> str:
        change_password(tx, signed_in.user.id, hashed)
        return start_session(tx, signed_in.user.id, signed_in.account.id, browser=browser)

    visit.keep_session(await visit.write(work))
    return visit.go(f"/@{signed_in.account.handle}")


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

    return visit.show("kept.html", sheet=await visit.read(read), kind=column)
