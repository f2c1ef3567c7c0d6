"""One question after an answer: whether it helped. Somebody of the brand asks it by hand, once, of somebody who wrote
first; who was asked answers with one press, or not."""

from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.time import DAY, now
from perron.people.may import ACT, check_may
from perron.people.members import role_of
from perron.people.model import Account
from perron.people.queries import find_account
from perron.posts.model import Draft
from perron.posts.publish import publish_once
from perron.store import Db, Prepared, Tx
from perron.store.tables import tickets
from perron.suite.teams.inbox import find_ticket
from perron.suite.teams.journal import note
from perron.suite.teams.queries import brand_as_stored

YES, PARTLY, NO = "yes", "partly", "no"
ANSWERS = (YES, PARTLY, NO)
AGAIN = 30 * DAY
"""How soon the same person may be asked by the same brand once more."""
LONGEST = 300
_QUESTION = {
    "fr": "@{} Notre réponse vous a-t-elle aidé\u202f? Une pression suffit\u202f:",
    "en": "@{} Did our answer help? One press is enough:",
}
_ONE = (tickets.c.account_id == bindparam("of_account"), tickets.c.post_id == bindparam("of_post"))
_FIND = Prepared(select(tickets.c.from_id, tickets.c.asked_at, tickets.c.satisfied).where(*_ONE))
_LATELY = Prepared(
    select(tickets.c.post_id)
    .where(
        tickets.c.account_id == bindparam("of_account"),
        tickets.c.from_id == bindparam("of_person"),
        tickets.c.asked_at > bindparam("since"),
    )
    .limit(1)
)
_ASK = Prepared(update(tickets).where(*_ONE, tickets.c.asked_at.is_(None)).values(asked_at=bindparam("at")))
_SAY = Prepared(update(tickets).where(*_ONE, tickets.c.asked_at.is_not(None)).values(satisfied=bindparam("said")))


class Asked(NamedTuple):
    """What somebody was asked, and what they said; "" while they have not."""

    brand: Account
    post_id: int
    said: str


def ask(tx: Tx, user_id: int, account_id: int, post_id: int, origin: str, text: str = "") -> int:
    """Ask whoever wrote to a brand, and was answered, whether that helped; the message."""
    one = find_ticket(tx, user_id, account_id, post_id)
    check_may(role_of(tx, user_id, account_id), ACT)
    brand, person = find_account(tx, account_id), find_account(tx, one.from_id)
    if brand is None or person is None:
        raise NotFound
    if one.answered_at is None:
        raise Invalid("Answer first; then you can ask whether it helped.")
    if tx.one(_LATELY, of_account=account_id, of_person=one.from_id, since=now() - AGAIN) is not None:
        raise Invalid("This person was asked within the last thirty days. Nobody is asked more often.")
    if not tx.run(_ASK, of_account=account_id, of_post=post_id, at=now()):
        raise Invalid("This was asked already.")
    draft = Draft(
        text=f"{_words(brand, person, text)} {origin}/asked/{account_id}/{post_id}",
        visibility="mentioned",
        reply_to=post_id,
        language=brand.default_language,
        writer_id=user_id,
    )
    made = publish_once(tx, brand, f"asked {post_id}", draft, tx.settings)
    if (team := brand_as_stored(tx, account_id)) is not None:
        note(tx, team.organisation_id, user_id, "ticket_ask", brand=account_id, post=str(post_id))
    return made


def _words(brand: Account, person: Account, text: str) -> str:
    own = " ".join(text.replace("\x00", "").split())
    if len(own) > LONGEST:
        raise Invalid("A question has at most 300 characters.")
    if not own:
        return _QUESTION.get(brand.default_language, _QUESTION["en"]).format(person.handle)
    return own if f"@{person.handle}" in own else f"@{person.handle} {own}"


def find_asked(db: Db, person_id: int, account_id: int, post_id: int) -> Asked:
    """What somebody was asked; to everybody else it is not there."""
    row, brand = db.one(_FIND, of_account=account_id, of_post=post_id), find_account(db, account_id)
    if row is None or brand is None or row[0] != person_id or row[1] is None:
        raise NotFound("Nothing was asked of you here.")
    return Asked(brand, post_id, row[2])


def say(tx: Tx, person_id: int, account_id: int, post_id: int, said: str) -> None:
    """Say whether it helped; one may think again."""
    find_asked(tx, person_id, account_id, post_id)
    if said not in ANSWERS:
        raise Invalid("This is not one of the choices.")
    tx.run(_SAY, of_account=account_id, of_post=post_id, said=said)
