"""For moderators: what people talk about, and whether it may be shown."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from perron.entities.posts import posts_by_id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.moderation.trends import change_tag, review
from perron.posts.cards import cards_as_stored
from perron.posts.tag_history import tags_that_begin, used_tags
from perron.posts.tag_state import tags_as_stored
from perron.posts.tagging import find_tag
from perron.posts.trends import every_trend
from perron.posts.trends_review import (
    authors_of,
    publisher_ids,
    publisher_of,
    publisher_page,
    word_for,
    words_about,
)
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.text.tags import fold
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import moderator
from perron.web.visit import Visit

SHOWN = {"tags": "tag", "posts": "post", "links": "link", "publishers": "publisher"}
MOST = 60
PUBLISHERS = 100
LONGEST = 100

Row = dict[str, Any]
EMPTY: Row = {"path": "", "html": "", "site": "", "author": 0, "publisher": 0, "marks": 0}
"""What a row says only of some kinds."""


async def trends(visit: Visit) -> Response:
    """One kind of what is talked about, with what was said of each; or the tags whose name begins so."""
    moderator(visit)
    chosen, part = visit.query.get("show", "tags"), visit.query.get("q", "").strip().removeprefix("#")[:LONGEST]
    if chosen not in SHOWN:
        raise NotFound
    rows = await visit.read(lambda db: READ[chosen](visit, db, part))
    return visit.show("manage/manage_trends.html", cache_control="no-store", chosen=chosen, part=part, rows=rows)


async def on_trend(visit: Visit, fields: Fields) -> Response:
    """Let something be shown, or never; or decide whether posts may bear a tag, and whether it is found."""
    by, kind, act = moderator(visit), visit.path["kind"], visit.path["act"]
    subject = read_id(visit.path["id"])
    if kind not in (*SHOWN.values(), "account") or subject < 0:
        raise NotFound

    def decide(tx: Tx) -> None:
        if act in ("approve", "reject"):
            review(tx, by, kind, subject, visit.settings, allowed=act == "approve")
        elif act == "change" and kind == "tag":
            usable, listable = "usable" in fields, "listable" in fields
            change_tag(tx, by, subject, visit.settings, usable=usable, listable=listable)
        else:
            raise NotFound

    await visit.write(decide)
    return visit.go(fields.text("next") or "/manage/trends")


def _tags(visit: Visit, db: Db, part: str) -> list[Row]:
    if part:
        exact = find_tag(db, fold(part))
        ids = [*dict.fromkeys([*([exact[0]] if exact else []), *tags_that_begin(db, fold(part), limit=20)])]
    else:
        ids = every_trend(db, "tag", limit=MOST)
    states, words = tags_as_stored(db, ids), words_about(db, ids)
    return [
        EMPTY
        | {
            "id": tag.id,
            "kind": "tag",
            "name": f"#{tag.name}",
            "path": visit.ours(visit.links.tag(tag.key)),
            "uses": sum(uses for _, uses, _ in tag.days),
            "said": word_for(words, tag.id),
            "usable": states[tag.id].usable,
            "listable": states[tag.id].listable,
        }
        for tag in used_tags(db, ids)
    ]


def _posts(visit: Visit, db: Db, part: str) -> list[Row]:
    ids = every_trend(db, "post", limit=MOST)
    authors = authors_of(db, ids)
    words = words_about(db, [*ids, *authors.values()])
    made = {id_: json.decode(one) for id_, one in posts_by_id(visit.links, db, ids, viewer=None).items()}
    return [
        EMPTY
        | {
            "id": id_,
            "kind": "post",
            "name": "@" + one["account"]["acct"],
            "path": visit.ours(one["url"]),
            "html": one["content"],
            "marks": one["reblogs_count"] + one["favourites_count"],
            "author": authors[id_],
            "said": word_for(words, id_, authors[id_]),
        }
        for id_, one in made.items()
    ]


def _links(visit: Visit, db: Db, part: str) -> list[Row]:
    ids = every_trend(db, "link", limit=MOST)
    known = cards_as_stored(db, ids)
    sites = publisher_ids(db, [card.url for card in known.values()])
    words = words_about(db, [*ids, *sites.values()])
    return [
        EMPTY
        | {
            "id": id_,
            "kind": "link",
            "name": card.title or card.url,
            "path": card.url,
            "site": publisher_of(card.url),
            "publisher": sites.get(publisher_of(card.url), 0),
            "said": word_for(words, id_, sites.get(publisher_of(card.url), 0)),
        }
        for id_ in ids
        if (card := known.get(id_))
    ]


def _publishers(visit: Visit, db: Db, part: str) -> list[Row]:
    found = publisher_page(db, Paging(limit=PUBLISHERS))
    words = words_about(db, [id_ for id_, _ in found])
    rows: Sequence[Row] = [
        EMPTY | {"id": id_, "kind": "publisher", "name": domain, "said": word_for(words, id_)} for id_, domain in found
    ]
    return sorted(rows, key=lambda one: one["said"] is not None)  # those that wait first


READ = {"tags": _tags, "posts": _posts, "links": _links, "publishers": _publishers}
