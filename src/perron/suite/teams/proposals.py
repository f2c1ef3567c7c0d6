"""Ambassadors: an organisation proposes words, and each of its people chooses, rewrites, and publishes as themselves.

Nothing is published by anybody else, and nobody inside is told who took up what.
"""

from typing import NamedTuple

from sqlalchemy import bindparam, delete, or_, select

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.time import DAY, now
from perron.people.may import ACT, may
from perron.people.members import role_of
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import proposals
from perron.suite.teams.journal import note
from perron.suite.teams.model import Organisation
from perron.suite.teams.organise import within
from perron.suite.teams.queries import brands_of

LONGEST_TEXT, LONGEST_URL, LONGEST, MOST = 2000, 500, 366, 200


class Proposal(NamedTuple):
    """Words for others to choose from. `until`: after this they are not offered any more; None: until withdrawn."""

    id: int
    organisation_id: int
    by_id: int
    text: str
    url: str
    until: int | None


_COLUMNS = tuple(proposals.c[name] for name in Proposal._fields)
_OPEN = or_(proposals.c.until.is_(None), proposals.c.until > bindparam("at"))
_ADD = insert(proposals, *Proposal._fields)
_ALL = Prepared(
    select(*_COLUMNS)
    .where(proposals.c.organisation_id == bindparam("of_organisation"), _OPEN)
    .order_by(proposals.c.id.desc())
)
_ONE = Prepared(select(*_COLUMNS).where(proposals.c.id == bindparam("wanted"), _OPEN))
_REMOVE = Prepared(
    delete(proposals).where(
        proposals.c.id == bindparam("wanted"), proposals.c.organisation_id == bindparam("of_organisation")
    )
)
_FORGET = Prepared(delete(proposals).where(proposals.c.until < bindparam("at")))


def may_propose(db: Db, user_id: int, organisation: Organisation) -> bool:
    """Whether somebody decides in an organisation, or publishes for one of its brands."""
    found = brands_of(db, organisation.id)
    return organisation.mine or any(may(role_of(db, user_id, one.account_id), ACT) for one in found)


def proposing(db: Db, user_id: int, organisation_id: int) -> Organisation:
    """An organisation for somebody who may propose things to its people."""
    organisation = within(db, user_id, organisation_id)
    if not may_propose(db, user_id, organisation):
        raise NotAllowed("Only who publishes for a brand of the organisation proposes words to others.")
    return organisation


def read_page(text: str) -> str:
    """The address of a page, or nothing."""
    url = text.strip()
    if url and (len(url) > LONGEST_URL or not url.startswith(("https://", "http://")) or any(map(str.isspace, url))):
        raise Invalid("This is not the address of a page.")
    return url


def propose(tx: Tx, user_id: int, organisation_id: int, text: str, url: str = "", days: int = 30) -> int:
    """Propose words to everybody in an organisation."""
    organisation = proposing(tx, user_id, organisation_id)
    text, url = text.replace("\x00", "").strip(), read_page(url)
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise Invalid("What you propose has 1 to 2000 characters.")
    if not 0 <= days <= LONGEST:
        raise Invalid("A proposal stands for 1 to 366 days.")
    if len(tx.all(_ALL, of_organisation=organisation.id, at=now())) >= MOST:
        raise Invalid("There are two hundred proposals already. Withdraw one first.")
    one = Proposal(new_id(), organisation.id, user_id, text, url, now() + days * DAY if days else None)
    tx.run(_ADD, **one._asdict())
    note(tx, organisation.id, user_id, "propose")
    return one.id


def proposals_of(db: Db, user_id: int, organisation_id: int) -> list[Proposal]:
    """What is proposed to the people of an organisation, the latest first."""
    organisation = within(db, user_id, organisation_id)
    return [Proposal(*row) for row in db.all(_ALL, of_organisation=organisation.id, at=now())]


def find_proposal(db: Db, user_id: int, proposal_id: int) -> tuple[Proposal, Organisation]:
    """What was proposed, for somebody of the organisation; to others it is not there."""
    row = db.one(_ONE, wanted=proposal_id, at=now())
    if row is None:
        raise NotFound("This is not proposed any more.")
    one = Proposal(*row)
    return one, within(db, user_id, one.organisation_id)


def withdraw_proposal(tx: Tx, user_id: int, organisation_id: int, proposal_id: int) -> None:
    """Propose it no longer; what people have published stays theirs."""
    organisation = proposing(tx, user_id, organisation_id)
    if not tx.run(_REMOVE, wanted=proposal_id, of_organisation=organisation.id):
        raise NotFound
    note(tx, organisation.id, user_id, "withdraw_proposal")


def forget_proposals(tx: Tx) -> None:
    """What stood until a moment that has passed is let go."""
    tx.run(_FORGET, at=now())
