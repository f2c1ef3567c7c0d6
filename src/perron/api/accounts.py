"""Accounts: who they are, what they posted, whom they follow."""

from typing import Annotated, Any, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, Page, join, speaks
from perron.entities.accounts import account_entity, accounts_json, own_account_entity
from perron.entities.shapes.accounts import Account as AccountShape
from perron.entities.shapes.accounts import CredentialAccount
from perron.entities.shapes.common import Id
from perron.entities.shapes.statuses import Status
from perron.kit.errors import NotFound
from perron.people.model import Account
from perron.people.queries import account_by_handle, find_account
from perron.people.relations import related, relation
from perron.store import Db
from perron.text.tags import fold
from perron.timelines.public import account_page, pinned


@speaks(CredentialAccount)
def verify_credentials(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/verify_credentials: one's own account, and how one posts unless said otherwise."""
    return own_account(call, db)


def own_account(call: Call, db: Db) -> dict[str, Any]:
    """The caller's own account, with what they may do here."""
    role = call.viewer.server_role if call.viewer else "user"
    entity = own_account_entity(call.links, db, call.me.id, role=role)
    entity["role"]["collection_limit"] = call.settings.collection_limit
    return entity


def shown_account(call: Call, db: Db) -> Account:
    """The account that the path names, when it can be shown."""
    found = find_account(db, call.id)
    if found is None or found.state not in ("active", "suspended"):
        raise NotFound
    return found


@speaks(AccountShape)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id: somebody's profile."""
    return accounts_json(call.links, db, [shown_account(call, db).id], viewer=call.my_id)[0]


class WhichAccounts(TypedDict, total=False):
    """Accounts by their ids."""

    id: list[Id]


@speaks(list[AccountShape], takes=WhichAccounts)
def several(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts: several profiles; those that are not there are left out."""
    ids = [one for one in call.params.ids("id")[:80] if one > 0]
    known = [one for one in ids if (found := find_account(db, one)) and found.state == "active"]
    return join(accounts_json(call.links, db, known, viewer=call.my_id))


class Handle(TypedDict):
    """A name as people write it."""

    acct: Annotated[str, Meta(description="`ada`, or `ada@elsewhere.example`.")]


@speaks(AccountShape, takes=Handle)
def lookup(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/lookup: the account that bears a name."""
    found = account_by_handle(db, handle_key(call, call.params.text("acct")))
    if found is None or found.state != "active":
        raise NotFound
    return accounts_json(call.links, db, [found.id], viewer=call.my_id)[0]


def handle_key(call: Call, acct: str) -> str:
    """`@Ada@here` as the handle that is kept: `ada`."""
    name, _, domain = acct.strip().removeprefix("@").lower().partition("@")
    here = domain in ("", call.settings.domain, call.settings.domain.partition(":")[0])
    return name if here else f"{name}@{domain}"


class WhichPosts(Page, total=False):
    """Which of somebody's posts."""

    pinned: Annotated[bool, Meta(description="Only those they pinned, on one page.")]
    exclude_replies: bool
    exclude_reblogs: bool
    only_media: bool
    tagged: str


@speaks(list[Status], takes=WhichPosts, paged=True)
def statuses(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/statuses: what somebody posted and boosted, newest first."""
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


def page_of_related(call: Call, db: Db, kind: str, owner: int) -> Answer:
    """A page of those who stand to an account in a way: its followers, whom it blocks …"""
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
    """GET /api/v1/accounts/:id/followers: who follows somebody; nobody where they keep it to themselves."""
    account = _open_collections(call, db)
    return page_of_related(call, db, "followers", account.id) if account else join([])


@speaks(list[AccountShape], takes=Page, paged=True)
def followed(call: Call, db: Db) -> Answer:
    """GET /api/v1/accounts/:id/following: whom somebody follows; nobody where they keep it to themselves."""
    account = _open_collections(call, db)
    return page_of_related(call, db, "following", account.id) if account else join([])
