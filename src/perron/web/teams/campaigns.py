"""A campaign: what it holds, who looks at it from outside, and what they say."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import iso
from perron.people.may import ACT, LOOK, may
from perron.people.queries import find_account
from perron.posts.planned import find_scheduled, scheduled_of
from perron.store import Db, Tx
from perron.suite.teams import campaigns
from perron.suite.teams.approve import words_of
from perron.suite.teams.links import CAMPAIGN, links_of
from perron.suite.teams.model import Campaign, Item
from perron.suite.teams.queries import organisation_as_stored
from perron.suite.teams.submissions import closed_submissions, open_submissions, submission_as_stored
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown, posts_shown
from perron.web.teams.approvals import SAID, STATES, lines_of
from perron.web.teams.kit import done, me, people, show
from perron.web.teams.outside import DAYS, rows_with_talk, told
from perron.web.visit import Visit


async def show_all(visit: Visit) -> Response:
    """The campaigns that somebody from outside keeps among theirs."""

    def read(db: Db) -> dict[str, Any]:
        found = campaigns.campaigns_read_by(db, me(visit))
        shown = {int(one["id"]): one for one in accounts_shown(visit, db, [*{one.account_id for one in found}])}
        return {"kept": [{"one": one, "brand": shown.get(one.account_id)} for one in found]}

    return show(visit, "teams/campaigns.html", **await visit.read(read))


async def show_one(visit: Visit) -> Response:
    """A campaign, for those who work for the brand and for those outside who keep it."""
    return await _one(visit)


async def _one(visit: Visit, wrong: Refused | None = None, link: str = "") -> Response:
    def read(db: Db) -> dict[str, Any]:
        one, role = campaigns.find_campaign(db, me(visit), read_id(visit.path["id"]))
        found = _held(visit, db, one)
        if not may(role, LOOK):
            return {**found, "outside": True, "here": f"/campaigns/{one.id}", "code": ""}
        acts = may(role, ACT)
        readers = campaigns.readers_of(db, one.id)
        return {
            **found,
            "outside": False,
            "organisation": organisation_as_stored(db, one.organisation_id),
            "acts": acts,
            "links": told(links_of(db, CAMPAIGN, one.id)) if acts else [],
            "readers": people(visit, db, readers),
            "choices": _choices(visit, db, one) if acts else [],
        }

    found = await visit.read(read)
    template = "teams/campaign_open.html" if found["outside"] else "teams/campaign.html"
    return show(visit, template, wrong, link=link, days=DAYS, states=STATES, verbs=SAID, **found)


def _held(visit: Visit, db: Db, one: Campaign) -> dict[str, Any]:
    """What a campaign holds, as people inside and outside read it."""
    items = campaigns.items_of(db, one.id)
    handed = [submission_as_stored(db, each.item_id) for each in items if each.kind == campaigns.SUBMISSION]
    others = [each for each in items if each.kind == campaigns.POST]
    rows = rows_with_talk(visit, db, [each for each in handed if each is not None])
    account = find_account(db, one.account_id)
    return {
        "campaign": one,
        "brand": next(iter(accounts_shown(visit, db, [one.account_id])), None),
        "handle": account.handle if account else "",
        "rows": [row | {"lines": lines_of(visit, db, row["said"])} for row in rows],
        "planned": [each for each in (_planned(db, one, item) for item in others) if each],
        "posts": posts_shown(visit, db, [each.item_id for each in others]),
    }


def _planned(db: Db, one: Campaign, item: Item) -> dict[str, Any] | None:
    found = find_scheduled(db, item.item_id, account_id=one.account_id)
    if found is None:
        return None
    return {"id": found.id, "at": iso(found.due), "text": found.draft.text, "warning": found.draft.warning}


def _choices(visit: Visit, db: Db, one: Campaign) -> list[tuple[str, str]]:
    """What could be put into it: what was handed in for the brand, and what is planned."""
    inside = {each.item_id for each in campaigns.items_of(db, one.id)}
    user_id = me(visit)
    handed = [
        *open_submissions(db, one.organisation_id, user_id),
        *closed_submissions(db, one.organisation_id, user_id),
    ]
    mine = [each for each in handed if each.account_id == one.account_id and each.id not in inside]
    planned = [each for each in scheduled_of(db, one.account_id) if each.id not in inside]
    return [
        *((f"submission {each.id}", words_of(db, each)[:90]) for each in mine),
        *((f"post {each.id}", " ".join(each.draft.text.split())[:90]) for each in planned),
    ]


async def on_campaign(visit: Visit, fields: Fields) -> Response:
    """Change a campaign, put something in or take it out, show it to somebody or no longer, say something, end it."""
    user_id, id_, does = me(visit), read_id(visit.path["id"]), visit.path["act"]
    if does == "link":
        return await _link(visit, fields)
    kind, _, item = fields.text("item").partition(" ")
    whom = max(read_id(fields.text("whom")), 0) or user_id
    acts: dict[str, Callable[[Tx], object]] = {
        "change": lambda tx: campaigns.change_campaign(tx, user_id, id_, fields.text("name"), fields.text("brief")),
        "put": lambda tx: campaigns.put_in(tx, user_id, id_, kind, read_id(item)),
        "out": lambda tx: campaigns.take_out(tx, user_id, id_, read_id(fields.text("item"))),
        "unlink": lambda tx: campaigns.hide_outside(tx, user_id, id_, read_id(fields.text("link"))),
        "unread": lambda tx: campaigns.end_reading(tx, user_id, id_, whom),
        "end": lambda tx: campaigns.end_campaign(tx, user_id, id_),
        "say": lambda tx: _say(tx, user_id, id_, fields),
    }
    if does not in acts:
        raise NotFound
    ends = does == "end" or (does == "unread" and whom == user_id)
    return await done(
        visit, acts[does], "/campaigns" if ends else f"/campaigns/{id_}", lambda wrong: _one(visit, wrong)
    )


def _say(tx: Tx, user_id: int, campaign_id: int, fields: Fields) -> None:
    one, role = campaigns.find_campaign(tx, user_id, campaign_id)
    name = "" if role else campaigns.readers_of(tx, one.id).get(user_id, "")
    about = read_id(fields.text("submission"))
    campaigns.say_outside(tx, one, about, fields.text("text"), name=name, user_id=user_id if role else None)


async def _link(visit: Visit, fields: Fields) -> Response:
    user_id, id_ = me(visit), read_id(visit.path["id"])
    name, days = fields.text("name"), read_id(fields.text("days") or "30")
    try:
        code = await visit.write(lambda tx: campaigns.show_outside(tx, user_id, id_, name, days))
    except NotFound:
        raise
    except Refused as wrong:
        return await _one(visit, wrong)
    return await _one(visit, link=f"{visit.links.origin}/campaign/{code}")


# -- by a link ---------------------------------------------------------------------------------------------------------


async def show_by_link(visit: Visit) -> Response:
    """What somebody outside sees by their link."""
    return await _by_link(visit)


async def _by_link(visit: Visit, wrong: Refused | None = None) -> Response:
    code = visit.path["code"]

    def read(db: Db) -> dict[str, Any]:
        one, link = campaigns.campaign_by(db, code)
        return {**_held(visit, db, one), "name": link.name, "until": iso(link.expires_at)}

    more = {"outside": True, "here": f"/campaign/{code}", "code": code, "states": STATES, "verbs": SAID}
    return show(visit, "teams/campaign_open.html", wrong, **more, **await visit.read(read))


async def on_link(visit: Visit, fields: Fields) -> Response:
    """Say something by a link, or keep the campaign among one's own."""
    code, does = visit.path["code"], visit.path["act"]
    if does == "keep":
        user_id = me(visit)
        kept = await visit.write(lambda tx: campaigns.keep_campaign(tx, user_id, code))
        return visit.go(f"/campaigns/{kept.id}")
    if does != "say":
        raise NotFound
    about, text = read_id(fields.text("submission")), fields.text("text")

    def work(tx: Tx) -> None:
        one, link = campaigns.campaign_by(tx, code)
        campaigns.say_outside(tx, one, about, text, name=link.name)

    return await done(visit, work, f"/campaign/{code}", lambda wrong: _by_link(visit, wrong))
