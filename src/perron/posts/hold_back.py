"""What waits is held back by whoever has a reason to, and goes on when nobody has one any more."""

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from perron.jobs import cancel, emit
from perron.kit.time import now
from perron.posts.model import PlanChanged, PostDue
from perron.posts.planned import MINE, Scheduled, find_scheduled, scheduled_of
from perron.store import Db, Prepared, Tx
from perron.store.tables import organisation_brands, scheduled_posts

_SAY = Prepared(
    update(scheduled_posts)
    .where(*MINE)
    .values(held=bindparam("by"), error=bindparam("why"), version=scheduled_posts.c.version + 1)
)
_PAUSED = Prepared(
    select(organisation_brands.c.account_id).where(
        organisation_brands.c.account_id == bindparam("of_account"), organisation_brands.c.paused_at.is_not(None)
    )
)
PAUSED = "crisis"
"""Why something waits for a brand that an organisation has paused."""
MISSED = "Its time passed while it was held back. Choose another time, or publish it now."


def is_paused(db: Db, account_id: int) -> bool:
    """Whether nothing of an account goes out by itself for now, by decision of those who work for it."""
    return db.one(_PAUSED, of_account=account_id) is not None


def hold_back(tx: Tx, account_id: int, reason: str, ids: Collection[int] | None = None) -> list[int]:
    """Hold back what an account has planned, all of it or only these, for a reason of one word; which it now holds."""
    found = [one for one in _named(tx, account_id, ids) if reason not in one.held]
    for one in found:
        cancel(tx, PostDue(one.id))
        tx.run(_SAY, of_post=one.id, of_account=account_id, by=" ".join((*one.held, reason)), why=one.error)
        emit(tx, PlanChanged(account_id, one.id, "held"))
    return [one.id for one in found]


def let_go_on(tx: Tx, account_id: int, reason: str, ids: Collection[int] | None = None) -> list[int]:
    """Take a reason back. What nothing holds any more goes out at its time or, when that has passed, waits for somebody
    to choose another: nothing is published at an hour that nobody chose. Which were held for it."""
    found = [one for one in _named(tx, account_id, ids) if reason in one.held]
    for one in found:
        left = [each for each in one.held if each != reason]
        missed = not left and one.due <= now()
        tx.run(_SAY, of_post=one.id, of_account=account_id, by=" ".join(left), why=MISSED if missed else one.error)
        if not left and not missed:
            emit(tx, PostDue(one.id), due=one.due)
        if not left:
            emit(tx, PlanChanged(account_id, one.id, "resumed"))
    return [one.id for one in found]


def _named(tx: Tx, account_id: int, ids: Collection[int] | None) -> list[Scheduled]:
    if ids is None:
        return scheduled_of(tx, account_id)
    found = [find_scheduled(tx, one, account_id=account_id) for one in ids]
    return [one for one in found if one is not None]
