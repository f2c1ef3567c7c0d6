from pathlib import Path

import pytest
from sqlalchemy import select

from perron.kit.errors import Invalid, Refused
from perron.kit.secrets import seal, unseal
from perron.kit.time import now
from perron.people import second_factor
from perron.people.join import join
from perron.people.second_factor import (
    STEP,
    ask_for_passkey,
    find_step,
    new_totp,
    renew_codes,
    second_factor_of,
    start_totp,
    stop_second_factor,
    totp_address,
    use_any_code,
    use_code,
    use_totp,
)
from perron.store import Store
from perron.store.tables import users

RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890", the secret of RFC 6238, appendix B
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


def code_now(secret: str, steps: int = 0) -> str:
    import pyotp

    return pyotp.TOTP(secret).generate_otp(now() // STEP + steps)


def ada_in(store: Store) -> int:
    user, _ = store.write(lambda tx: join(tx, username="ada", email="ada@perron.test", password_hash="x"))
    return user.id


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands in the middle of thirty seconds, so that no test runs over their end."""
    at = now() // STEP * STEP + STEP // 2
    monkeypatch.setattr(second_factor, "now", lambda: at)
    monkeypatch.setitem(globals(), "now", lambda: at)


@pytest.mark.parametrize(("at", "code"), VECTORS)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    assert find_step(RFC, code, at * 1000) == at // 30
    assert find_step(RFC, f"{code[:3]} {code[3:]}", at * 1000) == at // 30


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708a", "２８７０８２", "287083", "-87082"])
def test_whatever_is_not_the_code_is_not_the_code(code: str) -> None:
    assert find_step(RFC, code, 59_000) is None


def test_a_code_counts_thirty_seconds_early_and_late_and_no_more() -> None:
    moments = (1111111049, 1111111050, 1111111109, 1111111139, 1111111140)
    step = 1111111109 // 30
    assert [find_step(RFC, "081804", at * 1000) for at in moments] == [None, step, step, step, None]


def test_a_code_opens_once_and_never_again(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    codes = store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret, -1), data=tmp_path))
    assert len(codes) == len(set(codes)) == 10

    def opens(code: str) -> bool:
        return store.write(lambda tx: use_totp(tx, user_id, code, data=tmp_path))

    assert not opens(code_now(secret, -1)), "the code that began it was used"
    assert opens(code_now(secret)) and not opens(code_now(secret))
    assert opens(code_now(secret, 1))
    assert not opens(code_now(secret)) and not opens("000000")


def test_the_secret_is_sealed_where_it_lies(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret), data=tmp_path))
    with store.engine.connect() as connection:
        kept, codes = connection.execute(select(users.c.totp, users.c.recovery)).one()
    assert secret not in kept and unseal(tmp_path, kept, f"totp of {user_id}") == secret
    assert unseal(tmp_path, kept, "totp of 1") is None, "it cannot be moved to somebody else"
    elsewhere = tmp_path / "elsewhere"
    assert unseal(elsewhere, kept, f"totp of {user_id}") is None
    assert seal(tmp_path, secret, "x") != seal(tmp_path, secret, "x")
    assert unseal(tmp_path, "not sealed", "x") is unseal(tmp_path, "", "x") is None
    assert not any(code in codes for code in store.write(lambda tx: renew_codes(tx, user_id)))


def test_a_wrong_code_begins_nothing(store: Store, tmp_path: Path, still: None) -> None:
    user_id = ada_in(store)
    with pytest.raises(Refused, match="not the one of this moment"):
        store.write(lambda tx: start_totp(tx, user_id, RFC, code_now(RFC, 5), data=tmp_path))
    with store.read() as db:
        assert not second_factor_of(db, user_id).on


def test_a_recovery_code_opens_once_however_it_is_typed(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    codes = store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret), data=tmp_path))
    _, bea = store.write(lambda tx: join(tx, username="bea", email="bea@perron.test", password_hash="x"))

    assert not store.write(lambda tx: use_code(tx, bea.id, codes[0])), "codes are one's own"
    assert store.write(lambda tx: use_code(tx, user_id, codes[0]))
    assert not store.write(lambda tx: use_code(tx, user_id, codes[0]))
    typed = f" {codes[1].upper().replace('-', ' ')} "
    assert store.write(lambda tx: use_any_code(tx, user_id, typed, data=tmp_path))
    assert not store.write(lambda tx: use_code(tx, user_id, "")), "what was used is not an empty code"
    with store.read() as db:
        found = second_factor_of(db, user_id)
    assert (found.on, found.app, found.codes_left, found.passkeys) == (True, True, 8, 0)


def test_with_its_last_recovery_code_the_second_step_stays_on(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    codes = store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret), data=tmp_path))
    assert all(store.write(lambda tx, code=code: use_code(tx, user_id, code)) for code in codes)
    with store.read() as db:
        assert second_factor_of(db, user_id).on
        assert second_factor_of(db, user_id).codes_left == 0


def test_new_recovery_codes_replace_the_old(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    old = store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret), data=tmp_path))
    new = store.write(lambda tx: renew_codes(tx, user_id))
    assert not store.write(lambda tx: use_code(tx, user_id, old[0]))
    assert store.write(lambda tx: use_code(tx, user_id, new[0]))


def test_another_app_keeps_the_recovery_codes(store: Store, tmp_path: Path, still: None) -> None:
    user_id, first, second = ada_in(store), new_totp(), new_totp()
    codes = store.write(lambda tx: start_totp(tx, user_id, first, code_now(first), data=tmp_path))
    assert store.write(lambda tx: start_totp(tx, user_id, second, code_now(second), data=tmp_path)) == []
    assert not store.write(lambda tx: use_totp(tx, user_id, code_now(first, 1), data=tmp_path))
    assert store.write(lambda tx: use_totp(tx, user_id, code_now(second, 1), data=tmp_path))
    assert store.write(lambda tx: use_code(tx, user_id, codes[0]))


def test_off_means_that_nothing_is_left(store: Store, tmp_path: Path, still: None) -> None:
    user_id, secret = ada_in(store), new_totp()
    codes = store.write(lambda tx: start_totp(tx, user_id, secret, code_now(secret), data=tmp_path))
    store.write(lambda tx: stop_second_factor(tx, user_id))
    with store.read() as db:
        found = second_factor_of(db, user_id)
    assert (found.on, found.app, found.codes_left) == (False, False, 0)
    assert not store.write(lambda tx: use_any_code(tx, user_id, codes[0], data=tmp_path))
    assert not store.write(lambda tx: use_any_code(tx, user_id, code_now(secret, 1), data=tmp_path))


def test_a_passkey_that_is_not_there_cannot_be_asked_for(store: Store) -> None:
    user_id = ada_in(store)
    with pytest.raises(Invalid, match="Add a passkey first"):
        store.write(lambda tx: ask_for_passkey(tx, user_id))


def test_the_picture_for_the_app_says_whose_and_where() -> None:
    address = totp_address(RFC, "ada", "Les Marches")
    assert address.startswith("otpauth://totp/Les%20Marches:ada?") and f"secret={RFC}" in address
