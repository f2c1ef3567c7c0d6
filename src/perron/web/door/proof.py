"""Whether it is still they: dangerous acts ask for the password or a passkey when the last proof is a while ago.

async def drop_everything(visit: Visit, fields: Fields) -> Response:
    user = must_prove(visit, "/settings/everything").user
"""

import asyncio

from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotSignedIn, Refused, TooMany
from perron.people.model import User
from perron.people.passkeys import passkeys_of, use_passkey
from perron.people.passwords import password_fits
from perron.people.sessions import SignedIn
from perron.store import Tx
from perron.web.again import show_form
from perron.web.door.passkey_forms import answered, ask_to_show
from perron.web.door.slips import give_slip, read_slip
from perron.web.fields import Fields, safe_next
from perron.web.trust import attempts
from perron.web.visit import ProveFirst, Visit

PROOF, LASTS = "proof", 900
MOST, FIVE_MINUTES = 10, 300


def must_prove(visit: Visit, back: str) -> SignedIn:
    """Who is signed in, if they showed so in the last quarter of an hour; else they are asked, and led `back`."""
    signed_in = visit.must_sign_in()
    if not has_proof(visit):
        raise ProveFirst(back)
    return signed_in


def has_proof(visit: Visit) -> bool:
    """Whether the visitor gave their password or a passkey in the last quarter of an hour."""
    slip = read_slip(visit, PROOF)
    return slip is not None and visit.user is not None and slip["user"] == visit.user.id


def note_proof(visit: Visit, user_id: int) -> None:
    """Remember, in this browser, that somebody has just shown who they are."""
    give_slip(visit, PROOF, {"user": user_id}, LASTS)


async def check_password(visit: Visit, user: User, password: str) -> None:
    """Refuse what is not the password of today; ten attempts in five minutes."""
    await count_attempt(visit, f"password of {user.id}")
    if not await asyncio.to_thread(password_fits, user.password or None, password):
        raise NotSignedIn("This is not your password of today.")
    await attempts(visit.request).give_back(f"password of {user.id}")


async def count_attempt(visit: Visit, key: str, most: int = MOST, seconds: int = FIVE_MINUTES) -> None:
    """Count an attempt before it is made; TooMany when there were too many."""
    if visit.settings.rate_limit == "off":
        return
    counted = await attempts(visit.request).hit(key, most, seconds)
    if not counted.allowed:
        raise TooMany("Too many attempts. Please wait a few minutes and try again.", counted.retry_after)


async def show_confirm(visit: Visit) -> Response:
    """Ask who is signed in to show that it is they."""
    visit.must_sign_in()
    wanted = safe_next(visit.request.query_params.get("next", "/settings/safety"))
    return visit.go(wanted) if has_proof(visit) else await _confirm(visit, wanted)


async def confirm(visit: Visit, fields: Fields) -> Response:
    """Take the password as proof."""
    user, wanted = visit.must_sign_in().user, safe_next(fields.text("next"))
    try:
        await check_password(visit, user, fields.text("password"))
    except Refused as wrong:
        return await _confirm(visit, wanted, wrong)
    note_proof(visit, user.id)
    return visit.go(wanted)


async def confirm_by_passkey(visit: Visit, fields: Fields) -> Response:
    """Take a passkey of theirs as proof."""
    user, wanted = visit.must_sign_in().user, safe_next(fields.text("next"))

    def work(tx: Tx) -> None:
        if use_passkey(tx, asked, credential, alone=False) != user.id:
            raise NotAllowed("This passkey is somebody else's.")

    try:
        asked, credential = await answered(visit, _purpose(user), fields)
        await visit.write_owed(work)
    except Refused as wrong:
        return await _confirm(visit, wanted, wrong)
    note_proof(visit, user.id)
    return visit.go(wanted)


async def _confirm(visit: Visit, wanted: str, wrong: Refused | None = None) -> Response:
    user = visit.must_sign_in().user
    known = await visit.read(lambda db: passkeys_of(db, user.id))
    return show_form(
        visit,
        "door/confirm.html",
        wrong,
        next=wanted,
        has_password=bool(user.password),
        options=ask_to_show(visit, _purpose(user), known) if known else "",
    )


def _purpose(user: User) -> str:
    return f"proof of {user.id}"
