"""Posts that thank an account for the find ("via")."""

from typing import Any

from sqlalchemy import Select, bindparam, select

from perron.posts.visibility import PagedForViewer, Viewer, unhidden_from, visible_to
from perron.store import Db, Prepared, const
from perron.store.paging import Paging
from perron.store.tables import accounts, posts


def _crediting(viewer: Viewer) -> Select[Any]:
    return select(posts.c.id).where(
        posts.c.via_id == bindparam("of_account"),
        posts.c.visibility.in_((const("public"), const("unlisted"))),
        visible_to(viewer),
        unhidden_from(viewer),
    )


_PAGE = PagedForViewer(_crediting, posts.c.id)
_COUNT = Prepared(select(accounts.c.credits_count).where(accounts.c.id == bindparam("of_account")))


def credits_page(db: Db, account_id: int, paging: Paging, *, viewer: int | None) -> list[int]:
    """Ids of one page of the open posts that thank an account, as far as the viewer may and wishes to see them."""
    return [row[0] for row in _PAGE.rows(db, viewer, paging, of_account=account_id)]


def credits_count(db: Db, account_id: int) -> int:
    """How many open posts thank an account."""
    return int(db.value(_COUNT, of_account=account_id) or 0)
