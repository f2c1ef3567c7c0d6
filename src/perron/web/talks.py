"""The page of a post, with the whole conversation around it."""

from typing import Any

from starlette.responses import Response

from perron.entities.fragments import content_html
from perron.kit.errors import NotFound
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.queries import find_account, find_accounts
from perron.posts.edit import edits_of
from perron.posts.model import Post
from perron.posts.queries import find_post, mentioned
from perron.posts.thread import context
from perron.store import Db
from perron.text.sanitise import plain
from perron.web.composer import Given, answer_to
from perron.web.kit import Visit, read_id
from perron.web.shown import Entity, posts_shown

DEEPEST = 4
"""Steps by which answers to answers are moved in; deeper ones stand below each other."""


async def post(visit: Visit) -> Response:
    """One post, what it answers and what answers it."""
    id_ = read_id(visit.path["id"])
    handle: str = visit.path["handle"]
    found = await visit.read(lambda db: _found(visit, db, id_, handle))
    if isinstance(found, str):
        return visit.go(found, 301)
    return visit.show_to_all("talk.html", **found)


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

    above, below = context(db, post.id, viewer=visit.reader_id)
    own = posts_shown(visit, db, [post.id])
    if not own:
        raise NotFound
    main, others = own[0], posts_shown(visit, db, [*above, *below], "thread")
    at = sum(int(one["id"]) in above for one in others)
    shown = [*others[:at], main, *others[at:]]
    return {
        "post": main,
        "above": shown[:at],
        "below": with_depth(shown[at + 1 :], main["id"]),
        "versions": _versions(visit, db, post) if post.edited_at else [],
        "people": people_in(shown),
        "given": answer_to(visit, main) if visit.reader else Given(),
        "excerpt": excerpt(main),
    }


def _original(visit: Visit, db: Db, id_: int) -> str:
    """Where the boosted post is, for those who may see it."""
    original = find_post(db, id_, viewer=visit.reader_id)
    author = find_account(db, original.author_id) if original else None
    if original is None or author is None:
        raise NotFound
    return visit.ours(visit.links.post(author.handle, original.id))


def with_depth(answers: list[Entity], root: str) -> list[tuple[int, Entity]]:
    """Answers with how far they are moved in; an answer to one that is hidden stands where that would."""
    depths = {root: 0}
    out = []
    for one in answers:
        depth = depths.get(one["in_reply_to_id"], 0) + 1
        depths[one["id"]] = depth
        out.append((min(depth, DEEPEST), one))
    return out


def people_in(posts: list[Entity]) -> list[Entity]:
    """Who takes part in a conversation, in the order of their first words."""
    return [*{one["account"]["id"]: one["account"] for one in posts}.values()]


def _versions(visit: Visit, db: Db, post: Post) -> list[dict[str, Any]]:
    """What a post was before each change, newest first."""
    people = find_accounts(db, mentioned(db, post.id))
    named = [(one.id, one.username, one.domain, None, one.handle) for one in people]
    return [
        {"at": iso(born(one.id)), "warning": one.warning, "html": content_html(visit.links, one.text, named)}
        for one in reversed(edits_of(db, post.id))
    ]


def excerpt(post: Entity, most: int = 160) -> str:
    """A post in one line; only its warning when it has one."""
    words = post["spoiler_text"] or plain(post["content"])
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
