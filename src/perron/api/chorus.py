"""The same as further accounts: how programs ask for it, and what they are told; ours, not Mastodon's."""

from collections.abc import Callable, Sequence
from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Call
from perron.api.organisations import my_user
from perron.entities.shapes.common import Id, Language
from perron.entities.shapes.plans import AlsoAs
from perron.kit.errors import NotAllowed
from perron.kit.zones import Wall, moment_of
from perron.people.model import Account
from perron.people.scopes import grants
from perron.people.tokens import let_in_for
from perron.posts.model import Draft
from perron.store import Db, Tx
from perron.suite.atelier.chorus.model import SUBMISSION, Line, Other, Way, Ways
from perron.suite.atelier.chorus.queries import made_with
from perron.suite.atelier.chorus.say import say_as_others
from perron.suite.atelier.chorus.take_back import take_back_others
from perron.suite.teams import approve
from perron.suite.teams.content import body_from

SCOPE = "write:statuses"
NOT_LET_IN = "This application was not let in for one of the accounts. Let it in there first; nothing was published."


class AsAccount(TypedDict, total=False):
    """A further account as which the same is said: as its owner or editor it is published or planned, as its author it
    is handed in for approval."""

    id: Required[Annotated[Id, Meta(description="An account for which its user lets the application write too.")]]
    texts: Annotated[
        list[str], Meta(description="Words of its own, post for post; an empty one, or none, is the same words.")
    ]
    language: Annotated[Language, Meta(description="Of its own words.")]


Accounts = Annotated[
    list[AsAccount],
    Meta(
        description="Further accounts, all of them or none: refused when one of them is gone (404), when the role "
        "there only reads, or when the application was not let in for it (403), and when it could not say this (422). "
        "Such a refusal begins with `As @handle:`."
    ),
]


def read_others(call: Call, db: Db) -> list[Other]:
    """The further accounts that a program names; refused where it was not let in for them."""
    found = [
        Other(one.id("id") or -1, tuple(one.texts("texts")), one.text("language"))
        for one in call.params.records("accounts")
    ]
    if not found:
        return []
    assert call.viewer is not None
    let_in = let_in_for(db, call.viewer.app_id, my_user(call))
    if any(not grants(let_in.get(one.account_id, frozenset()), SCOPE) for one in found if one.account_id != call.me.id):
        raise NotAllowed(NOT_LET_IN)
    return found


def say_also(
    call: Call, tx: Tx, first: Line, drafts: Sequence[Draft], others: Sequence[Other], publish: Way, wall: Wall | None
) -> None:
    """Say what was made as the first account as the others too."""
    moment = moment_of(wall) if wall else None
    ways = Ways(publish, _handing_in(my_user(call), moment.at if moment else None)) if others else None
    if ways is not None:
        say_as_others(tx, my_user(call), first, drafts, others, ways, key=call.idempotency_key)


def _handing_in(user_id: int, due: int | None) -> Callable[[Tx, Account, Sequence[Draft]], Line]:
    def hand_in(tx: Tx, account: Account, drafts: Sequence[Draft]) -> Line:
        made = approve.submit(tx, user_id, account.id, body_from(tx, account.id, drafts), due=due)
        return Line(made, account.id, SUBMISSION)

    return hand_in


def take_back_also(call: Call, tx: Tx, item_id: int) -> None:
    """Take back what was made with something as other accounts."""
    user_id = my_user(call)
    take_back_others(tx, user_id, item_id, lambda pen, made: approve.withdraw(pen, user_id, made))


def told_beside(call: Call, db: Db, item_ids: Sequence[int]) -> dict[int, list[AlsoAs]]:
    """What was made at once with each of these, as far as whoever asks has a role in its account."""
    found = made_with(db, call.user_id, item_ids) if call.user_id else {}
    return {
        item_id: [
            {"account_id": str(one.account_id), "acct": one.handle, "kind": one.kind, "id": str(one.item_id)}
            for one in made
        ]
        for item_id, made in found.items()
    }
