"""Joining from an app, which speaks for itself until then."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Reply, speaks
from perron.entities.apps import token_entity
from perron.entities.shapes.common import Language
from perron.entities.shapes.elsewhere import Token
from perron.kit import json
from perron.kit.errors import NotAllowed, NotSignedIn
from perron.moderation.emails import note_kept_out
from perron.moderation.sign_ups import must_wait
from perron.people.age import check_age
from perron.people.join import join, read_email, read_username
from perron.people.kept_out import KeptOut
from perron.people.model import Unfit
from perron.people.passwords import hash_password, read_password
from perron.people.tokens import issue_token
from perron.store import Tx

SIGN_UPS, HALF_AN_HOUR = 5, 1800
LONGEST_REASON = 2000
LOCALES = ("fr", "en")


class Joining(TypedDict, total=False):
    """Somebody who wishes to join."""

    username: Required[str]
    email: Required[str]
    password: Required[str]
    agreement: Required[Annotated[bool, Meta(description="They agree to the rules, the terms and the policies.")]]
    locale: Annotated[Language, Meta(description="In which language they are written to.")]
    reason: Annotated[str, Meta(description="Why they wish to join; moderators read it where joining needs approval.")]
    date_of_birth: Annotated[str, Meta(description="Where one must be of an age (`min_age`); it is not kept.")]
    invite_code: Annotated[str, Meta(description="By which invitation they come.")]


@speaks(Token, takes=Joining)
async def register(call: Call) -> Answer:
    """POST /api/v1/accounts: answers a token for the new account; where addresses are confirmed, nothing is open
    to it until then."""
    viewer, params, settings = call.viewer, call.params, call.settings
    if viewer is None:
        raise NotSignedIn
    if viewer.account is not None:
        raise NotAllowed("This method is for an app that speaks for itself")
    locale = params.text("locale").partition("-")[0].lower()
    username, email, password = params.text("username"), params.text("email"), params.text("password")
    if wrong := _unfit(
        lambda: read_username(username),
        lambda: read_email(email),
        lambda: read_password(password),
        lambda: _agreed(params.flag("agreement")),
        lambda: check_age(params.text("date_of_birth"), settings),
    ):
        return unfit(wrong)
    await call.count_attempt("sign-up", SIGN_UPS, HALF_AN_HOUR)
    waits = must_wait(call.site.gate, call.came_from)
    kept = await asyncio.to_thread(hash_password, password)

    def work(tx: Tx) -> str:
        user, account = join(
            tx,
            username=username,
            email=email,
            password_hash=kept,
            locale=locale if locale in LOCALES else settings.locale,
            invitation=params.text("invite_code"),
            policy=settings.registration,
            waits=waits,
            reason=params.text("reason")[:LONGEST_REASON],
            confirm_in=settings.data if settings.asks_to_confirm else None,
            app_id=viewer.app_id,
        )
        return issue_token(tx, viewer.app_id, user.id, account.id, viewer.scopes)

    try:
        return token_entity(await call.write(work), viewer.scopes)
    except Unfit as taken:
        if isinstance(taken, KeptOut):
            met = taken
            await call.write(lambda tx: note_kept_out(tx, met))
        return unfit([taken])


def _agreed(said: bool) -> None:
    if not said:
        raise Unfit("Please agree to the rules of this server.", field="agreement", why="accepted")


def _unfit(*checks: Callable[[], object]) -> list[Unfit]:
    """Everything that cannot be accepted, so that it can be mended at once."""
    found = []
    for check in checks:
        try:
            check()
        except Unfit as wrong:
            found.append(wrong)
    return found


def unfit(wrong: Sequence[Unfit]) -> Reply:
    """Fields that cannot be accepted, in the words that apps know (`ERR_TAKEN`, …)."""
    details = {one.field: [{"error": f"ERR_{one.why.upper()}", "description": str(one)}] for one in wrong}
    named = ", ".join(f"{one.field.replace('_', ' ').capitalize()}: {one}" for one in wrong)
    said = {"error": f"Validation failed: {named}", "details": details}
    return Reply(json.encode(said), wrong[0].status)
