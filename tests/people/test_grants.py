from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from sqlalchemy import update

from perron.kit.errors import Invalid
from perron.people.apps import find_app, find_app_by_secret, read_redirect_uris, read_website, register_app
from perron.people.grants import add_grant, redeem
from perron.people.tokens import find_viewer
from perron.store import Store
from perron.store.tables import apps, grants

HERE = "https://app.test/back"
READ = frozenset({"read"})
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def code_of(store: Store, challenge: str | None = None) -> str:
    return store.write(lambda tx: add_grant(tx, 7, 1, 2, HERE, READ, challenge=challenge))


def redeemed(store: Store, code: str, app_id: int = 7, uri: str = HERE, verifier: str = "") -> str | None:
    found = store.write(lambda tx: redeem(tx, app_id, code, uri, verifier=verifier))
    return found[0] if found else None


def works(store: Store, token: str) -> bool:
    from perron.store.tables import tokens

    with store.read() as db:
        from perron.kit.secrets import fingerprint

        return db.execute(tokens.select().where(tokens.c.hash == fingerprint(token))).first() is not None


def test_a_code_brings_a_token_once_and_replay_takes_it_back(store: Store) -> None:
    code = code_of(store)
    token = redeemed(store, code)
    assert token and works(store, token)

    assert redeemed(store, code) is None

    assert not works(store, token)


def test_a_stranger_cannot_use_a_code_nor_spoil_it(store: Store) -> None:
    code = code_of(store)
    assert redeemed(store, code, app_id=8) is None
    assert redeemed(store, code, uri=HERE + "/") is None
    token = redeemed(store, code)
    assert token
    assert redeemed(store, code, app_id=8) is None and works(store, token)


def test_a_code_is_good_for_ten_minutes(store: Store) -> None:
    code = code_of(store)
    with store.engine.begin() as connection:
        connection.execute(update(grants).values(expires_at=grants.c.expires_at - 601_000))
    assert redeemed(store, code) is None


def test_a_challenge_wants_its_verifier_and_none_wants_none(store: Store) -> None:
    code = code_of(store, CHALLENGE)
    for wrong in ("", "w" * 43, VERIFIER[:-1], CHALLENGE):
        assert redeemed(store, code, verifier=wrong) is None
    assert redeemed(store, code, verifier=VERIFIER)
    assert redeemed(store, code_of(store), verifier=VERIFIER) is None


def test_an_app_is_known_by_its_secret_which_is_not_kept(store: Store) -> None:
    app, secret = store.write(lambda tx: register_app(tx, " Elk\u202e\n ", [HERE + " urn:ietf:wg:oauth:2.0:oob"]))

    with store.read() as db:
        assert find_app(db, app.client_id) == app == find_app_by_secret(db, app.client_id, secret)
        assert find_app_by_secret(db, app.client_id, secret + "x") is None
        assert find_app(db, "nobody\ud800\x00") is None
        assert secret.encode() not in [row.secret for row in db.execute(apps.select())]
        assert find_viewer(db, secret) is None
    assert app.name == "Elk"
    assert app.redirect_uris == (HERE, "urn:ietf:wg:oauth:2.0:oob")


@pytest.mark.parametrize(
    "uri",
    ["", "/back", "app.test", "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "https://", "https:x"]
    + ["https://a@b.test/", "https://app.test/#x", "https://app.test\\@evil.test", "view-source:x", "https://[x/"],
)
def test_an_unsafe_place_to_be_answered_is_refused(uri: str) -> None:
    with pytest.raises(Invalid):
        read_redirect_uris([uri])


def test_apps_may_have_schemes_of_their_own() -> None:
    for uri in ("com.tapbots.Ivory.10217:/request_token", "icecubesapp://", "http://127.0.0.1:4567/cb"):
        assert read_redirect_uris([uri]) == (uri,)


def test_only_websites_are_linked_to() -> None:
    assert read_website("https://elk.zone/") == "https://elk.zone/"
    assert [read_website(bad) for bad in ("", "javascript:x", "https://a b", "https://u@x.test", "//x")] == [None] * 5
