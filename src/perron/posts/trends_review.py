"""What moderators said of things that are talked about, and what of these may therefore be shown.

A word about a post goes before one about its author, a word about a page before one about the site it is on. Words
last: they hold when the thing is talked about again.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import and_, bindparam, select, update

from perron.kit import json
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, among, among_texts, const, insert_new, upsert
from perron.store.paging import Paged, Paging
from perron.store.tables import cards, posts, publishers, tags, trend_reviews, trends

KINDS = ("tag", "post", "link", "publisher", "account")

_SAID = Prepared(
    select(trend_reviews.c.subject_id, trend_reviews.c.allowed, trend_reviews.c.at).where(
        among(trend_reviews.c.subject_id)
    )
)
_SAY = upsert(trend_reviews, "kind", "subject_id", "allowed", "at", key=["kind", "subject_id"])
_ASK = insert_new(trend_reviews, "kind", "subject_id", "at")
_PUBLISHERS = Prepared(select(publishers.c.domain, publishers.c.id).where(among_texts(publishers.c.domain)))
_ADD_PUBLISHER = insert_new(publishers, "id", "domain")
_PUBLISHER = Prepared(select(publishers.c.id, publishers.c.domain).where(publishers.c.id == bindparam("of_publisher")))
_ALL_PUBLISHERS = Paged(select(publishers.c.id, publishers.c.domain), publishers.c.id)
_LISTED = Prepared(
    select(
        trends.c.kind,
        trends.c.subject_id,
        trends.c.allowed,
        posts.c.author_id,
        cards.c.url,
        tags.c.usable,
        tags.c.listable,
    )
    .select_from(trends)
    .outerjoin(posts, and_(trends.c.kind == const("post"), posts.c.id == trends.c.subject_id))
    .outerjoin(cards, and_(trends.c.kind == const("link"), cards.c.id == trends.c.subject_id))
    .outerjoin(tags, and_(trends.c.kind == const("tag"), tags.c.id == trends.c.subject_id))
    .order_by(trends.c.kind, trends.c.position)
)
_AUTHORS = Prepared(select(posts.c.id, posts.c.author_id).where(among(posts.c.id)))
_SET = Prepared(
    update(trends)
    .where(trends.c.kind == bindparam("of_kind"), trends.c.subject_id == bindparam("of_subject"))
    .values(allowed=bindparam("so"))
)


class Word(NamedTuple):
    """What was said of one thing: may be shown, may not, or (None) somebody was asked; when."""

    allowed: bool | None
    at: int


class Listed(NamedTuple):
    """Something that is talked about. `source` is whose word holds where nothing was said of the thing itself: the
    author of a post, the publisher of a page; 0 for a tag."""

    kind: str
    subject_id: int
    allowed: bool
    source: int
    barred: bool


def words_about(db: Db, ids: Iterable[int]) -> dict[int, Word]:
    """What was said of these things, by id (ids never meet, whatever they name)."""
    rows = db.all(_SAID, ids=db.id_list([*ids]))
    return {row[0]: Word(None if row[1] is None else bool(row[1]), row[2]) for row in rows}


def word_for(words: Mapping[int, Word], *ids: int) -> bool | None:
    """What holds for a thing: the first word that was said of one of these ids."""
    said = (words[id_].allowed for id_ in ids if id_ in words)
    return next((one for one in said if one is not None), None)


def say(tx: Tx, kind: str, subject_id: int, *, allowed: bool) -> None:
    """Keep what moderators said of a thing."""
    tx.run(_SAY, kind=kind, subject_id=subject_id, allowed=allowed, at=now())


def publisher_of(url: str) -> str:
    """The site a page is on."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def publisher_ids(db: Db, urls: Iterable[str]) -> dict[str, int]:
    """Ids of the known sites of these pages, by domain."""
    return {row[0]: row[1] for row in db.all(_PUBLISHERS, texts=json.encode_text([*map(publisher_of, urls)]))}


def find_publisher(db: Db, publisher_id: int) -> str | None:
    """The domain of a site whose pages were talked about."""
    row = db.one(_PUBLISHER, of_publisher=publisher_id)
    return row[1] if row else None


def publisher_page(db: Db, paging: Paging) -> list[tuple[int, str]]:
    """(id, domain) of sites whose pages were talked about, those met last first."""
    return [(row[0], row[1]) for row in _ALL_PUBLISHERS.rows(db, paging)]


def authors_of(db: Db, post_ids: Sequence[int]) -> dict[int, int]:
    """Who wrote these posts."""
    return {row[0]: row[1] for row in db.all(_AUTHORS, ids=db.id_list(post_ids))}


def listed(db: Db) -> list[Listed]:
    """All that is talked about, with whose word holds for it."""
    rows = db.all(_LISTED)
    sites = publisher_ids(db, [row[4] for row in rows if row[4]])
    return [_listed(row, sites) for row in rows]


def _listed(row: tuple[Any, ...], sites: Mapping[str, int]) -> Listed:
    kind, subject, allowed, author, url, usable, listable = row
    source = author or (sites.get(publisher_of(url), 0) if url else 0)
    return Listed(kind, subject, bool(allowed), source, barred=kind == "tag" and not (usable and listable))


def add_publishers(tx: Tx) -> None:
    """Know the sites of all pages that are talked about."""
    urls = {publisher_of(row[4]) for row in tx.all(_LISTED) if row[4]}
    tx.many(_ADD_PUBLISHER, [{"id": new_id(), "domain": domain} for domain in sorted(urls) if domain])


def judge(tx: Tx, mode: str) -> None:
    """Settle anew which of the things that are talked about may be shown; where they must be reviewed first, ask."""
    found = listed(tx)
    words = words_about(tx, [id_ for one in found for id_ in (one.subject_id, one.source)])
    for one in found:
        said = word_for(words, one.subject_id, one.source)
        so = not one.barred and (mode == "open" if said is None else said)
        if so != one.allowed:
            tx.run(_SET, of_kind=one.kind, of_subject=one.subject_id, so=so)
    if mode == "reviewed":
        _ask(tx, [one for one in found if not one.barred and word_for(words, one.subject_id, one.source) is None])


def _ask(tx: Tx, found: Sequence[Listed]) -> None:
    """Note that somebody must look: at the tag itself, at the author of the post, at the publisher of the page."""
    about = {"tag": "tag", "post": "account", "link": "publisher"}
    asked = {(about[one.kind], one.source or one.subject_id) for one in found}
    tx.many(_ASK, [{"kind": kind, "subject_id": subject, "at": now()} for kind, subject in sorted(asked)])
