"""Announcements: written by those who run the server, shown above home until they are read."""

from datetime import UTC, datetime
from typing import Any

from starlette.responses import Response

from perron.entities.announcements import announcements_shown
from perron.entities.shapes.announcements import Announcement as Shape
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.time import iso, now
from perron.moderation import announcements as announcing
from perron.moderation.announcements import Announcement, Wish
from perron.moderation.reactions import react as add_reaction
from perron.moderation.reactions import take_back_reaction
from perron.store import Db, Tx
from perron.web.fields import Fields, read_id
from perron.web.manage.running import must_run, show
from perron.web.visit import Visit

BLANK = {"id": "", "text": "", "starts_at": "", "ends_at": "", "all_day": False, "published": True}


def to_read(visit: Visit, db: Db) -> list[Shape]:
    """What is announced now and the visitor has not read yet."""
    me = visit.reader_id
    return [] if me is None else announcements_shown(visit.links, db, announcing.unread(db, me), visit.viewer)


async def dismiss(visit: Visit, fields: Fields) -> Response:
    """Have read an announcement: it is shown no more."""
    me, id_ = visit.must_sign_in().account, read_id(visit.path["id"])
    await visit.write(lambda tx: announcing.dismiss(tx, me.id, id_))
    return visit.go(fields.text("next") or "/home")


async def react(visit: Visit, fields: Fields) -> Response:
    """Put an emoji to an announcement, or take it back."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    name, taken = fields.text("react"), fields.text("unreact")

    def work(tx: Tx) -> None:
        if taken:
            take_back_reaction(tx, me.id, id_, taken)
        else:
            add_reaction(tx, me.id, id_, name)

    await visit.write(work)
    back = fields.text("next") or "/home"
    if not visit.part:
        return visit.go(f"{back}#reactions-{id_}")
    found = await visit.read(lambda db: announcing.announcement_as_stored(db, id_))
    (one,) = await visit.read(lambda db: announcements_shown(visit.links, db, [found], visit.viewer))
    return visit.show("write/reacted.html", one=one, back=back.partition("#")[0])


async def show_announcements(visit: Visit) -> Response:
    """Every announcement, and the form for another."""
    must_run(visit)
    return await _all(visit, BLANK)


async def show_announcement(visit: Visit) -> Response:
    """The form with one announcement."""
    must_run(visit)
    id_ = read_id(visit.path["id"])
    one = await visit.read(lambda db: announcing.announcement_as_stored(db, id_))
    return await _all(visit, _given(one))


async def announce(visit: Visit, fields: Fields) -> Response:
    """Announce something, now or later, or keep it back."""
    me = must_run(visit)
    try:
        wish = _wish(fields)
        await visit.write(lambda tx: announcing.announce(tx, me.id, wish))
    except Refused as wrong:
        return await _all(visit, _typed(fields, ""), wrong)
    return visit.go("/manage/announcements")


async def change_announcement(visit: Visit, fields: Fields) -> Response:
    """Say an announcement in other words, or at another time."""
    me, id_ = must_run(visit), read_id(visit.path["id"])
    try:
        wish = _wish(fields)
        await visit.write(lambda tx: announcing.change_announcement(tx, me.id, id_, wish))
    except NotFound:
        raise
    except Refused as wrong:
        return await _all(visit, _typed(fields, str(id_)), wrong)
    return visit.go("/manage/announcements")


async def on_announcement(visit: Visit, fields: Fields) -> Response:
    """Publish an announcement, keep it back, or remove it."""
    me, id_, act = must_run(visit), read_id(visit.path["id"]), visit.path["act"]
    if act not in ("publish", "withdraw", "remove"):
        raise NotFound

    def work(tx: Tx) -> None:
        one = announcing.announcement_as_stored(tx, id_)
        if act == "remove":
            announcing.remove_announcement(tx, me.id, id_)
        else:
            wish = Wish(one.text, one.starts_at, one.ends_at, one.all_day, act == "publish")
            announcing.change_announcement(tx, me.id, id_, wish)

    await visit.write(work)
    return visit.go("/manage/announcements")


async def _all(visit: Visit, given: dict[str, Any], wrong: Refused | None = None) -> Response:
    def read(db: Db) -> list[tuple[Shape, str]]:
        found = announcing.all_announcements(db)
        shown = announcements_shown(visit.links, db, found, visit.viewer)
        return [(entity, _state(one)) for entity, one in zip(shown, found, strict=True)]

    return show(visit, "own/manage_announcements.html", wrong, given=given, all=await visit.read(read))


def _state(one: Announcement) -> str:
    if one.published_at is None:
        return "kept"
    if one.ends_at is not None and one.ends_at <= now():
        return "over"
    return "later" if one.starts_at is not None and one.starts_at > now() else "shown"


def _given(one: Announcement) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "text": one.text,
        "starts_at": iso(one.starts_at)[:16] if one.starts_at is not None else "",
        "ends_at": iso(one.ends_at)[:16] if one.ends_at is not None else "",
        "all_day": one.all_day,
        "published": one.published_at is not None,
    }


def _typed(fields: Fields, id_: str) -> dict[str, Any]:
    words = {name: fields.text(name) for name in ("text", "starts_at", "ends_at")}
    return {"id": id_, **words, "all_day": "all_day" in fields, "published": fields.text("do") != "keep"}


def _wish(fields: Fields) -> Wish:
    start, end = (_moment(fields.text(name)) for name in ("starts_at", "ends_at"))
    return Wish(fields.text("text"), start, end, "all_day" in fields, fields.text("do") != "keep")


def _moment(text: str) -> int | None:
    """Milliseconds of a moment as a browser sends it, in UTC."""
    if not text.strip():
        return None
    try:
        return int(datetime.fromisoformat(text.strip()).replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise Invalid("This is not a moment such as 2026-11-21 18:30.") from None
