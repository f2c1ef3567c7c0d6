"""Keep a whole server away from oneself."""

import re

from sqlalchemy import bindparam, delete, exists, or_, select

from perron.kit.errors import Invalid
from perron.kit.ids import new_id
from perron.people.follow import part
from perron.people.model import Account
from perron.people.severances import sever
from perron.store import Db, Prepared, Tx, insert_new, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import account_domain_blocks, accounts, follows

_DOMAIN = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:\d+)?")
_back = follows.alias("back")
_ADD = insert_new(account_domain_blocks, "owner_id", "domain", "id")
_REMOVE = Prepared(
    delete(account_domain_blocks).where(
        account_domain_blocks.c.owner_id == bindparam("who"), account_domain_blocks.c.domain == bindparam("of_domain")
    )
)
_PAGE = Paged(
    select(account_domain_blocks.c.id, account_domain_blocks.c.domain).where(
        account_domain_blocks.c.owner_id == bindparam("who")
    ),
    account_domain_blocks.c.id,
)
_following = exists().where(follows.c.follower_id == bindparam("who"), follows.c.target_id == accounts.c.id)
_follower = exists().where(_back.c.target_id == bindparam("who"), _back.c.follower_id == accounts.c.id)
_TIED = Prepared(
    select(accounts.c.id, _following, _follower).where(
        accounts.c.domain == bindparam("of_domain"),
        or_(
            accounts.c.id.in_(select(follows.c.target_id).where(follows.c.follower_id == bindparam("who"))),
            accounts.c.id.in_(select(follows.c.follower_id).where(follows.c.target_id == bindparam("who"))),
        ),
    )
)


def block_domain(tx: Tx, who: Account, text: str, *, here: str) -> None:
    """Hear nothing more from a server: no notices, and no following either way; one is told what ended. `here` cannot
    be blocked."""
    domain = read_domain(text)
    if domain == here:
        raise Invalid("Validation failed: Domain is that of this server")
    tx.run(_ADD, owner_id=who.id, domain=domain, id=new_id())
    tied = tx.all(_TIED, who=who.id, of_domain=domain)
    for account_id, _, _ in tied:
        part(tx, who.id, account_id)
    following, followers = (sum(bool(row[place]) for row in tied) for place in (1, 2))
    sever(tx, who.id, "user_domain_block", domain, followers=followers, following=following)
    tell(tx, "relations", who.id)


def tied_to_domain(db: Db, who: int, text: str) -> tuple[int, int]:
    """What would end with the block of a server: how many of its accounts one follows, and how many follow one."""
    tied = db.all(_TIED, who=who, of_domain=read_domain(text))
    return sum(bool(row[1]) for row in tied), sum(bool(row[2]) for row in tied)


def unblock_domain(tx: Tx, who: Account, text: str) -> None:
    """Hear from a server again."""
    tx.run(_REMOVE, who=who.id, of_domain=read_domain(text))
    tell(tx, "relations", who.id)


def blocked_domains(db: Db, who: int, paging: Paging) -> list[tuple[int, str]]:
    """A page of the servers that an account keeps away: (id of the block, domain)."""
    return [(row[0], row[1]) for row in _PAGE.rows(db, paging, who=who)]


def read_domain(text: str) -> str:
    """A domain in lower case, in ASCII; Invalid when it is none."""
    domain = text.strip().lower().removeprefix("https://").removeprefix("http://").strip("/.")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode()
        except UnicodeError:
            domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise Invalid("Validation failed: Domain is not a domain name such as example.org")
    return domain
