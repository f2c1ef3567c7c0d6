"""Joining: somebody becomes a user here, with an account of their own."""

import re
from pathlib import Path

from perron.jobs import emit
from perron.kit.errors import NotAllowed
from perron.people.confirm import ask_to_confirm
from perron.people.invitations import note_guest, use_invitation
from perron.people.kept_out import must_be_welcome
from perron.people.model import Account, AccountJoined, Unfit, User
from perron.people.queries import account_by_handle, add_account, add_membership
from perron.people.users import add_user, find_user_by_email
from perron.store import Tx

_USERNAME = re.compile(r"[a-z0-9_]{1,30}", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(
    r"[a-z0-9!#$&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$&'*+/=?^_`{|}~-]+)*"
    r"@(localhost|([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)",
    re.ASCII | re.IGNORECASE,
)
RESERVED = frozenset((
    "abuse", "account", "actor", "admin", "administrateur", "administrator", "aide", "all", "api",
    "contact", "everyone", "help", "here", "hostmaster", "instance", "mailer_daemon", "media", "mod",
    "moderateur", "moderation", "moderator", "no_reply", "noreply", "nobody", "oauth", "owner", "perron",
    "postmaster", "proprietaire", "root", "security", "securite", "server", "serveur", "staff",
    "support", "sysadmin", "system", "team", "tous", "webmaster",
))  # fmt: skip


def join(
    tx: Tx,
    *,
    username: str,
    email: str,
    password_hash: str,
    locale: str = "fr",
    role: str = "user",
    invitation: str = "",
    policy: str = "open",
    waits: bool = False,
    reason: str = "",
    confirm_in: Path | None = None,
    app_id: int | None = None,
) -> tuple[User, Account]:
    """Add a user and the account that is theirs; both wait for approval when `policy` (who may join) says so, when
    moderators decided so of such addresses, or in any case (`waits`).

    `confirm_in`: they have to show first that the address is theirs, by a letter sealed with the secret of this folder.
    `app_id`: the app by which they came.
    """
    username, email = read_username(username), read_email(email)
    if role == "user":
        role = admit(tx, policy, invitation)
        if role == "user" and username.lower() in RESERVED:
            raise Unfit("This name is reserved. Please choose another.", field="username", why="reserved")
    waits = must_be_welcome(tx, email) or waits or (policy == "approval" and not invitation)
    if account_by_handle(tx, username):
        raise Unfit("This name is taken. Please choose another.", field="username", why="taken")
    if find_user_by_email(tx, email):
        raise Unfit("This e-mail address is already in use.", field="email", why="taken")

    state = "pending" if waits and role == "user" else "active"
    user = add_user(
        tx,
        email,
        password_hash,
        locale=locale,
        role=role,
        state=state,
        reason=reason,
        confirmed=confirm_in is None,
        app_id=app_id,
    )
    if invitation:
        note_guest(tx, user.id, invitation)
    account = add_account(tx, username, state=state if user.confirmed else "pending", language=locale)
    add_membership(tx, user.id, account.id)
    if confirm_in is not None:
        ask_to_confirm(tx, user.id, user.email, data=confirm_in)
    emit(tx, AccountJoined(account.id))
    return user, account


def admit(tx: Tx, policy: str, invitation: str) -> str:
    """The role of somebody who comes by themselves; NotAllowed when the door is not open to them."""
    if policy == "closed":
        raise NotAllowed("Nobody can join this server at the moment.")
    if policy == "invitation" and not invitation:
        raise NotAllowed("Joining this server needs an invitation.")
    if not invitation:
        return "user"
    role = use_invitation(tx, invitation)
    if role is None:
        raise NotAllowed("This invitation was used up or has expired. Please ask for another.")
    return role


def read_username(text: str) -> str:
    """A name for an account: letters without accents, digits and underscores, 30 at most."""
    text = text.strip()
    if not text:
        raise Unfit("Please choose a name.", field="username", why="blank")
    if not _USERNAME.fullmatch(text):
        raise Unfit(
            "A name is made of letters without accents, digits and underscores, 30 at most.",
            field="username",
            why="too_long" if len(text) > 30 else "invalid",
        )
    return text


def read_email(text: str) -> str:
    """An e-mail address that can mean one mailbox only, in lower case."""
    text = text.strip(" ")
    if not text:
        raise Unfit("Please give your e-mail address.", field="email", why="blank")
    local, _, domain = text.rpartition("@")
    if not domain.isascii():
        try:
            text = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            raise Unfit("This is not an e-mail address.", field="email", why="invalid") from None
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise Unfit("This is not an e-mail address.", field="email", why="invalid")
    return text.lower()
