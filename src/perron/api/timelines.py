"""Timelines: home, public, tag, list, of a page that is talked about, and of posts for few."""

from typing import Annotated, Required

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, speaks
from perron.api.trends import shown
from perron.entities.shapes.common import Url
from perron.entities.shapes.statuses import Status
from perron.kit.errors import NotFound
from perron.posts.cards import card_for
from perron.posts.trends import is_shown
from perron.store import Db
from perron.text.tags import fold
from perron.timelines.direct import direct_page
from perron.timelines.home import home_page
from perron.timelines.linked import link_page
from perron.timelines.lists import list_page
from perron.timelines.public import Beside, public_page, tag_page


class Public(Page, total=False):
    """Which public posts."""

    local: Annotated[bool, Meta(description="Only what was written on this server.")]
    remote: Annotated[bool, Meta(description="Only what was written on other servers.")]
    only_media: bool


class Tagged(Page, total=False):
    """Which posts that bear the tag."""

    any: Annotated[list[str], Meta(description="Posts that bear one of these tags come too.")]
    all: Annotated[list[str], Meta(description="Only posts that bear all of these tags.")]
    none: Annotated[list[str], Meta(description="No posts that bear one of these tags.")]
    local: Annotated[bool, Meta(description="Only what was written on this server.")]
    remote: Annotated[bool, Meta(description="Only what was written on other servers.")]
    only_media: bool


class Linked(Page, total=False):
    """Which page."""

    url: Required[Annotated[Url, Meta(description="The address of a page that is talked about.")]]


@speaks(list[Status], takes=Page, paged=True)
def home(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/home"""
    ids = home_page(db, call.site.rings, call.me.id, call.paging())
    return call.page(call.posts(db, ids, "home"), ids)


@speaks(list[Status], takes=Public, paged=True)
def public(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/public"""
    params = call.params
    ids = public_page(
        db,
        call.paging(),
        here=params.flag("local"),
        elsewhere=params.flag("remote"),
        media=params.flag("only_media"),
    )
    return call.page(call.posts(db, ids, "public"), ids)


@speaks(list[Status], takes=Tagged, paged=True)
def tag(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/tag/:hashtag"""
    params = call.params
    others = [tuple(fold(one) for one in params.texts(name)) for name in ("any", "all", "none")]
    ids = tag_page(
        db,
        fold(call.path["hashtag"]),
        call.paging(),
        place="here" if params.flag("local") else "elsewhere" if params.flag("remote") else "",
        media=params.flag("only_media"),
        beside=Beside(*others) if any(others) else None,
    )
    return call.page(call.posts(db, ids, "public"), ids)


@speaks(list[Status], takes=Linked, paged=True)
def link(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/link"""
    card = card_for(db, call.params.text("url"))
    if card is None or not shown(call) or not is_shown(db, "link", card.id):
        raise NotFound
    ids = link_page(db, card.id, call.paging())
    return call.page(call.posts(db, ids, "public"), ids)


@speaks(list[Status], takes=Page, paged=True)
def of_list(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/list/:list_id"""
    ids = list_page(db, call.site.rings, call.me.id, call.id_called("list_id"), call.paging())
    if ids is None:
        raise NotFound
    return call.page(call.posts(db, ids, "home"), ids)


@speaks(list[Status], takes=Page, paged=True)
def direct(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/direct"""
    ids = direct_page(db, call.me.id, call.paging())
    return call.page(call.posts(db, ids, "thread"), ids)
