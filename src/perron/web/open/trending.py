"""What people talk about: tags, posts and pages, with how many people there are behind each."""

from typing import Any

from starlette.responses import Response

from perron.posts.cards import cards_as_stored
from perron.posts.tag_history import used_tags
from perron.posts.trends import trending_posts, trends_of
from perron.posts.trends_review import publisher_of
from perron.posts.trends_score import LATELY
from perron.store import Db
from perron.web.drawn import stream
from perron.web.framed import show_open
from perron.web.visit import Visit

TAGS, LINKS, POSTS = 20, 10, 20


def tags_talked_about(visit: Visit, db: Db, limit: int = 10) -> list[dict[str, Any]]:
    """Tags that more people than usual use, with the figures."""
    if visit.settings.trends == "off":
        return []
    found = {one.subject_id: one for one in trends_of(db, "tag", limit=limit)}
    used = used_tags(db, [*found]) if found else []
    return [
        {"key": tag.key, "name": tag.name, "people": found[tag.id].people, "usual": found[tag.id].usual, "days": LATELY}
        for tag in used
    ]


def links_talked_about(visit: Visit, db: Db, limit: int = LINKS) -> list[dict[str, Any]]:
    """Pages that more people than usual link to."""
    found = trends_of(db, "link", limit=limit, languages=visit.preferences.languages)
    known = cards_as_stored(db, [one.subject_id for one in found])
    return [
        {
            "url": card.url,
            "title": card.title or card.url,
            "site": card.provider or publisher_of(card.url),
            "image": visit.ours(visit.links.file(card.image)) if card.image else "",
            "people": one.people,
            "days": LATELY,
        }
        for one in found
        if (card := known.get(one.subject_id))
    ]


async def trending(visit: Visit) -> Response:
    """Tags, pages and posts that are talked about."""

    def read(db: Db) -> dict[str, Any]:
        if visit.settings.trends == "off":
            return {"trends": [], "links": [], "sheet": stream(visit, db, [], "public")}
        languages = visit.preferences.languages
        ids = trending_posts(db, viewer=visit.reader_id, limit=POSTS, languages=languages)
        return {
            "trends": tags_talked_about(visit, db, TAGS),
            "links": links_talked_about(visit, db),
            "sheet": stream(visit, db, ids, "public"),
        }

    return show_open(visit, "open/trending.html", **await visit.read(read))
