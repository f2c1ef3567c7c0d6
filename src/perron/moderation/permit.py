"""Who may decide about whom."""

from perron.kit.errors import NotAllowed, NotFound
from perron.moderation.model import RANKS, Moderator
from perron.moderation.queries import roles_behind
from perron.people.model import Account
from perron.people.queries import find_account
from perron.store import Db


def must_moderate(by: Moderator) -> None:
    """Refuse whoever does not look after this server, as if there were nothing there."""
    if RANKS.get(by.role, 0) < RANKS["moderator"]:
        raise NotFound


def must_administer(by: Moderator) -> None:
    """Refuse whoever does not run this server: moderators look after people, not after who reaches the machine."""
    must_moderate(by)
    if RANKS[by.role] < RANKS["admin"]:
        raise NotAllowed("This is for those who run this server.")


def may_act_on(db: Db, by: Moderator, target_id: int) -> bool:
    """Whether `by` may decide about an account: never about oneself, and only about those with a lower role."""
    behind = roles_behind(db, target_id)
    highest = max((RANKS.get(role, 0) for role in behind.values()), default=0)
    return by.user_id not in behind and by.account_id != target_id and RANKS.get(by.role, 0) > highest


def must_act_on(db: Db, by: Moderator, target_id: int) -> Account:
    """The account about which `by` may decide."""
    must_moderate(by)
    target = find_account(db, target_id)
    if target is None or target.state == "deleted":
        raise NotFound
    if not may_act_on(db, by, target_id):
        raise NotAllowed("You cannot decide about this account: it is your own, or its role is not below yours.")
    return target
