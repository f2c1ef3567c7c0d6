"""The second step of signing in: codes of an app (RFC 6238), recovery codes, and when it is asked for.

It is on while `users.recovery` lists codes: those of the ten that were used stay in the list as "".
"""

import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, func, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid, Refused
from perron.kit.secrets import fingerprint, seal, unseal
from perron.kit.time import SECOND, now
from perron.people.model import SafetyChanged
from perron.store import Db, Prepared, Tx
from perron.store.tables import passkeys, users

STEP, DRIFT, DIGITS = 30 * SECOND, 1, 6
CODES, GROUPS, LETTERS = 10, 4, "abcdefghjkmnpqrstvwxyz23456789"

_FIND = Prepared(
    select(
        users.c.totp,
        users.c.recovery,
        select(func.count()).where(passkeys.c.user_id == users.c.id).scalar_subquery(),
    ).where(users.c.id == bindparam("of_user"))
)
_START = Prepared(
    update(users)
    .where(users.c.id == bindparam("of_user"))
    .values(totp=bindparam("sealed"), totp_step=bindparam("step"), recovery=bindparam("codes"))
)
_STEP = Prepared(
    update(users)
    .where(
        users.c.id == bindparam("of_user"),
        users.c.totp == bindparam("sealed"),
        users.c.totp_step < bindparam("step"),
    )
    .values(totp_step=bindparam("step"))
)
_CODES = Prepared(
    update(users)
    .where(users.c.id == bindparam("of_user"), users.c.recovery == bindparam("before"))
    .values(recovery=bindparam("codes"))
)


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What stands between a user's password and their sign-in. `on`: a second step is asked for."""

    on: bool
    app: bool
    codes_left: int
    passkeys: int


def second_factor_of(db: Db, user_id: int) -> SecondFactor:
    """How a user's second step is made."""
    sealed, codes, keys = db.one(_FIND, of_user=user_id) or ("", "[]", 0)
    kept = json.decode(codes)
    return SecondFactor(bool(kept), bool(sealed), sum(map(bool, kept)), keys)


# -- codes of an app ---------------------------------------------------------------------------------------------------


def new_totp() -> str:
    """A secret to share with an app: 160 bits, in base32."""
    import pyotp  # here, so that small commands start quickly

    return pyotp.random_base32()


def totp_address(secret: str, name: str, title: str) -> str:
    """What the picture for the app says (`otpauth://`)."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=title)


def find_step(secret: str, code: str, at: int) -> int | None:
    """The thirty seconds to which a code belongs, one step early or late; None for any other code."""
    import pyotp

    app, given, today = pyotp.TOTP(secret, digits=DIGITS), "".join(code.split()), at // STEP
    if len(given) != DIGITS or not given.isascii() or not given.isdigit():
        return None
    fits = [
        step
        for step in range(max(0, today - DRIFT), today + DRIFT + 1)
        if hmac.compare_digest(app.generate_otp(step), given)
    ]
    return fits[-1] if fits else None


def start_totp(tx: Tx, user_id: int, secret: str, code: str, *, data: Path) -> list[str]:
    """Ask for codes of an app from now on; new recovery codes, or none where there are some already."""
    step = find_step(secret, code, now())
    if step is None:
        raise Refused("This code is not the one of this moment. Please look at the app and type the code it shows now.")
    before = (tx.one(_FIND, of_user=user_id) or ("", "[]", 0))[1]
    codes = new_codes() if before == "[]" else []
    kept = kept_codes(user_id, codes) if codes else before
    tx.run(_START, of_user=user_id, sealed=seal(data, secret, _about(user_id)), step=step, codes=kept)
    emit(tx, SafetyChanged(user_id, "app", now()))
    return codes


def use_totp(tx: Tx, user_id: int, code: str, *, data: Path) -> bool:
    """Whether this is a code of the user's app; no code counts twice, nor one older than the last."""
    sealed = (tx.one(_FIND, of_user=user_id) or ("", "[]", 0))[0]
    secret = unseal(data, sealed, _about(user_id)) if sealed else None
    step = find_step(secret, code, now()) if secret else None
    return step is not None and bool(tx.run(_STEP, of_user=user_id, sealed=sealed, step=step))


# -- recovery codes ----------------------------------------------------------------------------------------------------


def new_codes() -> list[str]:
    """Ten codes of twenty letters and digits (98 bits), none of which looks like another."""
    return ["-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(GROUPS)) for _ in range(CODES)]


def kept_codes(user_id: int, codes: list[str]) -> str:
    """What the database keeps of recovery codes."""
    return json.encode_text([_print(user_id, code) for code in codes])


def renew_codes(tx: Tx, user_id: int) -> list[str]:
    """Ten new recovery codes; those of before open nothing any more."""
    found = tx.one(_FIND, of_user=user_id)
    codes = new_codes()
    if found:
        tx.run(_CODES, of_user=user_id, before=found[1], codes=kept_codes(user_id, codes))
        emit(tx, SafetyChanged(user_id, "codes", now()))
    return codes


def use_code(tx: Tx, user_id: int, code: str) -> bool:
    """Whether this is one of the user's recovery codes; from now on it is not."""
    before = (tx.one(_FIND, of_user=user_id) or ("", "[]", 0))[1]
    kept, given = json.decode(before), _print(user_id, code)
    if given not in kept:
        return False
    left = ["" if each == given else each for each in kept]
    return bool(tx.run(_CODES, of_user=user_id, before=before, codes=json.encode_text(left)))


def use_any_code(tx: Tx, user_id: int, code: str, *, data: Path) -> bool:
    """Whether this is a code of the user's app or one of their recovery codes; it is used up."""
    return use_totp(tx, user_id, code, data=data) or use_code(tx, user_id, code)


# -- on and off --------------------------------------------------------------------------------------------------------


def ask_for_passkey(tx: Tx, user_id: int) -> list[str]:
    """Ask for a passkey after the password from now on; new recovery codes, or none where there are some already."""
    found = second_factor_of(tx, user_id)
    if not found.passkeys:
        raise Invalid("Add a passkey first: there is none to ask for.")
    return [] if found.on else renew_codes(tx, user_id)


def stop_second_factor(tx: Tx, user_id: int) -> None:
    """Let the password be enough: no app, no recovery codes; passkeys stay, as a way in of their own."""
    tx.run(_START, of_user=user_id, sealed="", step=0, codes="[]")
    emit(tx, SafetyChanged(user_id, "off", now()))


def _about(user_id: int) -> str:
    return f"totp of {user_id}"


def _print(user_id: int, code: str) -> str:
    """The fingerprint of a code, salted with whose it is; case, spaces and dashes do not count."""
    plain = "".join(char for char in code.lower() if char.isalnum())
    return fingerprint(f"recovery {user_id} {plain}").hex()
