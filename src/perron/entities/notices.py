"""Notices as clients read them."""

from collections.abc import Sequence

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.notice_subjects import Words, subjects
from perron.entities.posts import posts_by_id
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.store import Db
from perron.timelines.notices import Notice

APPS = {"credit": "mention"}
"""Types of ours as the types that every app knows how to show."""


def notices_json(
    links: Links, db: Db, notices: Sequence[Notice], viewer: Viewer, words: Words | None = None
) -> list[tuple[int, bytes]]:
    """(id, notice) for each that can be shown: a notice about a post that is gone or hidden is left out."""
    people = accounts_by_id(links, db, list(dict.fromkeys(one.from_id for one in notices)))
    about = list(dict.fromkeys(one.post_id for one in notices if one.post_id))
    posts = posts_by_id(links, db, about, viewer=viewer, context="notifications") if about else {}
    carried = subjects(links, db, notices, viewer, words)
    out = []
    for one in notices:
        account, post = people.get(one.from_id), posts.get(one.post_id)
        if account is None or (one.post_id and post is None) or one.id not in carried:
            continue
        type_ = APPS.get(one.type, one.type)
        head = f'{{"id":"{one.id}","type":"{type_}","created_at":"{iso(born(one.id))}","group_key":"{one.group_key}"'
        parts = [head.encode(), b',"account":', account]
        if post is not None:
            parts += [b',"status":', post]
        parts.append(carried[one.id])
        out.append((one.id, b"".join((*parts, b"}"))))
    return out
