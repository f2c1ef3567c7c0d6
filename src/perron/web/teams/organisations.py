"""Organisations: founded, looked at, their brands, their demands, their journal."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.ids import born
from perron.kit.time import iso
from perron.people.voices import voices_of
from perron.store import Db, Tx
from perron.suite.teams import organise
from perron.suite.teams.inbox import standing_of
from perron.suite.teams.journal import journal_page
from perron.suite.teams.model import Line
from perron.suite.teams.queries import brand_as_stored, colleagues, organisations_of
from perron.web.fields import Fields, read_id
from perron.web.shown import accounts_shown, paging
from perron.web.teams.kit import brands, done, me, mine, people, show
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


VERBS = {
    "found": _("founded the organisation"),
    "rename": _("gave it another name"),
    "two_factor": _("asked everybody for a second step"),
    "no_two_factor": _("asked nobody for a second step any more"),
    "bring_brand": _("brought a brand"),
    "open_brand": _("opened a brand"),
    "set_brand": _("changed how a brand works"),
    "let_brand_go": _("took a brand out"),
    "brand_deleted": _("A brand was deleted"),
    "give_role": _("changed a role"),
    "set_colleague": _("changed who decides"),
    "let_go": _("took somebody out"),
    "leave": _("left"),
    "join": _("joined"),
    "invite": _("made an invitation"),
    "end_invitation": _("ended an invitation"),
    "approve": _("approved something"),
    "release": _("published what was approved"),
    "publish": _("What was approved went out when its time came"),
    "pause": _("paused everything planned"),
    "resume_one": _("let one thing go on"),
    "end_pause": _("ended the pause"),
    "propose": _("proposed words to everybody"),
    "withdraw_proposal": _("withdrew a proposal"),
    "ask_guest": _("asked a guest to write"),
    "let_guest_go": _("let a guest write no longer"),
    "begin_campaign": _("began a campaign"),
    "end_campaign": _("ended a campaign"),
    "show_campaign": _("showed a campaign to somebody outside"),
    "hide_campaign": _("ended a link to a campaign"),
    "keep_campaign": _("Somebody outside keeps a campaign among theirs"),
    "add_sponsor": _("added a sponsor"),
    "remove_sponsor": _("took a sponsor out"),
    "show_sponsor": _("gave a sponsor a link"),
    "hide_sponsor": _("ended a link of a sponsor"),
    "ticket_assign": _("handed on something said to the brand"),
    "ticket_open": _("opened something said to the brand again"),
    "ticket_answered": _("marked something as answered"),
    "ticket_ask": _("asked somebody whether the answer helped"),
    "change_kit": _("changed what ambassadors go by"),
    "ticket_done": _("marked something as done"),
}


async def show_organisations(visit: Visit) -> Response:
    """The organisations one is in, and the form to found one."""
    return await _all(visit)


async def _all(visit: Visit, wrong: Refused | None = None, name: str = "") -> Response:
    user_id = me(visit)

    def read(db: Db) -> list[dict[str, Any]]:
        return [
            {"organisation": one, "brands": brands(visit, db, one), "people": len(colleagues(db, one.id))}
            for one in organisations_of(db, user_id)
        ]

    return show(visit, "teams/organisations.html", wrong, kept=await visit.read(read), name=name)


async def found(visit: Visit, fields: Fields) -> Response:
    """Found an organisation."""
    user_id, name = me(visit), fields.text("name")
    try:
        made = await visit.write(lambda tx: organise.found(tx, user_id, name))
    except Refused as wrong:
        return await _all(visit, wrong, name)
    return visit.go(f"/organisations/{made}")


async def show_organisation(visit: Visit) -> Response:
    """The brands of an organisation."""
    return await _one(visit)


async def _one(visit: Visit, wrong: Refused | None = None, **given: str) -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        own = [one for one in voices_of(db, me(visit)) if one.role == "owner" and one.kind != "person"]
        return {
            "organisation": organisation,
            "kept": [_standing(db, one) for one in brands(visit, db, organisation)],
            "could_bring": [one for one in own if brand_as_stored(db, one.id) is None],
            "team": [*people(visit, db, [one.user_id for one in colleagues(db, organisation.id)]).values()],
        }

    typed = {"username": "", "display_name": "", "color": ""} | given
    return show(visit, "teams/organisation.html", wrong, given=typed, **await visit.read(read))


def _standing(db: Db, one: dict[str, Any]) -> dict[str, Any]:
    """A brand with how its inbox stands, for those who have a role in it."""
    return one | {"standing": standing_of(db, one["brand"].account_id) if one["voice"] else None}


async def bring(visit: Visit, fields: Fields) -> Response:
    """Make an account of one's own a brand."""
    user_id, id_, account_id = me(visit), read_id(visit.path["id"]), read_id(fields.text("account_id"))
    return await done(
        visit,
        lambda tx: organise.bring_brand(tx, user_id, id_, account_id),
        f"/organisations/{id_}",
        lambda wrong: _one(visit, wrong),
    )


async def open_brand(visit: Visit, fields: Fields) -> Response:
    """Open an account as a brand of the organisation."""
    user, id_ = visit.must_sign_in().user, read_id(visit.path["id"])
    given = {name: fields.text(name) for name in ("username", "display_name", "color")}

    def work(tx: Tx) -> None:
        about = {"display_name": " ".join(given["display_name"].split()), "color": given["color"]}
        organise.open_brand(tx, user, id_, given["username"], **about)

    return await done(visit, work, f"/organisations/{id_}", lambda wrong: _one(visit, wrong, **given))


async def on_brand(visit: Visit, fields: Fields) -> Response:
    """Change how a brand works, or take it out."""
    user_id, id_, account_id = me(visit), read_id(visit.path["id"]), read_id(visit.path["account_id"])
    how = {"four_eyes": "four_eyes" in fields, "byline": "byline" in fields}
    acts: dict[str, Callable[[Tx], None]] = {
        "set": lambda tx: organise.set_brand(tx, user_id, id_, account_id, **how),
        "go": lambda tx: organise.let_brand_go(tx, user_id, id_, account_id),
    }
    if visit.path["act"] not in acts:
        raise NotFound
    return await _set(visit, acts[visit.path["act"]])


async def show_settings(visit: Visit) -> Response:
    """What an organisation is called, what it asks of its people, how its brands work."""
    return await _settings(visit)


async def _settings(visit: Visit, wrong: Refused | None = None) -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        own = next(one for one in colleagues(db, organisation.id) if one.user_id == me(visit))
        return {"organisation": organisation, "kept": brands(visit, db, organisation), "initials": own.initials}

    return show(visit, "teams/organisation_settings.html", wrong, **await visit.read(read))


async def _set(visit: Visit, work: Callable[[Tx], None]) -> Response:
    """Do what a form of the settings asks."""
    to = f"/organisations/{read_id(visit.path['id'])}/settings"
    return await done(visit, work, to, lambda wrong: _settings(visit, wrong))


async def change(visit: Visit, fields: Fields) -> Response:
    """Change what an organisation is called and asks."""
    user_id, id_ = me(visit), read_id(visit.path["id"])
    name, asks = fields.text("name"), "two_factor" in fields
    return await _set(visit, lambda tx: organise.change(tx, user_id, id_, name, asks))


async def sign_with(visit: Visit, fields: Fields) -> Response:
    """Choose one's own initials."""
    user_id, id_ = me(visit), read_id(visit.path["id"])
    return await _set(visit, lambda tx: organise.set_initials(tx, user_id, id_, fields.text("initials")))


async def show_journal(visit: Visit) -> Response:
    """Who did what."""

    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        lines = journal_page(db, organisation.id, paging(visit, 50))
        return {
            "organisation": organisation,
            "lines": _told(visit, db, lines),
            "older": lines[-1].id if len(lines) == 50 else 0,
        }

    return show(visit, "teams/journal.html", verbs=VERBS, **await visit.read(read))


def _told(visit: Visit, db: Db, lines: list[Line]) -> list[dict[str, Any]]:
    named = [int(one.label) for one in lines if one.label.isdigit()]
    who = people(visit, db, [*(one.by_id for one in lines if one.by_id), *named])
    about = {
        int(one["id"]): one for one in accounts_shown(visit, db, [*{one.account_id for one in lines if one.account_id}])
    }
    return [
        {
            "at": iso(born(one.id)),
            "by": who.get(one.by_id or 0),
            "verb": one.verb,
            "brand": about.get(one.account_id or 0),
            "whom": who.get(int(one.label)) if one.label.isdigit() else None,
            "label": "" if one.label.isdigit() else one.label,
            "detail": one.detail,
        }
        for one in lines
    ]
