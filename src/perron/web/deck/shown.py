"""What stands in a column for whoever looks: its title, where all of it is, and its posts, notices or plans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from perron.entities.scheduled import scheduled_entities
from perron.kit.time import iso
from perron.people.queries import find_account
from perron.posts.planned import scheduled_of
from perron.posts.search_index import search_posts
from perron.posts.tagging import find_tag
from perron.store import Db
from perron.store.paging import NEWEST, Paging
from perron.suite.atelier.deck.choose import Timeline, column_page
from perron.suite.atelier.deck.model import Column, Place
from perron.timelines.home import home_page
from perron.timelines.lists import find_list, list_page
from perron.timelines.public import account_page, public_page, tag_page
from perron.web.drawn import drawn
from perron.web.own.notices import told_below
from perron.web.shown import accounts_shown
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


PAGE = 20
FIRST = 12
"""Posts that a column has when the deck is loaded; more come as one reads on."""
MOST = 200
"""Posts that a column holds at most: what is older is on its own page."""
ICONS = {
    "home": "home",
    "notices": "notices",
    "list": "list",
    "tag": "tag",
    "search": "search",
    "account": "me",
    "public": "globe",
    "scheduled": "clock",
}
NOTICES = {
    "": _("Notices"),
    "mentions": _("Mentions"),
    "echoes": _("Boosts and favourites"),
    "follows": _("New followers"),
    "rest": _("Other notices"),
}
CONTEXTS = {"home": "home", "list": "home", "account": "account"}


@dataclass(frozen=True, slots=True)
class Head:
    """What a column is called, and the address of the page that has all of it; `gone`: there is nothing to show any
    more."""

    title: str
    href: str
    under: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A column as it is shown."""

    column: Column
    place: Place
    head: Head
    posts: Sequence[Any] = ()
    told: Sequence[Any] = ()
    planned: Sequence[Any] = field(default=())
    older: int = 0
    newest: int = 0
    """The newest post that stands here: what comes after it is new."""

    @property
    def icon(self) -> str:
        return ICONS[self.column.kind]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.posts or self.told or self.planned)


def head_of(visit: Visit, db: Db, column: Column) -> Head:
    """What a column is called, in the words of its owner or of what it shows."""
    found = _HEADS[column.kind](visit, db, column)
    return replace(found, title=column.title, under=found.under or found.title) if column.title else found


def seen(
    visit: Visit, db: Db, column: Column, place: Place, *, below: int = NEWEST, above: int = 0, limit: int = PAGE
) -> Seen:
    """A column with one page of what it shows; `above`: only what is newer than this."""
    head = head_of(visit, db, column)
    bare = Seen(column, place, head)
    if head.gone:
        return bare
    if column.kind == "notices":
        viewer = visit.must_sign_in().viewer
        told, older = told_below(visit, db, viewer, column.of, below, limit)
        return replace(bare, told=told, older=older)
    if column.kind == "scheduled":
        return replace(bare, planned=_planned(visit, db))
    ids, older = column_page(db, column, _timeline(visit, db, column), below=below, above=above, limit=limit)
    context = CONTEXTS.get(column.kind, "public")
    posts = drawn(visit, db, ids, context, spot=f"c{column.id}-")
    return replace(bare, posts=posts, older=older, newest=ids[0] if ids else above)


def _planned(visit: Visit, db: Db) -> list[dict[str, Any]]:
    """What the account has planned, the next to come first."""
    planned = scheduled_of(db, visit.must_sign_in().account.id)
    found = [one for one in planned if visit.is_told(one.draft.visibility)]
    told = zip(found, scheduled_entities(visit.links, db, found), strict=True)
    return [
        {
            "id": one.id,
            "at": iso(one.due),
            "words": " ".join((one.draft.warning or one.draft.text).split()),
            "visibility": said["params"]["visibility"],
            "error": bool(one.error),
        }
        for one, said in told
    ]


def _timeline(visit: Visit, db: Db, column: Column) -> Timeline:
    """Where the posts of a column come from."""
    me, of = visit.must_sign_in().account.id, column.of
    rings = visit.site.rings

    def searched(paging: Paging) -> list[int]:
        window = {"below": paging.below, "above": paging.above, "limit": paging.limit}
        return search_posts(db, of, viewer=me, domain=visit.settings.domain, **window)

    timelines: dict[str, Timeline] = {
        "home": lambda paging: home_page(db, rings, me, paging),
        "list": lambda paging: list_page(db, rings, me, int(of), paging) or [],
        "tag": lambda paging: tag_page(db, of, paging, media=column.media),
        "search": searched,
        "account": lambda paging: account_page(
            db, int(of), paging, viewer=me, boosts=column.boosts, replies=column.replies, media=column.media
        ),
        "public": lambda paging: public_page(db, paging, here=of == "here", media=column.media),
    }
    return timelines[column.kind]


# -- what columns are called -------------------------------------------------------------------------------------------


def _plain(title: str, href: str) -> Callable[[Visit, Db, Column], Head]:
    return lambda visit, db, column: Head(visit.say(title), href)


def _notices(visit: Visit, db: Db, column: Column) -> Head:
    return Head(visit.say(NOTICES[column.of]), "/notices" + (f"?only={column.of}" if column.of else ""))


def _list(visit: Visit, db: Db, column: Column) -> Head:
    found = find_list(db, visit.must_sign_in().account.id, int(column.of))
    title = found.title if found else visit.say(_("A list that is gone"))
    return Head(title, f"/lists/{column.of}" if found else "/lists", visit.say(_("List")), gone=found is None)


def _tag(visit: Visit, db: Db, column: Column) -> Head:
    known = find_tag(db, column.of)
    return Head(f"#{known[1] if known else column.of}", visit.ours(visit.links.tag(column.of)))


def _search(visit: Visit, db: Db, column: Column) -> Head:
    return Head(column.of, "/search?" + urlencode({"q": column.of}), visit.say(_("Search")))


def _account(visit: Visit, db: Db, column: Column) -> Head:
    found = find_account(db, int(column.of))
    if found is None or found.state != "active":
        return Head(visit.say(_("Somebody who is gone")), "/explore", gone=True)
    (shown,) = accounts_shown(visit, db, [found.id])
    return Head(shown["display_name"] or found.username, f"/@{found.handle}", f"@{found.handle}")


def _public(visit: Visit, db: Db, column: Column) -> Head:
    return Head(visit.say(_("On this server") if column.of == "here" else _("Everything public")), "/explore")


_HEADS: dict[str, Callable[[Visit, Db, Column], Head]] = {
    "home": _plain(_("Home"), "/home"),
    "notices": _notices,
    "list": _list,
    "tag": _tag,
    "search": _search,
    "account": _account,
    "public": _public,
    "scheduled": _plain(_("Planned posts"), "/scheduled"),
}
