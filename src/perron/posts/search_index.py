"""Finding posts by their words: accents and case folded, French and English stems."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, exists, false, not_, or_, select, true, update

from perron.people.queries import account_by_handle
from perron.posts.model import Post
from perron.posts.polls import polls_of
from perron.posts.queries import post_as_stored
from perron.posts.search_query import NEWEST, read_query
from perron.posts.visibility import ForViewer, Viewer, unhidden_from, visible_to
from perron.store import Db, Prepared, Tx, const
from perron.store.search import post_words
from perron.store.tables import accounts, follows, marks, media, mentions, posts
from perron.text.words import fts5_match, index_words

_MARKS = marks.alias("mark")
_NAMES = mentions.alias("named")
_TIES = follows.alias("followed")
_KINDS = {"image": ("image",), "video": ("video", "gifv"), "audio": ("audio",)}


def _with(*kinds: str) -> ColumnElement[bool]:
    return exists().where(media.c.post_id == posts.c.id, or_(*(media.c.kind == const(kind) for kind in kinds)))


Quality = ColumnElement[bool] | Callable[[Viewer], ColumnElement[bool]]
QUALITIES: dict[str, Quality] = {
    "has:media": posts.c.has_media,
    **{f"has:{name}": posts.c.has_media & _with(*kinds) for name, kinds in _KINDS.items()},
    "has:poll": posts.c.has_poll,
    "has:link": posts.c.text.contains("://"),
    "has:embed": posts.c.card_id.is_not(None),
    "has:tag": posts.c.has_tags,
    "has:warning": posts.c.warning != "",
    "is:reply": posts.c.reply_to_id.is_not(None),
    "is:quote": posts.c.quote_of_id.is_not(None),
    "is:sensitive": posts.c.sensitive,
    "is:edited": posts.c.edited_at.is_not(None),
    "in:library": lambda viewer: _of_ones_own(viewer),
    "in:public": lambda viewer: _offered(),
    "in:all": true(),
}
"""What may be asked of a post; where it depends on who asks, how it is made for them."""


def _quality(name: str, viewer: Viewer, wanted: bool) -> ColumnElement[bool]:
    found = QUALITIES[name]
    made = found(viewer) if callable(found) else found
    return made if wanted else not_(made)


def _offered() -> ColumnElement[bool]:
    """Public, by somebody who wished to be found and was not limited."""
    wished = exists().where(accounts.c.id == posts.c.author_id, accounts.c.indexable, ~accounts.c.silenced)
    return and_(posts.c.visibility == const("public"), wished)


def _of_ones_own(viewer: Viewer) -> ColumnElement[bool]:
    """The viewer wrote it, is named in it, kept it or boosted it."""
    if viewer is None:
        return false()
    named = exists().where(_NAMES.c.post_id == posts.c.id, _NAMES.c.account_id == viewer)
    kept = exists().where(_MARKS.c.account_id == viewer, _MARKS.c.post_id == posts.c.id)
    return or_(posts.c.author_id == viewer, named, kept)


def may_be_found(viewer: Viewer) -> ColumnElement[bool]:
    """A post may come up in a search: it is public, its author wished to be found and was not limited. Those who have
    to do with it find it in any case: who wrote it, is named in it, kept or boosted it; and followers, if public."""
    if viewer is None:
        return _offered()
    followed = exists().where(_TIES.c.follower_id == viewer, _TIES.c.target_id == posts.c.author_id)
    by_follower = and_(posts.c.visibility == const("public"), followed)
    return or_(_offered(), by_follower, _of_ones_own(viewer))


def _search(words: bool, qualities: Iterable[tuple[str, bool]]) -> ForViewer:
    """Posts by words, or all of one author; with these qualities, or without."""

    def build(viewer: Viewer) -> Select[Any]:
        chosen = [_quality(name, viewer, wanted) for name, wanted in qualities]
        query = select(posts.c.id)
        id_: ColumnElement[int] = posts.c.id
        author = posts.c.author_id == bindparam("author")
        if words:
            query, id_ = query.join(post_words.table, post_words.id == posts.c.id), post_words.id
            chosen += [post_words.matches("words"), or_(bindparam("author") == 0, author)]
        else:
            chosen += [author, posts.c.boost_of_id.is_(None)]
        language, without = bindparam("language", type_=Text), bindparam("without_language", type_=Text)
        return (
            query.where(
                id_ < bindparam("below"),
                id_ >= bindparam("least"),
                posts.c.author_id != bindparam("without_author"),
                or_(language == "", posts.c.language == language),
                or_(without == "", posts.c.language != without),
                visible_to(viewer),
                unhidden_from(viewer),
                may_be_found(viewer),
                *chosen,
            )
            .order_by(id_.desc())
            .limit(bindparam("limit"))
            .offset(bindparam("offset"))
        )

    return ForViewer(build)


_SEARCH = _search(True, ())
_WRITTEN = _search(False, ())
_narrowed = lru_cache(256)(_search)
_INDEXED = Prepared(select(posts.c.indexed).where(posts.c.id == bindparam("of_post")))
_MARK = Prepared(update(posts).where(posts.c.id == bindparam("of_post")).values(indexed=bindparam("words")))


def index_post(tx: Tx, post_id: int) -> None:
    """Make a post found by its words; what it was found by before is forgotten. Safe to repeat."""
    post = post_as_stored(tx, post_id)
    if post is None or post.boost_of_id:
        return
    forget_words(tx, post)
    words = index_words(said(tx, post), post.language or None)
    if words:
        post_words.add(tx, post.id, words)
        tx.run(_MARK, of_post=post.id, words=True)


def forget_words(tx: Tx, post: Post) -> None:
    """Make a post no longer found, while its words are still what they were when it was indexed."""
    if tx.value(_INDEXED, of_post=post.id):
        post_words.remove(tx, post.id, index_words(said(tx, post), post.language or None))
        tx.run(_MARK, of_post=post.id, words=False)


def said(db: Db, post: Post) -> str:
    """Everything in a post that has words."""
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    return "\n".join([post.warning, post.text, *(poll.options if poll else ())])


def search_posts(
    db: Db,
    text: str,
    *,
    viewer: int | None,
    author: int = 0,
    domain: str = "",
    below: int = NEWEST,
    above: int = 0,
    limit: int = 20,
    offset: int = 0,
) -> list[int]:
    """Ids of posts that answer what was typed (see `search_query`) and that the viewer may find, newest first.

    Words or an author must be named: nobody looks through everything. `domain` is what may end the handles of here.
    """
    query = read_query(text)
    match = fts5_match(query.words)
    without = _called(db, query.without_author, viewer, domain) or 0
    if query.author:
        named = _called(db, query.author, viewer, domain)
        if named is None or author not in (0, named):
            return []
        author = named
    if match is None and (not author or query.words):
        return []
    chosen = _SEARCH if match else _WRITTEN
    if query.qualities:
        chosen = _narrowed(match is not None, tuple(sorted(query.qualities)))
    values: dict[str, Any] = {"words": post_words.asked(db, match)} if match else {}
    values |= {"below": min(below, query.most), "least": max(query.least, above + 1), "limit": limit, "offset": offset}
    values |= {"author": author, "without_author": without}
    values |= {"language": query.language, "without_language": query.without_language}
    return [row[0] for row in chosen.all(db, viewer, **values)]


def _called(db: Db, handle: str, viewer: int | None, domain: str) -> int | None:
    """Who is meant by `ada`, `ada@here` or `me`."""
    if handle == "me" and viewer is not None:
        return viewer
    name, _, host = handle.partition("@")
    found = account_by_handle(db, name if host == domain.lower() else handle) if handle else None
    return found.id if found else None
