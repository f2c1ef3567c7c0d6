"""What is talked about, as it was counted within the last five minutes (`trends_job.py`) and may be shown."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, case, select

from perron.kit import json
from perron.posts.trends_count import shown_by_itself
from perron.posts.visibility import ForViewer, Viewer, unhidden_from, visible_to
from perron.store import Db, Prepared, among_texts, const
from perron.store.tables import posts, trends

_read_first = case((trends.c.language == "", 1), (among_texts(trends.c.language), 0), else_=1)


class Trend(NamedTuple):
    """Something that is talked about: by how many people lately, and by how many as a rule in as long a time."""

    subject_id: int
    people: int
    usual: int


def _window(query: Select[Any], chosen: bool) -> Select[Any]:
    """A page in the order of their places; where languages are `chosen`, what is written in these comes first."""
    order = (_read_first, trends.c.position) if chosen else (trends.c.position,)
    return query.order_by(*order).limit(bindparam("limit")).offset(bindparam("offset"))


_page = select(trends.c.subject_id, trends.c.people, trends.c.usual).where(
    trends.c.kind == bindparam("of_kind"), trends.c.allowed
)
_PAGE, _PAGE_CHOSEN = (Prepared(_window(_page, chosen)) for chosen in (False, True))


def _posts(viewer: Viewer, chosen: bool) -> Select[Any]:
    return _window(
        select(trends.c.subject_id)
        .join(posts, posts.c.id == trends.c.subject_id)
        .where(
            trends.c.kind == const("post"),
            trends.c.allowed,
            shown_by_itself(posts),
            visible_to(viewer),
            unhidden_from(viewer),
        ),
        chosen,
    )


_POSTS = ForViewer(lambda viewer: _posts(viewer, chosen=False))
_POSTS_CHOSEN = ForViewer(lambda viewer: _posts(viewer, chosen=True))
_EVERY = Prepared(
    select(trends.c.subject_id)
    .where(trends.c.kind == bindparam("of_kind"))
    .order_by(trends.c.position)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_SHOWN = Prepared(
    select(trends.c.subject_id).where(
        trends.c.kind == bindparam("of_kind"), trends.c.subject_id == bindparam("of_subject"), trends.c.allowed
    )
)


def trends_of(db: Db, kind: str, *, limit: int, offset: int = 0, languages: Sequence[str] = ()) -> list[Trend]:
    """Tags (`tag`) or pages (`link`) that are talked about, what is written in these languages first."""
    known: dict[Any, list[Trend]] = db.remembered("trends")
    key = (kind, limit, offset, *languages)
    if key not in known:
        asked = {"of_kind": kind, "limit": limit, "offset": offset, **_chosen(languages)}
        known[key] = [Trend(*row) for row in db.all(_PAGE_CHOSEN if languages else _PAGE, **asked)]
    return known[key]


def trending_posts(
    db: Db, *, viewer: int | None, limit: int, offset: int = 0, languages: Sequence[str] = ()
) -> list[int]:
    """Ids of posts that are talked about, as far as the viewer may and wishes to see them."""
    asked = _POSTS_CHOSEN if languages else _POSTS
    return [row[0] for row in asked.all(db, viewer, limit=limit, offset=offset, **_chosen(languages))]


def _chosen(languages: Sequence[str]) -> dict[str, str]:
    return {"texts": json.encode_text(languages)} if languages else {}


def every_trend(db: Db, kind: str, *, limit: int, offset: int = 0) -> list[int]:
    """Ids of all that is talked about, shown or not: for moderators."""
    return db.column(_EVERY, of_kind=kind, limit=limit, offset=offset)


def is_shown(db: Db, kind: str, subject_id: int) -> bool:
    """Whether something is talked about and may be shown."""
    return db.value(_SHOWN, of_kind=kind, of_subject=subject_id) is not None
