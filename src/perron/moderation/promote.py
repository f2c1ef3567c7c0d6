"""Give somebody a role on this server, or take it back."""

from perron.kit.errors import Invalid, NotAllowed
from perron.moderation.audit import record
from perron.moderation.model import RANKS, Moderator
from perron.moderation.permit import must_act_on
from perron.people.standing import user_of
from perron.people.users import change_user_role
from perron.store import Tx


def roles_to_give(by: Moderator) -> list[str]:
    """The roles that `by` may give: those below their own, when they are admin or owner."""
    mine = RANKS.get(by.role, 0)
    return [role for role, rank in RANKS.items() if rank < mine] if mine >= RANKS["admin"] else []


def change_role(tx: Tx, by: Moderator, account_id: int, role: str) -> None:
    """Change the role of whoever signs in for an account."""
    target = must_act_on(tx, by, account_id)
    if role not in roles_to_give(by):
        raise NotAllowed("This role is not yours to give.")
    user = user_of(tx, target.id)
    if user is None:
        raise Invalid("Nobody signs in for this account on this server.")
    if user.role == role:
        return

    change_user_role(tx, user.id, role)
    record(tx, by.account_id, "change_role", "account", target.id, f"@{target.handle}", before=user.role, after=role)
