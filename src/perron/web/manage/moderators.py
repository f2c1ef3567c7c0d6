"""What the pages of moderators share: who may open them, whom they are about, and what they call things."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from perron.entities.accounts import accounts_by_id
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.ids import born
from perron.kit.time import DAY, iso
from perron.media.queries import media_of_posts
from perron.moderation.appeal import TERM, appealable
from perron.moderation.model import Appeal, Decision, Moderator, Report, Strike
from perron.moderation.queries import evidence
from perron.store import Db
from perron.web.fields import Fields, read_id
from perron.web.sections import may_manage
from perron.web.shown import Entity, brands_among
from perron.web.visit import Visit


def _(message: str) -> str:
    """Marks a message for the catalogues; it is said in the reader's language where it is shown."""
    return message


CATEGORIES = {
    "violation": _("It breaks a rule of this server"),
    "spam": _("It is advertising, or a deceit"),
    "legal": _("It may be against the law"),
    "other": _("Something else"),
}
ACTIONS = {
    "warn": (_("A word of warning"), _("They are told why, and nothing else changes.")),
    "sensitive": (
        _("Mark posts as sensitive"),
        _("The chosen posts are shown behind a veil. Undoing this shows them openly again."),
    ),
    "delete_posts": (
        _("Delete posts"),
        _("The chosen posts are deleted for good: undoing this clears the person, and brings no post back."),
    ),
    "veil": (
        _("Veil all pictures"),
        _("All their pictures, clips and sounds, those to come too, are shown behind a veil, until this is undone."),
    ),
    "limit": (
        _("Limit the account"),
        _("It is left out of public pages and lists, and its notices are kept apart from those who do not follow it."),
    ),
    "disable": (
        _("End their sign-in"),
        _("They are signed out everywhere and cannot come back in. Their profile and posts stay as they are."),
    ),
    "suspend": (
        _("Suspend the account"),
        _("Nobody sees its profile or its posts, and nobody acts for it, until this is undone."),
    ),
}
"""What can be decided: its name, and what will happen."""
DECIDED = {
    "warn": _("You were warned."),
    "sensitive": _("Posts of yours were marked as sensitive."),
    "delete_posts": _("Posts of yours were deleted."),
    "veil": _("Your pictures, clips and sounds are shown behind a veil."),
    "limit": _("Your account was limited: those who do not follow you come upon it less."),
    "disable": _("Your sign-in was ended."),
    "suspend": _("Your account was suspended."),
}
"""The same, as it is said to the person."""


def moderator(visit: Visit) -> Moderator:
    """Who looks after this server; for anybody else there is nothing here."""
    if visit.signed_in is None or not may_manage(visit):
        raise NotFound
    user, account = visit.signed_in.user, visit.signed_in.account
    return Moderator(user.id, account.id, user.role)


def people_by_id(visit: Visit, db: Db, ids: Iterable[int | None]) -> dict[int, Entity]:
    """Accounts in any state, by id."""
    wanted = list(dict.fromkeys(one for one in ids if one is not None))
    made = accounts_by_id(visit.links, db, wanted)
    brands = brands_among(db, set(wanted))
    return {id_: json.decode(made[id_]) | {"brand": id_ in brands} for id_ in wanted if id_ in made}


def when(id_: int) -> str:
    """When something with this id was made."""
    return iso(born(id_))


def report_shown(report: Report, people: Mapping[int, Entity]) -> dict[str, Any]:
    """A report with those who have to do with it."""
    return {
        **report._asdict(),
        "at": when(report.id),
        "closed": iso(report.closed_at) if report.closed_at else "",
        "reporter": people.get(report.reporter_id),
        "target": people.get(report.target_id),
        "taker": people.get(report.taken_by or 0),
        "closer": people.get(report.closed_by or 0),
        "why": CATEGORIES[report.category],
    }


def strike_shown(strike: Strike, appeal: Appeal | None, people: Mapping[int, Entity]) -> dict[str, Any]:
    """A decision with what was answered to it."""
    return {
        **strike._asdict(),
        "at": when(strike.id),
        "name": ACTIONS[strike.action][0],
        "told": DECIDED[strike.action],
        "undone": iso(strike.undone_at) if strike.undone_at else "",
        "by": people.get(strike.by_id),
        "appealable": appealable(strike, appeal),
        "until": iso(born(strike.id) + TERM * DAY),
        "appeal": appeal_shown(appeal, people) if appeal else None,
    }


def appeal_shown(appeal: Appeal, people: Mapping[int, Entity]) -> dict[str, Any]:
    """An appeal with who made it and who answered it."""
    return {
        **appeal._asdict(),
        "at": when(appeal.id),
        "who": people.get(appeal.account_id),
        "decider": people.get(appeal.decided_by or 0),
        "decided": iso(appeal.decided_at) if appeal.decided_at else "",
    }


def evidence_shown(visit: Visit, db: Db, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Posts that somebody pointed at, oldest first, with their files; whoever they were for."""
    found = evidence(db, ids)
    files = media_of_posts(db, [*found])
    return [
        {
            **found[id_],
            "at": when(id_),
            "files": [
                {
                    "url": visit.ours(visit.links.file(one.file)) if one.state == "ready" else "",
                    "small": visit.ours(visit.links.file(one.small or one.file)) if one.state == "ready" else "",
                    "kind": one.kind,
                    "description": one.description,
                }
                for one in files.get(id_, [])
            ],
        }
        for id_ in sorted(found)
    ]


def read_decision(fields: Fields) -> Decision:
    """What a moderator chose in the form."""
    report_id = read_id(fields.text("report"))
    closes = {"this": fields.texts("report"), "all": fields.texts("also")}
    close = fields.text("close")
    ids = [*closes["this"], *(closes["all"] if close == "all" else [])] if close in closes else []
    return Decision(
        action=fields.text("action"),
        text=fields.text("text"),
        rules=tuple(map(read_id, fields.texts("rule"))),
        posts=tuple(map(read_id, fields.texts("chosen"))),
        report_id=report_id if report_id > 0 else None,
        closes=tuple(dict.fromkeys(id_ for id_ in map(read_id, ids) if id_ > 0)),
    )


def typed(fields: Fields) -> dict[str, Any]:
    """The same as it was typed, for a form that comes back."""
    return {
        "action": fields.text("action"),
        "text": fields.text("text"),
        "rules": fields.texts("rule"),
        "chosen": fields.texts("chosen"),
        "close": fields.text("close"),
    }
