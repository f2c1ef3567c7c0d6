"""Joining from an app, which speaks for itself until then."""

import asyncio

from perron.api.kit import Answer, Call, Reply
from perron.entities.apps import token_entity
from perron.kit import json
from perron.kit.errors import NotAllowed, NotSignedIn
from perron.people.join import join, read_email, read_username
from perron.people.model import Unfit
from perron.people.passwords import hash_password, read_password
from perron.people.tokens import issue_token
from perron.store import Tx

SIGN_UPS, HALF_AN_HOUR = 5, 1800
LONGEST_REASON = 2000
LOCALES = ("fr", "en")


async def register(call: Call) -> Answer:
    """POST /api/v1/accounts: answers a token for the new account."""
    viewer, params = call.viewer, call.params
    if viewer is None:
        raise NotSignedIn
    if viewer.account is not None:
        raise NotAllowed("This method is for an app that speaks for itself")
    locale = params.text("locale").partition("-")[0].lower()
    try:
        username, email = read_username(params.text("username")), read_email(params.text("email"))
        password = read_password(params.text("password"))
        if not params.flag("agreement"):
            raise Unfit("Please agree to the rules of this server.", field="agreement", why="accepted")
        call.limit("sign-up", SIGN_UPS, HALF_AN_HOUR)
        kept = await asyncio.to_thread(hash_password, password)

        def work(tx: Tx) -> str:
            user, account = join(
                tx,
                username=username,
                email=email,
                password_hash=kept,
                locale=locale if locale in LOCALES else call.settings.locale,
                invitation=params.text("invite_code"),
                policy=call.settings.registration,
                reason=params.text("reason")[:LONGEST_REASON],
            )
            return issue_token(tx, viewer.app_id, user.id, account.id, viewer.scopes)

        return token_entity(await call.write(work), viewer.scopes)
    except Unfit as wrong:
        return unfit(wrong)


def unfit(wrong: Unfit) -> Reply:
    """A field that cannot be accepted, in the words that apps know (`ERR_TAKEN`, …)."""
    details = {wrong.field: [{"error": f"ERR_{wrong.why.upper()}", "description": str(wrong)}]}
    said = {"error": f"Validation failed: {wrong.field.capitalize()}: {wrong}", "details": details}
    return Reply(json.encode(said), wrong.status)
