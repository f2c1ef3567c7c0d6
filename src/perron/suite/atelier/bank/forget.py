"""When an account goes, its bank goes: five hundred pictures at a time."""

from typing import Any

from sqlalchemy import bindparam, delete

from perron.jobs import emit
from perron.media.queries import remove_kept
from perron.store import Prepared, Tx
from perron.store.tables import bank_boxes, bank_imports, bank_terms, banks
from perron.suite.atelier.bank.model import KEEPER, BankAbandoned
from perron.suite.atelier.bank.queries import find_bank, first_items, remove_item

BATCH = 500
_REST = [
    Prepared(delete(table).where(table.c.bank_id == bindparam("of_bank")))
    for table in (bank_terms, bank_boxes, bank_imports)
]
_BANK = Prepared(delete(banks).where(banks.c.id == bindparam("of_bank")))


def forget_bank(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its bank is to go."""
    if (bank := find_bank(tx, event["account_id"])) is not None:
        emit(tx, BankAbandoned(bank.id))


def empty_bank(tx: Tx, event: dict[str, Any]) -> None:
    """After `BankAbandoned`: some pictures go with their words and files; come back for the rest."""
    some = first_items(tx, event["bank_id"], BATCH)
    for one in some:
        remove_item(tx, one)
    remove_kept(tx, [one.id for one in some], keeper=KEEPER)
    if len(some) == BATCH:
        emit(tx, BankAbandoned(event["bank_id"]))
        return
    for statement in (*_REST, _BANK):
        tx.run(statement, of_bank=event["bank_id"])
