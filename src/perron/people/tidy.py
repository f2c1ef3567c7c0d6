"""What people leave behind at the door: sessions, codes and letters whose time is over. A chore."""

from typing import Any

from sqlalchemy import bindparam, exists, func

from perron.kit.time import DAY, now
from perron.store import Tx
from perron.store.tables import email_confirmations, grants, invitations, sessions, tokens, users
from perron.store.trimming import Walk

KEPT = 30 * DAY
"""How long an invitation that nobody came by is kept when it is over, so that who made it can see why."""
UNUSED = 90 * DAY
"""After how long an app's own token that nobody has shown is taken back; the app asks for another."""

_over: Any = bindparam("at")
_came = exists().where(users.c.invitation_id == invitations.c.id)
_last_shown = func.coalesce(tokens.c.seen_at, tokens.c.id // 65536)
SESSIONS = Walk(sessions.c.id, sessions.c.expires_at < _over)
GRANTS = Walk(grants.c.hash, grants.c.expires_at < _over, start=b"")
LETTERS = Walk(email_confirmations.c.hash, email_confirmations.c.expires_at < _over, start=b"")
INVITATIONS = Walk(invitations.c.id, (invitations.c.expires_at < _over) & ~_came)
APPS_OWN = Walk(tokens.c.id, tokens.c.user_id.is_(None) & tokens.c.account_id.is_(None) & (_last_shown < _over))


def forget_expired(tx: Tx) -> None:
    """Take out what nobody can come in by any more."""
    at = now()
    for walk in (SESSIONS, GRANTS, LETTERS):
        walk.step(tx, at=at)
    INVITATIONS.step(tx, at=at - KEPT)
    APPS_OWN.step(tx, at=at - UNUSED)
