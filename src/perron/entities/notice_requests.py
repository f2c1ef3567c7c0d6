"""Who is kept apart, as clients read it."""

from collections.abc import Sequence

from perron.entities.accounts import accounts_by_id
from perron.entities.links import Links
from perron.entities.posts import posts_by_id
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.store import Db
from perron.timelines.notice_requests import Request


def requests_json(links: Links, db: Db, found: Sequence[Request], viewer: Viewer) -> list[bytes]:
    """People who are kept apart, each with their last words (null when they are not to be seen)."""
    people = accounts_by_id(links, db, [one.from_id for one in found])
    words = posts_by_id(links, db, [one.post_id for one in found if one.post_id], viewer=viewer) if found else {}
    out = []
    for one in found:
        head = (
            f'{{"id":"{one.id}","created_at":"{iso(born(one.id))}","updated_at":"{iso(born(one.newest_id))}"'
            f',"notifications_count":"{one.count}","account":'
        )
        parts = (head.encode(), people[one.from_id], b',"last_status":', words.get(one.post_id, b"null"), b"}")
        out.append(b"".join(parts))
    return out
