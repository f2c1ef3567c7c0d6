"""The accounts that wish to be discovered."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select

from perron.store import Db, Prepared, const
from perron.store.tables import accounts, blocks, mutes

_ME: ColumnElement[int] = bindparam("viewer")
_kept_away = exists().where(
    or_(
        (blocks.c.owner_id == _ME) & (blocks.c.target_id == accounts.c.id),
        (blocks.c.owner_id == accounts.c.id) & (blocks.c.target_id == _ME),
    )
)
_muted = exists().where(mutes.c.owner_id == _ME, mutes.c.target_id == accounts.c.id)


def _page(*order: ColumnElement[Any]) -> Select[tuple[int]]:
    return (
        select(accounts.c.id)
        .where(
            accounts.c.discoverable,
            accounts.c.state == const("active"),
            ~accounts.c.silenced,
            or_(bindparam("here") == 0, accounts.c.domain.is_(None)),
            ~_kept_away,
            ~_muted,
        )
        .order_by(*order)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


def _lately(dialect: str) -> Select[tuple[int]]:
    """Who wrote last first, and last who never wrote: on SQLite that is how the index runs."""
    wrote = accounts.c.last_post_at.desc()
    return _page(wrote if dialect == "sqlite" else wrote.nulls_last(), accounts.c.id.desc())


_NEW, _ACTIVE = Prepared(_page(accounts.c.id.desc())), Prepared(_lately)


def directory(db: Db, *, viewer: int | None, newest: bool, here: bool, limit: int, offset: int) -> list[int]:
    """Ids of accounts that wish to be discovered: the `newest` first, or those that wrote last."""
    chosen = _NEW if newest else _ACTIVE
    return db.column(chosen, viewer=viewer or 0, here=int(here), limit=limit, offset=offset)


_NEWCOMERS = Prepared(
    select(accounts.c.id)
    .where(
        accounts.c.discoverable,
        accounts.c.state == const("active"),
        ~accounts.c.silenced,
        accounts.c.domain.is_(None),
        accounts.c.posts_count > 0,
        accounts.c.kind == const("person"),
    )
    .order_by(accounts.c.id.desc())
    .limit(bindparam("limit"))
)


def newcomers(db: Db, limit: int) -> list[int]:
    """Ids of people who came last, wish to be discovered and have written something."""
    known: dict[int, list[int]] = db.remembered("newcomers")
    if limit not in known:
        known[limit] = db.column(_NEWCOMERS, limit=limit)
    return known[limit]
