"""The accounts for which a user speaks: how they are listed, and how one more is opened."""

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from perron.jobs import emit
from perron.kit.errors import NotAllowed
from perron.people.join import RESERVED, read_username
from perron.people.model import Account, AccountJoined, Unfit, User
from perron.people.profile import COLORS, KINDS, Profile, change_profile
from perron.people.queries import account_by_handle, add_account, add_membership
from perron.store import Db, Prepared, Tx
from perron.store.tables import accounts, memberships

MOST = 12

_VOICES = Prepared(
    select(
        accounts.c.id,
        accounts.c.handle,
        accounts.c.username,
        accounts.c.display_name,
        accounts.c.kind,
        accounts.c.avatar,
        accounts.c.color,
        memberships.c.role,
        memberships.c.team,
    )
    .join(memberships, memberships.c.account_id == accounts.c.id)
    .where(
        memberships.c.user_id == bindparam("of_user"),
        or_(accounts.c.state == "active", accounts.c.state == "pending"),
    )
    .order_by(accounts.c.id)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One account for which a user speaks; `role` is what they are to it (`people/may.py`), `team` whether others speak
    for it too."""

    id: int
    handle: str
    username: str
    display_name: str
    kind: str
    avatar: str
    color: str
    role: str
    team: bool

    @property
    def name(self) -> str:
        """How it is called."""
        return self.display_name or self.username

    @property
    def tint(self) -> str:
        """Its colour; the first one where none was chosen."""
        return self.color or COLORS[0]


def voices_of(db: Db, user_id: int) -> tuple[Voice, ...]:
    """The accounts for which a user may speak, oldest first."""
    return tuple(Voice(*row) for row in db.all(_VOICES, of_user=user_id))


def color_to_offer(voices: tuple[Voice, ...]) -> str:
    """A colour by which a further account is told from those that are there."""
    taken = [each.tint for each in voices]
    return min(COLORS, key=taken.count)


def open_account(
    tx: Tx,
    user: User,
    username: str,
    *,
    kind: str = "person",
    display_name: str = "",
    color: str = "",
    team: bool = False,
) -> Account:
    """Open one more account for somebody who is here; it is theirs. `team`: for an organisation, which has as many as
    it needs."""
    username = read_username(username)
    if user.state != "active":
        raise NotAllowed("Your sign-up waits for approval. You will be able to enter once it is given.")
    if user.role == "user" and username.lower() in RESERVED:
        raise Unfit("This name is reserved. Please choose another.", field="username", why="reserved")
    if kind not in KINDS:
        raise Unfit("This is not one of the choices.", field="kind", why="inclusion")
    if account_by_handle(tx, username):
        raise Unfit("This name is taken. Please choose another.", field="username", why="taken")
    if not team and sum(voice.role == "owner" and not voice.team for voice in voices_of(tx, user.id)) >= MOST:
        raise NotAllowed("You have twelve accounts here, which is as many as one person can have.")

    account = add_account(tx, username, kind=kind, language=user.locale)
    change_profile(tx, account, Profile(display_name=display_name, color=color))
    add_membership(tx, user.id, account.id, team=team)
    emit(tx, AccountJoined(account.id))
    return account
