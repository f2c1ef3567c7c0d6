"""Pages for everybody: the front, what is going on, tags, searching, what this server is."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.entities.heads import heads
from perron.kit.errors import NotFound
from perron.moderation.rules import rules
from perron.people.directory import newcomers
from perron.people.queries import account_by_handle
from perron.people.relations import Relation, relations
from perron.people.search import search_accounts
from perron.people.suggest import dismissed_among, suggest
from perron.posts.search_index import search_posts
from perron.posts.search_query import read_query
from perron.posts.tag_history import tags_beside
from perron.posts.tagging import find_tag
from perron.store import Db
from perron.store.paging import Paging
from perron.text.tags import fold, is_tag
from perron.timelines.public import public_page, tag_page
from perron.web.drawn import stream, strip
from perron.web.framed import show_open
from perron.web.open.discovery import counted
from perron.web.open.trending import tags_talked_about
from perron.web.own.lists import follows_tag
from perron.web.shown import PAGE, Sheet, accounts_shown, paging
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


LATELY = 40
"""Posts whose authors are those who wrote lately."""
LONGEST_QUERY = 200
GREETED = 8


async def front(visit: Visit) -> Response:
    """What this server is and what is going on; who is signed in goes home."""
    if visit.reader:
        return visit.go("/home", 302)

    def read(db: Db) -> dict[str, Any]:
        lately = public_page(db, Paging(limit=LATELY))
        return {
            "sheet": stream(visit, db, public_page(db, paging(visit)), "public"),
            "people": strip(visit, db, authors_of(visit, db, lately)[:8]),
            "trends": tags_talked_about(visit, db, 8),
            "rules": rules(db, visit.settings),
        }

    found = await visit.read(read)
    return show_open(visit, "open/front.html", **found, figures=await counted(visit.request))


async def explore(visit: Visit) -> Response:
    """What is said here in public, newest first; which tags more people use than usual; whom to greet."""

    reads = visit.preferences.languages

    def read(db: Db) -> dict[str, Any]:
        return {
            "sheet": stream(visit, db, public_page(db, paging(visit), languages=reads), "public"),
            "greet": strip(visit, db, to_greet(visit, db)),
            "trends": tags_talked_about(visit, db),
        }

    return show_open(visit, "open/explore.html", **await visit.read(read))


def authors_of(visit: Visit, db: Db, ids: list[int]) -> list[int]:
    """Who wrote these posts, in their order."""
    known = heads(visit.links, db, ids)
    return [*dict.fromkeys(known[id_].author_id for id_ in ids if id_ in known)]


def to_greet(visit: Visit, db: Db) -> list[int]:
    """Newcomers, then those who wrote lately; for a reader, those they might like to follow first, and only such as
    they have nothing to do with yet."""
    lately = authors_of(visit, db, public_page(db, Paging(limit=LATELY)))
    found = [*dict.fromkeys([*newcomers(db, 4), *lately])]
    if (me := visit.reader_id) is not None:
        found = [*dict.fromkeys([*(one.account_id for one in suggest(db, me, GREETED)), *found])]
        between, unwanted = relations(db, me, found), dismissed_among(db, me, found)
        strangers = Relation()
        found = [
            id_
            for id_ in found
            if id_ != me
            and id_ not in unwanted
            and between[id_] == replace(strangers, followed_by=between[id_].followed_by)
        ]
    return found[:GREETED]


async def tag(visit: Visit) -> Response:
    """Public posts that bear a tag, and the tags they bear beside it."""
    name: str = visit.path["name"]
    if not is_tag(name) or fold(name) == "":
        raise NotFound
    key = fold(name)
    if key != name:
        return visit.go(visit.ours(visit.links.tag(key)), 301)

    def read(db: Db) -> dict[str, Any]:
        known = find_tag(db, key)
        ids = tag_page(db, key, paging(visit))
        shown = stream(visit, db, ids, "public")
        return {
            "name": known[1] if known and shown.posts else name,
            "key": key,
            "sheet": shown,
            "beside": tags_beside(db, known[0], ids) if known and shown.posts else [],
            "follows": follows_tag(visit, db, key),
        }

    return show_open(visit, "open/tag.html", **await visit.read(read))


async def search(visit: Visit) -> Response:
    """Accounts, posts and tags that answer a few words."""
    query = visit.request.query_params.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = await visit.read_slowly(lambda db: _found(visit, db, query)) if query else {}
    empty: dict[str, Any] = {"people": [], "sheet": Sheet([]), "tag": None, "needs_words": False}
    return visit.show("open/search.html", query=query, offered=offered(visit), **(empty | found))


OFFERED = (
    (_("from:ada"), _("written by this person")),
    (_("has:image"), _("with a picture; also video, audio, poll, link, tag, warning")),
    (_("is:reply"), _("an answer; also quote, sensitive, edited")),
    (_("before:2026-11"), _("older than this day, month or year")),
    (_("after:2026-11-21"), _("younger than this day, month or year")),
    (_("during:2026-11"), _("of this day, month or year")),
    (_("language:en"), _("in this language")),
)
"""Operators as they are offered, with what they mean."""


def offered(visit: Visit) -> list[tuple[str, str]]:
    """Operators and what they mean, in the visitor's language."""
    return [(visit.say(operator), visit.say(meaning)) for operator, meaning in OFFERED]


def _found(visit: Visit, db: Db, query: str) -> dict[str, Any]:
    word = query.removeprefix("#")
    key = fold(word) if is_tag(word) else ""
    known = find_tag(db, key) if key else None
    tag = known[1] if known and tag_page(db, key, paging(visit, 1)) else None
    asked = read_query(query)
    people = [] if query.startswith("#") or asked.narrows else _people(visit, db, query)
    ids = search_posts(db, query, viewer=visit.reader_id, domain=visit.settings.domain, below=visit.below, limit=PAGE)
    return {
        "people": accounts_shown(visit, db, people),
        "sheet": stream(visit, db, ids, "public"),
        "tag": tag,
        "key": key,
        "needs_words": asked.narrows and not asked.words and not asked.author,
    }


def _people(visit: Visit, db: Db, query: str) -> list[int]:
    handle = query.removeprefix("@").lower().removesuffix("@" + visit.settings.domain)
    people = search_accounts(db, query.removeprefix("@"), viewer=visit.reader_id, handle=handle, limit=8)
    exact = account_by_handle(db, handle)
    if exact and exact.state == "active" and exact.id not in people:
        return [exact.id, *people]
    return people
