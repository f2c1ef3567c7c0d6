"""What is shown of a post and never depends on the viewer, rendered once and kept beside the post.

Left out, because they change often or are somebody's own: the author, all counts, the poll, the quote, whether the
viewer may quote, and the viewer's flags. `posts.py` puts them in when a page is read.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select

from perron.entities.cards import card_entity, creators
from perron.entities.disclosures import disclosed, disclosure_html
from perron.entities.emojis import codes_in, known_emojis
from perron.entities.links import Links
from perron.entities.media import media_entity
from perron.entities.shapes.accounts import Visibility
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import iso
from perron.media.queries import media_of_posts
from perron.posts.cards import cards_as_stored
from perron.posts.queries import keep_fragments
from perron.store import Db, Prepared, Tx, among, const
from perron.store.tables import accounts, apps, mentions, post_tags, posts, tags
from perron.text.html import Person, to_html
from perron.text.reading import Handle, read

VISIBILITY: dict[str, Visibility] = {
    "public": "public",
    "unlisted": "unlisted",
    "followers": "private",
    "mentioned": "direct",
}
OURS: dict[str, str] = {theirs: word for word, theirs in VISIBILITY.items()}

_ROW = (
    *("id", "uri", "url", "html", "text", "warning", "language", "visibility", "sensitive", "has_media"),
    *("has_tags", "reply_to_id", "reply_to_account_id", "boost_of_id", "edited_at"),
    *("via_id", "card_id", "card_title", "tie", "tied_to", "tied_url", "byline"),
)
VIA, CARD, TIE = _ROW.index("via_id"), _ROW.index("card_id"), _ROW.index("tie")
_ROWS = Prepared(
    select(*(posts.c[name] for name in _ROW), accounts.c.handle, apps.c.name, apps.c.website, accounts.c.sensitized)
    .join(accounts, accounts.c.id == posts.c.author_id)
    .outerjoin(apps, apps.c.id == posts.c.app_id)
    .where(among(posts.c.id))
)
_NAMED = (accounts.c.id, accounts.c.username, accounts.c.domain, accounts.c.url, accounts.c.handle)
_CREDITED = Prepared(select(*_NAMED).where(among(accounts.c.id), accounts.c.state == const("active")))
_MENTIONS = Prepared(
    select(mentions.c.post_id, *_NAMED)
    .join(accounts, accounts.c.id == mentions.c.account_id)
    .where(among(mentions.c.post_id))
)
_TAGS = Prepared(
    select(post_tags.c.post_id, tags.c.key, tags.c.name)
    .join(tags, tags.c.id == post_tags.c.tag_id)
    .where(among(post_tags.c.post_id))
)


def render_posts(links: Links, db: Db, ids: Sequence[int]) -> dict[int, bytes]:
    """Fragments made anew from rows, without braces."""
    wanted = db.id_list(ids)
    rows = db.all(_ROWS, ids=wanted)
    named: dict[int, list[tuple[Any, ...]]] = {}
    for row in db.all(_MENTIONS, ids=wanted):
        named.setdefault(row[0], []).append(row[1:])
    tagged: dict[int, list[tuple[str, str]]] = {}
    if any(row[10] for row in rows):
        for post_id, key, name in db.all(_TAGS, ids=wanted):
            tagged.setdefault(post_id, []).append((key, name))
    pictured = media_of_posts(db, [row[0] for row in rows if row[9]]) if any(row[9] for row in rows) else {}
    codes = {row[0]: codes_in(row[4], row[5]) for row in rows if row[3] is None}
    known = known_emojis(links, db, (code for each in codes.values() for code in each))
    via = _credited(links, db, {row[VIA] for row in rows if row[VIA]})
    cards = cards_as_stored(db, {row[CARD] for row in rows if row[CARD] and not row[9]})
    authors = creators(db, cards.values())
    made = {}
    for row in rows:
        id_ = row[0]
        media = [media_entity(links, one) for one in pictured.get(id_, [])]
        emojis = [known[code] for code in codes.get(id_, ()) if code in known]
        linked = cards.get(row[CARD])
        card = card_entity(links, linked, row[CARD + 1], authors.get(linked.id)) if linked else None
        more = {"emojis": emojis, "card": card, "via": via.get(row[VIA]), **disclosed(row[TIE : TIE + 4])}
        made[id_] = _fragment(links, row, named.get(id_, []), tagged.get(id_, []), media, more)
    return made


def _credited(links: Links, db: Db, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Those whom posts thank for the find, by id."""
    return {row[0]: _named(links, row) for row in db.all(_CREDITED, ids=db.id_list([*ids]))} if ids else {}


def _named(links: Links, row: tuple[Any, ...]) -> dict[str, Any]:
    """An account as a mention tells it."""
    id_, username, domain, url, handle = row
    acct = username if domain is None else f"{username}@{domain}"
    return {"id": str(id_), "username": username, "url": url or links.account(handle), "acct": acct}


def _fragment(
    links: Links,
    row: tuple[Any, ...],
    named: list[tuple[Any, ...]],
    tagged: list[tuple[str, str]],
    media: list[dict[str, Any]],
    more: dict[str, Any],
) -> bytes:
    (id_, uri, url, html, text, warning, language, visibility, sensitive, files, _, reply_to, reply_to_account) = row[
        :13
    ]
    boost_of, edited_at, handle, app, website, veiled = *row[13:15], *row[len(_ROW) :]
    shown: dict[str, Any] = {
        "id": str(id_),
        "created_at": iso(born(id_)),
        "in_reply_to_id": str(reply_to) if reply_to else None,
        "in_reply_to_account_id": str(reply_to_account) if reply_to_account else None,
        "sensitive": bool(sensitive or (veiled and files)),  # `veiled`: moderators decided so for all of the author's
        "spoiler_text": warning,
        "visibility": VISIBILITY[visibility],
        "language": language or None,
        "uri": uri or links.post_uri(id_),
        "url": url or links.post(handle, id_),
        "edited_at": iso(edited_at) if edited_at else None,
        "content": html if html is not None else ("" if boost_of else _content(links, row, named, tagged)),
        "application": {"name": app, "website": website} if app else None,
        "media_attachments": media,
        "mentions": [_named(links, one) for one in named],
        "tags": [{"name": name, "url": links.tag(key)} for key, name in tagged],
        "tagged_collections": [],
        **more,
    }
    return json.encode(shown)[1:-1]


def _content(links: Links, row: tuple[Any, ...], named: list[tuple[Any, ...]], tagged: list[tuple[str, str]]) -> str:
    """The words of a post. Of an open one only the tags that it bears are links: others are out of use."""
    is_open = row[7] in ("public", "unlisted")
    tags = {key for key, _ in tagged} if is_open and row[10] else None
    return disclosure_html(row[TIE : TIE + 4], row[6]) + content_html(links, row[4], named, row[6], tags)


def content_html(
    links: Links, text: str, named: Sequence[tuple[Any, ...]], language: str = "", tags: Collection[str] | None = None
) -> str:
    """A text written here as HTML; `named` are rows of (id, username, domain, url, handle), `tags` the keys of those
    that are links (all, when not given)."""
    reading = read(text)
    people: dict[Handle, Person] = {}
    if reading.handles:
        known = {row[4]: Person(row[3] or links.account(row[4]), row[4], row[1]) for row in named}
        for handle in reading.handles:
            key = handle.username if is_here(links, handle) else f"{handle.username}@{handle.domain}"
            if key in known:
                people[handle] = known[key]
    return to_html(reading, people=people, tag_url=links.tag_prefix, language=language, tags=tags)


def is_here(links: Links, handle: Handle) -> bool:
    """Whether a handle names an account of this server."""
    return handle.domain is None or handle.domain in (links.domain, links.domain.partition(":")[0])


def rewrite_posts(links: Links, tx: Tx, ids: Sequence[int]) -> None:
    """Make and keep the fragments of posts that have changed."""
    keep_fragments(tx, render_posts(links, tx, ids), links.stamp)
