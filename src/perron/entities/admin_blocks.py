"""What keeps servers, addresses and networks away, as those who look after this server read it."""

from hashlib import sha256

from perron.entities.shapes.admin import (
    AdminCanonicalEmailBlock,
    AdminDomainAllow,
    AdminDomainBlock,
    AdminEmailDomainBlock,
    AdminIpBlock,
)
from perron.kit.ids import born
from perron.kit.time import DAY, SECOND, iso
from perron.moderation.allowed import Allowed
from perron.moderation.emails import EmailBlock
from perron.moderation.model import DomainRule
from perron.moderation.networks import IpBlock
from perron.people.kept_out import EmailDomain

SEVERITIES = {"none": "noop", "silence": "silence", "suspend": "suspend"}
"""How a server is met, as apps say it."""


def domain_block(rule: DomainRule) -> AdminDomainBlock:
    """How another server is met."""
    return {
        "id": str(rule.id),
        "domain": rule.domain,
        "digest": sha256(rule.domain.encode()).hexdigest(),
        "created_at": iso(born(rule.id)),
        "severity": SEVERITIES[rule.severity],  # type: ignore[typeddict-item]
        "reject_media": rule.reject_media,
        "reject_reports": rule.reject_reports,
        "private_comment": rule.private_comment or None,
        "public_comment": rule.public_comment or None,
        "obfuscate": rule.obscured,
    }


def domain_allow(one: Allowed) -> AdminDomainAllow:
    """A server that is allowed."""
    return {"id": str(one.id), "domain": one.domain, "created_at": iso(born(one.id))}


def email_domain_block(one: EmailDomain, days: list[tuple[int, int]]) -> AdminEmailDomainBlock:
    """A domain with whose addresses nobody joins, and how many tried on each of the last days."""
    return {
        "id": str(one.id),
        "domain": one.domain,
        "created_at": iso(born(one.id)),
        "history": [
            {"day": str(day * DAY // SECOND), "accounts": str(times), "uses": str(times)} for day, times in days
        ],
        "allow_with_approval": one.allow_with_approval,
    }


def email_block(one: EmailBlock) -> AdminCanonicalEmailBlock:
    """An address with which nobody joins."""
    return {"id": str(one.id), "canonical_email_hash": one.hash}


def ip_block(one: IpBlock) -> AdminIpBlock:
    """What holds for a network."""
    return {
        "id": str(one.id),
        "ip": one.network,
        "severity": one.severity,  # type: ignore[typeddict-item]
        "comment": one.comment,
        "created_at": iso(born(one.id)),
        "expires_at": iso(one.expires_at) if one.expires_at else None,
    }
