"""The clip basket: what is kept for a story. Nobody hears of it."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.suite.stories.address import wish_at
from perron.suite.stories.clips import clip_page, clip_post, clips_of, remove_clip
from perron.suite.stories.entities import clip_entities
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit

PAGE = 40


async def show(visit: Visit) -> Response:
    """The basket, the newest first; what is ticked becomes a story."""
    return await _show(visit)


async def _show(visit: Visit, wrong: Refused | None = None, typed: str = "") -> Response:
    me = visit.must_write()

    def read(db: Db) -> dict[str, Any]:
        found = clips_of(db, me.id, Paging(below=visit.below, limit=PAGE))
        assert visit.viewer is not None
        clips = clip_entities(visit.links, db, found, visit.viewer)
        return {"clips": clips, "older": found[-1].id if len(found) == PAGE else 0}

    said, status = (visit.explain(wrong), wrong.status) if wrong else ("", 200)
    return visit.show("stories/basket.html", status=status, wrong=said, typed=typed, **await visit.read(read))


async def put(visit: Visit, fields: Fields) -> Response:
    """Keep a post, or what stands at an address."""
    me, origin = visit.must_write(), visit.links.origin
    address = fields.text("address").strip()

    def work(tx: Tx) -> None:
        wish = wish_at(address, origin)
        if wish.post_id:
            clip_post(tx, me.id, wish.post_id)
        else:
            clip_page(tx, me.id, address, fields.text("title"))

    try:
        await visit.write(work)
    except Refused as wrong:
        return await _show(visit, wrong, address)
    return visit.go("/stories/basket")


async def remove(visit: Visit, fields: Fields) -> Response:
    """Take something out of the basket."""
    me = visit.must_write()
    await visit.write(lambda tx: remove_clip(tx, me.id, read_id(visit.path["id"])))
    return visit.go("/stories/basket")
