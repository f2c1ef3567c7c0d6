"""Whether an account stands: suspend it, let it stand again, delete it."""

from sqlalchemy import bindparam, delete, or_, select, update

from perron.jobs import emit
from perron.people.confirm import forget_letters
from perron.people.follow_limits import forget_hours_of
from perron.people.gather import remove_collections_of
from perron.people.model import Account, AccountDeleted, CreatorChanged, User
from perron.people.passkeys import remove_passkeys_of
from perron.people.queries import USER
from perron.people.users import end_access
from perron.store import Db, Prepared, Tx, const, tell
from perron.store.tables import (
    accounts,
    blocks,
    dismissed_suggestions,
    endorsements,
    follow_requests,
    follows,
    memberships,
    mutes,
    users,
)

_STATE = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(state=bindparam("to")))
_LIMIT = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(silenced=bindparam("to")))
_VEIL = Prepared(update(accounts).where(accounts.c.id == bindparam("of_account")).values(sensitized=bindparam("to")))
_USERS = Prepared(
    select(*USER)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(memberships.c.account_id == bindparam("of_account"))
    .order_by(users.c.id)
)
_OTHERS = Prepared(
    select(memberships.c.account_id).where(
        memberships.c.user_id == bindparam("of_user"), memberships.c.account_id != bindparam("but_account")
    )
)
_LEAVE = Prepared(delete(memberships).where(memberships.c.account_id == bindparam("of_account")))
_REMOVE_USER = Prepared(delete(users).where(users.c.id == bindparam("of_user")))
_OTHER_OWNER = Prepared(
    select(users.c.id)
    .where(users.c.role == const("owner"), users.c.state == const("active"), users.c.id != bindparam("of_user"))
    .limit(1)
)
_BARE = Prepared(
    update(accounts)
    .where(accounts.c.id == bindparam("of_account"))
    .values(
        display_name="",
        note="",
        fields="[]",
        avatar="",
        avatar_still="",
        header="",
        header_still="",
        attribution_domains="[]",
        also_known_as="[]",
        moved_to_id=None,
        followers_count=0,
        following_count=0,
    )
)
_FOLLOWED = Prepared(
    update(accounts)
    .where(accounts.c.id.in_(select(follows.c.target_id).where(follows.c.follower_id == bindparam("of_account"))))
    .values(followers_count=accounts.c.followers_count - 1)
)
_FOLLOWING = Prepared(
    update(accounts)
    .where(accounts.c.id.in_(select(follows.c.follower_id).where(follows.c.target_id == bindparam("of_account"))))
    .values(following_count=accounts.c.following_count - 1)
)
_ASKED = Prepared(
    update(accounts)
    .where(
        accounts.c.id.in_(
            select(follow_requests.c.target_id).where(follow_requests.c.follower_id == bindparam("of_account"))
        )
    )
    .values(requests_count=accounts.c.requests_count - 1)
)
_TIES = [
    Prepared(
        delete(table).where(
            or_(table.c[first] == bindparam("of_account"), table.c.target_id == bindparam("of_account"))
        )
    )
    for table, first in (
        (follows, "follower_id"),
        (follow_requests, "follower_id"),
        (blocks, "owner_id"),
        (mutes, "owner_id"),
        (endorsements, "owner_id"),
        (dismissed_suggestions, "account_id"),
    )
]


def user_of(db: Db, account_id: int) -> User | None:
    """The user who first signed in for an account."""
    row = db.one(_USERS, of_account=account_id)
    return User(*row) if row else None


def change_state(tx: Tx, account: Account, state: str) -> None:
    """Suspend an account (`suspended`: nobody sees it, nobody acts for it) or let it stand again (`active`)."""
    tx.run(_STATE, of_account=account.id, to=state)
    emit(tx, CreatorChanged(account.id))
    tx.rerender("account", account.id)
    tell(tx, "blocked", account.id, 0)
    tell(tx, "tokens", account.id)


def change_limit(tx: Tx, account_id: int, on: bool) -> None:
    """Limit an account (those who do not follow it come upon it nowhere by themselves), or no longer."""
    tx.run(_LIMIT, of_account=account_id, to=on)
    tx.rerender("account", account_id)


def change_veil(tx: Tx, account_id: int, on: bool) -> None:
    """Veil every picture, clip and sound that an account shows, or no longer; its posts are to be shown anew."""
    tx.run(_VEIL, of_account=account_id, to=on)


def leaves_no_owner(db: Db, account: Account) -> bool:
    """Whether this server would have nobody who owns it if an account were deleted."""
    for row in db.all(_USERS, of_account=account.id):
        user = User(*row)
        stays = bool(db.all(_OTHERS, of_user=user.id, but_account=account.id))
        if user.role == "owner" and not stays and db.value(_OTHER_OWNER, of_user=user.id) is None:
            return True
    return False


def delete_account(tx: Tx, account: Account) -> None:
    """Delete an account: its profile and ties at once, its posts and files by jobs; its name is never given again."""
    tx.run(_FOLLOWED, of_account=account.id)
    tx.run(_FOLLOWING, of_account=account.id)
    tx.run(_ASKED, of_account=account.id)
    for ties in _TIES:
        tx.run(ties, of_account=account.id)
    forget_hours_of(tx, account.id)
    remove_collections_of(tx, account.id)
    for row in tx.all(_USERS, of_account=account.id):
        end_access(tx, row[0])
        if not tx.all(_OTHERS, of_user=row[0], but_account=account.id):
            remove_passkeys_of(tx, row[0])
            forget_letters(tx, row[0])
            tx.run(_REMOVE_USER, of_user=row[0])
    tx.run(_LEAVE, of_account=account.id)
    if account.state != "deleted":
        from perron.people.search import forget_account  # here, so that small commands start quickly

        forget_account(tx, account.id)
    tx.run(_BARE, of_account=account.id)
    change_state(tx, account, "deleted")
    emit(tx, AccountDeleted(account.id))
