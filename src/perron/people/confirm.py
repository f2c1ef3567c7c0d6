"""That an e-mail address is theirs: a letter goes there, and whoever has it says so.

An address waits as a row until it is confirmed. Of somebody who joins it is the address they gave, and nothing is open
to them until then; of everybody else it is the one that will take the place of the present one.
"""

from pathlib import Path

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import emit
from perron.kit.errors import NotAllowed, NotFound
from perron.kit.secrets import fingerprint, new_secret, seal
from perron.kit.settings import Settings
from perron.kit.time import DAY, now
from perron.people.model import ConfirmationOwed, Unfit, User
from perron.people.users import find_user_by_email, open_accounts, user_as_stored
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import email_confirmations, users

LASTS = 2 * DAY

_ADD = insert(email_confirmations, "hash", "user_id", "email", "expires_at")
_DROP = Prepared(delete(email_confirmations).where(email_confirmations.c.user_id == bindparam("of_user")))
_FORGET = Prepared(delete(email_confirmations).where(email_confirmations.c.expires_at <= bindparam("at")))
_FIND = Prepared(
    select(email_confirmations.c.user_id, email_confirmations.c.email).where(
        email_confirmations.c.hash == bindparam("hash"), email_confirmations.c.expires_at > bindparam("at")
    )
)
_WAITING = Prepared(
    select(email_confirmations.c.email).where(
        email_confirmations.c.user_id == bindparam("of_user"), email_confirmations.c.expires_at > bindparam("at")
    )
)
_SIGNED_UP = Prepared(select(users.c.app_id).where(users.c.id == bindparam("of_user")))
_SET = Prepared(
    update(users)
    .where(users.c.id == bindparam("of_user"))
    .values(email=bindparam("address"), confirmed_at=bindparam("at"))
)


def ask_to_confirm(tx: Tx, user_id: int, email: str, *, data: Path) -> None:
    """Send a letter to an address; the one before it opens nothing any more."""
    secret = new_secret()
    tx.run(_DROP, of_user=user_id)
    tx.run(_FORGET, at=now())
    tx.run(_ADD, hash=fingerprint(secret), user_id=user_id, email=email, expires_at=now() + LASTS)
    emit(tx, ConfirmationOwed(user_id, email, seal(data, secret, about(user_id))))


def about(user_id: int) -> str:
    """What a sealed secret of a letter is about."""
    return f"address of {user_id}"


def waiting_address(db: Db, user_id: int) -> str:
    """The address to which a letter went and which is not confirmed yet; empty when there is none."""
    return db.value(_WAITING, of_user=user_id, at=now()) or ""


def find_confirmation(db: Db, secret: str) -> tuple[User, str]:
    """Whom a letter asked, and about which address; NotFound when it is too old, or another one followed it."""
    row = db.one(_FIND, hash=fingerprint(secret), at=now())
    if row is None:
        raise NotFound
    return user_as_stored(db, row[0]), row[1]


def confirm(tx: Tx, secret: str) -> User:
    """The address of this letter is theirs: it is their address from now on, and what waited for it is open."""
    user, email = find_confirmation(tx, secret)
    check_free(tx, email, user.id)
    tx.run(_SET, of_user=user.id, address=email, at=now())
    tx.run(_DROP, of_user=user.id)
    if not user.confirmed:
        if user.state == "active":
            open_accounts(tx, user.id)
        tell(tx, "tokens", user.id)
    return user_as_stored(tx, user.id)


def confirm_by_hand(tx: Tx, user_id: int) -> None:
    """Believe that the present address is theirs, as somebody who runs this server decides."""
    user = user_as_stored(tx, user_id)
    tx.run(_SET, of_user=user.id, address=user.email, at=now())
    tx.run(_DROP, of_user=user.id)
    if user.state == "active":
        open_accounts(tx, user.id)
    tell(tx, "tokens", user.id)


def resend(tx: Tx, user: User, *, settings: Settings) -> None:
    """Send the letter once more, to the address that waits."""
    email = waiting_address(tx, user.id) or ("" if user.confirmed else user.email)
    if not email:
        raise NotAllowed("This method is only available while the e-mail is awaiting confirmation")
    ask_to_confirm(tx, user.id, email, data=settings.data)


def forget_letters(tx: Tx, user_id: int) -> None:
    """Let the letters that were sent open nothing any more."""
    tx.run(_DROP, of_user=user_id)


def signed_up_by(db: Db, user_id: int) -> int | None:
    """The app by which somebody joined, if it was one."""
    found: int | None = db.value(_SIGNED_UP, of_user=user_id)
    return found


def check_free(db: Db, email: str, user_id: int) -> None:
    """Refuse an address by which somebody else signs in."""
    other = find_user_by_email(db, email)
    if other is not None and other.id != user_id:
        raise Unfit("This e-mail address is already in use.", field="email", why="taken")
