"""Finding pictures: by words, people, places, credit, years, whether they were used; a page at a time.

The index of SQLite answers in the order in which pictures came, and stops when a page is full. Asked for the order of
their dates, it is asked first for a few thousand at most: what few answer is sorted; what many answer is met soon when
one walks along the dates. The index of PostgreSQL has no order: one walks a few thousand pictures first, and asks it
only when that did not fill a page, so that not many can answer.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, or_, select

from perron.store import Db, Prepared, among
from perron.store.search import bank_words
from perron.store.tables import bank_items
from perron.suite.atelier.bank.model import Bank, Item, Wanted
from perron.suite.atelier.bank.queries import COLUMNS, item_from
from perron.suite.atelier.bank.words import expression

ORDERS = ("added", "oldest", "newest")
FEW = 3000
STEPS = 4000
"""Pictures that may answer, as their rows say, which are walked by before the index of PostgreSQL is asked."""
PASSED = 16_000
"""Pictures of any kind that are passed by meanwhile, where those of some years lie here and there."""
PAGE = 48
_TOP = 2**62
_FIRST, _LAST = 0, 99999999
_IN_BANK = bank_items.c.bank_id == bindparam("of_bank")
Row = tuple[Any, ...]


def _usable(of: Any) -> Any:
    """Its rights last until the day that is asked for."""
    return or_(bindparam("day") == 0, of.usable_until == 0, of.usable_until >= bindparam("day"))


def _of_years(of: Any) -> Any:
    """Its date may lie in the years that are asked for (the index says so as well; the row says it while one walks)."""
    return or_(bindparam("since") == 0, and_(of.begins <= bindparam("until"), of.ends >= bindparam("since")))


_USABLE = _usable(bank_items.c)


class Place(NamedTuple):
    """Where a page ends: the day by which pictures are ordered (0 where they are not), and the last one's id."""

    day: int
    id: int

    @property
    def text(self) -> str:
        """As an address says it."""
        return f"{self.day}-{self.id}"


def read_place(text: str) -> Place | None:
    """A place as an address says it; None for anything else."""
    day, _, id_ = text.partition("-")
    if not (day.isascii() and id_.isascii() and day.isdigit() and id_.isdigit() and len(day) < 9 and len(id_) < 20):
        return None
    return Place(int(day), int(id_)) if int(id_) <= _TOP else None


class Found(NamedTuple):
    """A page of pictures, and where the next begins; None: there is no more."""

    items: list[Item]
    next: Place | None


class Order:
    """The statements that go along one order."""

    def __init__(self, name: str) -> None:
        down = name != "oldest"
        self.column: Any = {"oldest": bank_items.c.begins, "newest": bank_items.c.ends}.get(name)
        ids = bank_items.c.id
        keys = [ids] if self.column is None else [self.column, ids]
        self.order = [one.desc() if down else one for one in keys]
        self.beyond = self._beyond(down)
        inner = select(bank_words.id).where(bank_words.matches("words"))
        along = (bank_items.c.id + 0).in_(inner)  # `+ 0`: along the order, not along the index of words
        self.whole = self._prepared(select(*COLUMNS))
        self.many = self._prepared(select(*COLUMNS).where(along))
        self.few = self._prepared(select(*COLUMNS).where(among(bank_items.c.id)))
        few = select(bank_words.id).where(bank_words.matches_few("words")).cte("few")
        few = few.prefix_with("MATERIALIZED", dialect="postgresql")  # the index first, whatever comes after
        self.indexed = self._prepared(select(*COLUMNS).join(few, few.c.rowid == bank_items.c.id))
        self.walk = self._near()

    def _beyond(self, down: bool) -> Any:
        day: Any = bindparam("at_day")
        id_: Any = bindparam("at_id")
        if self.column is None:
            return bank_items.c.id < id_
        if down:
            return and_(self.column <= day, or_(self.column < day, bank_items.c.id < id_))
        return and_(self.column >= day, or_(self.column > day, bank_items.c.id > id_))

    def _near(self) -> Prepared:
        """The next that may answer: along their dates, or among those that came last."""
        if self.column is not None:
            return self._prepared(select(bank_items.c.id).where(_of_years(bank_items.c)))
        near = select(bank_items).where(_IN_BANK, self.beyond).order_by(*self.order).limit(PASSED).subquery()
        may_answer = select(near.c.id).where(_of_years(near.c), _usable(near.c))
        return Prepared(may_answer.order_by(near.c.id.desc()).limit(bindparam("limit")))

    def _prepared(self, query: Select[Any]) -> Prepared:
        return Prepared(query.where(_IN_BANK, self.beyond, _USABLE).order_by(*self.order).limit(bindparam("limit")))


_ORDERS = {name: Order(name) for name in ORDERS}
_BY_WORDS = Prepared(
    select(*COLUMNS)
    .join(bank_words.table, bank_words.id == bank_items.c.id)
    .where(bank_words.matches("words"), bank_words.id < bindparam("at_id"), _IN_BANK, _USABLE)
    .order_by(bank_words.id.desc())
    .limit(bindparam("limit"))
)
_IDS = Prepared(select(bank_words.id).where(bank_words.matches("words")).limit(FEW + 1))
_AMONG = Prepared(select(bank_words.id).where(among(bank_words.id), bank_words.matches("words")))
_ROWS = Prepared(select(*COLUMNS).where(among(bank_items.c.id)))


def search_bank(db: Db, bank: Bank | None, wanted: Wanted, *, after: Place | None = None, limit: int = PAGE) -> Found:
    """A page of what is wanted: the newest that came first, or by date, the oldest or the newest first."""
    if bank is None:
        return Found([], None)
    found = [item_from(row) for row in _rows(db, bank, wanted, after, limit + 1)]
    if len(found) <= limit:
        return Found(found, None)
    last = found[limit - 1]
    day = {"oldest": last.begins, "newest": last.ends}.get(wanted.order, 0)
    return Found(found[:limit], Place(day, last.id))


def _rows(db: Db, bank: Bank, wanted: Wanted, after: Place | None, limit: int) -> Sequence[Row]:
    order = _ORDERS[wanted.order if wanted.order in _ORDERS else "added"]
    start = after or (Place(_FIRST, 0) if wanted.order == "oldest" else Place(_LAST, _TOP))
    values = {"of_bank": bank.id, "day": wanted.usable_on, "at_id": start.id, "limit": limit}
    if order.column is not None:
        values["at_day"] = start.day
    if not _says(wanted):
        return db.all(order.whole, **values)
    words = bank_words.asked(db, expression(bank.id, wanted))
    if db.dialect == "sqlite":
        return _by_ordered_index(db, order, words, values)
    return _by_walking_first(db, order, words, values, _years(wanted))


def _by_ordered_index(db: Db, order: Order, words: str, values: dict[str, Any]) -> Sequence[Row]:
    if order.column is None:
        return db.all(_BY_WORDS, words=words, **values)
    ids = db.column(_IDS, words=words)
    if len(ids) <= FEW:
        return db.all(order.few, ids=db.id_list(ids), **values)
    return db.all(order.many, words=words, **values)


def _by_walking_first(db: Db, order: Order, words: str, values: dict[str, Any], years: dict[str, int]) -> Sequence[Row]:
    limit = values["limit"]
    near = db.column(order.walk, **{**values, **years, "limit": STEPS})
    answer = set(db.column(_AMONG, ids=db.id_list(near), words=words)) if near else set()
    if len(answer) < limit and (order.column is None or len(near) == STEPS):
        return db.all(order.indexed, words=words, **values)
    ids = [one for one in near if one in answer][:limit]
    rows = {row[0]: row for row in db.all(_ROWS, ids=db.id_list(ids))} if ids else {}
    return [rows[one] for one in ids if one in rows]


def _years(wanted: Wanted) -> dict[str, int]:
    """The years that are asked for as days; 0: none are."""
    if wanted.first_year is None and wanted.last_year is None:
        return {"since": 0, "until": 0}
    last = 9999 if wanted.last_year is None else wanted.last_year
    return {"since": max(wanted.first_year or 0, 1) * 10000 + 101, "until": last * 10000 + 1231}


def _says(wanted: Wanted) -> bool:
    """Whether anything is asked of the index: rights are asked of the rows."""
    return expression(0, wanted) != expression(0, Wanted())
