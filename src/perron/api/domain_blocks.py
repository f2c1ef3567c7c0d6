"""Servers that one keeps away."""

from typing import TypedDict

from perron.api.kit import Answer, Call, Page, Reply, speaks
from perron.entities.shapes.about import DomainBlockPreview
from perron.entities.shapes.common import Empty
from perron.kit import json
from perron.people.domains import block_domain, blocked_domains, tied_to_domain, unblock_domain
from perron.store import Db, Tx


class Domain(TypedDict):
    """A server, by its name."""

    domain: str


@speaks(list[str], takes=Page, paged=True)
def index(call: Call, db: Db) -> Answer:
    """GET /api/v1/domain_blocks"""
    rows = blocked_domains(db, call.me.id, call.paging(100, 200))
    return Reply(json.encode([row[1] for row in rows]), headers=call.link_header([row[0] for row in rows]))


@speaks(DomainBlockPreview, takes=Domain)
def preview(call: Call, db: Db) -> Answer:
    """GET /api/v1/domain_blocks/preview"""
    following, followers = tied_to_domain(db, call.me.id, call.params.text("domain"))
    return {"following_count": following, "followers_count": followers}


@speaks(Empty, takes=Domain)
def add(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/domain_blocks"""
    block_domain(tx, call.me, call.params.text("domain"), here=call.settings.domain)
    return {}


@speaks(Empty, takes=Domain)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/domain_blocks"""
    unblock_domain(tx, call.me, call.params.text("domain"))
    return {}
