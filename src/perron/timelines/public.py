"""Timelines that are the same for everybody but for what a viewer hides: public, tag, and one account's posts."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select

from perron.kit import json
from perron.posts.visibility import ForViewer, PagedForViewer, Viewer, by_limited, visible_to
from perron.store import Db, among_texts
from perron.store.paging import Paged, Paging
from perron.store.tables import marks, post_tags, posts, tags


def _public(*chosen: ColumnElement[bool]) -> Paged:
    return Paged(select(posts.c.id).where(posts.c.listed, ~by_limited(), visible_to(None), *chosen), posts.c.id)


_EVERYWHERE, _EVERYWHERE_MEDIA = _public(), _public(posts.c.has_media)
_IN_LANGUAGES = _public(or_(posts.c.language == "", among_texts(posts.c.language)))
_HERE, _HERE_MEDIA = _public(posts.c.here), _public(posts.c.here, posts.c.has_media)
_ELSEWHERE, _ELSEWHERE_MEDIA = _public(~posts.c.here), _public(~posts.c.here, posts.c.has_media)


def public_page(
    db: Db,
    paging: Paging,
    *,
    here: bool = False,
    elsewhere: bool = False,
    media: bool = False,
    languages: tuple[str, ...] = (),
) -> list[int]:
    """Ids of one page of the public timeline: original posts and threads, no boosts, no replies to others. With
    `languages`, only what is written in them, or in none that is known.

    The same for everybody: whoever reads it leaves out those whom the viewer does not want to see.
    """
    if languages:
        return _shared(db, _IN_LANGUAGES, paging, texts=json.encode_text(languages))
    if elsewhere:
        chosen = _ELSEWHERE_MEDIA if media else _ELSEWHERE
    elif here:
        chosen = _HERE_MEDIA if media else _HERE
    else:
        chosen = _EVERYWHERE_MEDIA if media else _EVERYWHERE
    return _shared(db, chosen, paging)


def _shared(db: Db, chosen: Paged, paging: Paging, **values: Any) -> list[int]:
    """A page of what anybody may see, remembered for the next who asks."""
    pages, key = db.remembered("pages"), (chosen, paging, *values.values())
    if key not in pages:
        pages[key] = [row[0] for row in chosen.rows(db, paging, **values)]
    found: list[int] = pages[key]
    return found


def _tagged(*chosen: ColumnElement[bool]) -> Paged:
    borne = select(post_tags.c.post_id).join(posts, posts.c.id == post_tags.c.post_id)
    of_tag = select(tags.c.id).where(tags.c.key == bindparam("of_tag")).scalar_subquery()  # one: its index is in order
    wanted = (post_tags.c.tag_id == of_tag, post_tags.c.listed, ~by_limited(), visible_to(None))
    return Paged(borne.where(*wanted, *chosen), post_tags.c.post_id)


_PLACES: dict[str, tuple[ColumnElement[bool], ...]] = {"": (), "here": (posts.c.here,), "elsewhere": (~posts.c.here,)}
_MEDIA: dict[bool, tuple[ColumnElement[bool], ...]] = {False: (), True: (posts.c.has_media,)}
_TAG = {(place, media): _tagged(*_PLACES[place], *_MEDIA[media]) for place, media in product(_PLACES, _MEDIA)}
MOST_TAGS = 4
"""Tags of one kind beside the first that are looked at."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What other tags (their folded keys) count beside the first: a post with `any` of them comes too; it must bear
    `all` of these, and none of those `without`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


def _several(*chosen: ColumnElement[bool]) -> Paged:
    def bearing(name: str) -> Select[Any]:
        return (
            select(post_tags.c.post_id).join(tags, tags.c.id == post_tags.c.tag_id).where(among_texts(tags.c.key, name))
        )

    theirs, named = post_tags.alias("theirs"), tags.alias("named")
    borne = (
        select(func.count())
        .select_from(theirs.join(named, named.c.id == theirs.c.tag_id))
        .where(theirs.c.post_id == posts.c.id, among_texts(named.c.key, "all"))
    )
    wanted = (posts.c.listed, ~by_limited(), visible_to(None), posts.c.id.in_(bearing("any")))
    exact = (borne.scalar_subquery() == bindparam("how_many"), posts.c.id.not_in(bearing("without")))
    return Paged(select(posts.c.id).where(*wanted, *exact, *chosen), posts.c.id)


_SEVERAL = {(place, media): _several(*_PLACES[place], *_MEDIA[media]) for place, media in product(_PLACES, _MEDIA)}


def tag_page(
    db: Db, key: str, paging: Paging, *, place: str = "", media: bool = False, beside: Beside | None = None
) -> list[int]:
    """Ids of one page of the posts that bear a tag (its folded key), of all places or from `here` or `elsewhere`; the
    same for everybody."""
    if beside is None:
        return _shared(db, _TAG[place, media], paging, of_tag=key)
    either, every, none = (tuple(dict.fromkeys(one))[:MOST_TAGS] for one in (beside.any, beside.all, beside.without))
    keys = {name: json.encode_text(each) for name, each in (("any", (key, *either)), ("all", every), ("without", none))}
    return _shared(db, _SEVERAL[place, media], paging, **keys, how_many=len(every))


def _of_account(viewer: Viewer) -> Select[Any]:
    original = posts.alias("original")
    unseen = exists().where(original.c.id == posts.c.boost_of_id, ~visible_to(viewer, original))
    return select(posts.c.id).where(
        posts.c.author_id == bindparam("of_account"),
        visible_to(viewer),
        or_(posts.c.boost_of_id.is_(None), ~unseen),
    )


def _no_replies() -> ColumnElement[bool]:
    return or_(posts.c.reply_to_account_id.is_(None), posts.c.reply_to_account_id == posts.c.author_id)


def _no_boosts() -> ColumnElement[bool]:
    return posts.c.boost_of_id.is_(None)


def _tagged_with() -> ColumnElement[bool]:
    return exists().where(
        post_tags.c.post_id == posts.c.id, post_tags.c.tag_id == tags.c.id, tags.c.key == bindparam("of_tag")
    )


def _account_pages(replies: bool, boosts: bool, media: bool, tagged: bool) -> PagedForViewer:
    chosen = [
        *([] if replies else [_no_replies()]),
        *([] if boosts and not media else [_no_boosts()]),
        *([posts.c.has_media] if media else []),
        *([_tagged_with()] if tagged else []),
    ]
    return PagedForViewer(lambda viewer: _of_account(viewer).where(*chosen), posts.c.id)


_ACCOUNT = {chosen: _account_pages(*chosen) for chosen in product((True, False), repeat=4)}
_PINNED = ForViewer(
    lambda viewer: (
        select(posts.c.id)
        .join(marks, marks.c.post_id == posts.c.id)
        .where(marks.c.account_id == bindparam("of_account"), marks.c.pin_id.is_not(None), visible_to(viewer))
        .order_by(marks.c.pin_id.desc())
    )
)


def account_page(
    db: Db,
    account_id: int,
    paging: Paging,
    *,
    viewer: int | None,
    replies: bool = True,
    boosts: bool = True,
    media: bool = False,
    tag: str = "",
) -> list[int]:
    """Ids of one page of an account's posts, as far as the viewer may see them."""
    chosen = _ACCOUNT[(replies, boosts, media, bool(tag))]
    values: dict[str, Any] = {"of_account": account_id, **({"of_tag": tag} if tag else {})}
    return [row[0] for row in chosen.rows(db, viewer, paging, **values)]


def pinned(db: Db, account_id: int, *, viewer: int | None) -> list[int]:
    """Ids of the posts that an account shows at the top of its profile."""
    return [row[0] for row in _PINNED.all(db, viewer, of_account=account_id)]
