"""How this server meets others, and which of them it names as allowed."""

from typing import Annotated, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.admin_kit import moderator
from perron.api.kit import Answer, Call, Page, Reply, join, speaks
from perron.entities.admin_blocks import SEVERITIES, domain_allow, domain_block
from perron.entities.shapes.admin import AdminDomainAllow, AdminDomainBlock
from perron.entities.shapes.common import Empty
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.moderation.allowed import allow, allowed_page, disallow, find_allowed
from perron.moderation.domains import (
    Meeting,
    domain_rule,
    domain_rules_page,
    find_domain_rule,
    forget_domain,
    meet_domain,
)
from perron.moderation.model import DomainRule
from perron.people.domains import read_domain
from perron.store import Db, Tx

MOST = 200
_MEETS = {said: ours for ours, said in SEVERITIES.items()}


class Met(TypedDict, total=False):
    """How a server is met."""

    severity: Literal["silence", "suspend", "noop"]
    reject_media: bool
    reject_reports: bool
    private_comment: Annotated[str, Meta(description="For those who look after this server.")]
    public_comment: Annotated[str, Meta(description="For everybody.")]
    obfuscate: Annotated[bool, Meta(description="Whether its name is partly hidden in public.")]


class Blocked(Met, total=False):
    """Which server, and how it is met."""

    domain: Required[str]


class Named(TypedDict, total=False):
    """Which server."""

    domain: Required[str]


@speaks(list[AdminDomainBlock], takes=Page, paged=True)
def blocks(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/domain_blocks"""
    moderator(call)
    found = domain_rules_page(db, call.paging(100, MOST))
    return Reply(
        join([json.encode(domain_block(one)) for one in found]), headers=call.link_header([o.id for o in found])
    )


@speaks(AdminDomainBlock)
def show_block(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/domain_blocks/{id}"""
    moderator(call)
    return domain_block(_rule(call, db))


@speaks(AdminDomainBlock, takes=Blocked)
def block(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/domain_blocks: a server for which a rule holds already is answered with that rule."""
    by, text = moderator(call), call.params.text("domain")
    if not text.strip():
        raise Invalid("Validation failed: Domain can't be blank")
    there = domain_rule(tx, read_domain(text))
    if there is not None:
        said = f"There is a rule for {there.domain} already. Change that one, or remove it first."
        return Reply(json.encode({"error": said, "existing_domain_block": domain_block(there)}), 422)
    return domain_block(meet_domain(tx, by, text, _meeting(call, None), here=call.settings.domain))


@speaks(AdminDomainBlock, takes=Met)
def change_block(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/admin/domain_blocks/{id}"""
    by, rule = moderator(call), _rule(call, tx)
    return domain_block(meet_domain(tx, by, rule.domain, _meeting(call, rule), here=call.settings.domain))


@speaks(Empty)
def unblock(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/domain_blocks/{id}"""
    forget_domain(tx, moderator(call), call.id)
    return {}


@speaks(list[AdminDomainAllow], takes=Page, paged=True)
def allows(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/domain_allows"""
    moderator(call)
    found = allowed_page(db, call.paging(100, MOST))
    return Reply(
        join([json.encode(domain_allow(one)) for one in found]), headers=call.link_header([o.id for o in found])
    )


@speaks(AdminDomainAllow)
def show_allow(call: Call, db: Db) -> Answer:
    """GET /api/v1/admin/domain_allows/{id}"""
    moderator(call)
    found = find_allowed(db, call.id)
    if found is None:
        raise NotFound
    return domain_allow(found)


@speaks(AdminDomainAllow, takes=Named)
def add_allow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/admin/domain_allows: a server that is allowed already is answered as it stands."""
    return domain_allow(allow(tx, moderator(call), call.params.text("domain")))


@speaks(AdminDomainAllow)
def remove_allow(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/admin/domain_allows/{id}: answers what is removed."""
    return domain_allow(disallow(tx, moderator(call), call.id))


def _rule(call: Call, db: Db) -> DomainRule:
    found = find_domain_rule(db, call.id)
    if found is None:
        raise NotFound
    return found


def _meeting(call: Call, before: DomainRule | None) -> Meeting:
    """How a server is to be met; what is not said stays as it was."""
    params, old = call.params, before or DomainRule(0, "", "silence", False, False, "", "", False)
    severity = params.text("severity")
    if severity and severity not in _MEETS:
        raise Invalid(f"Validation failed: Severity must be one of these: {', '.join(_MEETS)}")
    return Meeting(
        severity=_MEETS[severity] if severity else old.severity,
        reject_media=params.flag("reject_media", old.reject_media),
        reject_reports=params.flag("reject_reports", old.reject_reports),
        public_comment=params.text("public_comment", old.public_comment),
        private_comment=params.text("private_comment", old.private_comment),
        obscured=params.flag("obfuscate", old.obscured),
    )
