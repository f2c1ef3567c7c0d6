"""Delete an account that was suspended, with everything it wrote. There is no way back."""

from perron.kit.errors import NotAllowed
from perron.moderation.audit import record
from perron.moderation.model import Moderator
from perron.moderation.permit import must_act_on, must_administer
from perron.people.standing import delete_account
from perron.store import Tx


def remove_account(tx: Tx, by: Moderator, account_id: int) -> None:
    """Delete an account; it was suspended before, so that nobody deletes at one stroke."""
    must_administer(by)
    target = must_act_on(tx, by, account_id)
    if target.state != "suspended":
        raise NotAllowed("This action is not allowed: an account is suspended before it is deleted")

    delete_account(tx, target)
    record(tx, by.account_id, "delete_account", "account", target.id, f"@{target.handle}")
