"""The page of a post, with the whole conversation around it."""

from typing import Any

from starlette.responses import Response

from perron.entities.fragments import content_html
from perron.entities.heads import heads
from perron.entities.posts import posts_by_id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.queries import find_account, find_accounts
from perron.posts.answering import answering_in, why_not
from perron.posts.edit import edits_of
from perron.posts.model import Post
from perron.posts.queries import find_post, mentioned
from perron.posts.thread import around, parents_in
from perron.store import Db
from perron.suite.atelier.plan.origin import planned_for
from perron.suite.stories.inclusions import count_inclusions
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.web.drawn import DRAWINGS, Drawn, draw, strip
from perron.web.fields import read_id
from perron.web.framed import show_open
from perron.web.open.linked import may_be_embedded, post_card
from perron.web.refusals import explain
from perron.web.shown import Entity
from perron.web.visit import Visit
from perron.web.write.composer import answer_to

DEEPEST = 4
"""Steps by which answers to answers are moved in; deeper ones stand below each other."""
MOST_PEOPLE = 10


async def post(visit: Visit) -> Response:
    """One post, what it answers and what answers it."""
    id_ = read_id(visit.path["id"])
    handle: str = visit.path["handle"]
    found = await visit.read(lambda db: _found(visit, db, id_, handle))
    if isinstance(found, str):
        return visit.go(found, 301)
    return show_open(visit, "open/talk.html", **found)


def _found(visit: Visit, db: Db, id_: int, handle: str) -> str | dict[str, Any]:
    """Everything the page shows, or the address at which it is."""
    post = find_post(db, id_, viewer=visit.reader_id)
    author = find_account(db, post.author_id) if post else None
    if post is None or author is None:
        raise NotFound
    if post.boost_of_id is not None:
        return _original(visit, db, post.boost_of_id)
    if handle != author.handle:
        return visit.ours(visit.links.post(author.handle, post.id))

    above, below = around(db, post, viewer=visit.reader_id)
    seen = _read(visit, db, post.id, [*above, *below])
    if post.id not in seen:
        raise NotFound
    rest = {id_: one for id_, one in seen.items() if id_ != post.id}
    answers = {id_: rest[id_] for id_ in below if id_ in rest}
    line = "below" if answers else "last"
    order = [*(id_ for id_ in above if id_ in rest), post.id, *answers]
    told = _told(visit, seen[post.id], author.kind == "brand")
    found: dict[str, Any] = {
        "above": draw(visit, db, {id_: rest[id_] for id_ in above if id_ in rest}, line="above"),
        "drawn": draw(visit, db, {post.id: seen[post.id]}, line=line, dated=True)[0],
        "below": with_depth(draw(visit, db, answers, line="answer"), post.id, parents_in(db, post.thread_id)),
        "versions": _versions(visit, db, post) if post.edited_at else [],
        "planned": iso(due) if (due := planned_for(db, post.id)) else "",
        "shut": _shut(visit, db, post),
        "told_in": count_inclusions(db, post) if visit.reader_id == author.id else 0,
        "people": strip(visit, db, people_in(visit, db, order)[:MOST_PEOPLE]),
    }
    given = answer_to(visit, told["post"]) if visit.reader else None
    return {**found, **told, "given": given, "follows_from": (seen[post.id], found)}


def _shut(visit: Visit, db: Db, post: Post) -> str:
    """Why the visitor cannot answer here; "" when they can, or could if they came in."""
    found = answering_in(db, post.thread_id)
    if visit.account is None:
        found = found if found is not None and found.who == "closed" else None
    asks = visit.account or find_account(db, post.author_id)
    wrong = why_not(found, asks) if asks else ""
    return explain(visit.words, wrong) if wrong else ""


def _told(visit: Visit, said: bytes, is_brand: bool) -> dict[str, Any]:
    """The post itself, and what the page says of it to machines."""
    known: dict[str, Any] | None = DRAWINGS.find(("told", said, is_brand)) if visit.reader is None else None
    if known is None:
        main = json.decode(said)
        main["account"]["brand"] = is_brand
        line = excerpt(main)
        card, embeds = post_card(visit, main, line), may_be_embedded(main)
        known = {"post": main, "excerpt": line, "card": card, "embeds": embeds}
        if visit.reader is None:
            DRAWINGS.put(("told", said, is_brand), known, 5 * len(said))
    return known


def _read(visit: Visit, db: Db, id_: int, others: list[int]) -> dict[int, bytes]:
    """The post and the others of its conversation, as far as they are for the visitor to see; whom a reader has muted
    is left out among the others only."""
    if visit.reader is None:
        return posts_by_id(visit.links, db, [*others, id_], viewer=None)
    own = posts_by_id(visit.links, db, [id_], viewer=visit.reader)
    return own | posts_by_id(visit.links, db, others, viewer=visit.reader, context="thread")


def _original(visit: Visit, db: Db, id_: int) -> str:
    """Where the boosted post is, for those who may see it."""
    original = find_post(db, id_, viewer=visit.reader_id)
    author = find_account(db, original.author_id) if original else None
    if original is None or author is None:
        raise NotFound
    return visit.ours(visit.links.post(author.handle, original.id))


def with_depth(answers: list[Drawn], root: int, parents: dict[int, int | None]) -> list[tuple[int, Drawn]]:
    """Answers with how far they are moved in; an answer to one that is hidden stands where that would."""
    depths = {root: 0}
    out = []
    for one in answers:
        depth = depths.get(parents.get(one.id) or root, 0) + 1
        depths[one.id] = depth
        out.append((min(depth, DEEPEST), one))
    return out


def people_in(visit: Visit, db: Db, ids: list[int]) -> list[int]:
    """Who takes part in a conversation, in the order of their first words."""
    known = heads(visit.links, db, ids)
    return [*dict.fromkeys(known[id_].author_id for id_ in ids if id_ in known)]


def _versions(visit: Visit, db: Db, post: Post) -> list[dict[str, Any]]:
    """What a post was before each change, newest first."""
    people = find_accounts(db, mentioned(db, post.id))
    named = [(one.id, one.username, one.domain, None, one.handle) for one in people]
    return [
        {
            "at": iso(born(one.id)),
            "warning": one.warning,
            "html": content_html(visit.links, one.text, named, post.language),
        }
        for one in reversed(edits_of(db, post.id))
    ]


def excerpt(post: Entity, most: int = 160) -> str:
    """A post in one line; only its warning when it has one."""
    words = post["spoiler_text"] or plain(post["content"])
    line = " ".join(words.split())
    return shortened(line, most)
