from sqlalchemy import update

from perron.people.join import join
from perron.people.model import Account, User, Viewer
from perron.people.queries import find_account
from perron.people.tokens import find_viewer, issue_token, revoke_token, token_as_stored, touch_token
from perron.people.users import change_password, change_user_role, disable_user, enable_user
from perron.store import Store
from perron.store.changes import hear
from perron.store.tables import accounts, tokens

READ = frozenset({"read"})


def ada(store: Store, policy: str = "open") -> tuple[User, Account]:
    return store.write(lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x", policy=policy))


def viewer(store: Store, token: str) -> Viewer | None:
    with store.read() as db:
        return find_viewer(db, token)


def token_of(store: Store, user: User, account: Account, scopes: frozenset[str] = READ) -> str:
    return store.write(lambda tx: issue_token(tx, 7, user.id, account.id, scopes))


def test_a_token_says_who_asks_and_what_they_may(store: Store) -> None:
    user, account = ada(store)
    token = token_of(store, user, account, frozenset({"write:statuses", "read"}))

    found = viewer(store, token)

    assert found and (found.account, found.user_id, found.app_id) == (account, user.id, 7)
    assert found.scopes == {"read", "write:statuses"}
    assert (found.pending, found.touch_due, found.has_filters) == (False, False, False)
    assert viewer(store, token + " ") is None
    assert viewer(store, "\ud800") is None


def test_an_app_may_speak_for_itself(store: Store) -> None:
    token = store.write(lambda tx: issue_token(tx, 7, None, None, READ))
    found = viewer(store, token)
    assert found and found.account is None and found.user_id is None


def test_a_token_in_the_database_is_a_fingerprint(store: Store) -> None:
    token = token_of(store, *ada(store))
    with store.read() as db:
        assert token.encode() not in [row.hash for row in db.execute(tokens.select())]


def test_whoever_waits_for_approval_is_marked(store: Store) -> None:
    user, account = ada(store, "approval")
    found = viewer(store, token_of(store, user, account))
    assert found and found.pending


def test_a_revoked_token_is_worth_nothing_and_every_process_hears_of_it(store: Store) -> None:
    token = token_of(store, *ada(store))
    with store.read() as db:
        id_, app_id = token_as_stored(db, token) or (0, 0)

    store.write(lambda tx: revoke_token(tx, id_))

    assert app_id == 7 and viewer(store, token) is None
    with store.read() as db:
        assert ["tokens", [id_]] in [list(change[1:]) for change in hear(db, 0)]


def test_another_password_ends_every_token(store: Store) -> None:
    user, account = ada(store)
    token = token_of(store, user, account)

    store.write(lambda tx: change_password(tx, user.id, "y"))

    assert viewer(store, token) is None
    with store.read() as db:
        assert ["tokens", [user.id]] in [list(change[1:]) for change in hear(db, 0)]


def test_a_disabled_user_and_a_suspended_account_are_refused(store: Store) -> None:
    user, account = ada(store)
    store.write(lambda tx: disable_user(tx, user.id))
    token = token_of(store, user, account)
    assert viewer(store, token) is None

    store.write(lambda tx: enable_user(tx, user.id))
    assert viewer(store, token)

    for state in ("suspended", "deleted", "disabled"):
        with store.engine.begin() as connection:
            connection.execute(update(accounts).values(state=state))
        assert viewer(store, token) is None


def test_whoever_shows_a_token_brings_the_role_their_user_has_today(store: Store) -> None:
    user, account = ada(store)
    token = token_of(store, user, account, frozenset({"read", "admin:read"}))
    assert getattr(viewer(store, token), "server_role", None) == "user"

    store.write(lambda tx: change_user_role(tx, user.id, "moderator"))

    assert getattr(viewer(store, token), "server_role", None) == "moderator"


def test_the_last_use_is_noted_once_a_day(store: Store) -> None:
    user, account = ada(store)
    token = token_of(store, user, account)
    with store.engine.begin() as connection:
        connection.execute(update(tokens).values(seen_at=1))
    found = viewer(store, token)
    assert found and found.touch_due

    store.write(lambda tx: touch_token(tx, found.token_id, user.id))

    again = viewer(store, token)
    assert again and not again.touch_due


def test_a_row_of_an_account_is_an_account(store: Store) -> None:
    _, account = ada(store)
    with store.read() as db:
        assert find_account(db, account.id) == account
        assert find_account(db, 1) is None
