"""What pages of an organisation share: who looks, what it is, how its brands and people are shown."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.members import persons_of
from perron.people.voices import voices_of
from perron.store import Db, Tx
from perron.suite.teams.model import Brand, Organisation
from perron.suite.teams.organise import within
from perron.suite.teams.queries import brands_of
from perron.web.again import show_form
from perron.web.fields import read_id
from perron.web.shown import Entity, accounts_shown
from perron.web.visit import Visit


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


ROLE_NAMES = {
    "owner": _("Owner"),
    "editor": _("Editor"),
    "author": _("Author"),
    "analyst": _("Analyst"),
}
ROLE_MEANS = {
    "owner": _("publishes, approves, decides about the account"),
    "editor": _("publishes and approves"),
    "author": _("hands in what others publish"),
    "analyst": _("reads, and does not act"),
}


def me(visit: Visit) -> int:
    """The user who looks at the page."""
    return visit.must_sign_in().user.id


def mine(visit: Visit, db: Db) -> Organisation:
    """The organisation in the address, for somebody who is in it."""
    return within(db, me(visit), read_id(visit.path["id"]))


def people(visit: Visit, db: Db, user_ids: Iterable[int]) -> dict[int, Entity]:
    """Users by the accounts under which they are known."""
    known = persons_of(db, user_ids)
    shown = {int(one["id"]): one for one in accounts_shown(visit, db, [*known.values()])}
    return {user: shown[account] for user, account in known.items() if account in shown}


def brands(visit: Visit, db: Db, organisation: Organisation) -> list[dict[str, Any]]:
    """The brands of an organisation with their colours, and what the visitor is to each."""
    kept: list[Brand] = brands_of(db, organisation.id)
    shown = {int(one["id"]): one for one in accounts_shown(visit, db, [one.account_id for one in kept])}
    voices = {one.id: one for one in voices_of(db, me(visit))}
    return [
        {
            "brand": one,
            "account": shown[one.account_id],
            "voice": voices.get(one.account_id),
            "tint": voices[one.account_id].tint if one.account_id in voices else "slate",
        }
        for one in kept
        if one.account_id in shown
    ]


def show(visit: Visit, template: str, wrong: Refused | None = None, **context: Any) -> Response:
    """A page of an organisation, which no cache keeps."""
    return show_form(visit, template, wrong, role_names=ROLE_NAMES, role_means=ROLE_MEANS, **context)


async def done(
    visit: Visit, work: Callable[[Tx], object], to: str, again: Callable[[Refused], Awaitable[Response]]
) -> Response:
    """Do what a form asks and go on to `to`; where it is refused, its page is shown `again` and says why. What is not
    there for the visitor is not there."""
    try:
        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await again(wrong)
    return visit.go(to)
