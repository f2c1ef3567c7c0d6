"""Notices page by page, and how many are new."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, exists, func, or_, select

from perron.kit import json
from perron.store import Db, Prepared, among_texts, const
from perron.store.paging import Paging
from perron.store.tables import accounts, mutes, notices
from perron.timelines.notices import COLUMNS, TYPES, Notice


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notices are asked for: some types, those from one account (0: anybody), those kept apart as well."""

    types: tuple[str, ...] = TYPES
    only_from: int = 0
    filtered_too: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is left out, so that nothing need be looked at."""
        return self.types == TYPES and not self.only_from and not self.filtered_too

    @property
    def values(self) -> dict[str, Any]:
        """What statements made of `told_to` and `chosen` are given."""
        return {
            "types": json.encode_text(self.types),
            "only_from": self.only_from,
            "filtered_too": int(self.filtered_too),
        }


EVERYTHING = Wanted()
_TOLD: Any = bindparam("told")


def told_to(one: FromClause) -> ColumnElement[bool]:
    """What an account is shown: not from those who are muted or do not stand, nor (unless asked) those kept apart."""
    unhidden = one.c.from_id.not_in(select(mutes.c.target_id).where(mutes.c.owner_id == _TOLD))
    return and_(
        one.c.account_id == _TOLD,
        or_(bindparam("filtered_too") == 1, ~one.c.filtered),
        exists().where(accounts.c.id == one.c.from_id, accounts.c.state == const("active")),
        or_(unhidden, one.c.type == const("poll")),
    )


def chosen(one: FromClause) -> ColumnElement[bool]:
    """The types, and the one account, that are asked for."""
    only_from: Any = bindparam("only_from")
    return and_(among_texts(one.c.type, "types"), or_(only_from == 0, one.c.from_id == only_from))


def window(query: Select[Any]) -> Select[Any]:
    """The ids between which a page lies."""
    return query.where(notices.c.id < bindparam("below"), notices.c.id > bindparam("above")).limit(bindparam("limit"))


_all = window(select(*COLUMNS).where(told_to(notices)))
_some = _all.where(chosen(notices))
_DOWN = (Prepared(_all.order_by(notices.c.id.desc())), Prepared(_some.order_by(notices.c.id.desc())))
_UP = (Prepared(_all.order_by(notices.c.id)), Prepared(_some.order_by(notices.c.id)))
_new = select(notices.c.id).where(notices.c.account_id == _TOLD, notices.c.id > bindparam("above"))
_UNREAD = Prepared(
    select(func.count()).select_from(_new.where(~notices.c.filtered).limit(bindparam("limit")).subquery())
)
_UNREAD_CHOSEN = Prepared(
    select(func.count()).select_from(
        _new.where(told_to(notices), chosen(notices)).limit(bindparam("limit")).subquery(),
    )
)


def notices_page(db: Db, account_id: int, paging: Paging, wanted: Wanted = EVERYTHING) -> list[Notice]:
    """A page of an account's notices, newest first."""
    statements = _UP if paging.ascending else _DOWN
    values = {"told": account_id, "below": paging.below, "above": paging.above, "limit": paging.limit}
    if wanted.types == TYPES and not wanted.only_from:
        rows = db.all(statements[0], **values, filtered_too=int(wanted.filtered_too))
    else:
        rows = db.all(statements[1], **values, **wanted.values)
    found = [*map(Notice._make, rows)]
    return found[::-1] if paging.ascending else found


def unread_count(db: Db, account_id: int, above: int, limit: int = 100, wanted: Wanted = EVERYTHING) -> int:
    """How many notices are newer than the one with this id, up to a limit."""
    if wanted.everything:
        return int(db.value(_UNREAD, told=account_id, above=above, limit=limit))
    return int(db.value(_UNREAD_CHOSEN, told=account_id, above=above, limit=limit, **wanted.values))
