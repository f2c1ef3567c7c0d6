"""How a story is read, for who tells it; what it brought those whom it quotes, for each of them; and following its
teller."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from perron.entities.accounts import accounts_by_id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.estimates import Share
from perron.kit.time import iso_day
from perron.moderation.figures import Day
from perron.people.follow import follow
from perron.people.model import Account
from perron.people.relations import Following, relation
from perron.press import document as press
from perron.store import Db, Tx
from perron.suite.stories import keep
from perron.suite.stories.figures import ENOUGH, Figures, Step, figures_of, steps_of
from perron.suite.stories.gains import gains_of, quoting
from perron.suite.stories.inclusions import inclusions_of, own_post
from perron.suite.stories.model import Story
from perron.suite.stories.told import told
from perron.suite.stories.views import count_follow
from perron.text.letters import shortened
from perron.text.sanitise import plain
from perron.web.fields import Fields, read_id
from perron.web.manage.running import bars
from perron.web.shown import mark_brands, posts_shown
from perron.web.visit import Visit

LONGEST = 80
"""Characters by which an item is named in a list."""


async def show_figures(visit: Visit) -> Response:
    """How a story of one's own is read."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        story, found, names = _figures(visit, db, me)
        return {
            "story": story,
            "found": found,
            "chart": bars([Day(one.at, one.views) for one in found.days]),
            "rows": [_row(visit, one, names) for one in found.steps],
            "turn": _row(visit, found.turn, names) if found.turn else None,
            "finished": share_shown(visit, found.finished),
            "path": visit.ours(visit.links.story(me.handle, story.id)),
        }

    found = await visit.read_slowly(read)
    return visit.show("stories/figures.html", cache_control="no-store", enough=ENOUGH, **found)


async def download_figures(visit: Visit) -> Response:
    """The same as CSV: a line for each day, then one for each item."""
    me = visit.must_sign_in().account
    story, found, names = await visit.read_slowly(lambda db: _figures(visit, db, me))
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["what", "of", "views", "readers", "reached", "share", "least", "most", "stopped", "clicks"])
    for day in found.days:
        lines.writerow(["day", iso_day(day.at), day.views, day.readers, "", "", "", "", "", ""])
    for one in found.steps:
        share = [round(part, 4) for part in one.share] if one.share else ["", "", ""]
        lines.writerow(["item", _safe(names[one.item.id]), "", "", one.reached, *share, one.stopped, one.clicks])
    headers = {"content-disposition": f'attachment; filename="story-{story.id}.csv"', "cache-control": "no-store"}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _figures(visit: Visit, db: Db, me: Account) -> tuple[Story, Figures, dict[int, str]]:
    story = keep.own_story(db, me.id, read_id(visit.path["id"]))
    return story, figures_of(db, story), _names(visit, db, story, me)


def _names(visit: Visit, db: Db, story: Story, teller: Account) -> dict[int, str]:
    """What each item is called in a list: its first words, as anybody may read it at this moment."""
    blocks = told(visit.links, db, story, teller, visit.settings.locale).blocks
    return {int(one.key.removeprefix("i")): _name(visit, one) for one in blocks}


def _name(visit: Visit, one: press.Block) -> str:
    words = ""
    if isinstance(one, press.Post):
        words = f"{one.author.name}: {one.content_warning or plain(one.html)}"
    elif isinstance(one, press.Text):
        words = plain(one.html)
    elif isinstance(one, press.Heading | press.Quotation):
        words = one.text
    elif isinstance(one, press.Link | press.Video):
        words = one.title
    elif isinstance(one, press.Photo):
        words = one.caption or one.picture.alt or visit.say("A picture")
    elif isinstance(one, press.Poll):
        words = one.question
    words = " ".join(words.split()) or visit.say("Withdrawn")
    return shortened(words, LONGEST)


def _row(visit: Visit, one: Step, names: dict[int, str]) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "name": names.get(one.item.id, ""),
        "reached": one.reached,
        "stopped": one.stopped,
        "clicks": one.clicks,
        "share": share_shown(visit, one.share),
    }


def share_shown(visit: Visit, share: Share | None) -> dict[str, Any] | None:
    """A share in hundredths, to be drawn and said."""
    if share is None:
        return None
    value, least, most = (round(100 * part, 1) for part in share)
    sign = "\u202f%" if visit.locale == "fr" else "%"
    said = {name: f"{round(part)}{sign}" for name, part in (("said", value), ("low", least), ("high", most))}
    return {"value": value, "least": least, "span": round(most - least, 1), **said}


def _safe(words: str) -> str:
    """Words as a table calculates nothing from them."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t") else words


# -- for those who are quoted ------------------------------------------------------------------------------------------


async def quoted(visit: Visit) -> Response:
    """The stories that quote one."""
    me = visit.must_sign_in().account

    def read(db: Db) -> list[dict[str, Any]]:
        found = [keep.find_story(db, one, viewer=None) for one in quoting(db, me.id)]
        return [_listed(visit, db, *one) for one in found if one is not None]

    return visit.show("stories/quoted.html", cache_control="no-store", rows=await visit.read_slowly(read))


def _listed(visit: Visit, db: Db, story: Story, teller: Account) -> dict[str, Any]:
    shown = _account(visit, db, teller)
    return {"story": story, "account": shown, "path": visit.ours(visit.links.story(teller.handle, story.id))}


def _account(visit: Visit, db: Db, account: Account) -> dict[str, Any]:
    shown: dict[str, Any] = json.decode(accounts_by_id(visit.links, db, [account.id])[account.id])
    mark_brands(db, [shown])
    return shown


async def show_gains(visit: Visit) -> Response:
    """What a story brought whom it quotes: told to them alone."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        found = keep.find_story(db, read_id(visit.path["id"]), viewer=None)
        if found is None:
            raise NotFound(keep.GONE)
        story, teller = found
        gains = gains_of(db, me.id, story)
        steps, known = steps_of(db, story.id)
        mine = [one for one in steps if one.item.id in gains.items]
        posts = {int(one["id"]): one for one in posts_shown(visit, db, [one.post_id for one in gains.posts])}
        first = max(mine, key=lambda one: one.reached, default=None)
        return {
            **_listed(visit, db, story, teller),
            "gains": gains,
            "reached": first.reached if first else 0,
            "share": share_shown(visit, first.share) if first else None,
            "known": known,
            "clicks": sum(one.clicks for one in mine),
            "posts": [(posts[one.post_id], one) for one in gains.posts if one.post_id in posts],
        }

    found = await visit.read_slowly(read)
    return visit.show("stories/gains.html", cache_control="no-store", enough=ENOUGH, **found)


# -- for the author of a post -----------------------------------------------------------------------------------------


async def show_inclusions(visit: Visit) -> Response:
    """In which stories a post of one's own is, and what it met with around each; nobody else sees this page."""
    me = visit.must_sign_in().account

    def read(db: Db) -> dict[str, Any]:
        post = own_post(db, me.id, read_id(visit.path["id"]))
        found = inclusions_of(db, post)
        return {
            "page": visit.ours(visit.links.post(me.handle, post.id)),
            "posts": posts_shown(visit, db, [post.id]),
            "found": found,
            "rows": [{**_listed(visit, db, one.story, one.teller), "marks": one.marks} for one in found.stories],
        }

    return visit.show("stories/inclusions.html", cache_control="no-store", **await visit.read_slowly(read))


# -- following who tells it --------------------------------------------------------------------------------------------


async def show_follow(visit: Visit) -> Response:
    """Whether somebody who has read a story wishes to follow its teller."""
    me = visit.must_write()

    def read(db: Db) -> dict[str, Any]:
        story, teller = _told_by(visit, db)
        return {**_listed(visit, db, story, teller), "follows": relation(db, me.id, teller.id).following is not None}

    return visit.show("stories/follow.html", cache_control="no-store", **await visit.read(read))


async def follow_teller(visit: Visit, fields: Fields) -> Response:
    """Follow the teller of a story; it is counted that this came of it, not who it was."""
    me = visit.must_write()

    def work(tx: Tx) -> str:
        story, teller = _told_by(visit, tx)
        before = relation(tx, me.id, teller.id)
        if not before.following and not before.requested:
            follow(tx, me, teller.id, Following(), visit.settings)
            count_follow(tx, story.id)
        return visit.links.story(teller.handle, story.id)

    return visit.go(visit.ours(await visit.write(work)))


def _told_by(visit: Visit, db: Db) -> tuple[Story, Account]:
    found: Sequence[Any] | None = keep.find_story(db, read_id(visit.path["id"]), viewer=None)
    if found is None:
        raise NotFound(keep.GONE)
    return found[0], found[1]
