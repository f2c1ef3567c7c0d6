"""Pages for everybody: the front, what is going on, tags, searching, what this server is."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.people.queries import account_by_handle
from perron.people.search import search_accounts
from perron.posts.search_index import search_posts
from perron.posts.tagging import find_tag
from perron.store import Db
from perron.text.tags import fold, is_tag
from perron.timelines.public import public_page, tag_page
from perron.web.kit import Visit
from perron.web.shown import Entity, Sheet, accounts_shown, around, paging, posts_shown, sheet, to_greet

LONGEST_QUERY = 200


async def front(visit: Visit) -> Response:
    """What this server is and what is going on; who is signed in goes home."""
    if visit.reader:
        return visit.go("/home", 302)

    def read(db: Db) -> dict[str, Any]:
        ids = public_page(db, paging(visit))
        return {"sheet": sheet(visit, db, ids, "public"), "around": around(visit, db)}

    return visit.show_to_all("front.html", **await visit.read(read))


async def explore(visit: Visit) -> Response:
    """What is said here in public, newest first."""

    def read(db: Db) -> dict[str, Any]:
        ids = public_page(db, paging(visit))
        found = around(visit, db)
        return {"sheet": sheet(visit, db, ids, "public"), "around": found, "greet": to_greet(visit, db, found)}

    return visit.show_to_all("explore.html", **await visit.read(read))


async def tag(visit: Visit) -> Response:
    """Public posts that bear a tag."""
    name: str = visit.path["name"]
    if not is_tag(name) or fold(name) == "":
        raise NotFound
    key = fold(name)
    if key != name:
        return visit.go(visit.ours(visit.links.tag(key)), 301)

    def read(db: Db) -> dict[str, Any]:
        known = find_tag(db, key)
        ids = tag_page(db, key, paging(visit))
        shown = sheet(visit, db, ids, "public")
        return {"name": known[1] if known and shown.posts else name, "key": key, "sheet": shown}

    return visit.show_to_all("tag.html", **await visit.read(read))


async def search(visit: Visit) -> Response:
    """Accounts, posts and tags that answer a few words."""
    query = visit.request.query_params.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = await visit.read_slowly(lambda db: _found(visit, db, query)) if query else {}
    empty: dict[str, Any] = {"people": [], "sheet": Sheet([]), "tag": None}
    return visit.show("search.html", query=query, **(empty | found))


def _found(visit: Visit, db: Db, query: str) -> dict[str, Any]:
    word = query.removeprefix("#")
    key = fold(word) if is_tag(word) else ""
    known = find_tag(db, key) if key else None
    tag = known[1] if known and tag_page(db, key, paging(visit, 1)) else None
    if query.startswith("#"):
        people: list[int] = []
    else:
        handle = query.removeprefix("@").lower().removesuffix("@" + visit.settings.domain)
        people = search_accounts(db, query.removeprefix("@"), viewer=visit.reader_id, handle=handle, limit=8)
        exact = account_by_handle(db, handle)
        if exact and exact.state == "active" and exact.id not in people:
            people = [exact.id, *people]
    ids = search_posts(db, query, viewer=visit.reader_id, below=visit.below, limit=20)
    posts = posts_shown(visit, db, ids, "public")
    shown = [one for one in posts if _may_be_found(visit, one)]
    more = ids[-1] if len(ids) == 20 else 0
    return {"people": accounts_shown(visit, db, people), "sheet": Sheet(shown, more), "tag": tag, "key": key}


def _may_be_found(visit: Visit, post: Entity) -> bool:
    """Public posts are found by anybody; others by who wrote them or is named in them."""
    me = str(visit.reader_id)
    return post["visibility"] == "public" or me in (post["account"]["id"], *(one["id"] for one in post["mentions"]))


async def about(visit: Visit) -> Response:
    """What this server is, who runs it, and how people get along here."""
    return visit.show_to_all("about.html", around=await visit.read(lambda db: around(visit, db)))
