"""What an organisation proposes to its people, each of whom writes it in their own words, on their own account."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from perron.entities.media import media_entity
from perron.kit.errors import Invalid, NotAllowed, NotFound, Refused
from perron.kit.time import iso
from perron.posts.drafts import keep_draft
from perron.posts.ties import EMPLOYER
from perron.store import Db, Tx
from perron.suite.teams import ambassadors, proposals
from perron.suite.teams.organise import within
from perron.web.fields import Fields, read_id
from perron.web.teams.kit import done, me, mine, people, show
from perron.web.teams.outside import DAYS
from perron.web.visit import Visit
from perron.web.write.moments import told_of, zone_of
from perron.web.write.uploads import take_file


async def show_proposals(visit: Visit) -> Response:
    """What is proposed."""
    return await _page(visit)


async def _page(visit: Visit, wrong: Refused | None = None, text: str = "", url: str = "") -> Response:
    def read(db: Db) -> dict[str, Any]:
        organisation = mine(visit, db)
        found = proposals.proposals_of(db, me(visit), organisation.id)
        who = people(visit, db, [one.by_id for one in found])
        return {
            "organisation": organisation,
            "proposes": proposals.may_propose(db, me(visit), organisation),
            "results": ambassadors.results_of(db, me(visit), organisation.id),
            **_kit(visit, db, organisation.id),
            "kept": [
                {"one": one, "by": who.get(one.by_id), "until": iso(one.until) if one.until else ""} for one in found
            ],
        }

    return show(visit, "teams/proposals.html", wrong, text=text, url=url, days=DAYS, **await visit.read(read))


def _kit(visit: Visit, db: Db, organisation_id: int) -> dict[str, Any]:
    """What ambassadors go by, as the page shows it."""
    kit = ambassadors.kit_of(db, me(visit), organisation_id)
    return {
        "kit": kit,
        "meets": told_of(visit, kit.meets) if kit.meets else "",
        "pictures": [
            {"one": one, "shown": media_entity(visit.links, media)}
            for one, media in ambassadors.pictures_of(db, me(visit), organisation_id)
        ],
        "zone": kit.zone or zone_of(visit),
    }


async def change_kit(visit: Visit, fields: Fields) -> Response:
    """Say what ambassadors go by."""
    user_id, id_ = me(visit), read_id(visit.path["id"])
    said = [fields.text(name) for name in ("guidelines", "url", "meeting", "meets_at", "zone")]
    return await _kit_done(visit, lambda tx: ambassadors.change_kit(tx, user_id, id_, *said))


async def add_picture(visit: Visit, fields: Fields) -> Response:
    """Put a picture into the kit."""
    account, user_id, id_ = visit.must_write(), me(visit), read_id(visit.path["id"])
    words, credit, uploads = fields.text("description"), fields.text("credit"), fields.files("file")
    try:
        if not uploads:
            raise Invalid("This file is empty.")
        await visit.read(lambda db: proposals.proposing(db, user_id, id_))
        media_id = await take_file(visit, account, uploads[0], words)
    except NotFound:
        raise
    except Refused as wrong:
        return await _page(visit, wrong)
    about = user_id, account.id, id_
    return await _kit_done(visit, lambda tx: ambassadors.add_picture(tx, *about, media_id, words, credit))


async def take_out(visit: Visit, fields: Fields) -> Response:
    """Offer a picture no longer."""
    user_id, id_, which = me(visit), read_id(visit.path["id"]), read_id(visit.path["picture_id"])
    return await _kit_done(visit, lambda tx: ambassadors.take_out(tx, user_id, id_, which))


async def _kit_done(visit: Visit, work: Callable[[Tx], None]) -> Response:
    to = f"/organisations/{read_id(visit.path['id'])}/proposals#kit"
    return await done(visit, work, to, lambda wrong: _page(visit, wrong))


async def take_along(visit: Visit, fields: Fields) -> Response:
    """Begin a draft of one's own with pictures of the kit."""
    account, signed_in, id_ = visit.must_write(), visit.must_sign_in(), read_id(visit.path["id"])
    if signed_in.viewer.team:
        raise NotAllowed("What is proposed is published as oneself. Speak for an account of your own first.")
    chosen = [read_id(one) for one in fields.texts("picture")]

    def work(tx: Tx) -> int:
        organisation = within(tx, signed_in.user.id, id_)
        made = ambassadors.take_along(tx, signed_in.user.id, id_, chosen, owner_id=account.id)
        files = [{"id": str(one.id), "description": one.description, "focus": ""} for one in made]
        body = {
            "parts": [{"text": "", "media": files}],
            "visibility": account.default_visibility,
            "tie": EMPLOYER,
            "tied_to": organisation.name,
        }
        return keep_draft(tx, signed_in.user.id, account.id, body).id

    try:
        draft_id = await visit.write(work)
    except NotFound:
        raise
    except Refused as wrong:
        return await _page(visit, wrong)
    return visit.go(f"/write?draft={draft_id}")


async def propose(visit: Visit, fields: Fields) -> Response:
    """Propose words to everybody in the organisation."""
    user_id, id_ = me(visit), read_id(visit.path["id"])
    text, url, days = fields.text("text"), fields.text("url"), read_id(fields.text("days") or "30")
    return await done(
        visit,
        lambda tx: proposals.propose(tx, user_id, id_, text, url, days),
        f"/organisations/{id_}/proposals",
        lambda wrong: _page(visit, wrong, text, url),
    )


async def withdraw(visit: Visit, fields: Fields) -> Response:
    """Propose something no longer."""
    user_id, id_, which = me(visit), read_id(visit.path["id"]), read_id(visit.path["proposal_id"])
    return await done(
        visit,
        lambda tx: proposals.withdraw_proposal(tx, user_id, id_, which),
        f"/organisations/{id_}/proposals",
        lambda wrong: _page(visit, wrong),
    )
