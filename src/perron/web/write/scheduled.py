"""Posts that wait for their time: planned in the form, seen in one list, moved, taken back to the drafts."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from starlette.responses import Response

from perron.entities.scheduled import scheduled_entities
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.secrets import new_secret
from perron.kit.time import iso, now
from perron.posts.drafts import remove_draft
from perron.posts.model import Draft
from perron.posts.scheduled import Scheduled, cancel_scheduled, find_scheduled, reschedule, schedule_once, scheduled_of
from perron.store import Db, Tx
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit
from perron.web.write.composer import Given, as_draft
from perron.web.write.drafts import LONGEST_EXCERPT, keep_undone


async def plan(visit: Visit, given: Given) -> str:
    """Plan what stands in the form; where to go then."""
    me, due = visit.must_write(), read_moment(visit, given.later)
    if len(given.parts) > 1:
        raise Invalid("Several posts at once cannot be planned yet. Plan the first alone, or publish them now.")
    draft = replace(as_draft(given, given.parts[0]), undoable=False, writer_id=visit.writer_id)
    key = f"form {given.key or new_secret(12)}"

    def work(tx: Tx) -> int:
        made = schedule_once(tx, me, key, draft, due, visit.settings)
        if given.draft:
            remove_draft(tx, given.draft, account_id=me.id)
        return made

    made = await visit.write(work)
    return f"/scheduled?planned={made}#s{made}"


async def show(visit: Visit) -> Response:
    """What one has planned, the next to come first."""
    visit.must_write()
    return await _list(visit)


async def move(visit: Visit, fields: Fields) -> Response:
    """Move a post to another moment."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])
    try:
        due = read_moment(visit, fields.text("when"))
        await visit.write(lambda tx: reschedule(tx, me, id_, due))
    except NotFound:
        raise NotFound("This post is no longer planned: it was published or cancelled.") from None
    except Refused as wrong:
        return await _list(visit, wrong, at=id_, typed=fields.text("when"))
    return visit.go(f"/scheduled?planned={id_}#s{id_}")


async def cancel(visit: Visit, fields: Fields) -> Response:
    """Cancel a post; its words and files go back to the drafts."""
    me, id_ = visit.must_write(), read_id(visit.path["id"])

    def undone(tx: Tx) -> list[Draft]:
        found = find_scheduled(tx, id_, account_id=me.id)
        if found is None:
            raise NotFound("This post is no longer planned: it was published or cancelled.")
        cancel_scheduled(tx, me, id_)
        return [found.draft]

    return visit.go(f"/scheduled?draft={await keep_undone(visit, undone)}")


async def _list(visit: Visit, wrong: Refused | None = None, at: int = 0, typed: str = "") -> Response:
    me = visit.must_write()

    def read(db: Db) -> list[dict[str, Any]]:
        found = scheduled_of(db, me.id)
        shown = scheduled_entities(visit.links, db, found)
        return [_shown(visit, one, entity) for one, entity in zip(found, shown, strict=True)]

    return visit.show(
        "write/scheduled.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        planned=await visit.read(read),
        news=max(read_id(visit.query.get("planned", "")), 0),
        draft=max(read_id(visit.query.get("draft", "")), 0),
        wrong=visit.explain(wrong) if wrong else "",
        at=at,
        typed=typed,
    )


def _shown(visit: Visit, one: Scheduled, entity: Any) -> dict[str, Any]:
    words = " ".join((one.draft.warning or one.draft.text).split())
    return {
        "id": one.id,
        "at": iso(one.due),
        "local": datetime.fromtimestamp(one.due / 1000, visit.preferences.place).strftime("%Y-%m-%dT%H:%M"),
        "late": one.due < now(),
        "error": visit.explain(Refused(one.error)) if one.error else "",
        "words": words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1].rstrip() + "…",
        "pictures": [each for each in entity["media_attachments"] if each["preview_url"]][:4],
        "visibility": entity["params"]["visibility"],
        "answers": bool(one.draft.reply_to),
        "poll": one.draft.poll is not None,
    }


def read_moment(visit: Visit, text: str) -> int:
    """A date and time of a form, by the clock of whoever fills it in, in milliseconds."""
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=visit.preferences.place).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Invalid("This is not a date and time.") from None
