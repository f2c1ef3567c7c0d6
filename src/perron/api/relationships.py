"""What is between one's own account and others: following, muting, blocking, a note."""

from typing import Annotated, TypedDict

from msgspec import Meta

from perron.api.accounts import WhichAccounts, page_of_related, shown_account
from perron.api.kit import Answer, Call, Page, speaks
from perron.entities.accounts import accounts_by_id
from perron.entities.relations import relation_entity
from perron.entities.shapes.accounts import Account as AccountShape
from perron.entities.shapes.accounts import MutedAccount, Relationship
from perron.entities.shapes.common import Language
from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.time import iso
from perron.people import block as blocking
from perron.people import follow as following
from perron.people.queries import find_account
from perron.people.relations import Following, change_note, related, relation, relations
from perron.store import Db, Tx

LONGEST_NOTE = 2000


class Related(WhichAccounts, total=False):
    """Which relationships."""

    with_suspended: Annotated[bool, Meta(description="Also with accounts that are suspended.")]


@speaks(list[Relationship], takes=Related)
def relationships(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/relationships: what is between one's own account and others."""
    ids = [one for one in call.params.ids("id")[:200] if one > 0]
    shown = ("active", "suspended") if call.params.flag("with_suspended") else ("active",)
    known = [one for one in ids if (found := find_account(db, one)) and found.state in shown]
    between = relations(db, call.me.id, known)
    return [relation_entity(one, between[one]) for one in known]


def _relation(call: Call, db: Db, account_id: int) -> Relationship:
    return relation_entity(account_id, relation(db, call.me.id, account_id))


class HowToFollow(TypedDict, total=False):
    """How one follows somebody; what is not said stays as it is."""

    reblogs: Annotated[bool, Meta(description="Whether their boosts come home as well.")]
    notify: Annotated[bool, Meta(description="Whether to be told of each of their posts.")]
    languages: Annotated[list[Language], Meta(description="Only posts in these; all when there is none.")]


@speaks(Relationship, takes=HowToFollow)
def follow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/follow: follow somebody, or change how one follows them."""
    before = relation(tx, call.me.id, call.id).following or Following()
    params = call.params
    how = Following(
        boosts=params.flag("reblogs", before.boosts),
        notify=params.flag("notify", before.notify),
        languages=tuple(params.texts("languages")) if params.has("languages") else before.languages,
    )
    following.follow(tx, call.me, call.id, how, call.settings)
    return _relation(call, tx, call.id)


@speaks(Relationship)
def unfollow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unfollow: follow somebody no longer, or ask no longer to."""
    following.unfollow(tx, call.me, call.id)
    return _relation(call, tx, call.id)


@speaks(Relationship)
def remove_from_followers(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/remove_from_followers: somebody follows one's account no longer."""
    following.remove_follower(tx, call.me, call.id)
    return _relation(call, tx, call.id)


@speaks(Relationship)
def block(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/block: keep somebody away, and stay away from them."""
    blocking.block(tx, call.me, call.id)
    return _relation(call, tx, call.id)


@speaks(Relationship)
def unblock(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unblock: keep somebody away no longer."""
    blocking.unblock(tx, call.me, call.id)
    return _relation(call, tx, call.id)


class HowToMute(TypedDict, total=False):
    """How much, and how long."""

    notifications: Annotated[bool, Meta(description="Whether their notices are kept away too (yes, if not said).")]
    duration: Annotated[int, Meta(description="Seconds; 0 is until one says otherwise.")]


@speaks(Relationship, takes=HowToMute)
def mute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/mute: hear nothing of somebody, for a while or until one says otherwise."""
    params = call.params
    blocking.mute(tx, call.me, call.id, notices=params.flag("notifications", True), seconds=params.number("duration"))
    return _relation(call, tx, call.id)


@speaks(Relationship)
def unmute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unmute: hear of somebody again."""
    blocking.unmute(tx, call.me, call.id)
    return _relation(call, tx, call.id)


class Comment(TypedDict, total=False):
    """What one wishes to remember."""

    comment: str


@speaks(Relationship, takes=Comment)
def note(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/note: keep a line about somebody that only oneself reads."""
    comment = call.params.text("comment")
    if len(comment) > LONGEST_NOTE:
        raise Invalid(f"Validation failed: Comment is too long (maximum is {LONGEST_NOTE} characters)")
    change_note(tx, call.me.id, shown_account(call, tx).id, comment)
    return _relation(call, tx, call.id)


@speaks(list[AccountShape], takes=Page, paged=True)
def blocks(call: Call, db: Db) -> Answer:
    """GET /api/v1/blocks: whom one blocks."""
    return page_of_related(call, db, "blocks", call.me.id)


@speaks(list[MutedAccount], takes=Page, paged=True)
def mutes(call: Call, db: Db) -> Answer:
    """GET /api/v1/mutes: whom one mutes, and until when."""
    rows = related(db, "mutes", call.me.id, call.paging(40, 80))
    ids = [row[1] for row in rows]
    known, between = accounts_by_id(call.links, db, ids), relations(db, call.me.id, ids)
    found = [_until(known[one], between[one].mute_expires_at) for one in ids if one in known]
    return call.page(found, [row[0] for row in rows])


def _until(account: bytes, end: int | None) -> bytes:
    """An account with the time at which one hears of it again."""
    return account[:-1] + b',"mute_expires_at":' + json.encode(iso(end) if end else None) + b"}"


@speaks(list[AccountShape], takes=Page, paged=True)
def follow_requests(call: Call, db: Db) -> Answer:
    """GET /api/v1/follow_requests: who asks to follow one's account."""
    return page_of_related(call, db, "requests", call.me.id)


@speaks(Relationship)
def authorize_request(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/follow_requests/:account_id/authorize: let somebody follow who asked to."""
    account_id = call.id_called("account_id")
    following.accept(tx, call.me, account_id)
    return _relation(call, tx, account_id)


@speaks(Relationship)
def reject_request(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/follow_requests/:account_id/reject: do not let somebody follow who asked to."""
    account_id = call.id_called("account_id")
    following.reject(tx, call.me, account_id)
    return _relation(call, tx, account_id)
