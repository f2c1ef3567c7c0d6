"""Servers that are spoken with where this server speaks only with those it names."""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, select

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.moderation.audit import record
from perron.moderation.model import Moderator
from perron.moderation.permit import must_moderate
from perron.people.domains import read_domain
from perron.store import Db, Prepared, Tx, insert
from perron.store.paging import Paged, Paging
from perron.store.tables import domain_allows


class Allowed(NamedTuple):
    """A server that is allowed."""

    id: int
    domain: str


_COLUMNS = (domain_allows.c.id, domain_allows.c.domain)
_PAGE = Paged(select(*_COLUMNS), domain_allows.c.id)
_FIND = Prepared(select(*_COLUMNS).where(domain_allows.c.id == bindparam("allow_id")))
_SAME = Prepared(select(*_COLUMNS).where(domain_allows.c.domain == bindparam("is_domain")))
_ADD = insert(domain_allows, "id", "domain")
_REMOVE = Prepared(delete(domain_allows).where(domain_allows.c.id == bindparam("allow_id")))


def allowed_page(db: Db, paging: Paging) -> list[Allowed]:
    """A page of the servers that are allowed, newest first."""
    return [Allowed(*row) for row in _PAGE.rows(db, paging)]


def find_allowed(db: Db, allow_id: int) -> Allowed | None:
    """One of them by its id."""
    row = db.one(_FIND, allow_id=allow_id)
    return Allowed(*row) if row else None


def allow(tx: Tx, by: Moderator, text: str) -> Allowed:
    """Allow a server; one that is allowed already stays so."""
    must_moderate(by)
    if not text.strip():
        raise Invalid("Validation failed: Domain can't be blank")
    domain = read_domain(text)
    row = tx.one(_SAME, is_domain=domain)
    if row is not None:
        return Allowed(*row)

    made = Allowed(new_id(), domain)
    tx.run(_ADD, id=made.id, domain=made.domain)
    record(tx, by.account_id, "allow_server", "domain", made.id, made.domain)
    return made


def disallow(tx: Tx, by: Moderator, allow_id: int) -> Allowed:
    """Allow a server no longer."""
    must_moderate(by)
    found = find_allowed(tx, allow_id)
    if found is None:
        raise NotFound
    tx.run(_REMOVE, allow_id=found.id)
    record(tx, by.account_id, "disallow_server", "domain", found.id, found.domain)
    return found
