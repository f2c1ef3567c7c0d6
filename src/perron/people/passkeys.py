"""Passkeys (WebAuthn): keys that a device keeps for a user, and what the database knows of each."""

import hmac
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, delete, or_, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import NotAllowed, NotFound, Refused
from perron.kit.ids import new_id
from perron.kit.secrets import from_base64
from perron.kit.time import SECOND, now
from perron.people.model import SafetyChanged, Unfit
from perron.people.second_factor import second_factor_of
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import passkeys

MOST, LONGEST_NAME, LONGEST_CREDENTIAL = 20, 60, 1023
WRONG = "This passkey could not be read. Please try again, or come in another way."

_OF_USER = Prepared(
    select(passkeys.c.id, passkeys.c.name, passkeys.c.seen_at, passkeys.c.credential)
    .where(passkeys.c.user_id == bindparam("of_user"))
    .order_by(passkeys.c.id)
)
_BY_CREDENTIAL = Prepared(
    select(passkeys.c.id, passkeys.c.user_id, passkeys.c.public_key, passkeys.c.uses).where(
        passkeys.c.credential == bindparam("shown")
    )
)
_ADD = insert(passkeys, "id", "user_id", "credential", "public_key", "uses", "name")
_USE = Prepared(
    update(passkeys)
    .where(
        passkeys.c.id == bindparam("key_id"),
        or_(passkeys.c.uses < bindparam("counted"), passkeys.c.uses == 0),
    )
    .values(uses=bindparam("counted"), seen_at=bindparam("at"))
)
_RENAME = Prepared(
    update(passkeys)
    .where(passkeys.c.id == bindparam("key_id"), passkeys.c.user_id == bindparam("of_user"))
    .values(name=bindparam("called"))
)
_REMOVE = Prepared(
    delete(passkeys).where(passkeys.c.id == bindparam("key_id"), passkeys.c.user_id == bindparam("of_user"))
)
_REMOVE_ALL = Prepared(delete(passkeys).where(passkeys.c.user_id == bindparam("of_user")))


@dataclass(frozen=True, slots=True)
class Passkey:
    """A passkey as its owner sees it; born with its id, last used `seen_at` (None: never)."""

    id: int
    name: str
    seen_at: int | None
    credential: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was asked to sign: which site asks, and the bytes that must come back."""

    origin: str
    challenge: bytes

    @property
    def site(self) -> str:
        """The name that passkeys are bound to (the relying party's id)."""
        return urlsplit(self.origin).hostname or ""


def passkeys_of(db: Db, user_id: int) -> list[Passkey]:
    """The passkeys of a user, oldest first."""
    return [Passkey(*row) for row in db.all(_OF_USER, of_user=user_id)]


# -- challenges: they carry their own proof, and nothing is kept of them -----------------------------------------------


def new_challenge(key: bytes, purpose: str, seconds: int) -> bytes:
    """Bytes to sign, good for so many seconds and for one purpose."""
    head = os.urandom(16) + (now() // SECOND + seconds).to_bytes(8, "big")
    return head + hmac.digest(key, head + purpose.encode(), sha256)


def check_challenge(key: bytes, purpose: str, challenge: bytes) -> bool:
    """Whether we asked this, for this purpose, and not too long ago."""
    head, proof = challenge[:24], challenge[24:]
    wanted = hmac.digest(key, head + purpose.encode(), sha256)
    return hmac.compare_digest(proof, wanted) and int.from_bytes(head[16:], "big") >= now() // SECOND


def read_challenge(credential: str) -> bytes:
    """The challenge that a browser's answer says it has signed."""
    try:
        found = json.decode(credential.encode())
        said = json.decode(from_base64(found["response"]["clientDataJSON"]))
        return from_base64(said["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(WRONG) from None


# -- a new passkey -----------------------------------------------------------------------------------------------------


def options_to_add(asked: Asked, user_id: int, name: str, title: str, known: list[Passkey]) -> str:
    """What a browser needs to make a passkey, as JSON; on no device that has one already."""
    return json.encode_text(
        {
            "rp": {"id": asked.site, "name": title},
            "user": {"id": _text(handle_of(user_id)), "name": name, "displayName": name},
            "challenge": _text(asked.challenge),
            "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in (-8, -7, -257)],
            "timeout": 300_000,
            "excludeCredentials": _named(known),
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": True,
                "userVerification": "preferred",
            },
            "attestation": "none",
        }
    )


def add_passkey(tx: Tx, user_id: int, asked: Asked, credential: str, name: str) -> int:
    """Keep a passkey that a device has made; its id."""
    from webauthn import verify_registration_response  # here, so that small commands start quickly
    from webauthn.helpers.exceptions import WebAuthnException

    known = passkeys_of(tx, user_id)
    if len(known) >= MOST:
        raise NotAllowed("You have twenty passkeys. Remove one before you add another.")
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.site,
            expected_origin=asked.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise Refused(WRONG) from None
    if len(made.credential_id) > LONGEST_CREDENTIAL:
        raise Refused(WRONG)
    if tx.one(_BY_CREDENTIAL, shown=made.credential_id):
        raise Refused("This passkey is known here already.")
    id_ = new_id()
    tx.run(
        _ADD,
        id=id_,
        user_id=user_id,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        uses=made.sign_count,
        name=read_passkey_name(name),
    )
    emit(tx, SafetyChanged(user_id, "passkey", now()))
    return id_


def read_passkey_name(text: str) -> str:
    """How a passkey is called: one line, sixty characters at most."""
    name = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if not name:
        raise Unfit("Please give the passkey a name.", field="name", why="blank")
    return name[:LONGEST_NAME]


def rename_passkey(tx: Tx, user_id: int, key_id: int, name: str) -> None:
    """Call a passkey otherwise."""
    if not tx.run(_RENAME, key_id=key_id, of_user=user_id, called=read_passkey_name(name)):
        raise NotFound


def remove_passkey(tx: Tx, user_id: int, key_id: int) -> None:
    """Forget a passkey; not the last one while it is all that makes the second step."""
    found = second_factor_of(tx, user_id)
    if found.on and not found.app and found.passkeys == 1 and passkeys_of(tx, user_id)[0].id == key_id:
        raise NotAllowed("This passkey is your only second step. Switch two-step sign-in off first.")
    if not tx.run(_REMOVE, key_id=key_id, of_user=user_id):
        raise NotFound
    emit(tx, SafetyChanged(user_id, "passkey_gone", now()))


def remove_passkeys_of(tx: Tx, user_id: int) -> None:
    """Forget every passkey of a user."""
    tx.run(_REMOVE_ALL, of_user=user_id)


# -- a passkey that is shown -------------------------------------------------------------------------------------------


def options_to_show(asked: Asked, known: list[Passkey], *, alone: bool) -> str:
    """What a browser needs to show a passkey, as JSON. `alone`: it must know its user too (by finger, face or PIN)."""
    return json.encode_text(
        {
            "challenge": _text(asked.challenge),
            "rpId": asked.site,
            "timeout": 300_000,
            "allowCredentials": _named(known),
            "userVerification": "required" if alone else "preferred",
        }
    )


def use_passkey(tx: Tx, asked: Asked, credential: str, *, alone: bool) -> int:
    """The user whose passkey this is. Refused when it is nobody's, or its count says that it was copied."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        given: Any = json.decode(credential.encode())
        row = tx.one(_BY_CREDENTIAL, shown=from_base64(given["rawId"]))
        holder = given["response"].get("userHandle")
        if row is None:
            raise NotAllowed("This passkey is not known here. It may have been removed.")
        key_id, user_id, public_key, uses = row
        if holder and from_base64(holder) != handle_of(user_id):
            raise Refused(WRONG)
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=asked.challenge,
            expected_rp_id=asked.site,
            expected_origin=asked.origin,
            credential_public_key=public_key,
            credential_current_sign_count=uses,
            require_user_verification=alone,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        raise Refused(WRONG) from None
    if not tx.run(_USE, key_id=key_id, counted=shown.new_sign_count, at=now()):
        raise Refused(WRONG)
    owner: int = user_id
    return owner


def handle_of(user_id: int) -> bytes:
    """What a device knows a user by: their id, and nothing that says who they are."""
    return user_id.to_bytes(8, "big")


def _named(known: list[Passkey]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": _text(each.credential)} for each in known]


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
