"""Pictures that people put into their words, each under a short name."""

from sqlalchemy import select

from perron.store import Db, Prepared
from perron.store.tables import emojis

_VISIBLE = Prepared(
    select(emojis.c.shortcode, emojis.c.file, emojis.c.category)
    .where(emojis.c.domain == "", emojis.c.visible)
    .order_by(emojis.c.category, emojis.c.shortcode)
)


def visible_emojis(db: Db) -> list[tuple[str, str, str]]:
    """(name, key of its file, category) of each emoji that people here may choose."""
    return [(row[0], row[1], row[2]) for row in db.all(_VISIBLE)]
