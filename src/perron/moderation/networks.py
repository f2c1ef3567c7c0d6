"""Networks that may not join, or may not come at all."""

from ipaddress import ip_network
from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select, update

from perron.kit.addresses import Network, is_within
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.time import SECOND, now
from perron.moderation.audit import record
from perron.moderation.model import Moderator
from perron.moderation.permit import must_administer
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import ip_blocks

SEVERITIES = ("sign_up_requires_approval", "sign_up_block", "no_access")
"""From mild to strict: whoever joins from there waits for a moderator; nobody joins; nobody is answered."""
LONGEST_COMMENT = 500
LONGEST_TERM = 10 * 366 * 86_400
"""Seconds."""


class IpBlock(NamedTuple):
    """What holds for a network, and until when (milliseconds since 1970; None: until somebody lifts it)."""

    id: int
    network: str
    severity: str
    comment: str
    expires_at: int | None


_COLUMNS = tuple(ip_blocks.c[name] for name in IpBlock._fields)
_holds = or_(ip_blocks.c.expires_at.is_(None), ip_blocks.c.expires_at > bindparam("at"))
_PAGE = Paged(select(*_COLUMNS).where(_holds), ip_blocks.c.id)
_FIND = Prepared(select(*_COLUMNS).where(ip_blocks.c.id == bindparam("block_id"), _holds))
_SAME = Prepared(select(*_COLUMNS).where(ip_blocks.c.network == bindparam("is_network"), _holds))
_HOLDING = Prepared(select(*_COLUMNS).where(_holds))
_ADD = insert(ip_blocks, *IpBlock._fields)
_CHANGE = Prepared(
    update(ip_blocks)
    .where(ip_blocks.c.id == bindparam("block_id"))
    .values(
        network=bindparam("is_network"),
        severity=bindparam("is"),
        comment=bindparam("says"),
        expires_at=bindparam("until"),
    )
)
_REMOVE = Prepared(delete(ip_blocks).where(ip_blocks.c.id == bindparam("block_id")))
_END = Prepared(delete(ip_blocks).where(ip_blocks.c.expires_at <= bindparam("at")))


def ip_blocks_page(db: Db, paging: Paging) -> list[IpBlock]:
    """A page of what holds for networks, newest first."""
    return [IpBlock(*row) for row in _PAGE.rows(db, paging, at=now())]


def ip_blocks_in_force(db: Db) -> list[IpBlock]:
    """All that holds for networks."""
    return [IpBlock(*row) for row in db.all(_HOLDING, at=now())]


def find_ip_block(db: Db, block_id: int) -> IpBlock | None:
    """One of them by its id."""
    row = db.one(_FIND, block_id=block_id, at=now())
    return IpBlock(*row) if row else None


def block_network(
    tx: Tx, by: Moderator, text: str, severity: str, *, comment: str = "", lasts: int = 0, own: str = ""
) -> IpBlock:
    """Say what holds for a network, for `lasts` seconds (0: until it is lifted).

    `own` is the address of whoever decides: nobody is shut out by their own hand."""
    must_administer(by)
    tx.run(_END, at=now())
    made = IpBlock(new_id(), str(read_network(text)), severity, comment.strip(), _until(lasts))
    _refuse(tx, made, own)

    tx.run(_ADD, **made._asdict())
    record(
        tx, by.account_id, "block_network", "network", made.id, made.network, severity=severity, comment=made.comment
    )
    tell(tx, "settings")
    return made


def change_network(
    tx: Tx,
    by: Moderator,
    block_id: int,
    *,
    network: str | None = None,
    severity: str | None = None,
    comment: str | None = None,
    lasts: int | None = None,
    own: str = "",
) -> IpBlock:
    """Change what holds for a network; what is None stays as it was."""
    must_administer(by)
    before = find_ip_block(tx, block_id)
    if before is None:
        raise NotFound
    after = IpBlock(
        before.id,
        before.network if network is None else str(read_network(network)),
        before.severity if severity is None else severity,
        before.comment if comment is None else comment.strip(),
        before.expires_at if lasts is None else _until(lasts),
    )
    _refuse(tx, after, own)

    tx.run(
        _CHANGE,
        block_id=after.id,
        is_network=after.network,
        **{"is": after.severity},
        says=after.comment,
        until=after.expires_at,
    )
    said = {"severity": after.severity, "comment": after.comment, "before": f"{before.network} {before.severity}"}
    record(tx, by.account_id, "change_network", "network", after.id, after.network, **said)
    tell(tx, "settings")
    return after


def unblock_network(tx: Tx, by: Moderator, block_id: int) -> None:
    """Meet a network as any other again."""
    must_administer(by)
    found = find_ip_block(tx, block_id)
    if found is None:
        raise NotFound
    tx.run(_REMOVE, block_id=found.id)
    record(tx, by.account_id, "unblock_network", "network", found.id, found.network, severity=found.severity)
    tell(tx, "settings")


def end_ip_blocks(tx: Tx) -> None:
    """What held for a while and has ended is forgotten."""
    if tx.run(_END, at=now()):
        tell(tx, "settings")


def read_network(text: str) -> Network:
    """An address or a network; Invalid when it is none. IPv4 written as IPv6 is IPv4."""
    try:
        found = ip_network(text.strip(), strict=False)
    except ValueError:
        raise Invalid(
            "Validation failed: Ip is not an address such as 203.0.113.7, nor a network such as 203.0.113.0/24"
        ) from None
    mapped = getattr(found.network_address, "ipv4_mapped", None)
    return ip_network(f"{mapped}/{found.prefixlen - 96}") if mapped and found.prefixlen >= 96 else found


def _until(lasts: int) -> int | None:
    if lasts < 0 or lasts > LONGEST_TERM:
        raise Invalid("Validation failed: Expires in is a number of seconds, ten years at most")
    return now() + lasts * SECOND if lasts else None


def _refuse(db: Db, wanted: IpBlock, own: str) -> None:
    """What cannot be decided about a network."""
    if not wanted.severity:
        raise Invalid("Validation failed: Severity can't be blank")
    if wanted.severity not in SEVERITIES:
        raise Invalid("Validation failed: Severity is not included in the list")
    if len(wanted.comment) > LONGEST_COMMENT:
        raise Invalid(f"A comment has at most {LONGEST_COMMENT} characters.")
    there = db.one(_SAME, is_network=wanted.network, at=now())
    if there is not None and there[0] != wanted.id:
        raise Invalid("Validation failed: Ip has already been taken")
    if wanted.severity == "no_access" and is_within(own, wanted.network):
        raise Invalid("Validation failed: Ip is the network from which you come: you would shut yourself out")
