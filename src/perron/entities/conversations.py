"""Conversations among the mentioned as clients read them."""

from collections.abc import Sequence

from perron.entities.accounts import accounts_json
from perron.entities.links import Links
from perron.entities.posts import posts_json
from perron.people.model import Viewer
from perron.store import Db
from perron.timelines.conversations import Conversation


def conversations_json(links: Links, db: Db, found: Sequence[Conversation], viewer: Viewer) -> list[bytes]:
    """Conversations, each with its people and its last post (null when that is not to be seen)."""
    out = []
    for one in found:
        people = accounts_json(links, db, one.with_ids)
        last = posts_json(links, db, [one.last_post_id], viewer=viewer, context="home")
        unread = "true" if one.unread else "false"
        head = f'{{"id":"{one.id}","unread":{unread},"accounts":['
        out.append(
            b"".join((head.encode(), b",".join(people), b'],"last_status":', last[0] if last else b"null", b"}"))
        )
    return out
