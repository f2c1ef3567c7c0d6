from sqlalchemy import update

from perron.people.join import join
from perron.people.passwords import hash_password, needs_rehash, password_fits
from perron.people.sessions import act_for, end_session, find_session, start_session, touch_session
from perron.people.users import change_password
from perron.store import Store
from perron.store.changes import hear
from perron.store.tables import sessions


def signed_in(store: Store) -> tuple[int, int, str]:
    user, account = store.write(lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x"))
    return user.id, account.id, store.write(lambda tx: start_session(tx, user.id, account.id))


def test_a_browser_is_signed_in_until_it_is_not(store: Store) -> None:
    user_id, account_id, value = signed_in(store)
    with store.read() as db:
        found = find_session(db, value)
        assert found and (found.user.id, found.account.id, found.viewer.role) == (user_id, account_id, "owner")
        assert found.viewer.scopes == {"read", "write", "follow", "push", "profile"}
        assert "password" not in repr(found)

    store.write(lambda tx: end_session(tx, value))

    with store.read() as db:
        assert find_session(db, value) is None
        assert ["tokens", [found.id]] in [list(change[1:]) for change in hear(db, 0)]


def test_a_session_lasts_thirty_days_from_the_last_visit(store: Store) -> None:
    user_id, _, value = signed_in(store)
    with store.engine.begin() as connection:
        connection.execute(update(sessions).values(seen_at=1))
    with store.read() as db:
        found = find_session(db, value)
    assert found and found.viewer.touch_due

    store.write(lambda tx: touch_session(tx, found.id, user_id))
    with store.read() as db:
        found = find_session(db, value)
    assert found and not found.viewer.touch_due

    with store.engine.begin() as connection:
        connection.execute(update(sessions).values(expires_at=1))
    with store.read() as db:
        assert find_session(db, value) is None


def test_a_browser_cannot_act_for_an_account_that_is_not_its_users(store: Store) -> None:
    _, _, value = signed_in(store)
    _, bea = store.write(lambda tx: join(tx, username="bea", email="bea@perron.test", password_hash="x"))
    with store.read() as db:
        found = find_session(db, value)
    assert found

    store.write(lambda tx: act_for(tx, found.id, bea.id))

    with store.read() as db:
        assert find_session(db, value) is None


def test_another_password_signs_every_browser_out(store: Store) -> None:
    user_id, _, value = signed_in(store)
    store.write(lambda tx: change_password(tx, user_id, "y"))
    with store.read() as db:
        assert find_session(db, value) is None


def test_a_password_counts_to_its_last_letter_and_letters_that_look_alike_are_alike() -> None:
    long = "p" * 72
    kept = hash_password(long + "tail")
    assert password_fits(kept, long + "tail")
    assert not password_fits(kept, long + "tale")
    assert not password_fits(hash_password("password\0tail"), "password\0tale")
    assert password_fits(hash_password("A\u030angström"), "\u00c5ngström")
    assert kept.startswith("$argon2id$") and not needs_rehash(kept)


def test_nobody_has_no_password() -> None:
    assert not password_fits(None, "nobody has this password")
    assert not password_fits("", "")
    assert not password_fits("not a hash", "x")
    assert not password_fits(None, "x" * 2000)
