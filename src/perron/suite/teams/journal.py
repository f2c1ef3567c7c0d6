"""The journal of an organisation: who did what, for which brand. Lines are added and never changed."""

from typing import Any

from sqlalchemy import bindparam, or_, select

from perron.kit import json
from perron.kit.ids import new_id
from perron.store import Db, Tx, insert
from perron.store.paging import Paged, Paging
from perron.store.tables import organisation_audit
from perron.suite.teams.model import Line

_ADD = insert(organisation_audit, "id", "organisation_id", "account_id", "by_id", "verb", "label", "detail")
_PAGE = Paged(
    select(*(organisation_audit.c[name] for name in Line._fields)).where(
        organisation_audit.c.organisation_id == bindparam("of_organisation"),
        or_(bindparam("of_account") == 0, organisation_audit.c.account_id == bindparam("of_account")),
    ),
    organisation_audit.c.id,
)


def note(
    tx: Tx, organisation_id: int, by: int | None, verb: str, *, brand: int | None = None, label: str = "", **detail: Any
) -> None:
    """Write down who (a user; None: the clock, or somebody outside) did what, in the transaction that does it."""
    said = json.encode_text(detail)
    row = {"organisation_id": organisation_id, "account_id": brand, "by_id": by, "verb": verb, "label": label}
    tx.run(_ADD, id=new_id(), detail=said, **row)


def journal_page(db: Db, organisation_id: int, paging: Paging, *, brand: int = 0) -> list[Line]:
    """A page of the journal, newest first: of the whole organisation, or of one brand."""
    rows = _PAGE.rows(db, paging, of_organisation=organisation_id, of_account=brand)
    return [Line(*row)._replace(detail=json.decode(row[-1])) for row in rows]
