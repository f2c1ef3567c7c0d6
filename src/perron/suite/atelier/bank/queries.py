"""Banks in the database, one statement a function."""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from perron.kit import json
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.store import Db, Prepared, Tx, among, insert_new
from perron.store.search import bank_words
from perron.store.tables import bank_items, bank_terms, bank_uses, banks, media, posts
from perron.suite.atelier.bank.model import NO_DATE, About, Bank, Item, Term
from perron.suite.atelier.bank.words import item_words
from perron.text.letters import bare
from perron.text.vague import from_edtf

_ABOUT = tuple(one.name for one in fields(About))
_BEFORE = ("id", "bank_id", "account_id", "hash", "kind", "shape", "name")
_AFTER = ("begins", "ends", "box_id", "sender", "import_id", "uses_count", "changed_at")
_NAMES = (*_BEFORE, *_ABOUT, *_AFTER)
_LISTS = ("people", "tags")
COLUMNS = tuple(bank_items.c[name] for name in _NAMES)
_CHANGED = (*_ABOUT, "begins", "ends", "shape", "kind", "changed_at")

_BANK = Prepared(select(banks.c.id, banks.c.account_id, banks.c.items_count).where(banks.c.id == bindparam("of_bank")))
_BANK_OF = Prepared(
    select(banks.c.id, banks.c.account_id, banks.c.items_count).where(banks.c.account_id == bindparam("of_account"))
)
_ADD_BANK = insert_new(banks, "id", "account_id", "changed_at")
_COUNT = Prepared(
    update(banks)
    .where(banks.c.id == bindparam("of_bank"))
    .values(items_count=banks.c.items_count + bindparam("by"), changed_at=bindparam("at"))
)
_ADD = insert_new(bank_items, *_NAMES)
_ONE = Prepared(
    select(*COLUMNS).where(bank_items.c.id == bindparam("of_item"), bank_items.c.bank_id == bindparam("of_bank"))
)
_STORED = Prepared(select(*COLUMNS).where(bank_items.c.id == bindparam("of_item")))
_SOME = Prepared(select(*COLUMNS).where(among(bank_items.c.id), bank_items.c.bank_id == bindparam("of_bank")))
_BY_HASH = Prepared(
    select(*COLUMNS).where(bank_items.c.bank_id == bindparam("of_bank"), bank_items.c.hash == bindparam("digest"))
)
_CHANGE = Prepared(
    update(bank_items)
    .where(bank_items.c.id == bindparam("of_item"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_USES = Prepared(
    update(bank_items)
    .where(bank_items.c.id == bindparam("of_item"))
    .values(uses_count=bank_items.c.uses_count + bindparam("by"))
)
_REMOVE = Prepared(delete(bank_items).where(bank_items.c.id == bindparam("of_item")))
_PAGE = Prepared(
    select(*COLUMNS).where(bank_items.c.id > bindparam("after")).order_by(bank_items.c.id).limit(bindparam("limit"))
)
_FIRST_OF = Prepared(
    select(*COLUMNS)
    .where(bank_items.c.bank_id == bindparam("of_bank"))
    .order_by(bank_items.c.id)
    .limit(bindparam("limit"))
)
_OF_IMPORT = Prepared(
    select(*COLUMNS)
    .where(bank_items.c.import_id == bindparam("of_import"), bank_items.c.bank_id == bindparam("of_bank"))
    .order_by(bank_items.c.id)
    .limit(bindparam("limit"))
)
_TERM_KEY = (
    bank_terms.c.bank_id == bindparam("of_bank"),
    bank_terms.c.kind == bindparam("of_kind"),
    bank_terms.c.key == bindparam("of_key"),
)
_ADD_TERM = insert_new(bank_terms, "bank_id", "kind", "key", "name")
_COUNT_TERM = Prepared(
    update(bank_terms).where(*_TERM_KEY).values(items_count=bank_terms.c.items_count + bindparam("by"))
)
_DROP_TERM = Prepared(delete(bank_terms).where(*_TERM_KEY, bank_terms.c.items_count <= 0))
_TERMS = Prepared(
    select(bank_terms.c.kind, bank_terms.c.name, bank_terms.c.items_count)
    .where(bank_terms.c.bank_id == bindparam("of_bank"), bank_terms.c.kind == bindparam("of_kind"))
    .order_by(bank_terms.c.items_count.desc(), bank_terms.c.name)
    .limit(bindparam("limit"))
)
_ADD_USE = insert_new(bank_uses, "item_id", "post_id")
_USES_OF = Prepared(
    select(bank_uses.c.post_id)
    .where(bank_uses.c.item_id == bindparam("of_item"))
    .order_by(bank_uses.c.post_id.desc())
    .limit(bindparam("limit"))
)
_ITEMS_OF_POST = Prepared(select(bank_uses.c.item_id).where(bank_uses.c.post_id == bindparam("of_post")))
_DROP_USE = Prepared(
    delete(bank_uses).where(bank_uses.c.item_id == bindparam("of_item"), bank_uses.c.post_id == bindparam("of_post"))
)
_DROP_USES = Prepared(delete(bank_uses).where(bank_uses.c.item_id == bindparam("of_item")))
_SHOWN_IN = Prepared(
    select(bank_items.c.id)
    .join(media, media.c.source_id == bank_items.c.id)
    .join(posts, posts.c.id == media.c.post_id)
    .where(media.c.post_id == bindparam("of_post"), media.c.source_id.is_not(None))
)


def find_bank(db: Db, account_id: int) -> Bank | None:
    """The bank that an account uses; None while it has none. Where one day several accounts share a bank, this says
    which: nothing else goes from an account to a bank."""
    row = db.one(_BANK_OF, of_account=account_id)
    return Bank(*row) if row else None


def bank_of(tx: Tx, account_id: int) -> Bank:
    """The bank that an account uses, made where there is none."""
    found = find_bank(tx, account_id)
    if found is None:
        tx.run(_ADD_BANK, id=new_id(), account_id=account_id, changed_at=now())
        found = find_bank(tx, account_id)
    assert found is not None
    return found


def bank_as_stored(db: Db, bank_id: int) -> Bank | None:
    """A bank, whoever's it is: for jobs."""
    row = db.one(_BANK, of_bank=bank_id)
    return Bank(*row) if row else None


def find_item(db: Db, bank: Bank | None, item_id: int) -> Item | None:
    """A picture of a bank."""
    row = db.one(_ONE, of_item=item_id, of_bank=bank.id) if bank else None
    return item_from(row) if row else None


def item_as_stored(db: Db, item_id: int) -> Item | None:
    """A picture, whoever's bank it is in: for jobs."""
    row = db.one(_STORED, of_item=item_id)
    return item_from(row) if row else None


def items_among(db: Db, bank: Bank | None, ids: Sequence[int]) -> list[Item]:
    """Those of these pictures that are in a bank, in this order."""
    rows = db.all(_SOME, ids=db.id_list(ids), of_bank=bank.id) if bank and ids else []
    found = {row[0]: item_from(row) for row in rows}
    return [found[id_] for id_ in dict.fromkeys(ids) if id_ in found]


def item_by_hash(db: Db, bank: Bank | None, digest: bytes) -> Item | None:
    """The picture of a bank whose file was this one, as it came."""
    row = db.one(_BY_HASH, of_bank=bank.id, digest=digest) if bank else None
    return item_from(row) if row else None


def first_items(db: Db, bank_id: int, limit: int) -> list[Item]:
    """Some pictures of a bank, whoever's it is: for jobs."""
    return [item_from(row) for row in db.all(_FIRST_OF, of_bank=bank_id, limit=limit)]


def items_of_import(db: Db, bank: Bank, import_id: int, limit: int) -> list[Item]:
    """Some of what an import has brought."""
    return [item_from(row) for row in db.all(_OF_IMPORT, of_import=import_id, of_bank=bank.id, limit=limit)]


def add_item(tx: Tx, item: Item) -> bool:
    """Put a picture (`dated`) into its bank, to be found at once; False when its file is there already."""
    if not tx.run(_ADD, **_values(item)):
        return False
    bank_words.add(tx, item.id, item_words(item))
    _count_terms(tx, item, 1)
    tx.run(_COUNT, of_bank=item.bank_id, by=1, at=now())
    return True


def change_item(tx: Tx, before: Item, after: Item) -> Item:
    """Say other things of a picture. `before` must be as it is stored: the index is told what to forget."""
    after = replace(dated(after), changed_at=now())
    if after.about == before.about and (after.shape, after.kind) == (before.shape, before.kind):
        return before
    bank_words.remove(tx, before.id, item_words(before))
    _count_terms(tx, before, -1)
    values = _values(after)
    tx.run(_CHANGE, of_item=after.id, **{f"new_{name}": values[name] for name in _CHANGED})
    bank_words.add(tx, after.id, item_words(after))
    _count_terms(tx, after, 1)
    return after


def remove_item(tx: Tx, item: Item) -> None:
    """Take a picture out of its bank; its upload is not this function's concern."""
    bank_words.remove(tx, item.id, item_words(item))
    _count_terms(tx, item, -1)
    tx.run(_DROP_USES, of_item=item.id)
    tx.run(_REMOVE, of_item=item.id)
    tx.run(_COUNT, of_bank=item.bank_id, by=-1, at=now())


def dated(item: Item) -> Item:
    """With the first and the last day of its date."""
    found = from_edtf(item.about.date)
    return replace(item, begins=found.begins if found else NO_DATE, ends=found.ends if found else 0)


# -- uses --------------------------------------------------------------------------------------------------------------


def items_shown_in(db: Db, post_id: int) -> list[int]:
    """The pictures of banks that a post shows now."""
    return list(dict.fromkeys(db.column(_SHOWN_IN, of_post=post_id)))


def items_noted_for(db: Db, post_id: int) -> list[int]:
    """The pictures that are known to have been used in a post."""
    return db.column(_ITEMS_OF_POST, of_post=post_id)


def add_use(tx: Tx, item: Item, post_id: int) -> None:
    """Note that a picture is used in a post; nothing when that is known."""
    if tx.run(_ADD_USE, item_id=item.id, post_id=post_id):
        _count_use(tx, item, 1)


def remove_use(tx: Tx, item: Item, post_id: int) -> None:
    """A post does not show a picture any more."""
    if tx.run(_DROP_USE, of_item=item.id, of_post=post_id):
        _count_use(tx, item, -1)


def _count_use(tx: Tx, item: Item, by: int) -> None:
    after = replace(item, uses_count=item.uses_count + by)
    if bool(after.uses_count) != bool(item.uses_count):  # it is found among those never used, or no longer
        bank_words.remove(tx, item.id, item_words(item))
        bank_words.add(tx, item.id, item_words(after))
    tx.run(_USES, of_item=item.id, by=by)


def uses_of(db: Db, item_id: int, limit: int = 50) -> list[int]:
    """The posts that a picture was used in, newest first."""
    return db.column(_USES_OF, of_item=item_id, limit=limit)


# -- what is offered to choose from ------------------------------------------------------------------------------------


def terms_of(db: Db, bank: Bank | None, kind: str, limit: int = 200) -> list[Term]:
    """People, places, credits, tags or albums of a bank, those in most pictures first."""
    rows = db.all(_TERMS, of_bank=bank.id, of_kind=kind, limit=limit) if bank else []
    return [Term(*row) for row in rows]


def _count_terms(tx: Tx, item: Item, by: int) -> None:
    about = item.about
    named = {"person": about.people, "place": (about.place,), "credit": (about.credit,), "tag": about.tags}
    for kind, names in {**named, "album": (about.album,)}.items():
        for key, name in {bare(name): name for name in names if name.strip()}.items():
            where: dict[str, Any] = {"of_bank": item.bank_id, "of_kind": kind, "of_key": key}
            if by > 0:
                tx.run(_ADD_TERM, bank_id=item.bank_id, kind=kind, key=key, name=name)
            tx.run(_COUNT_TERM, **where, by=by)
            if by < 0:
                tx.run(_DROP_TERM, **where)


# -- words made anew ---------------------------------------------------------------------------------------------------


def add_page_of_bank_words(tx: Tx, after: int, limit: int) -> tuple[int, int]:
    """Put the words of the next pictures into an index that does not have them; how many, and the last one's id."""
    found = [item_from(row) for row in tx.all(_PAGE, after=after, limit=limit)]
    bank_words.add_many(tx, [(one.id, item_words(one)) for one in found])
    return len(found), found[-1].id if found else after


def take_bank_words(tx: Tx, item_id: int) -> None:
    """Take a picture's words out, while its row is still as it was when they were added."""
    if (item := item_as_stored(tx, item_id)) is not None:
        bank_words.remove(tx, item.id, item_words(item))


def add_bank_words(tx: Tx, ids: Collection[int]) -> None:
    """Put the words of these pictures into the index; they must not be there."""
    found = [one for one in (item_as_stored(tx, id_) for id_ in ids) if one]
    bank_words.add_many(tx, [(one.id, item_words(one)) for one in found])


def item_from(row: Sequence[Any]) -> Item:
    """A row of `COLUMNS` as a picture."""
    first, middle = len(_BEFORE), len(_BEFORE) + len(_ABOUT)
    about = dict(zip(_ABOUT, row[first:middle], strict=True))
    for name in _LISTS:
        about[name] = tuple(json.decode(about[name]))
    before: Any = dict(zip(_BEFORE, row[:first], strict=True))
    return Item(**before, about=About(**about), **dict(zip(_AFTER, row[middle:], strict=True)))


def _values(item: Item) -> dict[str, Any]:
    about = {name: getattr(item.about, name) for name in _ABOUT}
    about |= {name: json.encode_text(about[name]) for name in _LISTS}
    return {name: about[name] if name in about else getattr(item, name) for name in _NAMES}
