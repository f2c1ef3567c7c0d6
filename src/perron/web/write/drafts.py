"""Drafts: kept on the server while one writes, found again on another device, opened, removed, put back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.kit import json
from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.secrets import new_secret
from perron.kit.time import iso
from perron.people.may import SUBMIT
from perron.posts.drafts import (
    Behind,
    Earlier,
    Kept,
    KeptDraft,
    drafts_of,
    earlier_versions,
    find_draft,
    keep_draft,
    remove_draft,
    restore_version,
)
from perron.posts.model import Draft
from perron.store import Db, Tx
from perron.suite.teams.content import body_from
from perron.text.letters import shortened
from perron.web.fields import Fields, read_id
from perron.web.shown import Entity, posts_shown
from perron.web.visit import Visit
from perron.web.write.answers import tell, tell_why, wants_json
from perron.web.write.chorus import take_back_all, with_others
from perron.web.write.composer import LASTS, OURS, File, Given, Part, read_given, seen
from perron.web.write.elsewhere import with_places
from perron.web.write.uploads import Kept as KeptFiles
from perron.web.write.uploads import take_files

LONGEST_EXCERPT = 200


async def drafts(visit: Visit) -> Response:
    """What one has begun to write."""
    visit.must(SUBMIT)
    return await _list(visit)


async def keep(visit: Visit, fields: Fields) -> Response:
    """Keep what stands in the form, new or in the place of what was kept before."""
    me = visit.must(SUBMIT)
    given = read_given(fields)
    try:
        given = await take_files(visit, me, given, fields)
        kept = await visit.write(lambda tx: _keep(tx, visit, given))
    except Behind as wrong:
        return await _both(visit, given, wrong)
    except Refused as wrong:
        if wants_json(visit):
            return tell_why(visit, wrong)
        return await _again(visit, wrong.given if isinstance(wrong, KeptFiles) else given, wrong)
    if wants_json(visit):
        return tell({"draft": str(kept.id), "version": kept.version})
    return visit.go("/drafts")


async def remove(visit: Visit, fields: Fields) -> Response:
    """Remove a draft; the page that follows can put it back."""
    me, draft_id = visit.must_write(), read_id(visit.path["id"])

    def work(tx: Tx) -> KeptDraft | None:
        found = find_draft(tx, draft_id, account_id=me.id)
        remove_draft(tx, draft_id, account_id=me.id)
        return found

    gone = await visit.write(work)
    return tell({}) if wants_json(visit) else await _list(visit, gone)


async def put_back(visit: Visit, fields: Fields) -> Response:
    """Keep again what was just removed."""
    me, user = visit.must(SUBMIT), visit.must_sign_in().user
    try:
        body = json.decode(fields.text("body"))
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Invalid("What was sent could not be read.")
    clean = body_of(given_of(body))
    await visit.write(lambda tx: keep_draft(tx, user.id, me.id, clean))
    return visit.go("/drafts")


async def show_versions(visit: Visit) -> Response:
    """What a draft was before, the latest first."""
    me, draft_id = visit.must(SUBMIT), read_id(visit.path["id"])

    def read(db: Db) -> tuple[Entity, list[Entity]]:
        found = find_draft(db, draft_id, account_id=me.id)
        if found is None:
            raise NotFound("This draft is gone: it was published or removed.")
        earlier = [replace(found, version=one.version, changed_at=one.at, body=one.body) for one in _earlier(db, found)]
        return _shown(visit, db, found), [_shown(visit, db, one) for one in earlier]

    now_, earlier = await visit.read(read)
    return visit.show("write/versions.html", cache_control="no-store", draft=now_, earlier=earlier)


def _earlier(db: Db, found: KeptDraft) -> list[Earlier]:
    return [one for one in earlier_versions(db, found.id) if one.body != found.body]


async def restore(visit: Visit, fields: Fields) -> Response:
    """Put a version of before in the place of the draft; what it is now is kept beside it."""
    me, user = visit.must(SUBMIT), visit.must_sign_in().user
    draft_id, version = read_id(visit.path["id"]), read_id(visit.path["version"])
    await visit.write(lambda tx: restore_version(tx, user.id, me.id, draft_id, version))
    return visit.go(f"/write?draft={draft_id}")


async def keep_begun(visit: Visit, given: Given) -> int:
    """Keep what somebody has begun; the draft's id."""
    return (await visit.write(lambda tx: _keep(tx, visit, given))).id


async def keep_undone(visit: Visit, undone: Callable[[Tx], list[Draft]], of_all: int = 0) -> int:
    """Keep what was a post a moment ago, in the transaction that takes it back; the draft's id. `of_all`: the thing
    with which everything goes that was made at once as other accounts."""
    me, user = visit.must(SUBMIT), visit.must_sign_in().user

    def work(tx: Tx) -> int:
        others = take_back_all(tx, visit, of_all) if of_all else {}
        given = with_others(given_of(body_from(tx, me.id, undone(tx))), others)
        return keep_draft(tx, user.id, me.id, body_of(given)).id

    return await visit.write(work)


async def _list(visit: Visit, gone: KeptDraft | None = None) -> Response:
    me = visit.must(SUBMIT)

    def read(db: Db) -> list[Entity]:
        return [_shown(visit, db, one) for one in drafts_of(db, me.id)]

    removed = json.encode_text(gone.body) if gone else ""
    return visit.show("write/drafts.html", drafts=await visit.read(read), removed=removed)


def _shown(visit: Visit, db: Db, one: KeptDraft) -> Entity:
    given = seen(visit, db, given_of(one.body))
    words = " ".join(" ".join(part.text or part.warning for part in given.parts).split())
    return {
        "id": one.id,
        "version": one.version,
        "at": iso(one.changed_at),
        "note": given.note,
        "text": "\n\n".join(part.text for part in given.parts),
        "words": shortened(words, LONGEST_EXCERPT),
        "posts": len(given.parts),
        "pictures": [shown for shown in given.pictures.values() if shown["preview_url"]][:4],
        "answers": bool(given.reply_to),
    }


async def _both(visit: Visit, given: Given, wrong: Refused) -> Response:
    """Somebody, perhaps oneself, kept another version meanwhile: both are offered, nothing is lost."""
    if wants_json(visit):
        return tell_why(visit, wrong, theirs=f"/write?draft={given.draft}")
    return await _again(visit, replace(given, draft=0, version=0), wrong, theirs=given.draft)


async def _again(visit: Visit, given: Given, wrong: Refused, *, theirs: int = 0) -> Response:
    def read(db: Db) -> tuple[Given, list[Entity]]:
        answered = posts_shown(visit, db, [given.reply_to]) if given.reply_to else []
        return with_places(visit, db, seen(visit, db, given)), answered

    found, answered = await visit.read(read)
    found = replace(found, wrong=visit.explain(wrong), theirs=theirs)
    return visit.show("write/write.html", status=wrong.status, cache_control="no-store", given=found, answered=answered)


def _keep(tx: Tx, visit: Visit, given: Given) -> Kept:
    """Keep the form in the place of what it was; a form that does not know of its draft finds it by its key."""
    me, user = visit.must(SUBMIT), visit.must_sign_in().user
    body = body_of(given)
    if given.draft and find_draft(tx, given.draft, account_id=me.id):
        return keep_draft(tx, user.id, me.id, body, draft_id=given.draft, version=given.version or None)
    return keep_draft(tx, user.id, me.id, body, draft_id=kept_as(tx, me.id, given))


def kept_as(db: Db, account_id: int, given: Given) -> int | None:
    """The draft as which a form is kept that does not know of it: it bears its key."""
    return next((one.id for one in drafts_of(db, account_id) if given.key and one.body.get("key") == given.key), None)


# -- opening one -------------------------------------------------------------------------------------------------------


def opened(visit: Visit, db: Db, draft_id: int) -> Given:
    """The form as it was kept."""
    me = visit.account
    found = find_draft(db, draft_id, account_id=me.id) if me else None
    if found is None:
        raise NotFound("This draft is gone: it was published or removed.")
    kept = given_of(found.body)
    given = replace(kept, key=kept.key or new_secret(12), draft=found.id, version=found.version)
    return seen(visit, db, beside(visit, db, given))


def beside(visit: Visit, db: Db, given: Given) -> Given:
    """The form with what it must know of the post that it answers; alone when that is gone."""
    if not given.reply_to:
        return given
    answered = posts_shown(visit, db, [given.reply_to])
    if not answered:
        return replace(given, reply_to=0)
    return replace(
        given,
        answering=answered[0]["account"]["acct"],
        loudest=OURS[answered[0]["visibility"]],
        next=visit.ours(answered[0]["url"]),
    )


def body_of(given: Given) -> dict[str, Any]:
    """What stands in the form, as it is kept."""
    return {
        "key": given.key,
        "visibility": given.visibility,
        "language": given.language,
        "reply_to": str(given.reply_to or ""),
        "note": given.note,
        "tie": given.tie,
        "tied_to": given.tied_to,
        "tied_url": given.tied_url,
        "byline": given.byline,
        "later": given.later,
        "zone": given.zone,
        "queue": given.queue,
        "outlets": [str(one) for one in given.outlets],
        "also": [{"id": str(one), "language": given.tongues.get(one, "")} for one in given.also],
        "series": str(given.series or ""),
        "parts": [_part_body(part) for part in given.parts],
    }


def _part_body(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "warning": part.warning,
        "options": list(part.options),
        "lasts": part.lasts,
        "multiple": part.multiple,
        "hide_totals": part.hide_totals,
        "sensitive": part.sensitive,
        "media": [{"id": str(one.id), "description": one.description, "focus": one.focus} for one in part.files],
        "via": part.via,
        "card_title": part.card_title,
        "quote_of": str(part.quote_of or ""),
        "otherwise": {str(one): text for one, text in part.otherwise.items()},
    }


def given_of(body: dict[str, Any]) -> Given:
    """The form from what was kept; whatever cannot be read there is as if it had not been typed."""
    listed = body.get("parts")
    parts = (
        [_part_of(one, n) for n, one in enumerate(listed) if isinstance(one, dict)] if isinstance(listed, list) else []
    )
    visibility = _text(body, "visibility")
    also = [one for one in _records(body, "also") if read_id(_text(one, "id")) > 0]
    return Given(
        parts=tuple(parts) or (Part(),),
        visibility=visibility if visibility in OURS.values() else "public",
        language=_text(body, "language"),
        key=_text(body, "key"),
        reply_to=max(read_id(_text(body, "reply_to")), 0),
        note=_text(body, "note"),
        tie=_text(body, "tie"),
        tied_to=_text(body, "tied_to"),
        tied_url=_text(body, "tied_url"),
        byline=_text(body, "byline"),
        later=_text(body, "later")[:40],
        zone=_text(body, "zone")[:100],
        queue=body.get("queue") is True,
        outlets=tuple(one for each in _texts(body, "outlets") if (one := read_id(each)) > 0),
        also=tuple(read_id(_text(one, "id")) for one in also),
        tongues={read_id(_text(one, "id")): said for one in also if (said := _text(one, "language"))},
        series=max(read_id(_text(body, "series")), 0),
    )


def _part_of(body: dict[str, Any], n: int) -> Part:
    options, lasts, otherwise = body.get("options"), body.get("lasts"), body.get("otherwise")
    files = [
        File(read_id(_text(one, "id")), _text(one, "description"), _text(one, "focus"))
        for one in _records(body, "media")
    ]
    return Part(
        mark=f"_{n}" if n else "",
        text=_text(body, "text"),
        warning=_text(body, "warning"),
        options=tuple(str(one) for one in options) if isinstance(options, list) else (),
        lasts=min(LASTS, key=lambda each: abs(each - lasts)) if isinstance(lasts, int) else 24,
        multiple=body.get("multiple") is True,
        hide_totals=body.get("hide_totals") is True,
        sensitive=body.get("sensitive") is True,
        files=tuple(one for one in files if one.id > 0),
        via=_text(body, "via"),
        card_title=_text(body, "card_title"),
        quote_of=max(read_id(_text(body, "quote_of")), 0),
        otherwise={read_id(one): str(text) for one, text in otherwise.items()} if isinstance(otherwise, dict) else {},
    )


def _records(body: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = body.get(name)
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _texts(body: dict[str, Any], name: str) -> list[str]:
    listed = body.get(name)
    return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    return value if isinstance(value, str) else ""
