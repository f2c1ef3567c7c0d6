"""Posts for the mentioned alone, in one row, as older apps read them; `conversations.py` has them talk by talk."""

from sqlalchemy import ColumnElement, bindparam, select

from perron.posts.visibility import visible_to
from perron.store import Db, const
from perron.store.paging import Paged, Paging
from perron.store.tables import mentions, posts

_viewer: ColumnElement[int] = bindparam("viewer")
_for_few = posts.c.visibility == const("mentioned")
_OWN = Paged(select(posts.c.id).where(posts.c.author_id == _viewer, _for_few), posts.c.id)
_NAMED = Paged(
    select(mentions.c.post_id)
    .join(posts, posts.c.id == mentions.c.post_id)
    .where(mentions.c.account_id == _viewer, _for_few, visible_to(_viewer)),
    mentions.c.post_id,
)


def direct_page(db: Db, account_id: int, paging: Paging) -> list[int]:
    """Ids of one page of the posts for few that somebody wrote or is mentioned in, newest first."""
    found = {row[0] for part in (_OWN, _NAMED) for row in part.rows(db, paging, viewer=account_id)}
    in_order = sorted(found, reverse=True)
    return in_order[-paging.limit :] if paging.ascending else in_order[: paging.limit]
