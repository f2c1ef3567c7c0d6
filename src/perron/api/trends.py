"""What people talk about: tags, posts, pages."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Reply, join, speaks
from perron.entities.shapes.statuses import Status
from perron.entities.shapes.tags import Tag
from perron.entities.shapes.trends import TrendsLink
from perron.entities.tags import tag_entities
from perron.entities.trends import link_entities
from perron.kit import json
from perron.people.preferences import preferences_of
from perron.posts.tag_history import used_tags
from perron.posts.trends import trending_posts, trends_of
from perron.store import Db

FURTHEST = 10_000


class Window(TypedDict, total=False):
    """Which of them, in their order. `Link` names the next and the previous."""

    limit: Annotated[int, Meta(description="How many; what is too much is the most there is.")]
    offset: Annotated[int, Meta(description="How many to pass over.")]


@speaks(list[Tag], takes=Window, paged=True)
def tags(call: Call, db: Db) -> Answer:
    """GET /api/v1/trends/tags"""
    limit, offset = window(call, 10, 20)
    ids = [one.subject_id for one in trends_of(db, "tag", limit=limit, offset=offset)] if shown(call) else []
    found = tag_entities(call.links, db, used_tags(db, ids), viewer=call.my_id) if ids else []
    return Reply(json.encode(found), headers=beside(call, len(ids), limit, offset))


@speaks(list[Status], takes=Window, paged=True)
def statuses(call: Call, db: Db) -> Answer:
    """GET /api/v1/trends/statuses"""
    limit, offset = window(call, 20, 40)
    reads = languages(call, db)
    ids = trending_posts(db, viewer=call.my_id, limit=limit, offset=offset, languages=reads) if shown(call) else []
    return Reply(join(call.posts(db, ids, "public")), headers=beside(call, len(ids), limit, offset))


@speaks(list[TrendsLink], takes=Window, paged=True)
def links(call: Call, db: Db) -> Answer:
    """GET /api/v1/trends/links"""
    limit, offset = window(call, 10, 20)
    reads = languages(call, db)
    found = trends_of(db, "link", limit=limit, offset=offset, languages=reads) if shown(call) else []
    made = link_entities(call.links, db, [one.subject_id for one in found])
    return Reply(json.encode(made), headers=beside(call, len(found), limit, offset))


def shown(call: Call) -> bool:
    """Whether this server shows what people talk about."""
    return call.settings.trends != "off"


def languages(call: Call, db: Db) -> tuple[str, ...]:
    """What the viewer reads; what is written so comes first."""
    known = call.viewer.user_id if call.viewer and call.viewer.account else None
    return preferences_of(db, known).languages if known is not None else ()


def window(call: Call, default: int, most: int) -> tuple[int, int]:
    """How many are asked for, and how many are passed over."""
    return call.params.limit(default, most), max(0, min(FURTHEST, call.params.number("offset")))


def beside(call: Call, count: int, limit: int, offset: int) -> list[tuple[bytes, bytes]]:
    """The `Link` header of a page that is counted by places."""
    base = f"{call.links.origin}{call.url}?limit={limit}&offset="
    ways = [f'<{base}{offset + limit}>; rel="next"'] if count == limit and offset + limit <= FURTHEST else []
    if offset:
        ways.append(f'<{base}{max(offset - limit, 0)}>; rel="prev"')
    return [(b"link", ", ".join(ways).encode())] if ways else []
