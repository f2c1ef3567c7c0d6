"""What an account has that most have not, so that nobody else pays for looking."""

from sqlalchemy import bindparam, update

from perron.store import Prepared, Tx
from perron.store.tables import accounts

_SET = {
    flag: Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values({flag: bindparam("to")}))
    for flag in ("has_filters", "has_thread_mutes")
}


def set_flag(tx: Tx, account_id: int, flag: str, value: bool) -> None:
    """Set `has_filters` or `has_thread_mutes`."""
    tx.run(_SET[flag], of_account=account_id, to=value)
