"""Let in, or turn away, those whose sign-up waits for approval."""

from perron.jobs import emit
from perron.kit.errors import Invalid
from perron.moderation.audit import record
from perron.moderation.model import Moderator, SignUpApproved
from perron.moderation.permit import must_act_on
from perron.people.model import Account, User
from perron.people.standing import delete_account, user_of
from perron.people.users import enable_user
from perron.store import Tx


def approve(tx: Tx, by: Moderator, account_id: int) -> None:
    """Let somebody in who waits."""
    account, user = _waiting(tx, by, account_id)
    enable_user(tx, user.id)
    emit(tx, SignUpApproved(account.id))
    record(tx, by.account_id, "approve", "account", account.id, f"@{account.handle}")


def turn_away(tx: Tx, by: Moderator, account_id: int) -> None:
    """Turn somebody away who waits: what they gave is deleted."""
    account, _ = _waiting(tx, by, account_id)
    delete_account(tx, account)
    record(tx, by.account_id, "turn_away", "account", account.id, f"@{account.handle}")


def _waiting(tx: Tx, by: Moderator, account_id: int) -> tuple[Account, User]:
    account = must_act_on(tx, by, account_id)
    user = user_of(tx, account.id)
    if user is None or user.state != "pending":
        raise Invalid("This person does not wait any more.")
    return account, user
