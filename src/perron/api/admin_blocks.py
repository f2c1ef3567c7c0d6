"""Addresses with which nobody joins, and networks from which nobody does, or comes at all."""

from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.admin_kit import moderator
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.entities.admin_blocks import email_block, email_domain_block, ip_block
from perron.entities.shapes.admin import AdminCanonicalEmailBlock, AdminEmailDomainBlock, AdminIpBlock
from perron.entities.shapes.common import Empty
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.moderation.emails import (
    attempts,
    email_block_of,
    email_blocks_page,
    email_domains_page,
    find_email_block,
    find_email_domain,
    keep_out_address,
    keep_out_email_domain,
    let_address_in,
    let_email_domain_in,
)
from perron.moderation.networks import (
    block_network,
    change_network,
    find_ip_block,
    ip_blocks_page,
    unblock_network,
)
from perron.moderation.permit import must_administer
from perron.people.kept_out import EmailDomain
from perron.store import Db, Tx

MOST = 200


class EmailDomainGiven(TypedDict, total=False):
    """Which domain."""

    domain: Required[str]
    allow_with_approval: Annotated[
        bool, Meta(description="Whether those who come with it wait for a moderator instead.")
    ]


class AddressGiven(TypedDict, total=False):
    """Which address: itself, or the digest of its plain form (lower case, no dots, nothing after `+`)."""

    email: str
    canonical_email_hash: Annotated[str, Meta(description="SHA-256 in hexadecimal; not read when `email` is given.")]


class AddressTested(TypedDict, total=False):
    """Which address."""

    email: Required[str]


_Severity = Literal["sign_up_requires_approval", "sign_up_block", "no_access"]


class _Holds(TypedDict, total=False):
    comment: str
    expires_in: Annotated[int, Meta(description="Seconds; 0, or nothing said: until it is removed.")]


class NetworkChanged(_Holds, total=False):
    """What holds for a network."""

    ip: str
    severity: _Severity


class NetworkGiven(_Holds, total=False):
    """Which network, and what holds for it."""

    ip: Required[
        Annotated[str, Meta(description="An address or a network: `203.0.113.7`, `203.0.113.0/24`, `2001:db8::/32`.")]
    ]
    severity: Required[_Severity]


# -- domains of addresses ----------------------------------------------------------------------------------------------


@speaks(list[AdminEmailDomainBlock], takes=Page, paged=True)
def email_domains(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/email_domain_blocks"""
    must_administer(moderator(call))
    found = email_domains_page(db, call.paging(100, MOST))
    days = attempts(db, [one.id for one in found])
    return _listed(call, [email_domain_block(one, days[one.id]) for one in found], [one.id for one in found])


@speaks(AdminEmailDomainBlock)
def show_email_domain(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/email_domain_blocks/{id}"""
    must_administer(moderator(call))
    return _email_domain(db, find_email_domain(db, call.id))


@speaks(AdminEmailDomainBlock, takes=EmailDomainGiven)
def add_email_domain(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/email_domain_blocks"""
    by, params = moderator(call), call.params
    waits = params.flag("allow_with_approval")
    return _email_domain(tx, keep_out_email_domain(tx, by, params.text("domain"), allow_with_approval=waits))


@speaks(Empty)
def remove_email_domain(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/email_domain_blocks/{id}"""
    let_email_domain_in(tx, moderator(call), call.id)
    return {}


def _email_domain(db: Db, found: EmailDomain | None) -> Answer:
    if found is None:
        raise NotFound
    return email_domain_block(found, attempts(db, [found.id])[found.id])


# -- addresses ---------------------------------------------------------------------------------------------------------


@speaks(list[AdminCanonicalEmailBlock], takes=Page, paged=True)
def emails(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/canonical_email_blocks"""
    must_administer(moderator(call))
    found = email_blocks_page(db, call.paging(100, MOST))
    return _listed(call, [email_block(one) for one in found], [one.id for one in found])


@speaks(AdminCanonicalEmailBlock)
def show_email(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/canonical_email_blocks/{id}"""
    must_administer(moderator(call))
    found = find_email_block(db, call.id)
    if found is None:
        raise NotFound
    return email_block(found)


@speaks(list[AdminCanonicalEmailBlock], takes=AddressTested)
def try_email(call: Call, db: Db) -> Answer:
    """POST /api/v1/admin/canonical_email_blocks/test: what keeps an address out, however it is spelt."""
    must_administer(moderator(call))
    email = call.params.text("email").strip()
    if "@" not in email:
        raise Invalid("email must be an e-mail address.")
    found = email_block_of(db, email)
    return [email_block(found)] if found else []


@speaks(AdminCanonicalEmailBlock, takes=AddressGiven)
def add_email(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/canonical_email_blocks"""
    by, params = moderator(call), call.params
    made = keep_out_address(tx, by, email=params.text("email"), digest=params.text("canonical_email_hash"))
    return email_block(made)


@speaks(Empty)
def remove_email(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/canonical_email_blocks/{id}"""
    let_address_in(tx, moderator(call), call.id)
    return {}


# -- networks ----------------------------------------------------------------------------------------------------------


@speaks(list[AdminIpBlock], takes=Page, paged=True)
def networks(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/ip_blocks"""
    must_administer(moderator(call))
    found = ip_blocks_page(db, call.paging(100, MOST))
    return _listed(call, [ip_block(one) for one in found], [one.id for one in found])


@speaks(AdminIpBlock)
def show_network(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/ip_blocks/{id}"""
    must_administer(moderator(call))
    found = find_ip_block(db, call.id)
    if found is None:
        raise NotFound
    return ip_block(found)


@speaks(AdminIpBlock, takes=NetworkGiven)
def add_network(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/ip_blocks"""
    by, params = moderator(call), call.params
    made = block_network(
        tx,
        by,
        params.text("ip"),
        params.text("severity"),
        comment=params.text("comment"),
        lasts=params.number("expires_in"),
        own=call.came_from,
    )
    return ip_block(made)


@speaks(AdminIpBlock, takes=NetworkChanged)
def change_held(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/admin/ip_blocks/{id}: what is not said stays as it was."""
    by, params = moderator(call), call.params
    said = {name: params.text(name) for name in ("severity", "comment") if params.has(name)}
    made = change_network(
        tx,
        by,
        call.id,
        network=params.text("ip") if params.has("ip") else None,
        lasts=params.number("expires_in") if params.has("expires_in") else None,
        own=call.came_from,
        **said,
    )
    return ip_block(made)


@speaks(Empty)
def remove_network(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/ip_blocks/{id}"""
    unblock_network(tx, moderator(call), call.id)
    return {}


def _listed(call: Call, made: list[Any], ids: list[int]) -> Reply:
    return Reply(join([json.encode(one) for one in made]), headers=call.link_header(ids))
