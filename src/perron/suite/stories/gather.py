"""Where a story can begin: the best of one's favourites over a time, a tag, a thread, several searches as one, an event
that one prepared for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select

from perron.kit.errors import Invalid, NotFound, Refused
from perron.kit.ids import first_id_at
from perron.kit.settings import Settings
from perron.kit.time import DAY, read_iso
from perron.people.model import Account
from perron.posts.queries import find_post
from perron.posts.search_index import search_posts
from perron.posts.visibility import ForViewer, Viewer, visible_to
from perron.store import Db, Prepared, Tx, among
from perron.store.paging import NEWEST, Paging
from perron.store.tables import marks, plan_events, posts
from perron.suite.stories.edit import add_items, quotable
from perron.suite.stories.keep import begin_story
from perron.suite.stories.model import Story, Wish
from perron.suite.stories.read import read_head, read_number
from perron.text.letters import settle
from perron.text.tags import fold, is_tag
from perron.timelines.public import tag_page

KINDS = ("favourites", "tag", "thread", "search", "event")
ORDERS = ("date", "engagement")
MOST = 200
"""Posts that a story begins with at most."""
MOST_SEARCHES = 10
LAST = 1 << 46
"""A moment after all that have an id, in milliseconds."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What to begin with. Days are milliseconds since 1970; `words`: a tag, or a search on each line; `post_id`: any of
    a thread; `event_id`: an event of the plan."""

    kind: str
    begins: int = 0
    ends: int = 0
    order: str = "date"
    words: str = ""
    post_id: int = 0
    event_id: int = 0


def _favourites(viewer: Viewer) -> Select[Any]:
    return (
        select(posts.c.id)
        .join(marks, marks.c.post_id == posts.c.id)
        .where(
            marks.c.account_id == bindparam("of_account"),
            marks.c.favourite_id >= bindparam("first"),
            marks.c.favourite_id < bindparam("last"),
            visible_to(viewer),
        )
        .order_by(marks.c.favourite_id.desc())
        .limit(MOST)
    )


_FAVOURITES = ForViewer(_favourites)
_THREAD = ForViewer(
    lambda viewer: (
        select(posts.c.id)
        .where(
            posts.c.thread_id == bindparam("of_thread"),
            posts.c.author_id == bindparam("by"),
            posts.c.boost_of_id.is_(None),
            visible_to(viewer),
        )
        .order_by(posts.c.id)
        .limit(MOST)
    )
)
_EVENT = (plan_events.c.id, plan_events.c.name, plan_events.c.begins, plan_events.c.ends)
_EVENTS = Prepared(
    select(*_EVENT)
    .where(plan_events.c.account_id == bindparam("of_account"))
    .order_by(plan_events.c.begins.desc())
    .limit(MOST)
)
_MET = ForViewer(
    lambda viewer: select(
        posts.c.id, posts.c.favourites_count + 2 * posts.c.boosts_count + posts.c.replies_count
    ).where(among(posts.c.id), visible_to(viewer))
)


def read_gathering(raw: dict[str, Any]) -> Gathering:
    """What somebody wishes to begin with."""
    kind, order = str(raw.get("source") or ""), str(raw.get("order") or "date")
    if kind not in KINDS:
        raise Invalid(f"A story begins with one of: {', '.join(KINDS)}.")
    if order not in ORDERS:
        raise Invalid(f"Posts are in order of one of: {', '.join(ORDERS)}.")
    begins, ends = _day(raw.get("begins")), _day(raw.get("ends"))
    if kind == "favourites" and not 0 < begins <= ends:
        raise Invalid("Please say from which day to which.")
    queries = raw.get("queries")
    words = "\n".join(map(str, queries)) if isinstance(queries, list) else str(raw.get("words") or "")
    post_id, event_id = (read_number(raw.get(name)) or 0 for name in ("status_id", "event_id"))
    return Gathering(kind, begins, ends + DAY, order, settle(words), post_id, event_id)


def _day(value: Any) -> int:
    """The first millisecond of a day; 0 for what is none, and for days that no id can name."""
    found = read_iso(str(value)) or 0 if value else 0
    return found if 0 < found < LAST else 0


def gather(
    tx: Tx, account: Account, user_id: int, title: str, wished: Gathering, settings: Settings
) -> tuple[Story, int]:
    """Begin a story with what is found, and how many of it could not enter: not for everybody, or not to be quoted."""
    ids = gathered(tx, account, wished, settings)
    wishes = [Wish("post", {}, one) for one in ids if _may_enter(tx, account.id, one)]
    if not wishes:
        raise NotFound("Nothing was found that may enter a story.")
    story = begin_story(tx, account, user_id, read_head({"title": title}))
    add_items(tx, story, user_id, wishes, settings)
    return story, len(ids) - len(wishes)


def gathered(db: Db, account: Account, wished: Gathering, settings: Settings) -> list[int]:
    """The posts of a gathering, each once, in its order."""
    found = [*dict.fromkeys(_FOUND[wished.kind](db, account, wished, settings))][:MOST]
    if wished.order == "date":
        return sorted(found)
    met = {row[0]: row[1] for row in _MET.all(db, account.id, ids=db.id_list(found))} if found else {}
    return sorted(found, key=lambda one: (-met.get(one, 0), one))


def _may_enter(tx: Tx, account_id: int, post_id: int) -> bool:
    try:
        quotable(tx, account_id, post_id)
    except Refused:
        return False
    return True


def _of_favourites(db: Db, account: Account, wished: Gathering, settings: Settings) -> list[int]:
    span = {"first": first_id_at(wished.begins), "last": first_id_at(wished.ends)}
    return [row[0] for row in _FAVOURITES.all(db, account.id, of_account=account.id, **span)]


def _of_tag(db: Db, account: Account, wished: Gathering, settings: Settings) -> list[int]:
    name = wished.words.strip().removeprefix("#")
    key = fold(name) if is_tag(name) else ""
    if not key:
        raise Invalid("This is not a tag.")
    return list(tag_page(db, key, Paging(limit=MOST)))


def _of_thread(db: Db, account: Account, wished: Gathering, settings: Settings) -> list[int]:
    post = find_post(db, wished.post_id, viewer=account.id)
    if post is None:
        raise NotFound("This post is gone, or not for you to see.")
    return [row[0] for row in _THREAD.all(db, account.id, of_thread=post.thread_id, by=post.author_id)]


def _of_search(db: Db, account: Account, wished: Gathering, settings: Settings) -> Sequence[int]:
    """Several searches as one: what any of them finds, each post once."""
    return _searched(db, account, wished.words, settings, {"below": NEWEST, "above": 0})


def _searched(db: Db, account: Account, words: str, settings: Settings, span: Mapping[str, int]) -> list[int]:
    queries = [one.strip() for one in words.splitlines() if one.strip()]
    if not queries or len(queries) > MOST_SEARCHES:
        raise Invalid(f"Write 1 to {MOST_SEARCHES} searches, each on a line of its own.")
    found: list[int] = []
    for one in queries:
        found += search_posts(db, one, viewer=account.id, domain=settings.domain, limit=MOST, **span)
    return found


def _of_event(db: Db, account: Account, wished: Gathering, settings: Settings) -> Sequence[int]:
    """What was said of an event while it lasted: what the searches find, or else its name."""
    event = next((one for one in events_of(db, account.id) if one[0] == wished.event_id), None)
    if event is None:
        raise NotFound("This event is gone, or belongs to somebody else.")
    _, name, begins, ends = event
    span = {"below": first_id_at(_day(ends) + DAY), "above": first_id_at(_day(begins))}
    return _searched(db, account, wished.words.strip() or name, settings, span)


def events_of(db: Db, account_id: int) -> list[tuple[int, str, str, str]]:
    """What an account prepares for: (id, name, first day, last day), the newest first."""
    return [(row[0], row[1], row[2], row[3]) for row in db.all(_EVENTS, of_account=account_id)]


_FOUND = {"favourites": _of_favourites, "tag": _of_tag, "thread": _of_thread, "search": _of_search, "event": _of_event}
