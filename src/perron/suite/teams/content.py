"""What a draft says, as posts and as a fingerprint: the same words, files, links, audience and time, or another one."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from perron.kit import json
from perron.kit.time import HOUR
from perron.media.queries import find_media
from perron.posts.drafts import KeptDraft
from perron.posts.model import VISIBILITIES, Draft, PollDraft
from perron.store import Db
from perron.text.reading import read

_SHARED = ("visibility", "language", "tie", "tied_to", "tied_url", "byline")
"""What the posts of a draft have in common."""


def posts_of(body: dict[str, Any], writer_id: int | None = None) -> list[Draft]:
    """The posts that the body of a draft holds, in order; those in which nothing is said are passed over."""
    made = [_post(body, part, first=not place) for place, part in enumerate(_parts(body))]
    said = [one for one in made if one.text.strip() or one.media or one.poll or one.warning or one.quote_of]
    found = [replace(one, writer_id=writer_id) for one in said or made[:1]]
    outlets = tuple(id_ for one in _list(body, "outlets") if (id_ := _id(one)))
    return [replace(found[0], outlets=outlets), *found[1:]] if found and outlets else found


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    listed = body.get("parts")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _post(body: dict[str, Any], part: dict[str, Any], *, first: bool) -> Draft:
    options = tuple(str(one).strip() for one in part.get("options") or () if str(one).strip())
    lasts = part.get("lasts") if isinstance(part.get("lasts"), int) else 24
    poll = PollDraft(options, int(lasts or 24) * HOUR, bool(part.get("multiple")), bool(part.get("hide_totals")))
    visibility = _text(body, "visibility")
    return Draft(
        text=_text(part, "text"),
        visibility=visibility if visibility in VISIBILITIES else "public",
        reply_to=_id(body.get("reply_to")) if first else None,
        warning=_text(part, "warning"),
        sensitive=part.get("sensitive") is True,
        language=_text(body, "language"),
        media=tuple(_files(part)),
        poll=poll if options else None,
        quote_of=_id(part.get("quote_of")),
        via=_text(part, "via"),
        card_title=_text(part, "card_title"),
        tie=_text(body, "tie"),
        tied_to=_text(body, "tied_to"),
        tied_url=_text(body, "tied_url"),
        byline=_text(body, "byline"),
    )


def body_from(db: Db, account_id: int, drafts: Sequence[Draft]) -> dict[str, Any]:
    """The body of a draft that holds these posts: what `posts_of` reads, and the composer."""
    first = drafts[0]
    shared = {name: getattr(first, name) for name in _SHARED}
    parts = [_part_from(db, account_id, one) for one in drafts]
    outlets = [str(one) for one in first.outlets]
    return {**shared, "reply_to": str(first.reply_to or ""), "outlets": outlets, "parts": parts}


def _part_from(db: Db, account_id: int, one: Draft) -> dict[str, Any]:
    files = [find_media(db, each, owner_id=account_id) for each in one.media]
    poll = one.poll
    return {
        **{name: getattr(one, name) for name in ("text", "warning", "via", "card_title")},
        "sensitive": one.sensitive and not one.warning,
        "quote_of": str(one.quote_of or ""),
        "options": [*poll.options] if poll else [],
        "lasts": poll.lasts // HOUR if poll else 24,
        "multiple": bool(poll and poll.multiple),
        "hide_totals": bool(poll and poll.hide_totals),
        "media": [
            {
                "id": str(file.id),
                "description": file.description,
                "focus": ",".join(f"{each:g}" for each in file.focus or ()),
            }
            for file in files
            if file
        ],
    }


def _list(body: dict[str, Any], name: str) -> list[Any]:
    listed = body.get(name)
    return listed if isinstance(listed, list) else []


def _files(part: dict[str, Any]) -> Iterator[int]:
    listed = part.get("media")
    for one in listed if isinstance(listed, list) else ():
        found = _id(one.get("id") if isinstance(one, dict) else one)
        if found:
            yield found


def _id(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 20 and int(text) < 2**63 else None


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name, "")
    return value if isinstance(value, str) else ""


_ELSEWHERE = ("poll", "writer_id", "app_id", "at", "outlets")
"""What is not said to anybody, or stands in the fingerprint otherwise."""


def fingerprint_of(db: Db, draft: KeptDraft, due: int | None, embargo: int | None) -> str:
    """What was looked at, in sixty-four letters: another word, file, description, link, audience or time is another
    one."""
    said = [
        {
            "post": [getattr(one, name) for name in Draft.__slots__ if name not in _ELSEWHERE],
            "poll": [one.poll.options, one.poll.lasts, one.poll.multiple, one.poll.hide_totals] if one.poll else None,
            "files": [_file(db, media_id, draft.account_id) for media_id in one.media],
            "links": list(read(one.text).links),
        }
        for one in posts_of(draft.body)
    ]
    whole = {"account": draft.account_id, "posts": said, "due": due, "embargo": embargo}
    if outlets := [
        one.outlets for one in posts_of(draft.body) if one.outlets
    ]:  # said only where there are any: earlier approvals hold
        whole["outlets"] = outlets
    return hashlib.sha256(json.encode(whole)).hexdigest()


def _file(db: Db, media_id: int, account_id: int) -> list[Any]:
    found = find_media(db, media_id, owner_id=account_id)
    if found is None:
        return [media_id, "gone"]
    return [media_id, found.file, found.description, found.focus_x, found.focus_y]
