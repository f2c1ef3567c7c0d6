"""Two titles or covers of a story by turns: begun, held against each other, settled."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.estimates import Share
from perron.kit.time import HOUR, MINUTE, SECOND, now
from perron.store import Db, Tx
from perron.suite.stories import keep
from perron.suite.stories.entities import rival_entity
from perron.suite.stories.rival import ENOUGH, TURN, begin_rival, rival_of, settle_rival
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.stories.desk import user_and_account
from perron.web.stories.figures import share_shown
from perron.web.visit import Visit
from perron.web.write.uploads import take_file


async def show(visit: Visit) -> Response:
    """What takes turns and what readers did with each, or the form to begin."""
    return await _show(visit)


async def _show(visit: Visit, wrong: Refused | None = None, title: str = "") -> Response:
    _, me = user_and_account(visit)

    def read(db: Db) -> dict[str, Any]:
        story = keep.own_story(db, me.id, _id(visit))
        found = rival_of(db, story.id)
        told = rival_entity(visit.links, db, story, found) if found else None
        sides = [_side(visit, told["first"]), _side(visit, told["other"])] if told else []
        return {
            "story": story,
            "rival": told,
            "sides": sides,
            "runs": bool(found and found.runs),
            "waits": bool(found and found.began_at > now()),
        }

    more = {"title": title, "enough": ENOUGH, "turn": TURN // MINUTE}
    return show_form(visit, "stories/rival.html", wrong, **more, **await visit.read(read))


def _side(visit: Visit, one: Any) -> dict[str, Any]:
    share = Share(**one["finished"]) if one["finished"] else None
    hours = round(one["shown"] * SECOND / HOUR, 1)
    cover = visit.ours(one["cover"]) if one["cover"] else ""
    return {**one, "cover": cover, "hours": hours, "share": share_shown(visit, share)}


async def begin(visit: Visit, fields: Fields) -> Response:
    """Let a second title or cover take turns with the first."""
    _, me = user_and_account(visit)
    files = fields.files("cover")
    try:
        cover = await take_file(visit, me, files[0]) if files else None

        def work(tx: Tx) -> None:
            story = keep.own_story_held(tx, me.id, _id(visit))
            begin_rival(tx, story, {"title": fields.text("title"), "cover_id": cover})

        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _show(visit, wrong, fields.text("title"))
    return visit.go(f"/stories/{_id(visit)}/rival")


async def settle(visit: Visit, fields: Fields) -> Response:
    """Settle which of the two stays."""
    user_id, me = user_and_account(visit)

    def work(tx: Tx) -> None:
        settle_rival(tx, keep.own_story_held(tx, me.id, _id(visit)), user_id, fields.text("keep"))

    await visit.write(work)
    return visit.go(f"/stories/{_id(visit)}/rival")


def _id(visit: Visit) -> int:
    return read_id(visit.path["id"])
