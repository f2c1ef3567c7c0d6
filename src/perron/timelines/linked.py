"""Public posts that link to one page."""

from sqlalchemy import bindparam, exists, select

from perron.posts.visibility import by_limited, visible_to
from perron.store import Db, const
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, posts

_found = exists().where(accounts.c.id == posts.c.author_id, accounts.c.discoverable)
_PAGE = Paged(
    select(posts.c.id).where(
        posts.c.card_id == bindparam("of_card"),
        posts.c.visibility == const("public"),
        _found,
        ~by_limited(),
        visible_to(None),
    ),
    posts.c.id,
)


def link_page(db: Db, card_id: int, paging: Paging) -> list[int]:
    """Ids of one page of the public posts that link to a page, by authors who wish to be found; the same for everybody:
    whoever reads it leaves out those whom the viewer does not want to see."""
    return [row[0] for row in _PAGE.rows(db, paging, of_card=card_id)]
