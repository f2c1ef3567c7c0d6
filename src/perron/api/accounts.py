"""Accounts: read them, follow them, keep them away."""

from typing import TypedDict

from perron.api.kit import Answer, Call, Page, join, speaks
from perron.entities.accounts import account_entity, accounts_json, own_account_entity
from perron.entities.relations import relation_entity
from perron.entities.shapes.accounts import Account as AccountShape
from perron.entities.shapes.accounts import Relationship
from perron.entities.shapes.common import Id
from perron.kit.errors import Invalid, NotFound
from perron.people import block as blocking
from perron.people import follow as following
from perron.people.model import Account
from perron.people.queries import account_by_handle, find_account
from perron.people.relations import Following, change_note, related, relation, relations
from perron.store import Db, Tx
from perron.text.tags import fold
from perron.timelines.public import account_page, pinned

LONGEST_NOTE = 2000


def verify_credentials(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/verify_credentials"""
    return own_account_entity(call.links, db, call.me.id)


def shown_account(call: Call, db: Db) -> Account:
    """The account that the path names, when it can be shown."""
    found = find_account(db, call.id)
    if found is None or found.state not in ("active", "suspended"):
        raise NotFound
    return found


def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id"""
    return accounts_json(call.links, db, [shown_account(call, db).id])[0]


def several(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts?id[]="""
    ids = [one for one in call.params.ids("id")[:80] if one > 0]
    known = [one for one in ids if (found := find_account(db, one)) and found.state == "active"]
    return join(accounts_json(call.links, db, known))


def lookup(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/lookup"""
    found = account_by_handle(db, handle_key(call, call.params.text("acct")))
    if found is None or found.state != "active":
        raise NotFound
    return accounts_json(call.links, db, [found.id])[0]


def handle_key(call: Call, acct: str) -> str:
    """`@Ada@here` as the handle that is kept: `ada`."""
    name, _, domain = acct.strip().removeprefix("@").lower().partition("@")
    here = domain in ("", call.settings.domain, call.settings.domain.partition(":")[0])
    return name if here else f"{name}@{domain}"


def statuses(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/statuses"""
    account, params = shown_account(call, db), call.params
    if account.state != "active":
        return join([])
    if params.flag("pinned"):
        ids = pinned(db, account.id, viewer=call.my_id)
        return join(call.posts(db, ids, "account"))
    ids = account_page(
        db,
        account.id,
        call.paging(),
        viewer=call.my_id,
        replies=not params.flag("exclude_replies"),
        boosts=not params.flag("exclude_reblogs"),
        media=params.flag("only_media"),
        tag=fold(params.text("tagged")) if params.has("tagged") else "",
    )
    return call.page(call.posts(db, ids, "account"), ids)


def _related(call: Call, db: Db, kind: str, owner: int) -> Answer:
    rows = related(db, kind, owner, call.paging(40, 80))
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


def _open_collections(call: Call, db: Db) -> Account | None:
    """The account in the path, or None when the viewer may not see whom it follows."""
    account = shown_account(call, db)
    hidden = account_entity(call.links, db, account.id)["hide_collections"] and account.id != call.my_id
    if hidden or account.state != "active":
        return None
    if call.my_id is not None and relation(db, call.my_id, account.id).blocked_by:
        return None
    return account


@speaks(list[AccountShape], takes=Page, paged=True)
def followers(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/followers"""
    account = _open_collections(call, db)
    return _related(call, db, "followers", account.id) if account else join([])


def followed(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/following"""
    account = _open_collections(call, db)
    return _related(call, db, "following", account.id) if account else join([])


def blocks(call: Call, db: Db) -> Answer:
    """GET /api/v1/blocks"""
    return _related(call, db, "blocks", call.me.id)


def mutes(call: Call, db: Db) -> Answer:
    """GET /api/v1/mutes"""
    return _related(call, db, "mutes", call.me.id)


def follow_requests(call: Call, db: Db) -> Answer:
    """GET /api/v1/follow_requests"""
    return _related(call, db, "requests", call.me.id)


class WhichAccounts(TypedDict, total=False):
    """Accounts by their ids."""

    id: list[Id]


@speaks(list[Relationship], takes=WhichAccounts)
def relationships(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/relationships"""
    ids = [one for one in call.params.ids("id")[:200] if one > 0]
    known = [one for one in ids if find_account(db, one) is not None]
    found = relations(db, call.me.id, known)
    return [relation_entity(one, found[one]) for one in known]


def _relation(call: Call, db: Db, account_id: int) -> Relationship:
    return relation_entity(account_id, relation(db, call.me.id, account_id))


def follow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/follow"""
    before = relation(tx, call.me.id, call.id).following or Following()
    params = call.params
    how = Following(
        boosts=params.flag("reblogs", before.boosts),
        notify=params.flag("notify", before.notify),
        languages=tuple(params.texts("languages")) if params.has("languages") else before.languages,
    )
    following.follow(tx, call.me, call.id, how, call.settings)
    return _relation(call, tx, call.id)


def unfollow(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unfollow"""
    following.unfollow(tx, call.me, call.id)
    return _relation(call, tx, call.id)


def remove_from_followers(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/remove_from_followers"""
    following.remove_follower(tx, call.me, call.id)
    return _relation(call, tx, call.id)


def authorize_request(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/follow_requests/:account_id/authorize"""
    account_id = call.id_called("account_id")
    following.accept(tx, call.me, account_id)
    return _relation(call, tx, account_id)


def reject_request(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/follow_requests/:account_id/reject"""
    account_id = call.id_called("account_id")
    following.reject(tx, call.me, account_id)
    return _relation(call, tx, account_id)


def block(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/block"""
    blocking.block(tx, call.me, call.id)
    return _relation(call, tx, call.id)


def unblock(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unblock"""
    blocking.unblock(tx, call.me, call.id)
    return _relation(call, tx, call.id)


def mute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/mute"""
    params = call.params
    blocking.mute(tx, call.me, call.id, notices=params.flag("notifications", True), seconds=params.number("duration"))
    return _relation(call, tx, call.id)


def unmute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/unmute"""
    blocking.unmute(tx, call.me, call.id)
    return _relation(call, tx, call.id)


def note(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/accounts/:id/note"""
    comment = call.params.text("comment")
    if len(comment) > LONGEST_NOTE:
        raise Invalid(f"Validation failed: Comment is too long (maximum is {LONGEST_NOTE} characters)")
    change_note(tx, call.me.id, shown_account(call, tx).id, comment)
    return _relation(call, tx, call.id)
