"""What an organisation proposes to its people, each of whom writes it in their own words, on their own account."""

from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.kit.time import iso
from perron.store import Db
from perron.suite.teams import proposals
from perron.web.fields import Fields, read_id
from perron.web.teams.kit import done, me, mine, people, show
from perron.web.teams.outside import DAYS
from perron.web.visit import Visit


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
            "kept": [
                {"one": one, "by": who.get(one.by_id), "until": iso(one.until) if one.until else ""} for one in found
            ],
        }

    return show(visit, "teams/proposals.html", wrong, text=text, url=url, days=DAYS, **await visit.read(read))


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
