"""Follows that ended because of what happened to a server or an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select

from perron.jobs import Event, emit
from perron.kit.ids import new_id
from perron.store import Db, Prepared, Tx, among, insert
from perron.store.tables import severances


@dataclass(frozen=True)
class Severed(Event):
    """Follows of an account ended without its doing."""

    severance_id: int


@dataclass(frozen=True, slots=True)
class Severance:
    """What ended follows of an account. `kind`: domain_block, user_domain_block or account_suspension; `target`: the
    name of the server or the account."""

    id: int
    account_id: int
    kind: str
    target: str
    followers_count: int
    following_count: int


_ADD = insert(severances, *Severance.__slots__)
_SOME = Prepared(select(*(severances.c[name] for name in Severance.__slots__)).where(among(severances.c.id)))
_FORGET = Prepared(delete(severances).where(severances.c.account_id == bindparam("gone")))


def sever(tx: Tx, account_id: int, kind: str, target: str, *, followers: int, following: int) -> None:
    """Note that follows of an account have ended, and why; it is told. Nothing is noted when none has."""
    if followers or following:
        id_ = new_id()
        tx.run(
            _ADD,
            id=id_,
            account_id=account_id,
            kind=kind,
            target=target,
            followers_count=followers,
            following_count=following,
        )
        emit(tx, Severed(id_))


def severances_as_stored(db: Db, ids: Sequence[int]) -> dict[int, Severance]:
    """Several severances, by id."""
    return {row[0]: Severance(*row) for row in db.all(_SOME, ids=db.id_list(ids))}


def forget_severances(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: nothing is kept of follows that had ended."""
    tx.run(_FORGET, gone=event["account_id"])
