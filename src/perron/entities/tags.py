"""Tags as clients read them."""

from collections.abc import Sequence

from perron.entities.links import Links
from perron.entities.shapes.featured import FeaturedTag as FeaturedTagShape
from perron.entities.shapes.tags import Tag
from perron.kit.ids import born
from perron.kit.time import DAY, SECOND, iso
from perron.posts.featured_tags import FeaturedTag, featured_among
from perron.posts.tag_history import UsedTag
from perron.store import Db
from perron.timelines.tag_follows import followed_among


def tag_entities(links: Links, db: Db, found: Sequence[UsedTag], *, viewer: int | None) -> list[Tag]:
    """Tags with the uses of seven days and, for somebody, whether they follow them and show them on their profile."""
    entities = [_tag(links, one) for one in found]
    if viewer is not None and found:
        ids = [one.id for one in found]
        followed, featured = followed_among(db, viewer, ids), featured_among(db, viewer, ids)
        for entity, id_ in zip(entities, ids, strict=True):
            entity |= {"following": id_ in followed, "featuring": id_ in featured}
    return entities


def _tag(links: Links, one: UsedTag) -> Tag:
    return {
        "id": str(one.id),
        "name": one.name,
        "url": links.tag(one.key),
        "history": [
            {"day": str(day * DAY // SECOND), "uses": str(uses), "accounts": str(people)}
            for day, uses, people in one.days
        ],
    }


def featured_tag_entity(links: Links, handle: str, one: FeaturedTag) -> FeaturedTagShape:
    """A tag on the profile of the account with this handle."""
    return {
        "id": str(one.id),
        "name": one.name,
        "url": links.tagged(handle, one.key),
        "statuses_count": str(one.count),
        "last_status_at": iso(born(one.last_id)) if one.last_id else None,
    }
