"""The accounts that wish to be discovered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select

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


_WISH = (
    accounts.c.discoverable,
    accounts.c.state == const("active"),
    ~accounts.c.silenced,
    or_(bindparam("here") == 0, accounts.c.domain.is_(None)),
    ~_kept_away,
    ~_muted,
)


def _page(order: Sequence[ColumnElement[Any]], *more: ColumnElement[bool]) -> Prepared:
    page = select(accounts.c.id).where(*_WISH, *more).order_by(*order)
    return Prepared(page.limit(bindparam("limit")).offset(bindparam("offset")))


_lately = (accounts.c.last_post_at.desc(), accounts.c.id.desc())
_wrote = accounts.c.last_post_at.is_not(None)
_NEW = _page((accounts.c.id.desc(),))
_ACTIVE = _page(_lately)
"""Who wrote last first, and last who never wrote: on SQLite that is how the index runs."""
_WROTE, _NEVER_WROTE = _page(_lately, _wrote), _page(_lately, ~_wrote)
"""On PostgreSQL, whose index runs the other way at its end, the two one after the other."""
_COUNT = Prepared(select(func.count()).select_from(accounts).where(*_WISH, _wrote))


def directory(db: Db, *, viewer: int | None, newest: bool, here: bool, limit: int, offset: int) -> list[int]:
    """Ids of accounts that wish to be discovered: the `newest` first, or those that wrote last."""
    who: dict[str, Any] = {"viewer": viewer or 0, "here": int(here)}
    if newest or db.dialect == "sqlite":
        return db.column(_NEW if newest else _ACTIVE, **who, limit=limit, offset=offset)
    found = db.column(_WROTE, **who, limit=limit, offset=offset)
    if len(found) < limit:
        silent = max(0, offset - db.value(_COUNT, **who))
        found += db.column(_NEVER_WROTE, **who, limit=limit - len(found), offset=silent)
    return found


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
