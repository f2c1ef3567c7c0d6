"""The people of an organisation: who is what to which brand, who is asked in, who goes."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import iso
from perron.people.invitations import find_invitation as opens
from perron.people.second_factor import second_factor_of
from perron.store import Db, Tx
from perron.suite.teams import invite, organise
from perron.suite.teams.model import ROLES
from perron.suite.teams.queries import colleagues, roles_in
from perron.web.fields import Fields, read_id
from perron.web.teams.kit import brands, done, me, mine, people, show
from perron.web.visit import Visit

USES = (1, 2, 5, 10, 25)
DAYS = (1, 7, 30)


async def show_people(visit: Visit) -> Response:
    """Everybody in an organisation, and the invitations by which others can come."""
    return await _people(visit)


async def _people(visit: Visit, wrong: Refused | None = None, link: str = "", sent: str = "") -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        found, roles = colleagues(db, organisation.id), roles_in(db, organisation.id)
        asked = invite.invitations_of(db, organisation.id) if organisation.mine else []
        who = people(visit, db, [*(one.user_id for one in found), *(one.by_id for one in asked)])
        return {
            "organisation": organisation,
            "kept": brands(visit, db, organisation),
            "team": [
                {
                    "user_id": one.user_id,
                    "role": one.role,
                    "account": who.get(one.user_id),
                    "roles": roles.get(one.user_id, {}),
                    "held": bool(organisation.two_factor) and not second_factor_of(db, one.user_id).on,
                    "me": one.user_id == me(visit),
                }
                for one in found
            ],
            "asked": [
                {
                    "id": one.id,
                    "email": one.email,
                    "left": one.uses_left,
                    "until": iso(one.expires_at),
                    "by": who.get(one.by_id),
                }
                for one in asked
            ],
        }

    more = {"link": link, "sent": sent, "uses": USES, "days": DAYS, "roles": ROLES}
    return show(visit, "teams/people.html", wrong, **more, **await visit.read(read))


async def on_colleague(visit: Visit, fields: Fields) -> Response:
    """Change what somebody is to the brands, whether they decide, or take them out."""
    user_id, id_, whom = me(visit), read_id(visit.path["id"]), read_id(visit.path["user_id"])
    does, roles = visit.path["act"], _roles(fields)
    acts: dict[str, Callable[[Tx], None]] = {
        "roles": lambda tx: organise.give_roles(tx, user_id, id_, whom, roles),
        "role": lambda tx: organise.set_colleague(tx, user_id, id_, whom, fields.text("role")),
        "out": lambda tx: organise.let_go(tx, user_id, id_, whom),
    }
    if does not in acts:
        raise NotFound
    to = "/organisations" if does == "out" and whom == user_id else f"/organisations/{id_}/people"
    return await done(visit, acts[does], to, lambda wrong: _people(visit, wrong))


def _roles(fields: Fields) -> dict[int, str]:
    """`role_12=editor` for each brand."""
    named = {name: read_id(name.removeprefix("role_")) for name in fields if name.startswith("role_")}
    return {account_id: fields.text(name) for name, account_id in named.items() if account_id > 0}


async def ask_in(visit: Visit, fields: Fields) -> Response:
    """Make a link, or send one to somebody."""
    user_id, id_, email = me(visit), read_id(visit.path["id"]), fields.text("email").strip()
    how: dict[str, Any] = {
        "email": email,
        "role": "owner" if "decides" in fields else "member",
        "roles": _roles(fields),
        "uses": read_id(fields.text("uses") or "1"),
        "days": read_id(fields.text("days") or "7"),
    }
    try:
        code = await visit.write(lambda tx: invite.invite(tx, user_id, id_, **how))
    except NotFound:
        raise
    except Refused as wrong:
        return await _people(visit, wrong)
    return await _people(visit, link="" if email else f"{visit.links.origin}/join/{code}", sent=email)


async def end_invitation(visit: Visit, fields: Fields) -> Response:
    """Let nobody come by an invitation any more."""
    user_id, id_, which = me(visit), read_id(visit.path["id"]), read_id(visit.path["invitation_id"])
    await visit.write(lambda tx: invite.end_invitation(tx, user_id, id_, which))
    return visit.go(f"/organisations/{id_}/people")


async def show_join(visit: Visit) -> Response:
    """What an invitation opens."""
    return await _join(visit)


async def _join(visit: Visit, wrong: Refused | None = None) -> Response:
    code = visit.path["code"]

    def read(db: Db) -> dict[str, Any]:
        found = invite.find_invitation(db, code)
        if found is None:
            return {"organisation": None}
        one, organisation = found
        host = people(visit, db, [one.by_id]).get(one.by_id)
        return {"organisation": organisation, "host": host, "sign_up": _sign_up(visit, db, code)}

    return show(visit, "teams/join.html", wrong, code=code, **await visit.read(read))


def _sign_up(visit: Visit, db: Db, code: str) -> str:
    """Where whoever holds an invitation opens an account first; "" where nobody can."""
    policy, back = visit.settings.registration, f"/join/{code}"
    if policy != "closed" and opens(db, code):
        return "/sign-up?" + urlencode({"invitation": code, "next": back})
    return "/sign-up?" + urlencode({"next": back}) if policy in ("open", "approval") else ""


async def join(visit: Visit, fields: Fields) -> Response:
    """Come in by an invitation."""
    user_id, code = me(visit), visit.path["code"]
    try:
        organisation_id = await visit.write(lambda tx: invite.accept(tx, user_id, code))
    except Refused as wrong:
        return await _join(visit, wrong)
    return visit.go(f"/organisations/{organisation_id}")
