"""What passkeys need of a page: what the browser is to sign, and what it answers in a form.

A page carries the options in an attribute; `js/passkeys.js` asks the device, puts the answer into the field
`credential` and sends the form. What was asked carries its own proof (see `people/passkeys.py`), so nothing is kept.
"""

from perron.kit.errors import Refused
from perron.people.passkeys import (
    Asked,
    Passkey,
    check_challenge,
    new_challenge,
    options_to_add,
    options_to_show,
    read_challenge,
)
from perron.web.door.slips import browser_key
from perron.web.fields import Fields
from perron.web.trust import attempts
from perron.web.visit import Visit

QUARTER, HOUR = 900, 3600


def ask_to_show(visit: Visit, purpose: str, known: list[Passkey], *, alone: bool = False) -> str:
    """Options for showing one of the passkeys that are `known`; any that the device has when none is named."""
    return options_to_show(_ask(visit, purpose, HOUR if alone else QUARTER), known, alone=alone)


def ask_to_add(visit: Visit, purpose: str, known: list[Passkey]) -> str:
    """Options for making a passkey for whoever is signed in."""
    signed_in = visit.must_sign_in()
    asked = _ask(visit, purpose, QUARTER)
    return options_to_add(asked, signed_in.user.id, signed_in.user.email, visit.settings.title, known)


async def answered(visit: Visit, purpose: str, fields: Fields) -> tuple[Asked, str]:
    """What was asked of the browser, and its answer; each question is answered once."""
    credential = fields.text("credential")
    challenge = read_challenge(credential)
    counted = await attempts(visit.request).hit(f"challenge {challenge.hex()[:64]}", 1, HOUR)
    if not counted.allowed or not check_challenge(browser_key(visit, "passkeys"), purpose, challenge):
        raise Refused("This took too long, or was done already. Please try again.")
    return Asked(visit.settings.public_origin, challenge), credential


def _ask(visit: Visit, purpose: str, seconds: int) -> Asked:
    assert visit.csrf  # gives the browser a name of its own, where it has none yet
    return Asked(visit.settings.public_origin, new_challenge(browser_key(visit, "passkeys"), purpose, seconds))
