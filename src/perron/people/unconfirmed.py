"""Those who began to join and never showed that the address is theirs: forgotten, so that both can be taken anew."""

from sqlalchemy import bindparam, delete, select

from perron.kit.time import DAY, now
from perron.people.model import Account
from perron.people.queries import ACCOUNT
from perron.people.standing import delete_account
from perron.store import Prepared, Tx
from perron.store.tables import accounts, memberships, users

AT_ONCE = 20
LOOKED_BACK = 30 * DAY
"""How much longer ago than the setting says somebody may have come, for a server that was away."""

_WAITING = Prepared(
    select(*ACCOUNT)
    .select_from(users)
    .join(memberships, memberships.c.user_id == users.c.id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(
        users.c.id > bindparam("after"),
        users.c.id < bindparam("before"),
        users.c.confirmed_at.is_(None),
        accounts.c.state == "pending",
        accounts.c.posts_count == 0,
    )
    .order_by(users.c.id)
    .limit(AT_ONCE)
)
_REMOVE = Prepared(delete(accounts).where(accounts.c.id == bindparam("of_account")))


def forget_unconfirmed(tx: Tx) -> None:
    """Forget who has not answered the letter in the days that the setting gives them. Nobody has ever seen them."""
    days = tx.settings.unconfirmed_days
    if not days:
        return
    before = now() - days * DAY
    for row in tx.all(_WAITING, after=(before - LOOKED_BACK) << 16, before=before << 16):
        account = Account(*row)
        delete_account(tx, account)
        tx.run(_REMOVE, of_account=account.id)
        tx.changed.get("account", {}).pop(account.id, None)
