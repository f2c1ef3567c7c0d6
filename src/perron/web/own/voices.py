"""Several accounts of one person: opening one more, its colour, and for which one speaks."""

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import SECOND, now
from perron.people.may import ACT, check_may
from perron.people.profile import COLORS, KINDS, Profile, change_profile
from perron.people.queries import find_account
from perron.people.sessions import switch_account
from perron.people.voices import color_to_offer, open_account, voices_of
from perron.store import Tx
from perron.web.again import show_form
from perron.web.door.proof import PROOF, count_attempt
from perron.web.door.slips import give_slip, read_slip
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit

HALF_AN_HOUR, OPENINGS = 1800, 5


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


NAMES = {
    "shutter": _("Shutter green"),
    "lavender": _("Lavender"),
    "ochre": _("Ochre"),
    "brick": _("Brick"),
    "sea": _("Sea blue"),
    "olive": _("Olive green"),
    "rose": _("Pink"),
    "slate": _("Slate"),
}
assert tuple(NAMES) == COLORS


async def switch(visit: Visit, fields: Fields) -> Response:
    """Speak for another account of one's own in this browser."""
    await _speak_as(visit, read_id(fields.text("account_id")))
    return visit.go(fields.text("next") or "/home")


async def _speak_as(visit: Visit, account_id: int) -> None:
    signed_in, proven = visit.must_sign_in(), read_slip(visit, PROOF)
    visit.keep_session(await visit.write(lambda tx: switch_account(tx, signed_in, account_id)))
    if proven:
        give_slip(visit, PROOF, {"user": proven["user"]}, proven["until"] - now() // SECOND)


async def show_accounts(visit: Visit) -> Response:
    """The accounts for which one speaks, and the colour of each."""
    visit.must_sign_in()
    return visit.show("own/accounts.html", cache_control="no-store", colors=NAMES)


async def choose_color(visit: Visit, fields: Fields) -> Response:
    """Give an account of one's own its colour."""
    user, account_id = visit.must_sign_in().user, read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        mine = next((each for each in voices_of(tx, user.id) if each.id == account_id), None)
        account = find_account(tx, account_id)
        if mine is None or account is None:
            raise NotFound
        check_may(mine.role, ACT)
        change_profile(tx, account, Profile(color=fields.text("color") or COLORS[0]))

    await visit.write(work)
    return visit.go("/settings/accounts")


async def show_open(visit: Visit) -> Response:
    """The form for one more account."""
    user = visit.must_sign_in().user
    color = color_to_offer(await visit.read(lambda db: voices_of(db, user.id)))
    return _opening(visit, {"username": "", "display_name": "", "kind": "person", "color": color})


async def open_another(visit: Visit, fields: Fields) -> Response:
    """Open an account and speak for it at once."""
    user = visit.must_sign_in().user
    given = {name: fields.text(name) for name in ("username", "display_name", "kind", "color")}
    try:
        await count_attempt(visit, f"account of {user.id}", OPENINGS, HALF_AN_HOUR)
        account = await visit.write(
            lambda tx: open_account(
                tx,
                user,
                given["username"],
                kind=given["kind"] or "person",
                display_name=" ".join(given["display_name"].split()),
                color=given["color"],
            )
        )
    except Refused as wrong:
        return _opening(visit, given, wrong)
    await _speak_as(visit, account.id)
    return visit.go("/settings/profile")


def _opening(visit: Visit, given: dict[str, str], wrong: Refused | None = None) -> Response:
    return show_form(visit, "own/open_account.html", wrong, given=given, kinds=KINDS, colors=NAMES)
