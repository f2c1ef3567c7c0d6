"""The second step of signing in, after the password: a code of the app, a recovery code, or a passkey."""

from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotSignedIn, Refused
from perron.people.passkeys import use_passkey
from perron.people.second_factor import use_any_code
from perron.store import Tx
from perron.web.again import show_form
from perron.web.door.entering import HalfWay, enter, half_way
from perron.web.door.passkey_forms import answered, ask_to_show
from perron.web.door.proof import count_attempt
from perron.web.fields import Fields
from perron.web.trust import attempts
from perron.web.visit import Visit

A_DAY, MOST_A_DAY = 86_400, 50


async def show_second_step(visit: Visit) -> Response:
    """Ask for the second step; whoever has not made the first begins there."""
    stands = await half_way(visit)
    return _step(visit, stands) if stands else visit.go("/sign-in")


async def second_step(visit: Visit, fields: Fields) -> Response:
    """Take a code, of the app or a recovery code, and let them in."""
    stands = await half_way(visit)
    if stands is None:
        return visit.go("/sign-in")
    user, code, data = stands.user, fields.text("code"), visit.settings.data
    try:
        await count_code(visit, user.id)
        if not await visit.write_owed(lambda tx: use_any_code(tx, user.id, code, data=data)):
            raise NotSignedIn("This code does not open. It may be too old, or was used already.")
    except Refused as wrong:
        return _step(visit, stands, wrong)
    await give_code_back(visit, user.id)
    await enter(visit, user, stands.account)
    return visit.go(stands.wanted)


async def second_step_by_passkey(visit: Visit, fields: Fields) -> Response:
    """Take a passkey of theirs as second step."""
    stands = await half_way(visit)
    if stands is None:
        return visit.go("/sign-in")
    user = stands.user

    def work(tx: Tx) -> None:
        if use_passkey(tx, asked, credential, alone=False) != user.id:
            raise NotAllowed("This passkey is somebody else's.")

    try:
        asked, credential = await answered(visit, _purpose(stands), fields)
        await visit.write_owed(work)
    except Refused as wrong:
        return _step(visit, stands, wrong)
    await enter(visit, user, stands.account)
    return visit.go(stands.wanted)


async def count_code(visit: Visit, user_id: int) -> None:
    """Count a code before it is tried: ten in five minutes, fifty a day, whoever tries them from wherever."""
    await count_attempt(visit, f"second step of {user_id}")
    await count_attempt(visit, f"second step of {user_id} today", MOST_A_DAY, A_DAY)


async def give_code_back(visit: Visit, user_id: int) -> None:
    """A code that was right is not one of those that are limited."""
    for key in (f"second step of {user_id}", f"second step of {user_id} today"):
        await attempts(visit.request).give_back(key)


def _step(visit: Visit, stands: HalfWay, wrong: Refused | None = None) -> Response:
    options = ask_to_show(visit, _purpose(stands), stands.keys) if stands.keys else ""
    return show_form(visit, "door/second_step.html", wrong, factor=stands.factor, options=options)


def _purpose(stands: HalfWay) -> str:
    return f"second step of {stands.user.id}"
