"""Timelines: home, public, tag, list."""

from perron.api.kit import Answer, Call
from perron.kit.errors import NotFound
from perron.store import Db
from perron.text.tags import fold
from perron.timelines.home import home_page
from perron.timelines.lists import list_page
from perron.timelines.public import public_page, tag_page


def home(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/home"""
    ids = home_page(db, call.site.rings, call.me.id, call.paging())
    return call.page(call.posts(db, ids, "home"), ids)


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


def tag(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/tag/:hashtag"""
    params = call.params
    ids = tag_page(
        db,
        fold(call.path["hashtag"]),
        call.paging(),
        here=params.flag("local"),
        media=params.flag("only_media"),
    )
    return call.page(call.posts(db, ids, "public"), ids)


def of_list(call: Call, db: Db) -> Answer:
    """GET /api/v1/timelines/list/:list_id"""
    ids = list_page(db, call.site.rings, call.me.id, call.id_called("list_id"), call.paging())
    if ids is None:
        raise NotFound
    return call.page(call.posts(db, ids, "home"), ids)
