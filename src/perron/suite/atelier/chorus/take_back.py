"""Take back, all at once, what was made together: planned, published half a minute ago at most, or handed in."""

from collections.abc import Callable, Sequence

from perron.kit.errors import NotFound, Refused
from perron.people.may import ACT, SUBMIT, may
from perron.people.queries import find_account
from perron.posts.model import Draft
from perron.posts.planned import find_scheduled
from perron.posts.scheduled import cancel_scheduled
from perron.posts.undo import undo
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import PLAN, POST, Also
from perron.suite.atelier.chorus.queries import made_with
from perron.suite.atelier.chorus.say import named

Withdraw = Callable[[Tx, int], None]
"""Withdraws what was handed in: another room knows how."""


def taken_with(db: Db, user_id: int, item_id: int) -> list[Also]:
    """What would be taken back with something: what was made with it, where somebody may do so."""
    return [one for one in made_with(db, user_id, [item_id]).get(item_id, []) if may_take_back(one)]


def may_take_back(one: Also) -> bool:
    """Whether somebody may take back what they see: whoever hands in may withdraw it."""
    return may(one.role, ACT if one.kind in (PLAN, POST) else SUBMIT)


def take_back_others(tx: Tx, user_id: int, item_id: int, withdraw: Withdraw) -> dict[int, list[Draft]]:
    """Take back everything that was made with something, all of it or nothing; the drafts it was, by account."""
    found: dict[int, list[Draft]] = {}
    for one in taken_with(tx, user_id, item_id):
        try:
            drafts = _take_back(tx, one, withdraw)
        except Refused as wrong:
            raise named(wrong, one.handle) from None
        if drafts:
            found[one.account_id] = [*drafts]
    return found


def _take_back(tx: Tx, one: Also, withdraw: Withdraw) -> Sequence[Draft]:
    account = find_account(tx, one.account_id)
    if account is None:
        raise NotFound
    if one.kind == POST:
        return undo(tx, account, one.item_id)
    if one.kind == PLAN and (found := find_scheduled(tx, one.item_id, account_id=one.account_id)) is not None:
        cancel_scheduled(tx, account, one.item_id)
        return found.drafts
    if one.kind != PLAN:
        withdraw(tx, one.item_id)
    return ()
