"""Posts as clients read them: stored fragments joined with authors, counts, and the viewer's own flags."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from perron.entities.accounts import SHOWN, account_json
from perron.entities.accounts import healed as healed_accounts
from perron.entities.filters import match_entity
from perron.entities.fragments import render_posts
from perron.entities.links import Links
from perron.kit import json
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.posts.marks import NO_MARKS, Marks, marks_on
from perron.posts.polls import Poll, own_votes, polls_of
from perron.posts.thread import muted_among
from perron.posts.visibility import ForViewer, visible_to
from perron.store import Db, Prepared, among
from perron.store.engine import Row
from perron.store.tables import accounts, posts
from perron.timelines.filters import Filtering

_SHOWN = (
    *(posts.c.id, posts.c.fragment, posts.c.stamp, posts.c.boost_of_id, posts.c.author_id, posts.c.thread_id),
    *(posts.c.replies_count, posts.c.boosts_count, posts.c.favourites_count, posts.c.quotes_count, posts.c.has_poll),
)
AUTHOR = len(_SHOWN)
_PAGE = ForViewer(
    lambda viewer: (
        select(*_SHOWN, *SHOWN)
        .join(accounts, accounts.c.id == posts.c.author_id)
        .where(among(posts.c.id), visible_to(viewer))
    )
)
_PAGE_AS_STORED = Prepared(
    select(*_SHOWN, *SHOWN).join(accounts, accounts.c.id == posts.c.author_id).where(among(posts.c.id))
)
NO_FLAGS = b',"favourited":false,"reblogged":false,"muted":false,"bookmarked":false,"filtered":[]'


@dataclass(slots=True)
class Page:
    """Everything that the posts of one page need, read at once."""

    links: Links
    rows: dict[int, Row]
    viewer: int | None
    flags: bool
    marks: dict[int, Marks] = field(default_factory=dict)
    muted: set[int] = field(default_factory=set)
    polls: dict[int, Poll] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    filtering: Filtering | None = None
    authors: dict[int, bytes] = field(default_factory=dict)


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
        page.marks = marks_on(db, me, [*rows])
        if viewer.has_thread_mutes:
            page.muted = muted_among(db, me, [row[5] for row in rows.values() if row[5]])
        if viewer.has_filters and context:
            page.filtering = Filtering.of(db, me, context)
            page.filtering.look_at(db, [*rows])
    _add_polls(page, db)
    return _assemble(page, ids)


def posts_as_stored(
    links: Links, db: Db, ids: Sequence[int], *, to: int | None = None, context: str = "home"
) -> list[bytes]:
    """Posts for an audience that was decided elsewhere, such as open streams: flags as for somebody who did nothing
    yet. `to` is an account whose filters for `context` apply."""
    rows = {row[0]: row for row in db.all(_PAGE_AS_STORED, ids=db.id_list(ids))}
    missing = [row[3] for row in rows.values() if row[3] is not None and row[3] not in rows]
    if missing:
        rows |= {row[0]: row for row in db.all(_PAGE_AS_STORED, ids=db.id_list(missing))}
    page = Page(links, _healed(links, db, rows), None, flags=True)
    if to is not None:
        page.filtering = Filtering.of(db, to, context)
        page.filtering.look_at(db, [*rows])
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
    out = []
    for id_ in ids:
        row = page.rows.get(id_)
        if row is None:
            continue
        made = _one(page, row) if row[3] is None else _boost(page, row)
        if made is not None:
            out.append(made)
    return out


def _boost(page: Page, row: Row) -> bytes | None:
    original = page.rows.get(row[3])
    if original is None:
        return None
    inner = _one(page, original)
    return None if inner is None else _whole(page, row, inner)


def _one(page: Page, row: Row) -> bytes | None:
    if page.filtering is not None and page.filtering.hides(row[0]):
        return None
    return _whole(page, row, b"null")


def _whole(page: Page, row: Row, boosted: bytes) -> bytes:
    author_id = row[4]
    author = page.authors.get(author_id)
    if author is None:
        author = page.authors[author_id] = account_json(row[AUTHOR:])
    counts = f',"replies_count":{row[6]},"reblogs_count":{row[7]},"favourites_count":{row[8]},"quotes_count":{row[9]}'
    parts = [b"{", row[1], counts.encode(), b',"account":', author, b',"reblog":', boosted]
    parts.append(b',"poll":null' if not row[10] else b',"poll":' + _poll(page, row[0], author_id))
    if page.flags:
        parts.append(_flags(page, row))
    parts.append(b"}")
    return b"".join(parts)


def _flags(page: Page, row: Row) -> bytes:
    of = row[3] or row[0]  # a boost bears the flags of what it boosts
    marks = page.marks.get(of, NO_MARKS)
    muted = row[5] in page.muted
    own = row[4] == page.viewer
    if marks is NO_MARKS and not muted and not own and page.filtering is None:
        return NO_FLAGS
    filtered = [match_entity(one) for one in page.filtering.found(row[0])] if page.filtering else []
    flags: dict[str, Any] = {
        "favourited": marks.favourite is not None,
        "reblogged": marks.boost is not None,
        "muted": muted,
        "bookmarked": marks.bookmark is not None,
        "filtered": filtered,
    }
    if own:
        flags["pinned"] = marks.pin is not None
    return b"," + json.encode(flags)[1:-1]


def _poll(page: Page, post_id: int, author_id: int) -> bytes:
    poll = page.polls.get(post_id)
    if poll is None:
        return b"null"
    return json.encode(
        poll_entity(poll, page.votes.get(post_id), known=page.viewer is not None, own=author_id == page.viewer)
    )


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
