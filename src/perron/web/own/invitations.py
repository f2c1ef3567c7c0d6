"""Invitations: links by which people ask others in, and all of them for those who run the server."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from perron.kit.errors import NotAllowed, NotFound, Refused
from perron.kit.ids import born
from perron.kit.time import iso
from perron.moderation.audit import record
from perron.people import invitations as inviting
from perron.people.invitations import Invitation
from perron.people.queries import accounts_of_user
from perron.store import Db, Tx
from perron.web.fields import Fields, read_id
from perron.web.manage.running import must_run, show
from perron.web.sections import MODERATORS
from perron.web.shown import accounts_shown
from perron.web.visit import Visit

USES = (1, 2, 5, 10, 25)
DAYS = (1, 7, 30)


def may_invite(visit: Visit) -> bool:
    """Whether the visitor may ask others in."""
    allowed = visit.settings.may_invite
    return allowed == "everybody" or (allowed == "team" and visit.user is not None and visit.user.role in MODERATORS)


async def show_invitations(visit: Visit) -> Response:
    """One's own invitations, and who came by them."""
    visit.must_sign_in()
    return await _own(visit)


async def _own(visit: Visit, link: str = "", wrong: Refused | None = None) -> Response:
    user_id = visit.must_sign_in().user.id
    kept = await visit.read(lambda db: _told(visit, db, inviting.invitations_of(db, user_id)))
    return show(
        visit, "own/invitations.html", wrong, kept=kept, link=link, may=may_invite(visit), uses=USES, days=DAYS, older=0
    )


async def invite(visit: Visit, fields: Fields) -> Response:
    """Make a link; it is shown this once, as only its fingerprint is kept."""
    user_id = visit.must_sign_in().user.id
    uses, days = read_id(fields.text("uses")), read_id(fields.text("days"))
    try:
        if not may_invite(visit):
            raise NotAllowed("Invitations are switched off on this server.")
        code = await visit.write(lambda tx: inviting.invite(tx, user_id, uses=uses, hours=24 * days))
    except Refused as wrong:
        return await _own(visit, wrong=wrong)
    return await _own(visit, f"{visit.links.origin}/sign-up?invitation={code}")


async def end_invitation(visit: Visit, fields: Fields) -> Response:
    """Let nobody come by a link of one's own from now on."""
    user_id, id_ = visit.must_sign_in().user.id, read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        if inviting.invitation_as_stored(tx, id_).user_id != user_id:
            raise NotFound
        inviting.end_invitation(tx, id_)

    await visit.write(work)
    return visit.go("/invitations")


async def show_all(visit: Visit) -> Response:
    """Everybody's invitations."""
    must_run(visit)

    def read(db: Db) -> tuple[list[dict[str, Any]], int]:
        found = inviting.all_invitations(db, visit.below)
        return _told(visit, db, found), found[-1].id if len(found) == 50 else 0

    kept, older = await visit.read(read)
    return show(visit, "own/manage_invitations.html", kept=kept, older=older)


async def end_any(visit: Visit, fields: Fields) -> Response:
    """Let nobody come by somebody's link from now on."""
    me, id_ = must_run(visit), read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        one = inviting.invitation_as_stored(tx, id_)
        if inviting.end_invitation(tx, id_):
            record(tx, me.id, "end_invitation", "invitation", id_, _by(tx, one))

    await visit.write(work)
    return visit.go("/manage/invitations")


def _by(db: Db, one: Invitation) -> str:
    accounts = accounts_of_user(db, one.user_id) if one.user_id else []
    return f"@{accounts[0].handle}" if accounts else ""


def _told(visit: Visit, db: Db, found: Sequence[Invitation]) -> list[dict[str, Any]]:
    """Invitations with who made them and who came."""
    guests = inviting.guests_of(db, [one.id for one in found])
    made_by = {one.user_id: _host(db, one.user_id) for one in found}
    wanted = {id_ for ids in guests.values() for id_ in ids} | {id_ for id_ in made_by.values() if id_}
    shown = {int(one["id"]): one for one in accounts_shown(visit, db, [*wanted])}
    return [
        {
            "id": one.id,
            "by": shown.get(made_by[one.user_id] or 0),
            "at": iso(born(one.id)),
            "role": one.role,
            "left": one.uses_left,
            "until": iso(one.expires_at) if one.expires_at is not None else "",
            "open": one.open,
            "guests": [shown[id_] for id_ in guests.get(one.id, []) if id_ in shown],
        }
        for one in found
    ]


def _host(db: Db, user_id: int | None) -> int | None:
    accounts = accounts_of_user(db, user_id) if user_id else []
    return accounts[0].id if accounts else None
