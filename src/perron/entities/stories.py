"""A story by its name, as a notice carries it."""

from collections.abc import Sequence

from sqlalchemy import select

from perron.entities.links import Links
from perron.entities.shapes.stories import NamedStory
from perron.store import Db, Prepared, among, const
from perron.store.tables import accounts, stories

_NAMED = Prepared(
    select(stories.c.id, stories.c.title, accounts.c.handle)
    .join(accounts, accounts.c.id == stories.c.account_id)
    .where(among(stories.c.id), stories.c.state == const("published"))
)


def stories_named(links: Links, db: Db, ids: Sequence[int]) -> dict[int, NamedStory]:
    """Those of these stories that anybody may read, by id."""
    rows = db.all(_NAMED, ids=db.id_list(ids)) if ids else []
    return {id_: {"id": str(id_), "title": title, "url": links.story(handle, id_)} for id_, title, handle in rows}
