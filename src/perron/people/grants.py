"""Authorization codes: what a person's consent is carried in, for ten minutes and one use."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

from sqlalchemy import bindparam, delete, select, update

from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import DAY, MINUTE, now
from perron.people.scopes import read_scopes, scopes_text
from perron.people.tokens import add_token, revoke_token
from perron.store import Prepared, Tx, insert
from perron.store.tables import grants

LIFE = 10 * MINUTE

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)
_ADD = insert(grants, "hash", "app_id", "user_id", "account_id", "redirect_uri", "scopes", "challenge", "expires_at")
_FIND = Prepared(
    select(
        grants.c.app_id,
        grants.c.user_id,
        grants.c.account_id,
        grants.c.redirect_uri,
        grants.c.scopes,
        grants.c.challenge,
        grants.c.expires_at,
        grants.c.token_id,
    ).where(grants.c.hash == bindparam("code"))
)
_USE = Prepared(
    update(grants)
    .where(grants.c.hash == bindparam("code"), grants.c.token_id.is_(None))
    .values(token_id=bindparam("issued"))
)
_TRIM = Prepared(delete(grants).where(grants.c.expires_at < bindparam("before")))
_OF_USER = Prepared(delete(grants).where(grants.c.user_id == bindparam("of_user")))


def add_grant(
    tx: Tx,
    app_id: int,
    user_id: int,
    account_id: int,
    redirect_uri: str,
    scopes: frozenset[str],
    *,
    challenge: str | None = None,
) -> str:
    """A new code, in plain text; `challenge` is that of PKCE (S256). Codes of yesterday are forgotten."""
    code = new_secret()
    tx.run(_TRIM, before=now() - DAY)
    tx.run(
        _ADD,
        hash=fingerprint(code),
        app_id=app_id,
        user_id=user_id,
        account_id=account_id,
        redirect_uri=redirect_uri,
        scopes=scopes_text(scopes),
        challenge=challenge,
        expires_at=now() + LIFE,
    )
    return code


def redeem(
    tx: Tx, app_id: int, code: str, redirect_uri: str, *, verifier: str = ""
) -> tuple[str, frozenset[str]] | None:
    """A token and its scopes for a code, or None. A code that comes twice costs the token that it brought first."""
    row = tx.one(_FIND, code=fingerprint(code))
    if row is None:
        return None
    of_app, user_id, account_id, of_uri, scopes, challenge, expires_at, token_id = row
    if of_app != app_id:
        return None
    if token_id is not None:
        revoke_token(tx, token_id)
        return None
    if expires_at < now() or of_uri != redirect_uri or not answers(challenge, verifier):
        return None

    plain, held = new_secret(), read_scopes(scopes)
    token_id = add_token(tx, plain, app_id, user_id, account_id, held)
    if not tx.run(_USE, code=fingerprint(code), issued=token_id):  # another process was quicker
        revoke_token(tx, token_id)
        return None
    return plain, held


def remove_grants_of_user(tx: Tx, user_id: int) -> None:
    """Make worthless the codes on their way to an app."""
    tx.run(_OF_USER, of_user=user_id)


def read_challenge(text: str) -> str | None:
    """A PKCE challenge (S256), or None when it is not one."""
    return text if _CHALLENGE.fullmatch(text) else None


def answers(challenge: str | None, verifier: str) -> bool:
    """Whether a verifier answers the challenge; without a challenge there must be none (RFC 9700, 2.1.1)."""
    if not challenge:
        return not verifier
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, challenge)
