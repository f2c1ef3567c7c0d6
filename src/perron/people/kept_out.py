"""Addresses with which nobody joins, as moderators decided (`moderation/emails.py`)."""

from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from perron.kit import json
from perron.people.model import Unfit
from perron.store import Db, Prepared, among_texts
from perron.store.tables import email_blocks, email_domain_blocks


class EmailDomain(NamedTuple):
    """A domain whose addresses are refused or, with `allow_with_approval`, wait for a moderator."""

    id: int
    domain: str
    allow_with_approval: bool


_NEAREST = Prepared(
    select(*(email_domain_blocks.c[name] for name in EmailDomain._fields))
    .where(among_texts(email_domain_blocks.c.domain))
    .order_by(func.length(email_domain_blocks.c.domain).desc())
)
_BY_HASH = Prepared(select(email_blocks.c.id).where(email_blocks.c.hash == bindparam("digest")))


class KeptOut(Unfit):
    """An address with which nobody joins; `domain` is what keeps it out, None for a single address."""

    def __init__(self, domain: EmailDomain | None) -> None:
        super().__init__("Nobody can join with this e-mail address. Please use another.", field="email", why="blocked")
        self.domain = domain


def must_be_welcome(db: Db, email: str) -> bool:
    """Refuse an address with which nobody joins; whether it is one with which one waits for a moderator."""
    domain = email_domain_for(db, email)
    if domain is not None and not domain.allow_with_approval:
        raise KeptOut(domain)
    if email_block_for(db, email) is not None:
        raise KeptOut(None)
    return domain is not None


def email_domain_for(db: Db, email: str) -> EmailDomain | None:
    """What holds for the domain of an address, or else for the nearest above it."""
    labels = email.rpartition("@")[2].strip().lower().strip(".").split(".")
    above = [".".join(labels[start:]) for start in range(len(labels))]
    row = db.one(_NEAREST, texts=json.encode_text(above))
    return EmailDomain(row[0], row[1], bool(row[2])) if row else None


def email_block_for(db: Db, email: str) -> int | None:
    """The id of what keeps an address out, however it is spelt."""
    found: int | None = db.value(_BY_HASH, digest=digest_of(email))
    return found


def digest_of(email: str) -> str:
    """The digest by which an address is known where it is kept out."""
    return sha256(plain_form(email).encode()).hexdigest()


def plain_form(email: str) -> str:
    """What several spellings of a mailbox have in common: lower case, without dots, and without what follows `+`."""
    local, _, domain = email.strip().lower().partition("@")
    return f"{local.replace('.', '').partition('+')[0]}@{domain}"
