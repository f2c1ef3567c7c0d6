"""Drop-boxes: a link by which somebody without an account sends pictures to the desk, for a while."""

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update

from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret, seal, unseal
from perron.kit.settings import Settings
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import bank_boxes
from perron.suite.atelier.bank.model import About, Bank, Box, Item, Taken
from perron.suite.atelier.bank.queries import bank_as_stored, item_by_hash
from perron.suite.atelier.bank.say import listed, tidy
from perron.suite.atelier.bank.take import Sent, put_in

LONGEST = 92 * DAY
MOST_PICTURES = 1000
MOST_BOXES = 50
SEALED_FOR = "drop-box"

_NAMES = (
    *("id", "bank_id", "account_id", "code", "name", "word", "credit", "place", "tags", "expires_at", "ended_at"),
    *("most", "taken"),
)
_COLUMNS = tuple(bank_boxes.c[name] for name in _NAMES)
_ADD = insert(bank_boxes, *_NAMES, "hash")
_OF_BANK = Prepared(
    select(*_COLUMNS)
    .where(bank_boxes.c.bank_id == bindparam("of_bank"))
    .order_by(bank_boxes.c.id.desc())
    .limit(bindparam("limit"))
)
_OPEN = Prepared(
    select(bank_boxes.c.id)
    .where(
        bank_boxes.c.bank_id == bindparam("of_bank"),
        bank_boxes.c.ended_at.is_(None),
        bank_boxes.c.expires_at > bindparam("at"),
    )
    .limit(MOST_BOXES)
)
_ONE = Prepared(
    select(*_COLUMNS).where(bank_boxes.c.id == bindparam("of_box"), bank_boxes.c.bank_id == bindparam("of_bank"))
)
_BY_CODE = Prepared(select(*_COLUMNS).where(bank_boxes.c.hash == bindparam("digest")))
_END = Prepared(
    update(bank_boxes)
    .where(bank_boxes.c.id == bindparam("of_box"), bank_boxes.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)
_TAKE = Prepared(
    update(bank_boxes)
    .where(
        bank_boxes.c.id == bindparam("of_box"),
        bank_boxes.c.ended_at.is_(None),
        bank_boxes.c.expires_at > bindparam("at"),
        bank_boxes.c.taken < bank_boxes.c.most,
    )
    .values(taken=bank_boxes.c.taken + 1)
)


def open_box(
    tx: Tx,
    bank: Bank,
    account_id: int,
    *,
    name: str,
    word: str = "",
    credit: str = "",
    place: str = "",
    tags: tuple[str, ...] = (),
    lasts: int = 7 * DAY,
    most: int = 100,
    settings: Settings,
) -> Box:
    """Open a drop-box; its code is known to those who have its link, and to the desk."""
    name = tidy(name, 100)
    if not name:
        raise Invalid("A drop-box needs a name, so that you know later what it was for.")
    if not 0 < lasts <= LONGEST:
        raise Invalid("A drop-box stays open for 92 days at most.")
    if not 0 < most <= MOST_PICTURES:
        raise Invalid(f"A drop-box takes 1 to {MOST_PICTURES} files.")
    if len(tx.column(_OPEN, of_bank=bank.id, at=now())) >= MOST_BOXES:
        raise Invalid(f"There are {MOST_BOXES} open drop-boxes already. Close one first.")
    code = new_secret(16)
    box = Box(
        new_id(), bank.id, account_id, seal(settings.data, code, SEALED_FOR), name, tidy(word, 1000, lines=True),
        tidy(credit, 300), tidy(place, 300), listed(tags), now() + lasts, None, most, 0,
    )  # fmt: skip
    values: dict[str, Any] = {each: getattr(box, each) for each in _NAMES} | {"tags": json.encode_text(box.tags)}
    tx.run(_ADD, **values, hash=fingerprint(code))
    return replace(box, code=code)


def boxes_of(db: Db, bank: Bank | None, settings: Settings, limit: int = 100) -> list[Box]:
    """The drop-boxes of a bank, the newest first, with their codes."""
    rows = db.all(_OF_BANK, of_bank=bank.id, limit=limit) if bank else []
    return [_with_code(_box(row), settings) for row in rows]


def find_box(db: Db, bank: Bank | None, box_id: int, settings: Settings) -> Box:
    """A drop-box of a bank, with its code; NotFound for any other."""
    row = db.one(_ONE, of_box=box_id, of_bank=bank.id) if bank else None
    if row is None:
        raise NotFound
    return _with_code(_box(row), settings)


def box_called(db: Db, code: str) -> Box | None:
    """The drop-box that a link leads to, open or not."""
    row = db.one(_BY_CODE, digest=fingerprint(code)) if 0 < len(code) <= 100 else None
    return _box(row) if row else None


def end_box(tx: Tx, box: Box) -> None:
    """Close a drop-box, at once and for good; what came by it stays."""
    tx.run(_END, of_box=box.id, at=now())


def put_into_box(tx: Tx, code: str, sent: Sent, *, name: str, sender: str, place: str, line: str) -> Taken:
    """Give what somebody sent by a link its place; NotFound when it is closed meanwhile, or full."""
    box = box_called(tx, code)
    bank = bank_as_stored(tx, box.bank_id) if box else None
    if box is None or bank is None or not box.is_open(now()):
        raise NotFound("This drop-box is closed.")
    sender = tidy(sender, 100)
    about = About(
        credit=box.credit or sender,
        place=tidy(place, 300) or box.place,
        caption=tidy(line, 1000, lines=True),
        tags=box.tags,
    )
    known = item_by_hash(tx, bank, sent.digest)
    if known is None and not tx.run(_TAKE, of_box=box.id, at=now()):
        raise NotFound("This drop-box is closed.")
    taken = put_in(tx, bank, box.account_id, sent, about, name=name, box_id=box.id, sender=sender)
    tell(tx, "bank", bank.id)
    return taken


def find_in_box(db: Db, box: Box, digest: bytes) -> Item | None:
    """The picture of a box's bank whose file was this one."""
    return item_by_hash(db, bank_as_stored(db, box.bank_id), digest)


def _box(row: tuple[Any, ...]) -> Box:
    found = dict(zip(_NAMES, row, strict=True))
    return Box(**{**found, "tags": tuple(json.decode(found["tags"]))})


def _with_code(box: Box, settings: Settings) -> Box:
    return replace(box, code=unseal(settings.data, box.code, SEALED_FOR) or "")
