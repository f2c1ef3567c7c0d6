"""Posts as clients read them: stored fragments joined with authors, counts, and the viewer's own flags."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, null, select

from perron.entities.accounts import SHOWN, account_json
from perron.entities.accounts import healed as healed_accounts
from perron.entities.filters import match_entity
from perron.entities.fragments import render_posts
from perron.entities.links import Links
from perron.kit import json
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.posts.polls import Poll, own_votes, polls_of
from perron.posts.thread import muted_among
from perron.posts.visibility import ForViewer, visible_to
from perron.store import Db, Prepared, among
from perron.store.engine import Row
from perron.store.tables import accounts, marks, posts
from perron.timelines.filters import Filtering

_SHOWN = (
    *(posts.c.id, posts.c.fragment, posts.c.stamp, posts.c.boost_of_id, posts.c.author_id, posts.c.thread_id),
    *(posts.c.replies_count, posts.c.boosts_count, posts.c.favourites_count, posts.c.quotes_count, posts.c.has_poll),
)
AUTHOR = len(_SHOWN)
MARKS = AUTHOR + len(SHOWN)
_MARKS = (marks.c.account_id, marks.c.favourite_id, marks.c.bookmark_id, marks.c.boost_id, marks.c.pin_id)


def _page(viewer: Any) -> Select[Any]:
    """Posts with their authors and, at the end of the row, what the viewer did with each."""
    own: tuple[Any, ...] = _MARKS if viewer is not None else (null(),)
    query = select(*_SHOWN, *SHOWN, *own).join(accounts, accounts.c.id == posts.c.author_id)
    if viewer is not None:
        query = query.outerjoin(marks, and_(marks.c.account_id == viewer, marks.c.post_id == posts.c.id))
    return query.where(among(posts.c.id))


_PAGE = ForViewer(lambda viewer: _page(viewer).where(visible_to(viewer, author=accounts)))
_PAGE_AS_STORED = Prepared(_page(None))
NO_MARKS = (None,) * len(_MARKS)
NO_FLAGS = b',"favourited":false,"reblogged":false,"muted":false,"bookmarked":false,"filtered":[]'


@dataclass(slots=True)
class Page:
    """Everything that the posts of one page need, read at once."""

    links: Links
    rows: dict[int, Row]
    viewer: int | None
    flags: bool
    muted: set[int] = field(default_factory=set)
    polls: dict[int, Poll] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    filtering: Filtering | None = None


def posts_json(links: Links, db: Db, ids: Sequence[int], *, viewer: Viewer | None, context: str = "") -> list[bytes]:
    """Posts in the order of their ids. Those the viewer may not see, and in `context` (home, public, …) those their
    filters hide, are left out."""
    account = viewer.account if viewer else None
    me = account.id if account else None
    rows = {row[0]: row for row in _PAGE.all(db, me, ids=db.id_list(ids))}
    missing = [row[3] for row in rows.values() if row[3] is not None and row[3] not in rows]
    if missing:
        rows |= {row[0]: row for row in _PAGE.all(db, me, ids=db.id_list(missing))}
    page = Page(links, _healed(links, db, rows), me, flags=me is not None)
    if me is not None and viewer is not None:
        if viewer.has_thread_mutes:
            page.muted = muted_among(db, me, [row[5] for row in rows.values() if row[5]])
        if viewer.has_filters and context:
            page.filtering = Filtering.of(db, me, context)
            page.filtering.look_at(db, [*rows])
    _add_polls(page, db)
    return _assemble(page, ids)


def posts_as_stored(links: Links, db: Db, ids: Sequence[int]) -> list[bytes]:
    """Posts for an audience that was decided elsewhere, such as open streams: flags as for somebody who did nothing
    yet."""
    rows = {row[0]: row for row in db.all(_PAGE_AS_STORED, ids=db.id_list(ids))}
    missing = [row[3] for row in rows.values() if row[3] is not None and row[3] not in rows]
    if missing:
        rows |= {row[0]: row for row in db.all(_PAGE_AS_STORED, ids=db.id_list(missing))}
    page = Page(links, _healed(links, db, rows), None, flags=True)
    _add_polls(page, db)
    return _assemble(page, ids)


def _healed(links: Links, db: Db, rows: dict[int, Row]) -> dict[int, Row]:
    """Rows whose fragments are current: one that is missing or of another stamp is made for this answer."""
    stamp = links.stamp
    stale = [id_ for id_, row in rows.items() if row[2] != stamp or row[1] is None]
    if stale:
        made = render_posts(links, db, stale)
        for id_ in stale:
            rows[id_] = (id_, made[id_], stamp, *rows[id_][3:])
    if any(row[AUTHOR + 2] != stamp or row[AUTHOR + 1] is None for row in rows.values()):
        rows = {row[0]: row for row in healed_accounts(links, db, [*rows.values()], at=AUTHOR)}
    return rows


def _add_polls(page: Page, db: Db) -> None:
    with_poll = [id_ for id_, row in page.rows.items() if row[10]]
    if with_poll:
        page.polls = polls_of(db, with_poll)
        if page.viewer is not None:
            page.votes = own_votes(db, page.viewer, with_poll)


def _assemble(page: Page, ids: Sequence[int]) -> list[bytes]:
    made = (_shown(page, page.rows.get(id_)) for id_ in ids)
    return [one for one in made if one is not None]


def _shown(page: Page, row: Row | None) -> bytes | None:
    """A post, or None when it or what it boosts is not to be shown."""
    if row is None or (page.filtering is not None and page.filtering.hides(row[0])):
        return None
    if row[3] is None:
        return _whole(page, row, row, b"null")
    original = page.rows.get(row[3])
    inner = _shown(page, original)
    return None if original is None or inner is None else _whole(page, row, original, inner)


def _whole(page: Page, row: Row, original: Row, boosted: bytes) -> bytes:
    """A post whose flags are those of the original: the post itself, or what it boosts."""
    id_, fragment, _, _, author_id, _, replies, boosts, favourites, quotes, has_poll = row[:AUTHOR]
    poll = _poll(page, id_, author_id) if has_poll else b"null"
    author = account_json(row[AUTHOR:MARKS])
    flags = b""
    if page.flags:
        plain = original[MARKS] is None and author_id != page.viewer and not page.muted and page.filtering is None
        flags = NO_FLAGS if plain else _flags(page, row, original)
    return _POST % (fragment, replies, boosts, favourites, quotes, author, boosted, poll, flags)


_POST = (
    b'{%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,"quotes_count":%d,'
    b'"account":%b,"reblog":%b,"poll":%b%b}'
)


def _flags(page: Page, row: Row, original: Row) -> bytes:
    _, favourite, bookmark, boost, pin = original[MARKS:] if original[MARKS] is not None else NO_MARKS
    flags: dict[str, Any] = {
        "favourited": favourite is not None,
        "reblogged": boost is not None,
        "muted": original[5] in page.muted,
        "bookmarked": bookmark is not None,
        "filtered": [match_entity(one) for one in page.filtering.found(row[0])] if page.filtering else [],
    }
    if row[4] == page.viewer:
        flags["pinned"] = pin is not None
    return b"," + json.encode(flags)[1:-1]


def _poll(page: Page, post_id: int, author_id: int) -> bytes:
    poll = page.polls.get(post_id)
    if poll is None:
        return b"null"
    return json.encode(poll_entity(poll, page.votes.get(post_id), known=page.flags, own=author_id == page.viewer))


def poll_entity(poll: Poll, votes: list[int] | None, *, known: bool, own: bool) -> dict[str, Any]:
    """A poll; totals stay hidden until the end when its author wished so."""
    hidden = poll.hide_totals and not poll.expired
    entity: dict[str, Any] = {
        "id": str(poll.id),
        "expires_at": iso(poll.expires_at) if poll.expires_at else None,
        "expired": poll.expired,
        "multiple": poll.multiple,
        "votes_count": sum(poll.tally),
        "voters_count": poll.voters_count,
        "options": [
            {"title": title, "votes_count": None if hidden else count}
            for title, count in zip(poll.options, poll.tally, strict=True)
        ],
        "emojis": [],
    }
    if known:
        entity["voted"] = own or votes is not None
        entity["own_votes"] = votes or []
    return entity
