"""Appeal against a decision, and answer an appeal."""

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import born
from perron.kit.time import DAY, now
from perron.moderation.audit import record
from perron.moderation.decide import tell_person, undo
from perron.moderation.model import SHUTS_OUT, Appeal, AppealRefused, Moderator, Strike
from perron.moderation.permit import must_act_on, must_moderate
from perron.moderation.queries import (
    add_appeal,
    appeal_as_stored,
    appeals_of,
    change_answered,
    strike_as_stored,
)
from perron.people.model import Account
from perron.store import Tx

TERM = 20
"""Days for which one may appeal."""
LONGEST = 2000


def appealable(strike: Strike, made: Appeal | None) -> bool:
    """Whether the person concerned may still appeal: once, within twenty days, while the decision stands."""
    return made is None and strike.undone_at is None and born(strike.id) > now() - TERM * DAY


def appeal(tx: Tx, who: Account, strike_id: int, text: str) -> Appeal:
    """Say why a decision about oneself was wrong."""
    strike, text = strike_as_stored(tx, strike_id), text.strip()
    if strike is None or strike.target_id != who.id:
        raise NotFound
    if strike.undone_at is not None:
        raise Invalid("This decision was undone already.")
    if appeals_of(tx, [strike.id]):
        raise Invalid("You have appealed against this decision already.")
    if not appealable(strike, None):
        raise Invalid(f"One can appeal within {TERM} days. That time has passed.")
    if not text:
        raise Invalid("Please say why this decision should be looked at again.")
    if len(text) > LONGEST:
        raise Invalid(f"An appeal has at most {LONGEST} characters.")

    return add_appeal(tx, strike.id, who.id, text)


def grant(tx: Tx, by: Moderator, appeal_id: int, words: str = "") -> None:
    """Grant an appeal: the decision is undone."""
    made, strike = _waiting(tx, by, appeal_id)
    _answer(tx, by, made, "granted", words)
    if strike.undone_at is None:
        undo(tx, by, strike.id, because="appeal")
    else:
        tell_person(tx, strike.target_id, strike.id)


def refuse(tx: Tx, by: Moderator, appeal_id: int, words: str) -> None:
    """Refuse an appeal, and say why."""
    made, strike = _waiting(tx, by, appeal_id)
    if not words.strip():
        raise Invalid("Please tell this person why the decision stands.")
    _answer(tx, by, made, "refused", words)
    tell_person(tx, strike.target_id, strike.id)
    if strike.action in SHUTS_OUT:
        emit(tx, AppealRefused(made.id))


def _waiting(tx: Tx, by: Moderator, appeal_id: int) -> tuple[Appeal, Strike]:
    must_moderate(by)
    made = appeal_as_stored(tx, appeal_id)
    strike = strike_as_stored(tx, made.strike_id) if made else None
    if made is None or strike is None:
        raise NotFound
    if made.state != "open":
        raise Invalid("This appeal was answered already.")
    return made, strike


def _answer(tx: Tx, by: Moderator, made: Appeal, state: str, words: str) -> None:
    target, words = must_act_on(tx, by, made.account_id), words.strip()
    if len(words) > LONGEST:
        raise Invalid(f"What you tell this person has at most {LONGEST} characters.")
    change_answered(tx, made.id, by.account_id, state=state, words=words)
    verb = "grant_appeal" if state == "granted" else "refuse_appeal"
    record(tx, by.account_id, verb, "account", target.id, f"@{target.handle}", strike=str(made.strike_id), text=words)
