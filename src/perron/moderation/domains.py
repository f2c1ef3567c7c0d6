"""How this server meets other servers: all of it, from afar, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.moderation.audit import record
from perron.moderation.model import DomainRule, Moderator
from perron.moderation.permit import must_moderate
from perron.people.domains import read_domain
from perron.store import Db, Prepared, Tx, among_texts, upsert
from perron.store.paging import Paged, Paging
from perron.store.tables import domain_rules

SEVERITIES = ("none", "silence", "suspend")
LONGEST_COMMENT = 500

_COLUMNS = tuple(domain_rules.c[name] for name in DomainRule._fields)
_NEAREST = Prepared(
    select(*_COLUMNS).where(among_texts(domain_rules.c.domain)).order_by(func.length(domain_rules.c.domain).desc())
)
_ALL = Prepared(select(*_COLUMNS).order_by(domain_rules.c.domain))
_PAGE = Paged(select(*_COLUMNS), domain_rules.c.id)
_FIND = Prepared(select(*_COLUMNS).where(domain_rules.c.id == bindparam("rule_id")))
_KEEP = upsert(domain_rules, *DomainRule._fields, key=["domain"])
_REMOVE = Prepared(delete(domain_rules).where(domain_rules.c.id == bindparam("rule_id")))


@dataclass(frozen=True, slots=True)
class Meeting:
    """How another server is to be met."""

    severity: str = "silence"
    reject_media: bool = False
    reject_reports: bool = False
    public_comment: str = ""
    private_comment: str = ""
    obscured: bool = False


def domain_rule(db: Db, domain: str) -> DomainRule | None:
    """The rule for a server, or else for the nearest domain above it: `far.example` holds for `a.b.far.example`."""
    labels = domain.lower().strip(".").split(".")
    above = [".".join(labels[start:]) for start in range(len(labels))]
    row = db.one(_NEAREST, texts=json.encode_text(above))
    return _rule(row) if row else None


def domain_rules_in_force(db: Db) -> list[DomainRule]:
    """Every rule, by domain."""
    return [_rule(row) for row in db.all(_ALL)]


def domain_rules_page(db: Db, paging: Paging) -> list[DomainRule]:
    """A page of the rules, newest first."""
    return [_rule(row) for row in _PAGE.rows(db, paging)]


def find_domain_rule(db: Db, rule_id: int) -> DomainRule | None:
    """A rule by id."""
    row = db.one(_FIND, rule_id=rule_id)
    return _rule(row) if row else None


def meet_domain(tx: Tx, by: Moderator, text: str, meeting: Meeting, *, here: str) -> DomainRule:
    """Say how a server and its subdomains are met from now on. `here` is this server, which has no rule."""
    must_moderate(by)
    domain = read_domain(text)
    if domain == here or here.endswith(f".{domain}"):
        raise Invalid("This is the domain of this server.")
    if meeting.severity not in SEVERITIES:
        raise Invalid("Please choose how to meet this server.")
    comments = (meeting.public_comment.strip(), meeting.private_comment.strip())
    if max(map(len, comments)) > LONGEST_COMMENT:
        raise Invalid(f"A comment has at most {LONGEST_COMMENT} characters.")

    before = {one.domain: one for one in domain_rules_in_force(tx)}.get(domain)
    rule = DomainRule(
        before.id if before else new_id(),
        domain,
        meeting.severity,
        meeting.reject_media,
        meeting.reject_reports,
        *comments,
        meeting.obscured,
    )
    tx.run(_KEEP, **rule._asdict())
    verb, said = ("change_domain", rule._asdict()) if before else ("meet_domain", rule._asdict())
    del said["id"], said["domain"]
    record(tx, by.account_id, verb, "domain", rule.id, domain, **said)
    return rule


def forget_domain(tx: Tx, by: Moderator, rule_id: int) -> None:
    """Meet a server as any other again."""
    must_moderate(by)
    rule = find_domain_rule(tx, rule_id)
    if rule is None:
        raise NotFound
    tx.run(_REMOVE, rule_id=rule.id)
    record(tx, by.account_id, "forget_domain", "domain", rule.id, rule.domain, severity=rule.severity)


def obscured(domain: str) -> str:
    """A domain that those who know it recognise, and nobody can look up: `fa*.ex****e`."""
    shown = len(domain) // 4
    return "".join(
        "*" if shown < at < len(domain) - shown and letter != "." else letter for at, letter in enumerate(domain)
    )


def _rule(row: Sequence[Any]) -> DomainRule:
    id_, domain, severity, media, reports, public, private, hidden = row
    return DomainRule(id_, domain, severity, bool(media), bool(reports), public, private, bool(hidden))
