"""The e-mail address of somebody who has just joined by an app: whether it is confirmed, and the letter once more."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.api.sign_up import unfit
from perron.entities.shapes.common import Empty
from perron.kit.errors import NotAllowed, NotSignedIn
from perron.people.change_address import change_address
from perron.people.confirm import resend, signed_up_by, waiting_address
from perron.people.model import Unfit, User
from perron.people.users import user_as_stored
from perron.store import Db, Tx

LETTERS, HALF_AN_HOUR = 5, 1800


class Address(TypedDict, total=False):
    """Another address, where the first was mistyped."""

    email: Annotated[str, Meta(description="Takes the place of the address that is not confirmed yet.")]


@speaks(Empty, takes=Address)
async def send_again(call: Call) -> Answer:
    """POST /api/v1/emails/confirmations: only the app by which they joined may ask for it."""
    user = await call.read(lambda db: _who_waits(call, db))
    await call.count_attempt("confirmation", LETTERS, HALF_AN_HOUR)

    def work(tx: Tx) -> None:
        if call.params.has("email"):
            change_address(tx, user, call.params.text("email"), settings=call.settings)
        else:
            resend(tx, user, settings=call.settings)

    try:
        await call.write(work)
    except Unfit as wrong:
        return unfit([wrong])
    return {}


def _who_waits(call: Call, db: Db) -> User:
    user = _user(call, db)
    if call.viewer is None or signed_up_by(db, user.id) != call.viewer.app_id:
        raise NotAllowed("This method is only available to the application the user originally signed-up with")
    if user.confirmed and not waiting_address(db, user.id):
        raise NotAllowed("This method is only available while the e-mail is awaiting confirmation")
    return user


@speaks(bool)
def is_confirmed(call: Call, db: Db) -> Answer:
    """GET /api/v1/emails/check_confirmation: `true` once the address is theirs."""
    return b"true" if _user(call, db).confirmed else b"false"


def _user(call: Call, db: Db) -> User:
    if call.viewer is None or call.viewer.user_id is None:
        raise NotSignedIn
    return user_as_stored(db, call.viewer.user_id)
