"""Tags as clients read them."""

from collections.abc import Sequence
from typing import Any

from perron.entities.links import Links
from perron.kit.time import DAY, SECOND
from perron.posts.tag_history import UsedTag
from perron.store import Db
from perron.timelines.tag_follows import followed_among


def tag_entities(links: Links, db: Db, found: Sequence[UsedTag], *, viewer: int | None) -> list[dict[str, Any]]:
    """Tags with the uses of seven days and, for somebody, whether they follow them."""
    followed = followed_among(db, viewer, [one.id for one in found]) if viewer is not None and found else set()
    return [_tag(links, one, None if viewer is None else one.id in followed) for one in found]


def _tag(links: Links, one: UsedTag, following: bool | None) -> dict[str, Any]:
    entity: dict[str, Any] = {
        "id": str(one.id),
        "name": one.name,
        "url": links.tag(one.key),
        "history": [
            {"day": str(day * DAY // SECOND), "uses": str(uses), "accounts": str(people)}
            for day, uses, people in one.days
        ],
    }
    if following is not None:
        entity |= {"following": following, "featuring": False}
    return entity
