"""Invitations: a code that opens the door to a number of people for a while."""

from sqlalchemy import bindparam, or_, select, update

from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import HOUR, now
from perron.store import Db, Prepared, Tx, insert
from perron.store.tables import invitations

_ADD = insert(invitations, "id", "code", "user_id", "role", "uses_left", "expires_at")
_OPEN = (
    invitations.c.code == bindparam("hash"),
    or_(invitations.c.uses_left.is_(None), invitations.c.uses_left > 0),
    or_(invitations.c.expires_at.is_(None), invitations.c.expires_at > bindparam("at")),
)
_ROLE = Prepared(select(invitations.c.role).where(*_OPEN))
_USE = Prepared(update(invitations).where(*_OPEN).values(uses_left=invitations.c.uses_left - 1))


def make_invitation(
    tx: Tx, role: str = "user", user_id: int | None = None, uses: int | None = 1, hours: int | None = 168
) -> str:
    """A new code, in plain text, for people who join with this role; None means without end.

    `user_id` is who invites; None is the server itself.
    """
    code = new_secret(16)
    tx.run(
        _ADD,
        id=new_id(),
        code=fingerprint(code),
        user_id=user_id,
        role=role,
        uses_left=uses,
        expires_at=None if hours is None else now() + hours * HOUR,
    )
    return code


def find_invitation(db: Db, code: str) -> str | None:
    """The role that a code gives, or None when it is unknown, used up or too old."""
    role: str | None = db.value(_ROLE, hash=fingerprint(code), at=now())
    return role


def use_invitation(tx: Tx, code: str) -> str | None:
    """Take one use of a code; the role it gives, or None when it gives none."""
    role = find_invitation(tx, code)
    if role is not None:
        tx.run(_USE, hash=fingerprint(code), at=now())
    return role
