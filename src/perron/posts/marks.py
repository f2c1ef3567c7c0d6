"""What one account did with one post: favourite, bookmark, boost, pin. One row holds all four; ids date them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, func, null, select, update

from perron.store import Db, Prepared, Tx, among, insert_or_change
from perron.store.tables import marks

KINDS = ("favourite_id", "bookmark_id", "boost_id", "pin_id")


@dataclass(frozen=True, slots=True)
class Marks:
    """An account's marks on a post; None where there is none."""

    favourite: int | None = None
    bookmark: int | None = None
    boost: int | None = None
    pin: int | None = None


NO_MARKS = Marks()


def _setting(column: str) -> Prepared:
    return insert_or_change(
        marks,
        *("account_id", "post_id", column),
        key=("account_id", "post_id"),
        to=lambda new: {column: new[column]},
        when=lambda new: marks.c[column].is_(None),
    )


_SET = {column: _setting(column) for column in KINDS}
_UNSET = {
    column: Prepared(
        update(marks)
        .where(marks.c.account_id == bindparam("by"), marks.c.post_id == bindparam("on"), marks.c[column].is_not(None))
        .values({column: null()})
    )
    for column in KINDS
}
_COLUMNS = tuple(marks.c[column] for column in KINDS)
_OF = Prepared(select(*_COLUMNS).where(marks.c.account_id == bindparam("by"), marks.c.post_id == bindparam("on")))
_SOME = Prepared(
    select(marks.c.post_id, *_COLUMNS).where(marks.c.account_id == bindparam("by"), among(marks.c.post_id))
)
_REMOVE = Prepared(delete(marks).where(marks.c.post_id == bindparam("on")))
_PINS = Prepared(
    select(func.count()).select_from(marks).where(marks.c.account_id == bindparam("by"), marks.c.pin_id.is_not(None))
)


def set_mark(tx: Tx, account_id: int, post_id: int, column: str, mark_id: int) -> bool:
    """Set one mark; False when it was there already."""
    return tx.run(_SET[column], account_id=account_id, post_id=post_id, **{column: mark_id}) > 0


def unset_mark(tx: Tx, account_id: int, post_id: int, column: str) -> bool:
    """Take one mark away; False when it was not there."""
    return tx.run(_UNSET[column], by=account_id, on=post_id) > 0


def marks_of(db: Db, account_id: int, post_id: int) -> Marks:
    """An account's marks on one post."""
    row = db.one(_OF, by=account_id, on=post_id)
    return Marks(*row) if row else NO_MARKS


def marks_on(db: Db, account_id: int, post_ids: Sequence[int]) -> dict[int, Marks]:
    """An account's marks on these posts, where it has any."""
    return {row[0]: Marks(*row[1:]) for row in db.all(_SOME, by=account_id, ids=db.id_list(post_ids))}


def remove_marks(tx: Tx, post_id: int) -> None:
    """Forget everybody's marks on a post."""
    tx.run(_REMOVE, on=post_id)


def pins_count(db: Db, account_id: int) -> int:
    """How many posts an account has pinned."""
    return int(db.value(_PINS, by=account_id))
