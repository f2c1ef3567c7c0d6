"""Who no longer chooses their followers lets in everybody who has asked."""

from typing import Any

from sqlalchemy import bindparam, select

from perron.jobs import emit
from perron.people.follow import accept
from perron.people.model import AccountUnlocked
from perron.people.queries import find_account
from perron.store import Prepared, Tx
from perron.store.tables import follow_requests

BATCH = 200
_ASKING = Prepared(
    select(follow_requests.c.follower_id)
    .where(follow_requests.c.target_id == bindparam("of_account"))
    .order_by(follow_requests.c.id)
    .limit(BATCH)
)


def let_everybody_in(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountUnlocked`: accept two hundred requests, and come back for the rest."""
    account = find_account(tx, event["account_id"])
    if account is None or account.locked:
        return
    asking = tx.column(_ASKING, of_account=account.id)
    for follower_id in asking:
        accept(tx, account, follower_id)
    if len(asking) == BATCH:
        emit(tx, AccountUnlocked(account.id))
