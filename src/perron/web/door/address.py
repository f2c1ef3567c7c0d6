"""The e-mail address: a letter asks whether it is theirs, a button says so, and another one can take its place."""

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.people.change_address import change_address
from perron.people.confirm import confirm, find_confirmation, forget_letters, resend, waiting_address
from perron.people.model import Unfit, User
from perron.people.sessions import SignedIn
from perron.store import Tx
from perron.web.again import show_form
from perron.web.door.proof import check_password, count_attempt
from perron.web.fields import Fields
from perron.web.visit import SignInFirst, Visit

LETTERS, HALF_AN_HOUR = 5, 1800
SETTINGS = "/settings/email"


# -- before one is let in ----------------------------------------------------------------------------------------------


async def show_letter(visit: Visit) -> Response:
    """Where a letter went to, for who has just joined."""
    if not _who(visit).viewer.unconfirmed:
        return visit.go("/home")
    return await _letter(visit)


async def send_letter_again(visit: Visit, fields: Fields) -> Response:
    """Send the letter again, to the same address or to another."""
    signed_in, address = _who(visit), fields.text("email")
    user = signed_in.user
    if not signed_in.viewer.unconfirmed:
        return visit.go("/home")

    def work(tx: Tx) -> None:
        if address.strip().lower() not in ("", user.email):
            change_address(tx, user, address, settings=visit.settings)
        else:
            resend(tx, user, settings=visit.settings)

    try:
        await count_attempt(visit, f"letters to {user.id}", LETTERS, HALF_AN_HOUR)
        await visit.write(work)
    except Refused as wrong:
        return await _letter(visit, wrong, address)
    return visit.go("/email?sent=1")


async def _letter(visit: Visit, wrong: Refused | None = None, typed: str = "") -> Response:
    user = _who(visit).user
    sent = wrong is None and "sent" in visit.query
    return show_form(visit, "door/letter.html", wrong, address=user.email, typed=typed or user.email, sent=sent)


def _who(visit: Visit) -> SignedIn:
    """Who is signed in, confirmed or not."""
    if visit.signed_in is None:
        raise SignInFirst
    return visit.signed_in


# -- the address in the letter -----------------------------------------------------------------------------------------


async def show_confirm_address(visit: Visit) -> Response:
    """The button that says so. Looking at it confirms nothing: programs look at addresses in mails."""
    return await _confirm(visit)


async def confirm_address(visit: Visit, fields: Fields) -> Response:
    """The address is theirs."""
    secret = visit.path["code"]
    try:
        user = await visit.write(lambda tx: confirm(tx, secret))
    except Unfit as wrong:
        return await _confirm(visit, wrong)
    theirs = visit.user is not None and visit.user.id == user.id
    if theirs and user.state == "active":
        return visit.go(f"{SETTINGS}?done=confirmed" if visit.reader else "/home")
    return visit.show(
        "door/confirmed.html", cache_control="no-store", address=user.email, waits=user.state == "pending"
    )


async def _confirm(visit: Visit, wrong: Refused | None = None) -> Response:
    secret = visit.path["code"]
    found: tuple[User, str] | None
    try:
        found = await visit.read(lambda db: find_confirmation(db, secret))
    except NotFound:
        found = None
    if found is None:
        return visit.show("door/letter_too_old.html", status=404, cache_control="no-store")
    return show_form(visit, "door/confirm_address.html", wrong, address=found[1], code=secret)


# -- another address ---------------------------------------------------------------------------------------------------


async def show_address(visit: Visit) -> Response:
    """The address of today, and the form for another."""
    return await _address(visit)


async def wish_for_address(visit: Visit, fields: Fields) -> Response:
    """Ask for another address, by password: a letter goes there, and one to the address of before."""
    user, address = visit.must_sign_in().user, fields.text("email")
    try:
        await check_password(visit, user, fields.text("password"))
        await count_attempt(visit, f"letters to {user.id}", LETTERS, HALF_AN_HOUR)
        await visit.write(lambda tx: change_address(tx, user, address, settings=visit.settings))
    except Refused as wrong:
        return await _address(visit, wrong, address)
    return visit.go(f"{SETTINGS}?done={'asked' if visit.settings.asks_to_confirm else 'changed'}")


async def on_letter(visit: Visit, fields: Fields) -> Response:
    """Send the letter once more, or let it open nothing."""
    user, act = visit.must_sign_in().user, visit.path["act"]
    if act not in ("again", "stop"):
        raise NotFound
    if act == "stop":
        await visit.write(lambda tx: forget_letters(tx, user.id))
        return visit.go(SETTINGS)
    await count_attempt(visit, f"letters to {user.id}", LETTERS, HALF_AN_HOUR)
    await visit.write(lambda tx: resend(tx, user, settings=visit.settings))
    return visit.go(f"{SETTINGS}?done=asked")


async def _address(visit: Visit, wrong: Refused | None = None, typed: str = "") -> Response:
    user = visit.must_sign_in().user
    waiting = await visit.read(lambda db: waiting_address(db, user.id))
    return show_form(
        visit,
        "own/address.html",
        wrong,
        address=user.email,
        waiting=waiting,
        typed=typed,
        done="" if wrong else visit.query.get("done", ""),
        confirms=visit.settings.asks_to_confirm,
    )
