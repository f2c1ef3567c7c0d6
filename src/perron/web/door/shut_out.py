"""For those who cannot come in any more: what was decided about them, and the appeal, after the password alone."""

from hashlib import sha256
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, NotSignedIn, Refused
from perron.moderation.appeal import LONGEST, TERM, appeal
from perron.moderation.queries import accounts_behind, appeals_of, strikes_about
from perron.people.model import Account, User
from perron.people.second_factor import second_factor_of, use_any_code
from perron.people.users import user_as_stored
from perron.store import Db, Tx
from perron.store.paging import Paging
from perron.web.again import show_form
from perron.web.door.second_step import count_code, give_code_back
from perron.web.door.slips import give_slip, read_slip
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import strike_shown
from perron.web.visit import Visit

SLIP, LASTS = "shut_out", 1800
MOST = 40


async def lead_to_standing(visit: Visit, user: User) -> Response | None:
    """Lead somebody whose password was right, and who may not come in, to what was decided; None: nothing was."""

    def decided(db: Db) -> bool:
        return any(strikes_about(db, one.id, Paging(limit=1)) for one in accounts_behind(db, user.id))

    if not await visit.read(decided):
        return None
    _let_read(visit, user, code=False)
    return visit.go("/standing")


async def show_standing(visit: Visit) -> Response:
    """The decisions, for half an hour after the password was given; anybody else is led to the door."""
    if visit.signed_in is not None:
        return visit.go("/settings/standing")
    user, code = await _who(visit)
    return await _show(visit, user, code) if user else visit.go("/sign-in")


async def give_code(visit: Visit, fields: Fields) -> Response:
    """Take the second step of whoever has one."""
    user, _ = await _who(visit)
    if user is None:
        return visit.go("/sign-in")
    user_id, data = user.id, visit.settings.data
    try:
        await count_code(visit, user_id)
        if not await visit.write(lambda tx: use_any_code(tx, user_id, fields.text("code"), data=data)):
            raise NotSignedIn("This code does not open. It may be too old, or was used already.")
    except Refused as wrong:
        return await _show(visit, user, False, wrong=wrong)
    await give_code_back(visit, user_id)
    _let_read(visit, user, code=True)
    return visit.go("/standing")


async def send_appeal(visit: Visit, fields: Fields) -> Response:
    """Appeal without coming in."""
    user, code = await _who(visit)
    strike_id = read_id(visit.path["id"])
    if user is None:
        return visit.go("/sign-in")
    user_id = user.id

    def work(tx: Tx) -> None:
        if not code and second_factor_of(tx, user_id).on:
            raise NotFound
        own = [one for one in accounts_behind(tx, user_id) if _about(tx, one, strike_id)]
        if not own:
            raise NotFound
        appeal(tx, own[0], strike_id, fields.text("text"))

    try:
        await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _show(visit, user, code, {strike_id: fields.text("text")}, wrong)
    return visit.go(f"/standing#d{strike_id}")


async def _show(
    visit: Visit, user: User, code: bool, typed: dict[int, str] | None = None, wrong: Refused | None = None
) -> Response:
    def read(db: Db) -> dict[str, Any]:
        if not code and second_factor_of(db, user.id).on:
            return {"asks_code": True, "strikes": []}
        found = [
            one for account in accounts_behind(db, user.id) for one in strikes_about(db, account.id, Paging(limit=MOST))
        ]
        appeals = appeals_of(db, [one.id for one in found])
        found.sort(key=lambda one: one.id, reverse=True)
        return {"asks_code": False, "strikes": [strike_shown(one, appeals.get(one.id), {}) for one in found]}

    return show_form(
        visit,
        "door/shut_out.html",
        wrong,
        typed=typed or {},
        longest=LONGEST,
        term=TERM,
        path="/standing",
        **await visit.read(read),
    )


def _about(db: Db, account: Account, strike_id: int) -> bool:
    return any(one.id == strike_id for one in strikes_about(db, account.id, Paging(limit=MOST)))


def _let_read(visit: Visit, user: User, *, code: bool) -> None:
    give_slip(visit, SLIP, {"user": user.id, "password": _mark(user), "code": code}, LASTS)


async def _who(visit: Visit) -> tuple[User | None, bool]:
    """Whose password was given in this browser, and whether the second step was made; until the password changes."""
    slip = read_slip(visit, SLIP)
    if slip is None:
        return None, False
    try:
        user = await visit.read(lambda db: user_as_stored(db, slip["user"]))
    except NotFound:
        return None, False
    return (user, slip["code"]) if _mark(user) == slip["password"] else (None, False)


def _mark(user: User) -> str:
    return sha256(user.password.encode()).hexdigest()[:16]
