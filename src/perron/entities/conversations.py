"""Conversations among the mentioned as clients read them."""

from collections.abc import Sequence

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.posts import posts_by_id
from perron.people.model import Viewer
from perron.store import Db
from perron.timelines.conversations import Conversation


def conversations_json(links: Links, db: Db, found: Sequence[Conversation], viewer: Viewer) -> list[bytes]:
    """Conversations, each with its people and its last post (null when that is not to be seen)."""
    known = accounts_by_id(links, db, list({id_ for one in found for id_ in one.with_ids}))
    posts = posts_by_id(links, db, [one.last_post_id for one in found], viewer=viewer, context="home") if found else {}
    out = []
    for one in found:
        people = [known[id_] for id_ in one.with_ids if id_ in known]
        last = posts.get(one.last_post_id, b"null")
        unread = "true" if one.unread else "false"
        head = f'{{"id":"{one.id}","unread":{unread},"accounts":['
        out.append(b"".join((head.encode(), b",".join(people), b'],"last_status":', last, b"}")))
    return out
