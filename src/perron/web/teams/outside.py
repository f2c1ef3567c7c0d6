"""People outside an organisation: guests who write, clients who look at a campaign, sponsors who read figures."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import iso
from perron.people.may import ACT, may
from perron.store import Db, Tx
from perron.suite.teams import campaigns, guests, sponsors
from perron.suite.teams.links import GUEST, SPONSOR, Link, links_of
from perron.suite.teams.model import Organisation
from perron.suite.teams.submissions import Submission, history_of, submissions_of_guest
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown, posts_shown
from perron.web.teams.approvals import SAID, STATES, lines_of, rows_of
from perron.web.teams.kit import brands, done, me, mine, show
from perron.web.visit import Visit

DAYS = (7, 30, 90, 366)


async def show_outside(visit: Visit) -> Response:
    """Who works with an organisation from outside, and on what."""
    return await _outside(visit)


async def _outside(visit: Visit, wrong: Refused | None = None, link: str = "") -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        kept = brands(visit, db, organisation)
        return {
            "organisation": organisation,
            "kept": kept,
            "own": [one for one in kept if one["voice"] and may(one["voice"].role, ACT)],
            "named": {one["brand"].account_id: one for one in kept},
            "guests": [_guest(db, one) for one in guests.guests_of(db, me(visit), organisation.id)],
            "campaigns": campaigns.campaigns_of(db, me(visit), organisation.id),
            "sponsors": _sponsors(visit, db, organisation) if any(one["voice"] for one in kept) else [],
        }

    return show(visit, "teams/outside.html", wrong, link=link, days=DAYS, **await visit.read(read))


def _guest(db: Db, one: guests.Guest) -> dict[str, Any]:
    written = submissions_of_guest(db, one.id)
    return {"one": one, "links": told(links_of(db, GUEST, one.id)), "written": len(written)}


def _sponsors(visit: Visit, db: Db, organisation: Organisation) -> list[dict[str, Any]]:
    return [
        {"one": one, "links": told(links_of(db, SPONSOR, one.id)), "figures": sponsors.figures_for(db, one)}
        for one in sponsors.sponsors_of(db, me(visit), organisation.id)
    ]


def told(links: list[Link]) -> list[dict[str, Any]]:
    """Links as pages list them."""
    return [{"id": one.id, "name": one.name, "until": iso(one.expires_at)} for one in links]


async def _given(visit: Visit, work: Callable[[Tx], str], at: str) -> Response:
    """Make a link and show it, this once."""
    try:
        code = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _outside(visit, wrong)
    return await _outside(visit, link=f"{visit.links.origin}{at}{code}")


async def ask_guest(visit: Visit, fields: Fields) -> Response:
    """Ask somebody to write for a brand."""
    user_id, account_id = me(visit), read_id(fields.text("account_id"))
    how: dict[str, Any] = {
        "name": fields.text("name"),
        "brief": fields.text("brief"),
        "posts": read_id(fields.text("posts") or "1"),
        "named": "named" in fields,
        "days": read_id(fields.text("days") or "30"),
    }
    return await _given(visit, lambda tx: guests.ask_guest(tx, user_id, account_id, **how)[1], "/guest/")


async def end_guest(visit: Visit, fields: Fields) -> Response:
    """Let a guest hand in nothing more."""
    user_id, id_, guest_id = me(visit), read_id(visit.path["id"]), read_id(visit.path["guest_id"])
    return await _do(visit, lambda tx: guests.let_guest_go(tx, user_id, id_, guest_id), "#guests")


async def _do(visit: Visit, work: Callable[[Tx], object], spot: str) -> Response:
    to = f"/organisations/{read_id(visit.path['id'])}/outside{spot}"
    return await done(visit, work, to, lambda wrong: _outside(visit, wrong))


async def add_sponsor(visit: Visit, fields: Fields) -> Response:
    """Note who pays for posts."""
    user_id, id_ = me(visit), read_id(visit.path["id"])
    name, url = fields.text("name"), fields.text("url")
    return await _do(visit, lambda tx: sponsors.add_sponsor(tx, user_id, id_, name, url), "#sponsors")


async def on_sponsor(visit: Visit, fields: Fields) -> Response:
    """Give a sponsor a link, end one, or take the sponsor out."""
    user_id, sponsor_id, does = me(visit), read_id(visit.path["sponsor_id"]), visit.path["act"]
    name, days, link_id = fields.text("name"), read_id(fields.text("days") or "90"), read_id(fields.text("link"))
    if does == "link":
        return await _given(visit, lambda tx: sponsors.show_sponsor(tx, user_id, sponsor_id, name, days), "/sponsors/")
    acts: dict[str, Callable[[Tx], None]] = {
        "unlink": lambda tx: sponsors.hide_sponsor(tx, user_id, sponsor_id, link_id),
        "remove": lambda tx: sponsors.remove_sponsor(tx, user_id, sponsor_id),
    }
    if does not in acts:
        raise NotFound
    return await _do(visit, acts[does], "#sponsors")


async def begin_campaign(visit: Visit, fields: Fields) -> Response:
    """Begin a campaign of a brand."""
    user_id, id_, account_id = me(visit), read_id(visit.path["id"]), read_id(fields.text("account_id"))
    name, brief = fields.text("name"), fields.text("brief")
    return await _do(
        visit, lambda tx: campaigns.begin_campaign(tx, user_id, id_, account_id, name, brief), "#campaigns"
    )


# -- what a guest sees -------------------------------------------------------------------------------------------------


async def show_guest(visit: Visit) -> Response:
    """What somebody was asked to write, and what became of what they wrote."""
    return await _asked(visit)


async def _asked(visit: Visit, wrong: Refused | None = None, text: str = "", about: int = 0) -> Response:
    code = visit.path["code"]

    def read(db: Db) -> dict[str, Any]:
        guest = guests.find_guest(db, code)
        written = submissions_of_guest(db, guest.id)
        return {
            "guest": guest,
            "brand": next(iter(accounts_shown(visit, db, [guest.account_id])), None),
            "rows": [row | {"lines": lines_of(visit, db, row["said"])} for row in rows_with_talk(visit, db, written)],
        }

    more = {"code": code, "states": STATES, "verbs": SAID, "text": text, "about": about}
    return show(visit, "teams/guest.html", wrong, **more, **await visit.read(read))


def rows_with_talk(visit: Visit, db: Db, found: list[Submission]) -> list[dict[str, Any]]:
    """What was handed in, with what people outside read of what was said about it."""
    return [
        row | {"said": [line for line in history_of(db, row["id"]) if not line.inside]}
        for row in rows_of(visit, db, found)
    ]


async def write_as_guest(visit: Visit, fields: Fields) -> Response:
    """Hand in what a guest wrote."""
    code, text, about = visit.path["code"], fields.text("text"), max(read_id(fields.text("submission") or "0"), 0)
    return await done(
        visit,
        lambda tx: guests.write_as_guest(tx, code, text, submission_id=about),
        f"/guest/{code}",
        lambda wrong: _asked(visit, wrong, text, about),
    )


async def say_as_guest(visit: Visit, fields: Fields) -> Response:
    """Say something about what one wrote."""
    code, about, text = visit.path["code"], read_id(fields.text("submission")), fields.text("text")
    return await done(
        visit,
        lambda tx: guests.say_as_guest(tx, code, about, text),
        f"/guest/{code}",
        lambda wrong: _asked(visit, wrong),
    )


# -- what a sponsor sees -----------------------------------------------------------------------------------------------


async def show_sponsor(visit: Visit) -> Response:
    """The posts that disclose a sponsor, and what became of them."""

    def read(db: Db) -> dict[str, Any]:
        one, link = sponsors.sponsor_by(db, visit.path["code"])
        ids = sponsors.posts_for(db, one, visit.below)
        return {
            "sponsor": one,
            "name": link.name,
            "until": iso(link.expires_at),
            "figures": sponsors.figures_for(db, one),
            "posts": posts_shown(visit, db, ids),
            "older": ids[-1] if len(ids) == sponsors.PAGE else 0,
            "code": visit.path["code"],
        }

    return show(visit, "teams/sponsor.html", **await visit.read(read))
