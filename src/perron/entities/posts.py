"""Posts as clients read them: heads that anybody shares, and the viewer's own flags."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, and_, null, select

from perron.entities.emojis import codes_in, known_emojis
from perron.entities.filters import match_entity
from perron.entities.heads import APPROVAL, NO_FLAGS, OTHERS, PLAIN_END, Head, heads, heads_as_seen
from perron.entities.links import Links
from perron.kit import json
from perron.kit.time import iso
from perron.people.model import Viewer
from perron.people.relations import followed_among
from perron.posts.marks import NO_MARKS, Marks, marks_on
from perron.posts.polls import Poll, own_votes, polls_of
from perron.posts.quoted import Quoted, quotes_in
from perron.posts.thread import muted_among
from perron.posts.visibility import ForViewer, authors, unhidden_from, visible_to
from perron.store import Db, among, const
from perron.store.statements import version_of
from perron.store.tables import marks, posts
from perron.timelines.filters import Filtering


def _seen(viewer: Any) -> Select[Any]:
    """Which posts the viewer may see, and whether the viewer did anything with each. (Posts of authors who do not stand
    have no head.)"""
    if viewer is None:
        return select(posts.c.id, null()).where(among(posts.c.id), visible_to(None, author_stands=True))
    own = and_(marks.c.account_id == viewer, marks.c.post_id == posts.c.id)
    query = select(posts.c.id, marks.c.account_id).outerjoin(marks, own)
    return query.where(among(posts.c.id), visible_to(viewer, author_stands=True))


def _with_versions(dialect: str, query: Select[Any]) -> Select[Any]:
    """On PostgreSQL also, which versions of the post and of its author there are: see `heads`."""
    if dialect == "sqlite":
        return query
    author = select(version_of(authors)).where(authors.c.id == posts.c.author_id).scalar_subquery()
    return query.add_columns(version_of(posts), author)


_SEEN = ForViewer(_seen, _with_versions)
_OPENLY = posts.c.visibility != const("mentioned")
_SEEN_UNHIDDEN = ForViewer(lambda viewer: _seen(viewer).where(unhidden_from(viewer)), _with_versions)
_SEEN_OPENLY = ForViewer(lambda viewer: _seen(viewer).where(_OPENLY), _with_versions)
_UNHIDDEN_OPENLY = ForViewer(lambda viewer: _seen(viewer).where(_OPENLY, unhidden_from(viewer)), _with_versions)
HIDING = ("thread", "public")
"""Contexts whose ids are the same for everybody: whom the viewer has muted or blocked is left out here."""


@dataclass(slots=True)
class Page:
    """Everything that the posts of one page need, read at once. `seen` are those the viewer may see."""

    heads: dict[int, Head]
    seen: Collection[int]
    viewer: int | None
    flags: bool
    special: Sequence[Head] = ()
    """Those among them that are not simple."""
    marks: dict[int, Marks] = field(default_factory=dict)
    muted: set[int] = field(default_factory=set)
    polls: dict[int, Poll] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    emojis: dict[str, dict[str, Any]] = field(default_factory=dict)
    quotes: dict[int, Quoted] = field(default_factory=dict)
    followed: set[int] = field(default_factory=set)
    """Authors whom the viewer follows, among those who let only followers quote them."""
    filtering: Filtering | None = None


def posts_json(links: Links, db: Db, ids: Sequence[int], *, viewer: Viewer | None, context: str = "") -> list[bytes]:
    """Posts in the order of their ids. Those the viewer may not see, and in `context` (home, public, …) those their
    filters hide, are left out."""
    return [*posts_by_id(links, db, ids, viewer=viewer, context=context).values()]


def posts_by_id(
    links: Links, db: Db, ids: Sequence[int], *, viewer: Viewer | None, context: str = ""
) -> dict[int, bytes]:
    """As `posts_json`, by id."""
    account = viewer.account if viewer else None
    me = account.id if account else None
    confided = viewer is None or viewer.confided
    look = _SEEN if confided else _SEEN_OPENLY
    first = (_SEEN_UNHIDDEN if confided else _UNHIDDEN_OPENLY) if context in HIDING else look
    rows = first.all(db, me, ids=db.id_list(ids))
    seen: dict[int, int | None] = {row[0]: row[1] for row in rows}
    known = heads_as_seen(links, db, rows)
    special = _special(known, seen)
    if boosted := _boosted(special):
        rows = look.all(db, me, ids=db.id_list(boosted))
        seen |= {row[0]: row[1] for row in rows}
        known |= heads_as_seen(links, db, rows)
        special = _special(known, seen)
    quotes = _quotes_of(db, special, me)
    if inside := _unread(quotes, seen):
        rows = look.all(db, me, ids=db.id_list(inside))
        seen |= {row[0]: row[1] for row in rows}
        known |= heads_as_seen(links, db, rows)
        quotes |= _quotes_of(db, _special(known, inside), me)
        special = _special(known, seen)
    page = Page(known, seen, me, flags=me is not None, special=special, quotes=quotes)
    if me is not None and viewer is not None:
        touched = [id_ for id_, by in seen.items() if by is not None]
        if touched:
            page.marks = marks_on(db, me, touched)
        if viewer.has_thread_mutes:
            threads = (known[id_].thread_id for id_ in seen if id_ in known)
            page.muted = muted_among(db, me, [one for one in threads if one])
        if viewer.has_filters and context:
            page.filtering = Filtering.of(db, me, context)
            page.filtering.look_at(db, [*seen])
    _add_polls(page, links, db)
    if me is not None:
        _add_followed(page, db, me)
    return _assemble(page, ids)


def posts_as_stored(links: Links, db: Db, ids: Sequence[int]) -> list[bytes]:
    """Posts for an audience that was decided elsewhere, such as open streams: flags as for somebody who did nothing
    yet, and of quoted posts what anybody may see."""
    wanted = {*ids, *_boosted(_special(heads(links, db, ids), ids))}
    known = heads(links, db, wanted)
    quotes = _quotes_of(db, _special(known, wanted), None)
    if inside := _unread(quotes, wanted):
        wanted |= {*inside}
        known = heads(links, db, wanted)
        quotes |= _quotes_of(db, _special(known, inside), None)
    page = Page(known, wanted, None, flags=True, special=_special(known, wanted), quotes=quotes)
    _add_polls(page, links, db)
    return [*_assemble(page, ids).values()]


def _special(known: Mapping[int, Head], ids: Collection[int]) -> list[Head]:
    """The heads of those of these posts of which more has to be asked: mostly few."""
    return [head for id_ in ids if (head := known.get(id_)) is not None and not head.simple]


def _boosted(special: Sequence[Head]) -> list[int]:
    return [head.boost_of_id for head in special if head.boost_of_id is not None]


def _quotes_of(db: Db, special: Sequence[Head], viewer: int | None) -> dict[int, Quoted]:
    """What those of these posts that quote carry inside; mostly none does, and nothing is asked."""
    quoting = [head.id for head in special if head.quote_of_id is not None]
    return quotes_in(db, quoting, viewer=viewer) if quoting else {}


def _unread(quotes: dict[int, Quoted], read: Collection[int]) -> list[int]:
    """Quoted posts that are to be shown and are not among those read."""
    return [one.id for one in quotes.values() if one.shown and one.id not in read]


def _add_polls(page: Page, links: Links, db: Db) -> None:
    if with_poll := [head.id for head in page.special if head.has_poll]:
        page.polls = polls_of(db, with_poll)
        page.emojis = known_emojis(links, db, codes_in(*(one for poll in page.polls.values() for one in poll.options)))
        if page.viewer is not None:
            page.votes = own_votes(db, page.viewer, with_poll)


def _add_followed(page: Page, db: Db, me: int) -> None:
    if authors := {head.author_id for head in page.special if head.policy == "followers"}:
        page.followed = followed_among(db, me, authors)


def _assemble(page: Page, ids: Sequence[int]) -> dict[int, bytes]:
    made: dict[int, bytes] = {}
    known, seen, marked, viewer = page.heads, page.seen, page.marks, page.viewer
    calm = page.flags and not page.muted and page.filtering is None
    for id_ in ids:
        head = known.get(id_)
        if calm and head and head.simple and id_ in seen and id_ not in marked and head.author_id != viewer:
            made[id_] = head.plain  # most of a page, without a call for each
        elif (one := _shown(page, id_)) is not None:
            made[id_] = one
    return made


def _shown(page: Page, id_: int, *, shallow: bool = False) -> bytes | None:
    """A post, or None when it or what it boosts is not to be shown; what a `shallow` one quotes is only named."""
    head = page.heads.get(id_)
    if head is None or id_ not in page.seen or (page.filtering is not None and page.filtering.hides(id_)):
        return None
    if head.boost_of_id is None:
        flags = _flags(page, head, head)
        if head.simple:
            if flags is NO_FLAGS:
                return head.plain
            return b"".join((head.shown, PLAIN_END, _approval(page, head), flags, b"}"))
        poll = _poll(page, head) if head.has_poll else b"null"
        quote = _quote(page, head, shallow=shallow)
        rest = (b',"quote":', quote, _approval(page, head), flags, b"}")
        return b"".join((head.shown, b',"reblog":null,"poll":', poll, *rest))
    inner = _shown(page, head.boost_of_id)
    if inner is None:
        return None
    original = page.heads[head.boost_of_id]
    own = _approval(page, original), _flags(page, head, original)
    return b"".join((head.shown, b',"reblog":', inner, b',"poll":null,"quote":null', *own, b"}"))


def _quote(page: Page, head: Head, *, shallow: bool) -> bytes:
    """What a post quotes: the post itself, or why it is not shown; a `shallow` one names it only."""
    found = page.quotes.get(head.id)
    if found is None:
        return b"null"
    if shallow:
        named = f'"{found.id}"' if found.shown else "null"
        return f'{{"state":"{found.state}","quoted_status_id":{named}}}'.encode()
    inner = _shown(page, found.id, shallow=True) if found.shown else None
    state = "unauthorized" if found.shown and inner is None else found.state
    return b"".join((b'{"state":"', state.encode(), b'","quoted_status":', inner or b"null", b"}"))


def _approval(page: Page, head: Head) -> bytes:
    """Who may quote a post, and whether the viewer may."""
    if not page.flags or head.policy == "sealed":
        answer = "denied"
    elif head.author_id == page.viewer:
        answer = "automatic"
    else:
        answer = OTHERS[head.policy]
        if answer == "unknown" and page.viewer is not None:
            answer = "automatic" if head.author_id in page.followed else "denied"
    return APPROVAL[head.policy][answer]


def _flags(page: Page, head: Head, original: Head) -> bytes:
    """The viewer's flags; a boost bears those of what it boosts."""
    if not page.flags:
        return b""
    found = page.marks.get(original.id, NO_MARKS)
    own = head.author_id == page.viewer
    if found is NO_MARKS and not own and not page.muted and page.filtering is None:
        return NO_FLAGS
    flags: dict[str, Any] = {
        "favourited": found.favourite is not None,
        "reblogged": found.boost is not None,
        "muted": original.thread_id in page.muted,
        "bookmarked": found.bookmark is not None,
        "filtered": [match_entity(one) for one in page.filtering.found(head.id)] if page.filtering else [],
    }
    if own:
        flags["pinned"] = found.pin is not None
    return b"," + json.encode(flags)[1:-1]


def _poll(page: Page, head: Head) -> bytes:
    poll = page.polls.get(head.id)
    if poll is None:
        return b"null"
    own = head.author_id == page.viewer
    return json.encode(poll_entity(poll, page.votes.get(head.id), page.emojis, known=page.flags, own=own))


def poll_entity(
    poll: Poll, votes: list[int] | None, emojis: Mapping[str, dict[str, Any]], *, known: bool, own: bool
) -> dict[str, Any]:
    """A poll; totals stay hidden until the end when its author wished so. `emojis` are known ones, by name."""
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
        "emojis": [emojis[code] for code in codes_in(*poll.options) if code in emojis],
    }
    if known:
        entity["voted"] = own or votes is not None
        entity["own_votes"] = votes or []
    return entity
