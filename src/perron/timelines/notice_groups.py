"""Notices as a person reads them: those that are about the same thing are told in one sentence."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, or_, select

from perron.kit import json
from perron.kit.time import HOUR
from perron.store import Db, Prepared, Tx, among_texts, const
from perron.store.tables import accounts, mutes, notices
from perron.timelines.notices import TYPES, Notice, find_notice

FACES = 8
"""People of a group who are named or shown; the others are counted."""
REACH = 1000
"""Notices that are looked at for one page."""
LONGEST = (12 * HOUR) << 16
"""How far apart the ids of one group can be."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notices that are told as one: the newest of them, up to eight, and how many there are."""

    notices: tuple[Notice, ...]
    size: int

    @property
    def newest(self) -> Notice:
        """The notice that the group stands under."""
        return self.notices[0]


_TOLD: Any = bindparam("told")
_COLUMNS = tuple(notices.c[name] for name in Notice._fields)
_above = notices.alias("above")
_shown_above = (  # what the page before this one has told already
    select(_above.c.group_key)
    .where(
        _above.c.account_id == _TOLD,
        ~_above.c.filtered,
        _above.c.id >= bindparam("below"),
        _above.c.id < bindparam("reach"),
        _above.c.group_key.not_like("ungrouped-%"),
    )
    .limit(REACH)
)


def _page() -> Select[Any]:
    unhidden = notices.c.from_id.not_in(select(mutes.c.target_id).where(mutes.c.owner_id == _TOLD))
    stands = exists().where(accounts.c.id == notices.c.from_id, accounts.c.state == const("active"))
    looked_at = (
        select(*_COLUMNS)
        .where(
            notices.c.account_id == _TOLD,
            notices.c.id < bindparam("below"),
            ~notices.c.filtered,
            stands,
            or_(unhidden, notices.c.type == const("poll")),
            among_texts(notices.c.type, "types"),
            notices.c.group_key.not_in(_shown_above),
        )
        .order_by(notices.c.id.desc())
        .limit(REACH)
        .subquery("looked_at")
    )
    key = looked_at.c.group_key
    counted = select(
        *looked_at.c,
        func.max(looked_at.c.id).over(partition_by=key).label("top"),
        func.count().over(partition_by=key).label("size"),
        func.row_number().over(partition_by=key, order_by=looked_at.c.id.desc()).label("place"),
    ).subquery("counted")
    placed = select(*counted.c, func.dense_rank().over(order_by=counted.c.top.desc()).label("row")).subquery("placed")
    return (
        select(*(placed.c[name] for name in Notice._fields), placed.c.size)
        .where(placed.c.place <= FACES, placed.c.row <= bindparam("limit"))
        .order_by(placed.c.top.desc(), placed.c.id.desc())
    )


_PAGE = Prepared(_page())
_DISMISS = Prepared(
    delete(notices).where(
        notices.c.account_id == _TOLD, notices.c.group_key == bindparam("of_group"), ~notices.c.filtered
    )
)


def groups_page(db: Db, account_id: int, *, below: int, limit: int = 20, types: tuple[str, ...] = TYPES) -> list[Group]:
    """A page of an account's notices, told as one where they belong together; the newest first."""
    rows = db.all(
        _PAGE, told=account_id, below=below, reach=below + LONGEST, limit=limit, types=json.encode_text(types)
    )
    found: dict[str, tuple[list[Notice], int]] = {}
    for *one, size in rows:
        notice = Notice(*one)
        found.setdefault(notice.group_key, ([], size))[0].append(notice)
    return [Group(tuple(told), size) for told, size in found.values()]


def dismiss_group(tx: Tx, account_id: int, notice_id: int) -> None:
    """Forget a notice, and those that are told with it."""
    found = find_notice(tx, account_id, notice_id)
    if found is not None:
        tx.run(_DISMISS, told=account_id, of_group=found.group_key)
