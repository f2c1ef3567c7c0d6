"""Coming in, joining, leaving, and the language one is spoken to in."""

import asyncio
from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotSignedIn, Refused, TooMany, Unavailable
from perron.moderation.emails import note_kept_out
from perron.moderation.sign_ups import must_wait
from perron.people.age import check_age
from perron.people.invitations import find_invitation
from perron.people.join import join
from perron.people.kept_out import KeptOut
from perron.people.model import Account, Unfit, User
from perron.people.passkeys import use_passkey
from perron.people.passwords import hash_password, needs_rehash, password_fits, read_password
from perron.people.queries import accounts_of_user
from perron.people.second_factor import second_factor_of
from perron.people.sessions import end_session
from perron.people.users import change_locale, find_user_by_email, rehash_password, user_as_stored
from perron.store import Db, Tx
from perron.web.again import show_form
from perron.web.door.entering import HALF_WAY, account_to_enter, enter, stop_half_way
from perron.web.door.passkey_forms import answered, ask_to_show
from perron.web.door.proof import PROOF, count_attempt
from perron.web.door.shut_out import lead_to_standing
from perron.web.door.slips import drop_slip
from perron.web.fields import Fields, safe_next
from perron.web.trust import attempts, came_from
from perron.web.visit import Visit
from perron.web.words import LOCALES

PASSKEYS = 30
SIGN_UPS, HALF_AN_HOUR = 5, 1800


async def show_sign_in(visit: Visit) -> Response:
    """The door. Who is in already goes on, unless they are asked to sign in again."""
    wanted = safe_next(visit.request.query_params.get("next", "/"))
    if visit.signed_in and "again" not in visit.request.query_params:
        return visit.go(wanted)
    return _door(visit, wanted)


async def sign_in(visit: Visit, fields: Fields) -> Response:
    """Sign a browser in, under a new cookie."""
    email, password, wanted = fields.text("email"), fields.text("password"), safe_next(fields.text("next"))
    keys = (f"sign-in from {visit.address}", f"sign-in as {email.strip().lower()[:254]}")
    try:  # before it is made, so that many at once are not more than one after another
        for key in keys:
            await count_attempt(visit, key)
    except (TooMany, Unavailable) as wrong:
        return _door(visit, wanted, email, wrong)
    user, accounts = await visit.read(lambda db: _user_and_accounts(db, email))
    fits = await asyncio.to_thread(password_fits, user.password if user else None, password)
    if user is None or not fits:
        return _door(visit, wanted, email, NotSignedIn("This e-mail address and this password do not go together."))
    try:
        account = account_to_enter(user, accounts)
    except NotAllowed as no_longer:
        return await lead_to_standing(visit, user) or _door(visit, wanted, email, no_longer)

    for key in keys:
        await attempts(visit.request).give_back(key)
    user = await _hashed_anew(visit, user, password) if needs_rehash(user.password) else user
    if (await visit.read(lambda db: second_factor_of(db, user.id))).on:
        stop_half_way(visit, user, wanted)
        return visit.go("/sign-in/second")
    await enter(visit, user, account)
    return visit.go(wanted)


async def sign_in_by_passkey(visit: Visit, fields: Fields) -> Response:
    """Sign a browser in by a passkey alone: the device has asked for a finger, a face or a PIN."""
    wanted = safe_next(fields.text("next"))

    def work(tx: Tx) -> tuple[User, Account]:
        user = user_as_stored(tx, use_passkey(tx, asked, credential, alone=True))
        return user, account_to_enter(user, accounts_of_user(tx, user.id))

    try:
        await count_attempt(visit, f"passkey from {visit.address}", PASSKEYS)
        asked, credential = await answered(visit, "sign-in", fields)
        user, account = await visit.write_owed(work)
    except Refused as wrong:
        return _door(visit, wanted, wrong=wrong)
    await enter(visit, user, account)
    return visit.go(wanted)


async def sign_out(visit: Visit, fields: Fields) -> Response:
    """End the session, here and in the database, and take back the cookies."""
    value = visit.session_value
    await visit.write(lambda tx: end_session(tx, value))
    for name in (PROOF, HALF_WAY):
        drop_slip(visit, name)
    visit.drop_session()
    return visit.go("/")


async def show_sign_up(visit: Visit) -> Response:
    """The form by which people join, or why they cannot."""
    code = visit.request.query_params.get("invitation", "")
    return await _form(visit, {"invitation": code, "next": safe_next(visit.request.query_params.get("next", "/"))})


async def sign_up(visit: Visit, fields: Fields) -> Response:
    """Join, and be signed in at once."""
    names = ("username", "email", "invitation", "reason", "next", "date_of_birth")
    given = {name: fields.text(name) for name in names}
    settings = visit.settings
    try:
        check_age(given["date_of_birth"], settings)
        password = read_password(fields.text("password"))
        await count_attempt(visit, f"sign-up {visit.address}", SIGN_UPS, HALF_AN_HOUR)
        waits = must_wait(visit.site.gate, came_from(visit.request))
        kept = await asyncio.to_thread(hash_password, password)
        user, account = await visit.write(
            lambda tx: join(
                tx,
                username=given["username"],
                email=given["email"],
                password_hash=kept,
                locale=visit.locale,
                invitation=given["invitation"].strip(),
                policy=visit.settings.registration,
                waits=waits,
                reason=given["reason"][:2000],
                confirm_in=settings.data if settings.asks_to_confirm else None,
            )
        )
    except (Unfit, NotAllowed, TooMany, Unavailable) as wrong:
        if isinstance(wrong, KeptOut):
            met = wrong
            await visit.write(lambda tx: note_kept_out(tx, met))
        return await _form(visit, given, wrong)
    await enter(visit, user, account)
    if not user.confirmed:
        return visit.go("/email")
    return visit.go(given["next"]) if user.state == "active" else visit.show("door/waiting.html", account=account)


async def choose_language(visit: Visit, fields: Fields) -> Response:
    """Speak another language with who is signed in, from now on."""
    locale, user = fields.text("lang"), visit.user
    if locale in LOCALES and user is not None:
        await visit.write(lambda tx: change_locale(tx, user.id, locale))
    return visit.go(fields.text("next"))


def _door(visit: Visit, wanted: str, email: str = "", wrong: Refused | None = None) -> Response:
    return show_form(
        visit,
        "door/sign_in.html",
        wrong,
        next=wanted,
        email=email,
        options=ask_to_show(visit, "sign-in", [], alone=True),
        join_at="/sign-up?" + urlencode({"next": wanted}),
    )


async def _form(visit: Visit, given: dict[str, str], wrong: Refused | None = None) -> Response:
    code = given["invitation"].strip()
    policy = visit.settings.registration
    invited = bool(code) and await visit.read(lambda db: find_invitation(db, code)) is not None
    return show_form(
        visit,
        "door/sign_up.html",
        wrong,
        given={"username": "", "email": "", "reason": "", "date_of_birth": ""} | given,
        open=policy in ("open", "approval") or (policy == "invitation" and invited),
        asks_reason=policy == "approval" and not invited,
    )


async def _hashed_anew(visit: Visit, user: User, password: str) -> User:
    fresh = await asyncio.to_thread(hash_password, password)
    await visit.write_owed(lambda tx: rehash_password(tx, user.id, fresh))
    return replace(user, password=fresh)


def _user_and_accounts(db: Db, email: str) -> tuple[User | None, list[Account]]:
    user = find_user_by_email(db, email.replace("\x00", ""))
    return user, accounts_of_user(db, user.id) if user else []
