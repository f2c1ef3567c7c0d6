"""Announcements as clients read them."""

import re
from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import select

from perron.entities.emojis import codes_in, known_emojis
from perron.entities.fragments import content_html, is_here
from perron.entities.links import Links
from perron.entities.posts import posts_by_id
from perron.entities.shapes.accounts import CustomEmoji
from perron.entities.shapes.announcements import Announcement as Shape
from perron.entities.shapes.announcements import Reaction as ReactionShape
from perron.kit import json
from perron.kit.time import iso
from perron.moderation.announcements import Announcement
from perron.moderation.reactions import Reaction, reactions_to
from perron.people.model import Viewer
from perron.store import Db, Prepared, among_texts, const
from perron.store.tables import accounts
from perron.text.reading import read

_NAMED = Prepared(
    select(*(accounts.c[name] for name in ("id", "username", "domain", "url", "handle"))).where(
        among_texts(accounts.c.handle), accounts.c.state == const("active")
    )
)
_POST = re.compile(r"/(?:@[^/?#]+|ap/posts)/(\d{1,18})/?")


def announcements_shown(
    links: Links, db: Db, found: Sequence[Announcement], viewer: Viewer | None, seen: Collection[int] = ()
) -> list[Shape]:
    """Announcements, their words written as those of a post; `seen` are those that the viewer has read. For nobody
    in particular, it is not said who has read them or reacted."""
    me = viewer.account.id if viewer and viewer.account else None
    reacted = reactions_to(db, [one.id for one in found], me)
    codes = {code for one in found for code in codes_in(one.text)} | {one.name for one in reacted if one.name.isascii()}
    emojis = known_emojis(links, db, codes)
    named = _named(links, db, found)
    linked = {one.id: _linked(links, one.text) for one in found}
    wanted = list(dict.fromkeys(id_ for ids in linked.values() for id_ in ids))
    posts = posts_by_id(links, db, wanted, viewer=viewer) if wanted else {}
    shown = []
    for one in found:
        people = [row for row in named if row[4] in _handles(links, one.text)]
        entity: Shape = {
            "id": str(one.id),
            "content": content_html(links, one.text, people),
            "starts_at": _at(one.starts_at),
            "ends_at": _at(one.ends_at),
            "all_day": bool(one.all_day) and (one.starts_at is not None or one.ends_at is not None),
            "published_at": _at(one.published_at),
            "updated_at": _at(one.changed_at or one.published_at),
            "mentions": [
                {"id": str(row[0]), "username": row[1], "url": row[3] or links.account(row[4]), "acct": row[4]}
                for row in people
            ],
            "statuses": [json.decode(posts[id_]) for id_ in linked[one.id] if id_ in posts],
            "tags": [{"name": tag.name, "url": links.tag(tag.key)} for tag in read(one.text).tags],
            "emojis": cast(list[CustomEmoji], [emojis[code] for code in codes_in(one.text) if code in emojis]),
            "reactions": [_reaction(each, emojis, me) for each in reacted if each.announcement_id == one.id],
        }
        if me is not None:
            entity["read"] = one.id in seen
        shown.append(entity)
    return shown


def _reaction(one: Reaction, emojis: dict[str, dict[str, Any]], me: int | None) -> ReactionShape:
    entity: ReactionShape = {"name": one.name, "count": one.many}
    if me is not None:
        entity["me"] = one.mine
    if one.name in emojis:
        entity |= {"url": emojis[one.name]["url"], "static_url": emojis[one.name]["static_url"]}
    return entity


def _named(links: Links, db: Db, found: Sequence[Announcement]) -> list[tuple[Any, ...]]:
    """Rows of those whom announcements name."""
    handles = {handle for one in found for handle in _handles(links, one.text)}
    return list(db.all(_NAMED, texts=json.encode_text([*handles]))) if handles else []


def _handles(links: Links, text: str) -> set[str]:
    read_in = read(text).handles
    return {one.username if is_here(links, one) else f"{one.username}@{one.domain}" for one in read_in}


def _linked(links: Links, text: str) -> list[int]:
    """Ids of posts of this server to which a text links."""
    ours = [one.removeprefix(links.origin) for one in read(text).links if one.startswith(links.origin)]
    return [int(match[1]) for match in map(_POST.fullmatch, ours) if match]


def _at(ms: int | None) -> str | None:
    return iso(ms) if ms is not None else None
