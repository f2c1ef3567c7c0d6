import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from perron.kit.errors import NotAllowed, Refused
from perron.people.invitations import find_invitation, make_invitation
from perron.people.join import join, read_email, read_username
from perron.people.model import Account, Unfit, User
from perron.people.queries import account_by_handle, accounts_by_handles, accounts_of_user, find_account
from perron.people.users import enable_user, find_user_by_email, user_as_stored
from perron.people.voices import voices_of
from perron.store import Store, Tx


def ada(tx: Tx, **more: str) -> tuple[User, Account]:
    given = {"username": "Ada", "email": "Ada@perron.test", "password_hash": "x"} | more
    return join(tx, **given)


def test_whoever_joins_owns_an_account(store: Store) -> None:
    user, account = store.write(ada)

    with store.read() as db:
        assert find_user_by_email(db, "ADA@perron.test") == user
        assert account_by_handle(db, "ADA") == account == find_account(db, account.id)
        assert accounts_by_handles(db, ["nobody", "Ada", "ada"]) == [account]
        assert accounts_of_user(db, user.id) == [account]
        assert [(one.id, one.role) for one in voices_of(db, user.id)] == [(account.id, "owner")]
    assert (account.username, account.handle, account.here) == ("Ada", "ada", True)
    assert user.state == account.state == "active"


def test_of_several_who_take_one_name_at_the_same_moment_one_has_it_and_the_others_hear_why(store: Store) -> None:
    together = threading.Barrier(4, timeout=2)

    def take(number: int) -> str:
        def work(tx: Tx) -> None:
            if not store.sqlite and number not in seen:  # all have looked before any of them adds
                seen.add(number)
                find_user_by_email(tx, f"ada{number}@perron.test")
                together.wait()
            ada(tx, email=f"ada{number}@perron.test")

        try:
            store.write(work)
        except Refused as refusal:
            return f"{refusal.status} {refusal}"
        return "joined"

    seen: set[int] = set()
    with ThreadPoolExecutor(4) as threads:
        said = sorted(threads.map(take, range(4)))
    assert said[3] == "joined" and len(set(said[:3])) == 1
    assert said[0].startswith("422 ")


@pytest.mark.parametrize("name", ["", "a b", "é", "a-b", "a" * 31, "*)(uid=*", "a\n", "ａda"])
def test_a_name_that_cannot_be_written_everywhere_is_refused(name: str) -> None:
    if name == "a\n":
        assert read_username(name) == "a"
        return
    with pytest.raises(Unfit):
        read_username(name)


@pytest.mark.parametrize(
    "address",
    [
        "victim%x.test@r1.test",
        '"a b"@x.test',
        "a@b@c",
        "victim@x.test,other@y.test",
        "ada@x.test\r\nBcc: other@y.test",
        "ada@x.test\n",
        "ada",
        "@x.test",
        "ada@",
        "ada@-x.test",
        "a..b@x.test",
        "ada@" + "x" * 250 + ".test",
    ],
)
def test_an_address_that_could_mean_two_mailboxes_is_refused(address: str) -> None:
    with pytest.raises(Unfit) as refused:
        read_email(address)
    assert refused.value.field == "email"


def test_ordinary_addresses_are_kept_in_lower_case() -> None:
    assert read_email(" Ada.Lovelace+perron@Mail.Example.test ") == "ada.lovelace+perron@mail.example.test"
    assert read_email("ada@café.test") == "ada@xn--caf-dma.test"
    assert read_email("ada@localhost") == "ada@localhost"


def test_a_name_or_an_address_is_given_once(store: Store) -> None:
    store.write(ada)

    with pytest.raises(Unfit) as taken:
        store.write(lambda tx: ada(tx, username="aDA", email="other@perron.test"))
    assert (taken.value.field, taken.value.why) == ("username", "taken")
    with pytest.raises(Unfit) as taken:
        store.write(lambda tx: ada(tx, username="other", email="ADA@perron.test"))
    assert (taken.value.field, taken.value.why) == ("email", "taken")


def test_nobody_joins_under_the_name_of_those_in_charge(store: Store) -> None:
    with pytest.raises(Unfit):
        store.write(lambda tx: ada(tx, username="Moderator"))

    _, account = store.write(lambda tx: ada(tx, username="admin", role="owner"))
    assert account.handle == "admin"


def test_where_approval_is_asked_for_one_waits_and_is_then_let_in(store: Store) -> None:
    user, account = store.write(lambda tx: ada(tx, policy="approval"))
    assert (user.state, account.state) == ("pending", "pending")

    store.write(lambda tx: enable_user(tx, user.id))

    with store.read() as db:
        assert user_as_stored(db, user.id).state == "active"
        found = find_account(db, account.id)
        assert found and found.state == "active"


def test_a_closed_door_stays_closed(store: Store) -> None:
    code = store.write(make_invitation)
    for policy in ("closed", "invitation"):
        with pytest.raises(NotAllowed):
            store.write(lambda tx, policy=policy: ada(tx, policy=policy))
    with pytest.raises(NotAllowed):
        store.write(lambda tx: ada(tx, policy="closed", invitation=code))


def test_an_invitation_is_good_once_and_gives_its_role(store: Store) -> None:
    code = store.write(lambda tx: make_invitation(tx, "moderator"))

    user, _ = store.write(lambda tx: ada(tx, policy="invitation", invitation=code))
    assert (user.role, user.state) == ("moderator", "active")

    with pytest.raises(NotAllowed):
        store.write(lambda tx: ada(tx, username="bea", email="bea@perron.test", invitation=code))


def test_a_refused_sign_up_does_not_use_up_the_invitation(store: Store) -> None:
    code = store.write(make_invitation)
    with pytest.raises(Unfit):
        store.write(lambda tx: ada(tx, username="root", invitation=code))
    with store.read() as db:
        assert find_invitation(db, code) == "user"


def test_an_old_invitation_is_refused(store: Store) -> None:
    code = store.write(lambda tx: make_invitation(tx, hours=0))
    with pytest.raises(NotAllowed):
        store.write(lambda tx: ada(tx, invitation=code))
