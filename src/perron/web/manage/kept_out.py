"""For those who run the server: servers that are allowed, addresses with which nobody joins, networks kept away."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import iso
from perron.moderation.allowed import allow, allowed_page, disallow
from perron.moderation.emails import (
    attempts,
    email_blocks_page,
    email_domains_page,
    keep_out_address,
    keep_out_email_domain,
    let_address_in,
    let_email_domain_in,
)
from perron.moderation.model import Moderator
from perron.moderation.networks import (
    LONGEST_COMMENT,
    SEVERITIES,
    IpBlock,
    block_network,
    change_network,
    find_ip_block,
    ip_blocks_page,
    unblock_network,
)
from perron.moderation.permit import must_administer
from perron.people.kept_out import email_block_for, email_domain_for
from perron.store import Db
from perron.store.paging import Paging
from perron.web.again import show_form
from perron.web.fields import Fields, read_id
from perron.web.manage.moderators import moderator, when
from perron.web.shown import PAGE, paging
from perron.web.trust import came_from
from perron.web.visit import Visit

MOST_DOMAINS = 500
_A_DAY = 86_400
TERMS = (0, _A_DAY, 7 * _A_DAY, 30 * _A_DAY, 365 * _A_DAY)
"""For how many seconds something can be made to hold on the page; 0 is without an end."""


async def allowed(visit: Visit) -> Response:
    """The servers that are allowed, and the form for one more."""
    moderator(visit)
    return await _allowed(visit)


async def add_allowed(visit: Visit, fields: Fields) -> Response:
    """Allow a server; what was typed is kept when it is refused."""
    by = moderator(visit)
    try:
        await visit.write(lambda tx: allow(tx, by, fields.text("domain")))
    except Refused as wrong:
        return await _allowed(visit, fields.text("domain"), wrong)
    return visit.go("/manage/allowed")


async def drop_allowed(visit: Visit, fields: Fields) -> Response:
    """Allow a server no longer."""
    by, allow_id = moderator(visit), _id(visit)
    await visit.write(lambda tx: disallow(tx, by, allow_id))
    return visit.go("/manage/allowed")


async def addresses(visit: Visit) -> Response:
    """The domains and addresses with which nobody joins; and, when one is asked about, what holds for it."""
    _administrator(visit)
    return await _addresses(visit, {})


async def keep_out(visit: Visit, fields: Fields) -> Response:
    """Keep a domain or an address out, or ask what holds for an address; what was typed is kept when it is refused."""
    by, kind = _administrator(visit), visit.path["kind"]
    domain, email = fields.text("domain"), fields.text("email")
    given = {"domain": domain, "waits": "waits" in fields, "email": email, "asked": fields.text("asked").strip()}
    if kind == "ask":
        return await _addresses(visit, given)
    try:
        if kind == "domain":
            waits = bool(given["waits"])
            await visit.write(lambda tx: keep_out_email_domain(tx, by, domain, allow_with_approval=waits))
        elif kind == "one":
            await visit.write(lambda tx: keep_out_address(tx, by, email=email))
        else:
            raise NotFound
    except NotFound:
        raise
    except Refused as wrong:
        return await _addresses(visit, given, wrong)
    return visit.go("/manage/addresses")


async def let_in(visit: Visit, fields: Fields) -> Response:
    """Take a domain or an address as any other again."""
    by, kind, block_id = _administrator(visit), visit.path["kind"], _id(visit)
    drops = {"domain": let_email_domain_in, "one": let_address_in}
    if kind not in drops:
        raise NotFound
    await visit.write(lambda tx: drops[kind](tx, by, block_id))
    return visit.go("/manage/addresses")


async def networks(visit: Visit) -> Response:
    """The networks about which something was decided, and the form for one more, or to change one."""
    _administrator(visit)
    block_id = read_id(visit.query.get("change", ""))
    found = await visit.read(lambda db: find_ip_block(db, block_id)) if block_id > 0 else None
    return await _networks(visit, _given(found) if found else None)


async def save_network(visit: Visit, fields: Fields) -> Response:
    """Decide about a network, or change what was decided; what was typed is kept when it is refused."""
    by, own = _administrator(visit), came_from(visit.request)
    network, severity, comment = (fields.text(name) for name in ("network", "severity", "comment"))
    block_id, lasts = read_id(fields.text("change")), fields.text("lasts")
    seconds = int(lasts) if lasts.isdigit() and int(lasts[:12]) in TERMS else None
    try:
        if block_id > 0:
            await visit.write(
                lambda tx: change_network(
                    tx, by, block_id, network=network, severity=severity, comment=comment, lasts=seconds, own=own
                )
            )
        else:
            await visit.write(
                lambda tx: block_network(tx, by, network, severity, comment=comment, lasts=seconds or 0, own=own)
            )
    except NotFound:
        raise
    except Refused as wrong:
        given = {"network": network, "severity": severity, "comment": comment, "lasts": lasts}
        return await _networks(visit, given | {"change": block_id if block_id > 0 else 0}, wrong)
    return visit.go("/manage/networks")


async def drop_network(visit: Visit, fields: Fields) -> Response:
    """Meet a network as any other again."""
    by, block_id = _administrator(visit), _id(visit)
    await visit.write(lambda tx: unblock_network(tx, by, block_id))
    return visit.go("/manage/networks")


def _administrator(visit: Visit) -> Moderator:
    """Who runs this server."""
    by = moderator(visit)
    must_administer(by)
    return by


def _id(visit: Visit) -> int:
    found = read_id(visit.path["id"])
    if found < 0:
        raise NotFound
    return found


async def _allowed(visit: Visit, domain: str = "", wrong: Refused | None = None) -> Response:
    found = await visit.read(lambda db: allowed_page(db, paging(visit)))
    older = found[-1].id if len(found) == PAGE else 0
    return show_form(visit, "manage/manage_allowed.html", wrong, found=found, domain=domain, older=older)


async def _addresses(visit: Visit, given: dict[str, Any], wrong: Refused | None = None) -> Response:
    asked = given.get("asked", "")

    def read(db: Db) -> dict[str, Any]:
        domains, blocks = email_domains_page(db, Paging(limit=MOST_DOMAINS)), email_blocks_page(db, paging(visit))
        met = attempts(db, [one.id for one in domains])
        return {
            "domains": [{**one._asdict(), "times": sum(times for _, times in met[one.id])} for one in domains],
            "blocks": [{**one._asdict(), "at": when(one.id)} for one in blocks],
            "older": blocks[-1].id if len(blocks) == PAGE else 0,
            "by_domain": email_domain_for(db, asked) if asked else None,
            "by_address": email_block_for(db, asked) if asked else None,
        }

    return show_form(
        visit,
        "manage/manage_addresses.html",
        wrong,
        given={"domain": "", "waits": False, "email": "", "asked": ""} | given,
        **await visit.read(read),
    )


async def _networks(visit: Visit, given: dict[str, Any] | None, wrong: Refused | None = None) -> Response:
    found = await visit.read(lambda db: ip_blocks_page(db, paging(visit)))
    return show_form(
        visit,
        "manage/manage_networks.html",
        wrong,
        found=[{**one._asdict(), "until": iso(one.expires_at) if one.expires_at else ""} for one in found],
        older=found[-1].id if len(found) == PAGE else 0,
        given=given or {"network": "", "severity": SEVERITIES[0], "comment": "", "lasts": "0", "change": 0},
        severities=SEVERITIES,
        terms=TERMS,
        longest=LONGEST_COMMENT,
        own=came_from(visit.request),
    )


def _given(one: IpBlock) -> dict[str, Any]:
    return {
        "network": one.network,
        "severity": one.severity,
        "comment": one.comment,
        "lasts": "as_it_is",
        "change": one.id,
    }
