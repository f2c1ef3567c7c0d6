"""E-mail addresses with which nobody joins: whole domains, and single addresses of which only a digest is kept."""

from collections.abc import Sequence
from re import fullmatch
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import DAY, now
from perron.moderation.audit import record
from perron.moderation.model import Moderator
from perron.moderation.permit import must_administer
from perron.people.domains import read_domain
from perron.people.join import read_email
from perron.people.kept_out import EmailDomain, KeptOut, digest_of, email_block_for, email_domain_for
from perron.people.standing import user_of
from perron.store import Db, Prepared, Tx, among, insert, insert_new
from perron.store.paging import Paged, Paging
from perron.store.tables import email_blocks, email_domain_blocks, email_domain_days

DAYS = 7


class EmailBlock(NamedTuple):
    """An address by the digest of its plain form; `account_id`: the suspended account whose address it is."""

    id: int
    hash: str
    account_id: int | None


_DOMAIN = tuple(email_domain_blocks.c[name] for name in EmailDomain._fields)
_DOMAINS = Paged(select(*_DOMAIN), email_domain_blocks.c.id)
_FIND_DOMAIN = Prepared(select(*_DOMAIN).where(email_domain_blocks.c.id == bindparam("block_id")))
_ADD_DOMAIN = insert(email_domain_blocks, *EmailDomain._fields)
_REMOVE_DOMAIN = Prepared(delete(email_domain_blocks).where(email_domain_blocks.c.id == bindparam("block_id")))
_days = email_domain_days
_COUNT = Prepared(
    update(_days)
    .where(_days.c.block_id == bindparam("of_block"), _days.c.day == bindparam("on_day"))
    .values(times=_days.c.times + 1)
)
_BEGIN_DAY = insert(_days, "block_id", "day", "times")
_TIMES = Prepared(
    select(_days.c.block_id, _days.c.day, _days.c.times).where(
        among(_days.c.block_id), _days.c.day > bindparam("after")
    )
)
_FORGET_DAYS = Prepared(delete(_days).where(_days.c.block_id == bindparam("block_id")))

_BLOCK = tuple(email_blocks.c[name] for name in EmailBlock._fields)
_BLOCKS = Paged(select(*_BLOCK), email_blocks.c.id)
_FIND = Prepared(select(*_BLOCK).where(email_blocks.c.id == bindparam("block_id")))
_SAME = Prepared(select(email_blocks.c.id).where(email_blocks.c.hash == bindparam("digest")))
_ADD = insert(email_blocks, *EmailBlock._fields)
_ADD_NEW = insert_new(email_blocks, *EmailBlock._fields)
_REMOVE = Prepared(delete(email_blocks).where(email_blocks.c.id == bindparam("block_id")))
_REMOVE_OF = Prepared(delete(email_blocks).where(email_blocks.c.account_id == bindparam("of_account")))

# -- whole domains -----------------------------------------------------------------------------------------------------


def email_domains_page(db: Db, paging: Paging) -> list[EmailDomain]:
    """A page of the domains that are kept out, newest first."""
    return [_domain(row) for row in _DOMAINS.rows(db, paging)]


def find_email_domain(db: Db, block_id: int) -> EmailDomain | None:
    """One of them by its id."""
    row = db.one(_FIND_DOMAIN, block_id=block_id)
    return _domain(row) if row else None


def keep_out_email_domain(tx: Tx, by: Moderator, text: str, *, allow_with_approval: bool = False) -> EmailDomain:
    """Refuse whoever comes with an address of a domain or one below it, or let them wait for approval."""
    must_administer(by)
    if not text.strip():
        raise Invalid("Validation failed: Domain can't be blank")
    made = EmailDomain(new_id(), read_domain(text.strip().removeprefix("@")), allow_with_approval)
    there = email_domain_for(tx, made.domain)
    if there is not None and there.domain == made.domain:
        raise Invalid("Validation failed: Domain has already been taken")

    tx.run(_ADD_DOMAIN, **made._asdict())
    verb = "keep_out_email_domain"
    record(tx, by.account_id, verb, "email_domain", made.id, made.domain, allow_with_approval=allow_with_approval)
    return made


def let_email_domain_in(tx: Tx, by: Moderator, block_id: int) -> None:
    """Take addresses of a domain as any other again."""
    must_administer(by)
    found = find_email_domain(tx, block_id)
    if found is None:
        raise NotFound
    tx.run(_REMOVE_DOMAIN, block_id=found.id)
    tx.run(_FORGET_DAYS, block_id=found.id)
    record(tx, by.account_id, "let_email_domain_in", "email_domain", found.id, found.domain)


def note_kept_out(tx: Tx, wrong: KeptOut) -> None:
    """Count a sign-up that was refused (in a transaction of its own): that there was one, not whose, nor from where."""
    if wrong.domain is None:
        return
    block_id = wrong.domain.id
    if not tx.run(_COUNT, of_block=block_id, on_day=now() // DAY):
        tx.run(_BEGIN_DAY, block_id=block_id, day=now() // DAY, times=1)


def attempts(db: Db, block_ids: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """(day since 1970, sign-ups that were met) of seven days, today first, by the domain's id."""
    today = now() // DAY
    known = {(row[0], row[1]): row[2] for row in db.all(_TIMES, ids=db.id_list(block_ids), after=today - DAYS)}
    return {
        one: [(day, known.get((one, day), 0)) for day in range(today, today - DAYS, -1)]
        for one in dict.fromkeys(block_ids)
    }


def _domain(row: tuple[Any, ...]) -> EmailDomain:
    return EmailDomain(row[0], row[1], bool(row[2]))


# -- single addresses --------------------------------------------------------------------------------------------------


def email_blocks_page(db: Db, paging: Paging) -> list[EmailBlock]:
    """A page of the addresses that are kept out, newest first."""
    return [EmailBlock(*row) for row in _BLOCKS.rows(db, paging)]


def find_email_block(db: Db, block_id: int) -> EmailBlock | None:
    """One of them by its id."""
    row = db.one(_FIND, block_id=block_id)
    return EmailBlock(*row) if row else None


def email_block_of(db: Db, email: str) -> EmailBlock | None:
    """What keeps an address out, however it is spelt."""
    block_id = email_block_for(db, email)
    return find_email_block(db, block_id) if block_id is not None else None


def keep_out_address(tx: Tx, by: Moderator, *, email: str = "", digest: str = "") -> EmailBlock:
    """Let nobody join with an address; it may be named by its digest. The address itself is not kept."""
    must_administer(by)
    digest = digest_of(read_email(email)) if email.strip() else digest.strip().lower()
    if not digest:
        raise Invalid("Validation failed: Canonical email hash can't be blank")
    if not fullmatch(r"[0-9a-f]{64}", digest):
        raise Invalid("Validation failed: Canonical email hash is not a SHA-256 digest: 64 digits from 0 to f")
    if tx.one(_SAME, digest=digest):
        raise Invalid("Validation failed: Canonical email hash has already been taken")

    made = EmailBlock(new_id(), digest, None)
    tx.run(_ADD, **made._asdict())
    record(tx, by.account_id, "keep_out_address", "email", made.id, digest[:12])
    return made


def let_address_in(tx: Tx, by: Moderator, block_id: int) -> None:
    """Take an address as any other again."""
    must_administer(by)
    found = find_email_block(tx, block_id)
    if found is None:
        raise NotFound
    tx.run(_REMOVE, block_id=found.id)
    record(tx, by.account_id, "let_address_in", "email", found.id, found.hash[:12])


def keep_out_address_of(tx: Tx, account_id: int) -> None:
    """Whoever was suspended does not join again with another spelling of their address."""
    user = user_of(tx, account_id)
    if user is not None:
        tx.run(_ADD_NEW, id=new_id(), hash=digest_of(user.email), account_id=account_id)


def let_address_back_in(tx: Tx, account_id: int) -> None:
    """The suspension has ended: the address may be used again."""
    tx.run(_REMOVE_OF, of_account=account_id)
