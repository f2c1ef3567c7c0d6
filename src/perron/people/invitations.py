"""Invitations: a code that opens the door to a number of people for a while."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update

from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.secrets import fingerprint, new_secret
from perron.kit.time import HOUR, now
from perron.store import Db, Prepared, Tx, among, const, insert
from perron.store.paging import NEWEST
from perron.store.tables import accounts, invitations, memberships, users

MOST_OPEN = 20
"""Open invitations that one user may have at a time."""
MOST_USES = 25
LONGEST = 30 * 24
"""Hours for which a user's invitation can hold."""

_ADD = insert(invitations, "id", "code", "user_id", "role", "uses_left", "expires_at")
_STANDS = (
    or_(invitations.c.uses_left.is_(None), invitations.c.uses_left > 0),
    or_(invitations.c.expires_at.is_(None), invitations.c.expires_at > bindparam("at")),
)
_OPEN = (invitations.c.code == bindparam("hash"), *_STANDS)
_ROLE = Prepared(select(invitations.c.role).where(*_OPEN))
_USE = Prepared(update(invitations).where(*_OPEN).values(uses_left=invitations.c.uses_left - 1))
_COLUMNS = tuple(invitations.c[name] for name in ("id", "user_id", "role", "uses_left", "expires_at"))
_OF_USER = Prepared(
    select(*_COLUMNS).where(invitations.c.user_id == bindparam("of_user")).order_by(invitations.c.id.desc()).limit(100)
)
_OPEN_OF_USER = Prepared(select(invitations.c.id).where(invitations.c.user_id == bindparam("of_user"), *_STANDS))
_ALL = Prepared(
    select(*_COLUMNS).where(invitations.c.id < bindparam("below")).order_by(invitations.c.id.desc()).limit(50)
)
_ONE = Prepared(select(*_COLUMNS).where(invitations.c.id == bindparam("wanted")))
_END = Prepared(
    update(invitations)
    .where(invitations.c.id == bindparam("wanted"), *_STANDS)
    .values(uses_left=0, expires_at=bindparam("at"))
)
_END_CODE = Prepared(update(invitations).where(*_OPEN).values(uses_left=0, expires_at=bindparam("at")))
_GUEST = Prepared(
    update(users)
    .where(users.c.id == bindparam("guest"))
    .values(invitation_id=select(invitations.c.id).where(invitations.c.code == bindparam("hash")).scalar_subquery())
)
_GUESTS = Prepared(
    select(users.c.invitation_id, memberships.c.account_id)
    .join(memberships, memberships.c.user_id == users.c.id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(among(users.c.invitation_id), memberships.c.role == const("owner"), accounts.c.state == const("active"))
    .order_by(users.c.id)
    .limit(500)
)


class Invitation(NamedTuple):
    """One invitation. `uses_left` and `expires_at` (milliseconds since 1970) are None where there is no end."""

    id: int
    user_id: int | None
    role: str
    uses_left: int | None
    expires_at: int | None

    @property
    def open(self) -> bool:
        """Whether somebody can still come by it."""
        return self.uses_left != 0 and (self.expires_at is None or self.expires_at > now())


def make_invitation(
    tx: Tx,
    role: str = "user",
    user_id: int | None = None,
    uses: int | None = 1,
    hours: int | None = 168,
    code: str = "",
) -> str:
    """A new code, in plain text, for people who join with this role; None means without end.

    `user_id` is who invites; None is the server itself. `code`: one that opens something else too.
    """
    code = code or new_secret(16)
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


def invite(tx: Tx, user_id: int, *, uses: int, hours: int) -> str:
    """A new code by which a user asks others in; in plain text, this once."""
    if not 1 <= uses <= MOST_USES:
        raise Invalid(f"An invitation is for 1 to {MOST_USES} people.")
    if not 1 <= hours <= LONGEST:
        raise Invalid(f"An invitation holds for {LONGEST // 24} days at most.")
    if len(tx.all(_OPEN_OF_USER, of_user=user_id, at=now())) >= MOST_OPEN:
        raise Invalid(f"You have {MOST_OPEN} open invitations already. End one of them first.")
    return make_invitation(tx, "user", user_id, uses, hours)


def invitations_of(db: Db, user_id: int) -> list[Invitation]:
    """The invitations that a user made, the newest first."""
    return [Invitation(*row) for row in db.all(_OF_USER, of_user=user_id)]


def all_invitations(db: Db, below: int = NEWEST) -> list[Invitation]:
    """A page of everybody's invitations, the newest first."""
    return [Invitation(*row) for row in db.all(_ALL, below=below)]


def invitation_as_stored(db: Db, invitation_id: int) -> Invitation:
    """One invitation, whoever made it."""
    row = db.one(_ONE, wanted=invitation_id)
    if row is None:
        raise NotFound
    return Invitation(*row)


def end_invitation(tx: Tx, invitation_id: int) -> bool:
    """Let nobody come by it from now on; False when nobody could."""
    return tx.run(_END, wanted=invitation_id, at=now()) > 0


def end_code(tx: Tx, hashed: bytes) -> None:
    """Let nobody come by the code of this fingerprint from now on."""
    tx.run(_END_CODE, hash=hashed, at=now())


def guests_of(db: Db, invitation_ids: Sequence[int]) -> dict[int, list[int]]:
    """The accounts of those who came, by invitation."""
    found: dict[int, list[int]] = {}
    for invitation_id, account_id in db.all(_GUESTS, ids=db.id_list(invitation_ids)):
        found.setdefault(invitation_id, []).append(account_id)
    return found


def note_guest(tx: Tx, user_id: int, code: str) -> None:
    """Remember by which invitation somebody came."""
    tx.run(_GUEST, guest=user_id, hash=fingerprint(code))


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
