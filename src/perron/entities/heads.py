"""What anybody sees of a post: its fragment, its counts and its author, put together once.

Nothing in a head depends on a viewer, and whether a viewer may see the post is asked elsewhere, so heads are remembered
between requests: for as long as nobody has committed anything (`db.remembered`), or for as long as the rows they are
made of are the same (`heads_as_seen`).
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import select

from perron.entities.accounts import SHOWN, account_json, accounts_by_id
from perron.entities.accounts import healed as healed_accounts
from perron.entities.cards import authors_in, put_authors_in
from perron.entities.fragments import render_posts
from perron.entities.links import Links
from perron.store import Db, Prepared, among, const
from perron.store.engine import Row
from perron.store.tables import accounts, posts

_SHOWN = (
    *(posts.c.id, posts.c.fragment, posts.c.stamp, posts.c.boost_of_id, posts.c.author_id, posts.c.thread_id),
    *(posts.c.replies_count, posts.c.boosts_count, posts.c.favourites_count, posts.c.quotes_count, posts.c.has_poll),
    *(posts.c.quote_of_id, posts.c.quote_policy, posts.c.visibility),
)
AUTHOR = len(_SHOWN)
_AS_STORED = Prepared(
    select(*_SHOWN, *SHOWN)
    .join(accounts, accounts.c.id == posts.c.author_id)
    .where(among(posts.c.id), accounts.c.state == const("active"))
)
_HEAD = b'{%b,"replies_count":%d,"reblogs_count":%d,"favourites_count":%d,"quotes_count":%d,"account":%b'  # and so on
PLAIN_END = b',"reblog":null,"poll":null,"quote":null'
NO_FLAGS = b',"favourited":false,"reblogged":false,"muted":false,"bookmarked":false,"filtered":[]'


def _approval(policy: str, answer: str) -> bytes:
    """Who may quote a post, and whether the viewer may."""
    who = f'"{policy}"' if policy in ("public", "followers") else ""
    return f',"quote_approval":{{"automatic":[{who}],"manual":[],"current_user":"{answer}"}}'.encode()


APPROVAL = {
    policy: {answer: _approval(policy, answer) for answer in ("automatic", "denied", "unknown")}
    for policy in ("public", "followers", "nobody", "closed", "sealed")
}
"""What a post says of being quoted, by its policy and by the answer to the viewer; a post for followers is `closed`,
one for those it mentions `sealed`."""
OTHERS = {"public": "automatic", "followers": "unknown", "nobody": "denied", "closed": "denied", "sealed": "denied"}
"""The answer to somebody who is signed in and did not write the post; `unknown`: it depends on whom they follow."""


class Head(NamedTuple):
    """The beginning of a post's JSON object, and what its end depends on."""

    id: int
    boost_of_id: int | None
    author_id: int
    thread_id: int | None
    has_poll: bool
    quote_of_id: int | None
    policy: str
    simple: bool
    """It is no boost, has no poll, quotes nothing, and whether it may be quoted depends on nothing but itself."""
    plain: bytes
    """The whole object for a reader who did nothing with the post; of use when it is `simple`."""
    length: int
    """How much of it is the beginning."""

    @property
    def shown(self) -> bytes:
        """The beginning of the object: what it has in common for all. (Thousands of heads are kept: each once.)"""
        return self.plain[: self.length]


def heads(links: Links, db: Db, ids: Collection[int]) -> dict[int, Head]:
    """Heads of these posts, by id; those of posts that are gone, or whose author does not stand, are missing.

    Whether a viewer may see them is asked elsewhere."""
    known: dict[int, Head] = db.remembered("heads")
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        rows = db.all(_AS_STORED, ids=db.id_list(missing))
        known.update((row[0], _head(row)) for row in _with_authors(links, db, _healed(links, db, rows)))
    return known


def heads_as_seen(links: Links, db: Db, rows: Sequence[Row]) -> dict[int, Head]:
    """As `heads`, of the posts of these rows: (id, …, version of the post, version of its author).

    The versions come from PostgreSQL alone. A head made of just these is as good as a new one, whoever has written what
    meanwhile, here or on another node; so it is kept for as long as there is room. What it is made of was read after
    the versions: it may be newer than they say, and then is made once more, but never older."""
    if db.dialect == "sqlite" or not rows:
        return heads(links, db, [row[0] for row in rows])
    kept: dict[int, tuple[Row, Head]] = db.kept("heads")
    found: dict[int, Head] = {}
    missing: dict[int, Row] = {}
    for row in rows:
        one = kept.get(row[0])
        if one is not None and one[0] == row[2:]:
            found[row[0]] = one[1]
        else:
            missing[row[0]] = row[2:]
    if missing:
        made = _healed(links, db, db.all(_AS_STORED, ids=db.id_list([*missing])))
        naming = {row[0] for row in made if authors_in((row[1],))}  # a third account is in its card
        for row in _with_authors(links, db, made):
            head = found[row[0]] = _head(row)
            if row[0] not in naming:
                kept[row[0]] = missing[row[0]], head
    return found


def _head(row: Row) -> Head:
    id_, fragment, _, boost_of_id, author_id, thread_id, replies, boosts, favourites, quotes, has_poll = row[:11]
    quote_of_id, policy, visibility = row[11:AUTHOR]
    if visibility not in ("public", "unlisted"):
        policy = "sealed" if visibility == "mentioned" else "closed"
    simple = boost_of_id is None and not has_poll and quote_of_id is None and policy != "followers"
    shown = _HEAD % (fragment, replies, boosts, favourites, quotes, account_json(row[AUTHOR:]))
    plain = b"".join((shown, PLAIN_END, APPROVAL[policy][OTHERS[policy]], NO_FLAGS, b"}"))
    return Head(id_, boost_of_id, author_id, thread_id, has_poll, quote_of_id, policy, simple, plain, len(shown))


def _with_authors(links: Links, db: Db, rows: list[Row]) -> list[Row]:
    """Rows whose cards hold the accounts of those who wrote the pages."""
    wanted = authors_in(row[1] for row in rows)
    if not wanted:
        return rows
    known = accounts_by_id(links, db, [*wanted])
    return [(row[0], put_authors_in(row[1], known), *row[2:]) for row in rows]


def _healed(links: Links, db: Db, rows: list[Row]) -> list[Row]:
    """Rows whose fragments are current: one that is missing or of another stamp is made for this answer."""
    stamp = links.stamp
    stale = [row[0] for row in rows if row[2] != stamp or row[1] is None]
    if stale:
        made = render_posts(links, db, stale)
        rows = [(row[0], made[row[0]], stamp, *row[3:]) if row[0] in made else row for row in rows]
    return healed_accounts(links, db, rows, at=AUTHOR)
