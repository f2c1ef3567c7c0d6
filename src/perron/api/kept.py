"""What one has kept: bookmarks and favourites."""

from perron.api.kit import Answer, Call, Page, speaks
from perron.entities.shapes.statuses import Status
from perron.store import Db
from perron.timelines.kept import marked_page


@speaks(list[Status], takes=Page, paged=True)
def bookmarks(call: Call, db: Db) -> Answer:
    """GET /api/v1/bookmarks"""
    return _marked(call, db, "bookmark_id")


@speaks(list[Status], takes=Page, paged=True)
def favourites(call: Call, db: Db) -> Answer:
    """GET /api/v1/favourites"""
    return _marked(call, db, "favourite_id")


def _marked(call: Call, db: Db, column: str) -> Answer:
    rows = marked_page(db, call.me.id, column, call.paging())
    return call.page(call.posts(db, [row[1] for row in rows]), [row[0] for row in rows])
