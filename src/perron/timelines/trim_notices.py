"""Notices do not pile up: of each account the newest are kept, and none for ever. A chore, in small steps."""

from sqlalchemy import bindparam, delete, select

from perron.kit.time import DAY, MINUTE, now
from perron.store import Prepared, Tx
from perron.store.tables import notices
from perron.store.trimming import STEP

LATELY = 5 * MINUTE
"""Whoever has more than the most has just been told something; who was told nothing lately is not looked at."""
ACCOUNTS = 200

_old = select(notices.c.id).where(notices.c.id < bindparam("before")).order_by(notices.c.id).limit(STEP)
_TOO_OLD = Prepared(delete(notices).where(notices.c.id.in_(_old)))
_TOLD_LATELY = Prepared(
    select(notices.c.account_id)
    .distinct()
    .where(notices.c.id > bindparam("since"), notices.c.account_id > bindparam("after"))
    .order_by(notices.c.account_id)
    .limit(ACCOUNTS)
)
_MOST_RECENT = Prepared(
    select(notices.c.id)
    .where(notices.c.account_id == bindparam("told"))
    .order_by(notices.c.id.desc())
    .limit(1)
    .offset(bindparam("most"))
)
_beyond = (
    select(notices.c.id)
    .where(notices.c.account_id == bindparam("told"), notices.c.id <= bindparam("upto"))
    .order_by(notices.c.id)
    .limit(STEP)
)
_TOO_MANY = Prepared(delete(notices).where(notices.c.id.in_(_beyond)))
_seen = {"after": 0}


def trim_notices(tx: Tx) -> None:
    """Forget notices that are too old, and those of people who were told a great deal."""
    settings = tx.settings
    if settings.notices_days:
        tx.run(_TOO_OLD, before=(now() - settings.notices_days * DAY) << 16)
    told = tx.column(_TOLD_LATELY, since=(now() - LATELY) << 16, after=_seen["after"])
    _seen["after"] = told[-1] if len(told) == ACCOUNTS else 0
    left = STEP
    for account_id in told:
        upto = tx.value(_MOST_RECENT, told=account_id, most=settings.notices_most)
        if upto is not None:
            left -= tx.run(_TOO_MANY, told=account_id, upto=upto)
        if left <= 0:
            return
