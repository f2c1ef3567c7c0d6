"""Guests: somebody from outside writes for a brand, by a link, and somebody inside decides whether it goes out."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.people.may import ACT, LOOK, check_may, may
from perron.people.members import role_of
from perron.people.queries import find_account
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import guests
from perron.suite.teams.approve import draft_of, hand_in
from perron.suite.teams.journal import note
from perron.suite.teams.links import GUEST, end_links, find_link, give_link, read_name
from perron.suite.teams.organise import within
from perron.suite.teams.queries import brand_as_stored
from perron.suite.teams.submissions import CHANGES, WAITING, Submission, say, submissions_of_guest

MOST_POSTS, LONGEST_BRIEF, LONGEST_COMMENT = 20, 2000, 2000


class Guest(NamedTuple):
    """Somebody who was asked to write. `named`: what they write bears their name; `posts_left`: how much they may still
    hand in."""

    id: int
    organisation_id: int
    account_id: int
    by_id: int
    name: str
    brief: str
    named: bool
    posts_left: int


_COLUMNS = tuple(guests.c[name] for name in Guest._fields)
_ADD = insert(guests, *Guest._fields)
_STORED = Prepared(select(*_COLUMNS).where(guests.c.id == bindparam("wanted")))
_ALL = Prepared(
    select(*_COLUMNS)
    .where(guests.c.organisation_id == bindparam("of_organisation"))
    .order_by(guests.c.id.desc())
    .limit(200)
)
_SPEND = Prepared(
    update(guests)
    .where(guests.c.id == bindparam("wanted"), guests.c.posts_left > 0)
    .values(posts_left=guests.c.posts_left - 1)
)
_REMOVE = Prepared(delete(guests).where(guests.c.id == bindparam("wanted")))


def ask_guest(
    tx: Tx,
    user_id: int,
    account_id: int,
    *,
    name: str,
    brief: str = "",
    posts: int = 1,
    named: bool = True,
    days: int = 30,
) -> tuple[int, str]:
    """Ask somebody to write for a brand: the guest, and the code of their link, in plain text, this once."""
    role = role_of(tx, user_id, account_id)
    if not may(role, LOOK):
        raise NotFound
    check_may(role, ACT)
    brand = brand_as_stored(tx, account_id)
    if brand is None:
        raise NotFound
    if not 1 <= posts <= MOST_POSTS:
        raise Invalid("A guest writes from 1 to 20 posts.")
    brief = brief.replace("\x00", "").strip()
    if len(brief) > LONGEST_BRIEF:
        raise Invalid("What you ask for has at most 2000 characters.")
    one = Guest(new_id(), brand.organisation_id, account_id, user_id, read_name(name), brief, named, posts)
    tx.run(_ADD, **one._asdict())
    code = give_link(tx, brand.organisation_id, GUEST, one.id, one.name, days)
    note(tx, brand.organisation_id, user_id, "ask_guest", brand=account_id, label=one.name, posts=posts)
    return one.id, code


def guests_of(db: Db, user_id: int, organisation_id: int) -> list[Guest]:
    """The guests of those brands for which somebody has a role, the latest first."""
    organisation = within(db, user_id, organisation_id)
    found = [Guest(*row) for row in db.all(_ALL, of_organisation=organisation.id)]
    return [one for one in found if may(role_of(db, user_id, one.account_id), LOOK)]


def let_guest_go(tx: Tx, user_id: int, organisation_id: int, guest_id: int) -> None:
    """Let a guest hand in nothing more; what they handed in stays."""
    one = next((each for each in guests_of(tx, user_id, organisation_id) if each.id == guest_id), None)
    if one is None:
        raise NotFound
    check_may(role_of(tx, user_id, one.account_id), ACT)
    end_links(tx, GUEST, one.id)
    tx.run(_REMOVE, wanted=one.id)
    note(tx, one.organisation_id, user_id, "let_guest_go", brand=one.account_id, label=one.name)


def guest_as_stored(db: Db, guest_id: int) -> Guest | None:
    """A guest, whoever looks."""
    row = db.one(_STORED, wanted=guest_id)
    return Guest(*row) if row else None


def find_guest(db: Db, code: str) -> Guest:
    """Whose link it is."""
    found = guest_as_stored(db, find_link(db, GUEST, code).about_id)
    if found is None:
        raise NotFound("This link is too old, was ended, or was never given.")
    return found


def write_as_guest(tx: Tx, code: str, text: str, *, submission_id: int = 0) -> int:
    """Hand in what a guest wrote, new or in the place of what they handed in before; the submission."""
    guest = find_guest(tx, code)
    brand, account = brand_as_stored(tx, guest.account_id), find_account(tx, guest.account_id)
    if brand is None or account is None:
        raise NotFound("This brand is not there any more.")
    before = _own(tx, guest, submission_id) if submission_id else None
    if before is not None and before.state not in (WAITING, CHANGES):
        raise NotAllowed("This was approved or withdrawn meanwhile and stays as it is.")
    draft = draft_of(tx, before) if before else None
    if before is not None and draft is None:
        raise NotFound
    body: dict[str, Any] = draft.body if draft else {"visibility": "public", "language": account.default_language}
    first, *rest = [one for one in body.get("parts") or () if isinstance(one, dict)] or [{}]
    first = first | {"text": text.replace("\x00", "").strip()}
    body = body | {"parts": [first, *rest], "byline": guest.name if guest.named else ""}
    if before is None and not tx.run(_SPEND, wanted=guest.id):
        raise NotAllowed("You have handed in as much as you were asked for. Say so if there is more.")
    return hand_in(
        tx,
        brand,
        0,
        body,
        draft_id=before.draft_id if before else None,
        due=before.due if before else None,
        guest_id=guest.id,
    )


def say_as_guest(tx: Tx, code: str, submission_id: int, text: str) -> None:
    """A guest says something about what they wrote."""
    guest = find_guest(tx, code)
    one, text = _own(tx, guest, submission_id), text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_COMMENT:
        raise Invalid("A comment has 1 to 2000 characters.")
    say(tx, one.id, None, "comment", text, inside=False, name=guest.name)


def _own(db: Db, guest: Guest, submission_id: int) -> Submission:
    found = next((one for one in submissions_of_guest(db, guest.id) if one.id == submission_id), None)
    if found is None:
        raise NotFound
    return found
