"""Who is met how when they come to join: by the address they give, and by the network they come from."""

from perron.kit.errors import NotAllowed
from perron.moderation.emails import EmailDomain, count_attempt, email_block_for, email_domain_for
from perron.moderation.gate import Gate
from perron.people.model import Unfit
from perron.store import Db, Tx


class KeptOut(Unfit):
    """An address with which nobody joins; `domain` is what keeps it out, None for a single address."""

    def __init__(self, domain: EmailDomain | None) -> None:
        super().__init__("Nobody can join with this e-mail address. Please use another.", field="email", why="blocked")
        self.domain = domain


def must_wait(db: Db, email: str, gate: Gate, address: str) -> bool:
    """Whether somebody who joins waits for a moderator in any case; refuses those who may not join.

    `address` is the one they come from. To be asked before `people.join`, which decides all else.
    """
    severity = gate.severity(address)
    if severity in ("sign_up_block", "no_access"):
        raise NotAllowed("Nobody can join from this network at the moment.")
    return must_take_address(db, email) or severity == "sign_up_requires_approval"


def must_take_address(db: Db, email: str) -> bool:
    """Refuse an address with which nobody joins; whether it is one that waits for a moderator."""
    domain = email_domain_for(db, email)
    if domain is not None and not domain.allow_with_approval:
        raise KeptOut(domain)
    if email_block_for(db, email) is not None:
        raise KeptOut(None)
    return domain is not None


def note_kept_out(tx: Tx, wrong: KeptOut) -> None:
    """Count a sign-up that was refused, in a transaction of its own."""
    if wrong.domain is not None:
        count_attempt(tx, wrong.domain.id)
