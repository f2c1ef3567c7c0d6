"""Settings, safety: the password, the second step of signing in, and passkeys."""

import asyncio
from dataclasses import dataclass

import segno
from markupsafe import Markup
from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotFound, NotSignedIn, Refused
from perron.kit.ids import born
from perron.kit.secrets import seal, unseal
from perron.kit.time import iso
from perron.people.model import User
from perron.people.passkeys import (
    Passkey,
    add_passkey,
    passkeys_of,
    read_passkey_name,
    remove_passkey,
    rename_passkey,
)
from perron.people.passwords import hash_password, password_fits, read_password
from perron.people.second_factor import (
    SecondFactor,
    ask_for_passkey,
    new_totp,
    renew_codes,
    second_factor_of,
    start_totp,
    stop_second_factor,
    totp_address,
    use_any_code,
)
from perron.people.sessions import start_session
from perron.people.users import change_password
from perron.store import Db, Tx
from perron.web.again import show_form
from perron.web.door.browsers import browser_name
from perron.web.door.passkey_forms import answered, ask_to_add
from perron.web.door.proof import check_password, count_attempt, must_prove, note_proof
from perron.web.door.second_step import count_code, give_code_back
from perron.web.fields import Fields, read_id
from perron.web.visit import Visit

SAFETY = "/settings/safety"


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


DONE = {
    "password": _("The new password is set. Other browsers and apps have to sign in again."),
    "off": _("Two-step sign-in is off: the password alone opens."),
    "app": _("The new app is in use. The one of before opens nothing any more."),
    "passkey": _("The passkey is kept. It signs you in without a password."),
    "named": _("The passkey has its new name."),
    "removed": _("The passkey is removed here. You may delete it on your device too."),
}


@dataclass(frozen=True, slots=True)
class Key:
    """A passkey as the page shows it."""

    id: int
    name: str
    since: str
    seen: str


def _key(kept: Passkey) -> Key:
    return Key(kept.id, kept.name, iso(born(kept.id)), iso(kept.seen_at) if kept.seen_at else "")


async def show_safety(visit: Visit) -> Response:
    """Everything that guards the sign-in, on one page."""
    visit.must_sign_in()
    return await _safety(visit)


async def _safety(visit: Visit, wrong: Refused | None = None, about: str = "") -> Response:
    """The page; `about` says by which of its forms something was refused."""
    user = visit.must_sign_in().user

    def read(db: Db) -> tuple[SecondFactor, list[Passkey]]:
        return second_factor_of(db, user.id), passkeys_of(db, user.id)

    factor, keys = await visit.read(read)
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return show_form(
        visit,
        "door/safety.html",
        wrong,
        factor=factor,
        keys=[_key(each) for each in keys],
        about=about,
        done=visit.say(done) if done else "",
        user=user,
    )


# -- the password ------------------------------------------------------------------------------------------------------


async def lead_to_password(visit: Visit) -> Response:
    """Where browsers look for the form to change a password."""
    return visit.go(f"{SAFETY}#password")


async def change_own_password(visit: Visit, fields: Fields) -> Response:
    """Set another password: every other browser and every app has to sign in again."""
    signed_in = visit.must_sign_in()
    try:
        new = read_password(fields.text("password"))
        await check_password(visit, signed_in.user, fields.text("old"))
        hashed = await asyncio.to_thread(hash_password, new)
    except Refused as wrong:
        return await _safety(visit, wrong, "password")
    browser = visit.request.headers.get("user-agent", "")

    def work(tx: Tx) -> str:
        change_password(tx, signed_in.user.id, hashed)
        return start_session(tx, signed_in.user.id, signed_in.account.id, browser=browser)

    visit.keep_session(await visit.write(work))
    note_proof(visit, signed_in.user.id)
    return visit.go(f"{SAFETY}?done=password")


# -- codes of an app ---------------------------------------------------------------------------------------------------


async def show_app(visit: Visit) -> Response:
    """The picture that an app for codes reads."""
    user = must_prove(visit, f"{SAFETY}/app").user
    return _app(visit, user, new_totp())


async def start_app(visit: Visit, fields: Fields) -> Response:
    """Ask for codes of this app from now on, once it has shown the right one."""
    user, data, code = must_prove(visit, f"{SAFETY}/app").user, visit.settings.data, fields.text("code")
    secret = unseal(data, fields.text("sealed"), f"app to be of {user.id}")
    if secret is None:
        return visit.go(f"{SAFETY}/app")
    try:
        await count_attempt(visit, f"app to be of {user.id}")
        codes = await visit.write(lambda tx: start_totp(tx, user.id, secret, code, data=data))
    except Refused as wrong:
        return _app(visit, user, secret, wrong)
    return _codes(visit, codes) if codes else visit.go(f"{SAFETY}?done=app")


def _app(visit: Visit, user: User, secret: str, wrong: Refused | None = None) -> Response:
    address = totp_address(secret, user.email, visit.settings.title)
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, light="#fff", svgclass="qr", lineclass=None
    )
    return show_form(
        visit,
        "door/second_app.html",
        wrong,
        picture=Markup(drawn),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=address,
        sealed=seal(visit.settings.data, secret, f"app to be of {user.id}"),
    )


# -- on, off, and recovery codes ---------------------------------------------------------------------------------------


async def start_passkey_step(visit: Visit, fields: Fields) -> Response:
    """Ask for a passkey after the password from now on."""
    user = must_prove(visit, SAFETY).user
    try:
        codes = await visit.write(lambda tx: ask_for_passkey(tx, user.id))
    except Refused as wrong:
        return await _safety(visit, wrong, "steps")
    return _codes(visit, codes) if codes else visit.go(SAFETY)


async def stop_second_step(visit: Visit, fields: Fields) -> Response:
    """Let the password be enough again, for whoever gives it or a code."""
    user, given, data = visit.must_sign_in().user, fields.text("proof"), visit.settings.data

    def work(tx: Tx) -> None:
        if not known and not use_any_code(tx, user.id, given, data=data):
            raise NotSignedIn("This is neither your password nor a code that opens.")
        stop_second_factor(tx, user.id)

    try:
        await count_code(visit, user.id)
        known = await asyncio.to_thread(password_fits, user.password or None, given)
        await visit.write(work)
    except Refused as wrong:
        return await _safety(visit, wrong, "off")
    await give_code_back(visit, user.id)
    return visit.go(f"{SAFETY}?done=off")


async def new_recovery_codes(visit: Visit, fields: Fields) -> Response:
    """Ten new recovery codes, shown once."""
    user = must_prove(visit, SAFETY).user

    def work(tx: Tx) -> list[str]:
        if not second_factor_of(tx, user.id).on:
            raise NotFound
        return renew_codes(tx, user.id)

    return _codes(visit, await visit.write(work))


def _codes(visit: Visit, codes: list[str]) -> Response:
    return visit.show("door/recovery_codes.html", cache_control="no-store", codes=codes)


# -- passkeys ----------------------------------------------------------------------------------------------------------


async def show_new_passkey(visit: Visit) -> Response:
    """The form by which a device makes a passkey."""
    must_prove(visit, f"{SAFETY}/passkeys/new")
    return await _new_passkey(visit)


async def keep_passkey(visit: Visit, fields: Fields) -> Response:
    """Keep the passkey that a device has made."""
    user, name = must_prove(visit, f"{SAFETY}/passkeys/new").user, fields.text("name")
    try:
        asked, credential = await answered(visit, _to_add(user), fields)
        await visit.write(lambda tx: add_passkey(tx, user.id, asked, credential, read_passkey_name(name)))
    except Refused as wrong:
        return await _new_passkey(visit, name, wrong)
    return visit.go(f"{SAFETY}?done=passkey")


async def _new_passkey(visit: Visit, name: str = "", wrong: Refused | None = None) -> Response:
    user = visit.must_sign_in().user
    known = await visit.read(lambda db: passkeys_of(db, user.id))
    return show_form(
        visit,
        "door/new_passkey.html",
        wrong,
        name=name or browser_name(visit.request.headers.get("user-agent", "")),
        options=ask_to_add(visit, _to_add(user), known),
    )


async def name_passkey(visit: Visit, fields: Fields) -> Response:
    """Call a passkey otherwise."""
    user, key_id, name = visit.must_sign_in().user, read_id(visit.path["id"]), fields.text("name")
    try:
        await visit.write(lambda tx: rename_passkey(tx, user.id, key_id, name))
    except NotFound:
        raise
    except Refused as wrong:
        return await _safety(visit, wrong, f"passkey {key_id}")
    return visit.go(f"{SAFETY}?done=named")


async def drop_passkey(visit: Visit, fields: Fields) -> Response:
    """Forget a passkey."""
    user, key_id = must_prove(visit, SAFETY).user, read_id(visit.path["id"])
    try:
        await visit.write(lambda tx: remove_passkey(tx, user.id, key_id))
    except NotAllowed as wrong:
        return await _safety(visit, wrong, f"passkey {key_id}")
    return visit.go(f"{SAFETY}?done=removed")


def _to_add(user: User) -> str:
    return f"passkey for {user.id}"
