"""Coming in, joining, leaving, and the language one is spoken to in."""

import asyncio
from urllib.parse import urlencode

from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotSignedIn, Refused, TooMany
from perron.kit.limits import Allowance
from perron.people.invitations import find_invitation
from perron.people.join import join
from perron.people.model import Account, Unfit, User
from perron.people.passwords import hash_password, needs_rehash, password_fits, read_password
from perron.people.queries import accounts_of_user
from perron.people.sessions import end_session, start_session
from perron.people.users import change_locale, find_user_by_email, rehash_password
from perron.store import Db, Tx
from perron.web.kit import Fields, Visit, limits, safe_next
from perron.web.words import LOCALES

FAILURES, FIVE_MINUTES = 10, 300
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
    keys = _count(visit, email)
    if (over := _over(keys)) is not None:
        wrong: Refused = TooMany("Too many attempts. Please wait a few minutes and try again.", over.retry_after)
        return _door(visit, wanted, email, wrong)
    user, accounts = await visit.read(lambda db: _user_and_accounts(db, email))
    fits = await asyncio.to_thread(password_fits, user.password if user else None, password)
    if user is None or not fits:
        return _door(visit, wanted, email, NotSignedIn("This e-mail address and this password do not go together."))
    if user.state == "disabled" or not accounts:
        return _door(visit, wanted, email, NotAllowed("This sign-in was disabled by those who run this server."))

    for key in keys:
        limits(visit.request).give_back(key)
    fresh = await asyncio.to_thread(hash_password, password) if needs_rehash(user.password) else ""
    await _begin(visit, user, accounts[0], fresh)
    return visit.go(wanted)


async def sign_out(visit: Visit, fields: Fields) -> Response:
    """End the session, here and in the database, and take back the cookies."""
    value = visit.session_value
    await visit.write(lambda tx: end_session(tx, value))
    visit.drop_session()
    return visit.go("/")


async def show_sign_up(visit: Visit) -> Response:
    """The form by which people join, or why they cannot."""
    code = visit.request.query_params.get("invitation", "")
    return await _form(visit, {"invitation": code, "next": safe_next(visit.request.query_params.get("next", "/"))})


async def sign_up(visit: Visit, fields: Fields) -> Response:
    """Join, and be signed in at once."""
    given = {name: fields.text(name) for name in ("username", "email", "invitation", "reason", "next")}
    try:
        password = read_password(fields.text("password"))
        if visit.settings.rate_limit != "off":
            counted = limits(visit.request).hit(f"sign-up {visit.address}", SIGN_UPS, HALF_AN_HOUR)
            if not counted.allowed:
                raise TooMany("Too many attempts. Please wait a few minutes and try again.", counted.retry_after)
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
                reason=given["reason"][:2000],
            )
        )
    except (Unfit, NotAllowed, TooMany) as wrong:
        return await _form(visit, given, wrong)
    await _begin(visit, user, account)
    return visit.go(given["next"]) if user.state == "active" else visit.show("waiting.html", account=account)


async def choose_language(visit: Visit, fields: Fields) -> Response:
    """Speak another language with who is signed in, from now on."""
    locale, user = fields.text("lang"), visit.user
    if locale in LOCALES and user is not None:
        await visit.write(lambda tx: change_locale(tx, user.id, locale))
    return visit.go(fields.text("next"))


def _door(visit: Visit, wanted: str, email: str = "", wrong: Refused | None = None) -> Response:
    status = wrong.status if wrong else 200
    response = visit.show(
        "sign_in.html",
        status=status,
        cache_control="no-store",
        next=wanted,
        email=email,
        wrong=visit.say(str(wrong)) if wrong else "",
        join_at="/sign-up?" + urlencode({"next": wanted}),
    )
    if isinstance(wrong, TooMany):
        response.headers["Retry-After"] = str(wrong.retry_after)
    return response


async def _form(visit: Visit, given: dict[str, str], wrong: Refused | None = None) -> Response:
    code = given["invitation"].strip()
    policy = visit.settings.registration
    invited = bool(code) and await visit.read(lambda db: find_invitation(db, code)) is not None
    response = visit.show(
        "sign_up.html",
        status=wrong.status if wrong else 200,
        cache_control="no-store",
        given={"username": "", "email": "", "reason": ""} | given,
        wrong=visit.say(str(wrong)) if wrong else "",
        at=wrong.field if isinstance(wrong, Unfit) else "",
        open=policy in ("open", "approval") or (policy == "invitation" and invited),
        asks_reason=policy == "approval" and not invited,
    )
    if isinstance(wrong, TooMany):
        response.headers["Retry-After"] = str(wrong.retry_after)
    return response


async def _begin(visit: Visit, user: User, account: Account, fresh_hash: str = "") -> None:
    old, browser = visit.session_value, visit.request.headers.get("user-agent", "")

    def begin(tx: Tx) -> str:
        if fresh_hash:
            rehash_password(tx, user.id, fresh_hash)
        end_session(tx, old)
        return start_session(tx, user.id, account.id, browser=browser)

    visit.keep_session(await visit.write(begin))


def _user_and_accounts(db: Db, email: str) -> tuple[User | None, list[Account]]:
    user = find_user_by_email(db, email.replace("\x00", ""))
    return user, accounts_of_user(db, user.id) if user else []


def _count(visit: Visit, email: str) -> dict[str, Allowance]:
    """Count an attempt before it is made, so that many at once are not more than one after another."""
    if visit.settings.rate_limit == "off":
        return {}
    keys = (f"sign-in from {visit.address}", f"sign-in as {email.strip().lower()[:254]}")
    return {key: limits(visit.request).hit(key, FAILURES, FIVE_MINUTES) for key in keys}


def _over(keys: dict[str, Allowance]) -> Allowance | None:
    return next((each for each in keys.values() if not each.allowed), None)
