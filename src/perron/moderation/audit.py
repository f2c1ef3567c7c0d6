"""The audit: who decided what. Lines are added and never changed."""

from typing import Any

from sqlalchemy import bindparam, or_, select

from perron.kit import json
from perron.kit.ids import new_id
from perron.moderation.model import Entry
from perron.store import Db, Prepared, Tx, insert
from perron.store.paging import Paged, Paging
from perron.store.tables import audit

_ADD = insert(audit, "id", "by_id", "verb", "subject", "subject_id", "label", "detail")
_PAGE = Paged(
    select(*(audit.c[name] for name in Entry._fields)).where(
        or_(bindparam("of_person") == 0, audit.c.by_id == bindparam("of_person")),
        or_(bindparam("any_verb") == 1, audit.c.verb == bindparam("of_verb")),
    ),
    audit.c.id,
)
_ABOUT = Paged(
    select(*(audit.c[name] for name in Entry._fields)).where(
        audit.c.subject == bindparam("of_subject"), audit.c.subject_id == bindparam("of_id")
    ),
    audit.c.id,
)
_VERBS = Prepared(select(audit.c.verb).distinct().order_by(audit.c.verb))
_PEOPLE = Prepared(select(audit.c.by_id).where(audit.c.by_id.is_not(None)).distinct())


def record(
    tx: Tx, by: int | None, verb: str, subject: str, subject_id: int | None = None, label: str = "", **detail: Any
) -> int:
    """Write down a decision in the transaction that carries it out.

    `by` is the account that decided (None: a command), `verb` what they did (`limit`, `change_rule`, …), `subject` and
    `subject_id` to what (`account`, `report`, `rule`, `setting`, …), `label` how it was called then (`@ada`), and
    `detail` whatever else one would want to know later, as far as JSON can say it. The id of the line.
    """
    id_ = new_id()
    said = json.encode_text(detail)
    tx.run(_ADD, id=id_, by_id=by, verb=verb, subject=subject, subject_id=subject_id, label=label, detail=said)
    return id_


def audit_page(db: Db, paging: Paging, *, by: int | None = None, verb: str = "") -> list[Entry]:
    """A page of the audit, newest first: all of it, one person's, one verb's."""
    rows = _PAGE.rows(db, paging, of_person=by or 0, of_verb=verb, any_verb=int(not verb))
    return [_entry(row) for row in rows]


def audit_about(db: Db, subject: str, subject_id: int, paging: Paging) -> list[Entry]:
    """A page of what was decided about one thing."""
    return [_entry(row) for row in _ABOUT.rows(db, paging, of_subject=subject, of_id=subject_id)]


def verbs_used(db: Db) -> list[str]:
    """Every verb that stands in the audit."""
    return db.column(_VERBS)


def people_named(db: Db) -> list[int]:
    """Every account that decided something."""
    return db.column(_PEOPLE)


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(*row)._replace(detail=json.decode(row[-1]))
