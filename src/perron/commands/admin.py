"""`perron admin`: people and tokens, also while the server runs."""

import argparse
from collections.abc import Callable

from perron.commands.jobs import opened
from perron.kit.errors import NotFound
from perron.kit.secrets import new_secret
from perron.kit.settings import Settings
from perron.moderation.audit import record
from perron.people.apps import register_app
from perron.people.confirm import confirm_by_hand
from perron.people.invitations import make_invitation
from perron.people.join import join
from perron.people.model import Account, User
from perron.people.passwords import hash_password, read_password
from perron.people.queries import account_by_handle
from perron.people.scopes import read_scopes
from perron.people.second_factor import stop_second_factor
from perron.people.standing import change_state, delete_account, user_of
from perron.people.tokens import issue_token
from perron.people.users import change_password, disable_user, enable_user
from perron.store import Db, Tx

OWN_APP = "perron admin"


def create(settings: Settings, given: argparse.Namespace) -> int:
    """Create an account and its user; they are active at once."""
    hashed = hash_password(read_password(given.password))
    with opened(settings) as site:
        site.store.write(
            lambda tx: join(
                tx,
                username=given.name,
                email=given.email,
                password_hash=hashed,
                locale=settings.locale,
                role=given.role,
                policy="open",
            )
        )
    print(f"@{given.name} is here.")
    return 0


def suspend(settings: Settings, given: argparse.Namespace) -> int:
    """Hide an account and end its access."""
    return _stand(settings, given, "suspended", "suspend", "is suspended")


def unsuspend(settings: Settings, given: argparse.Namespace) -> int:
    """Show a suspended account again."""
    return _stand(settings, given, "active", "undo_suspend", "stands again")


def _stand(settings: Settings, given: argparse.Namespace, state: str, verb: str, says: str) -> int:
    _do(settings, given.name, verb, lambda tx: change_state(tx, _account(tx, given.name), state))
    print(f"@{given.name} {says}.")
    return 0


def disable(settings: Settings, given: argparse.Namespace) -> int:
    """End a user's access; what they wrote stays."""
    _do(settings, given.name, "disable", lambda tx: disable_user(tx, _user(tx, given.name).id))
    print(f"The user of @{given.name} can no longer sign in.")
    return 0


def enable(settings: Settings, given: argparse.Namespace) -> int:
    """Give a disabled user access again."""
    _do(settings, given.name, "undo_disable", lambda tx: enable_user(tx, _user(tx, given.name).id))
    print(f"The user of @{given.name} can sign in.")
    return 0


def delete(settings: Settings, given: argparse.Namespace) -> int:
    """Delete an account with everything it wrote."""
    _do(settings, given.name, "delete_account", lambda tx: delete_account(tx, _account(tx, given.name)))
    print(f"@{given.name} is deleted; its posts go in the background.")
    return 0


def reset_password(settings: Settings, given: argparse.Namespace) -> int:
    """Set a new password; every session and token of the user ends."""
    password = given.password or new_secret(12)
    hashed = hash_password(read_password(password))
    _do(settings, given.name, "reset_password", lambda tx: change_password(tx, _user(tx, given.name).id, hashed))
    if not given.password:
        print(password)
    return 0


def two_step_off(settings: Settings, given: argparse.Namespace) -> int:
    """Let a user in by their password alone, after they have lost what made the second step."""
    _do(settings, given.name, "two_step_off", lambda tx: stop_second_factor(tx, _user(tx, given.name).id))
    print(f"The user of @{given.name} signs in with the password alone.")
    return 0


def confirm(settings: Settings, given: argparse.Namespace) -> int:
    """Believe that a user's e-mail address is theirs, when the letter does not reach them."""
    _do(settings, given.name, "confirm_email", lambda tx: confirm_by_hand(tx, _user(tx, given.name).id))
    print(f"The e-mail address of @{given.name} counts as theirs.")
    return 0


def create_token(settings: Settings, given: argparse.Namespace) -> int:
    """Print a new access token."""
    scopes = read_scopes(given.scopes)
    with opened(settings) as site:
        print(site.store.write(lambda tx: _token(tx, given.name, scopes)))
    return 0


def _token(tx: Tx, name: str, scopes: frozenset[str]) -> str:
    app, _ = register_app(tx, OWN_APP, ["urn:ietf:wg:oauth:2.0:oob"], scopes=" ".join(scopes))
    return issue_token(tx, app.id, _user(tx, name).id, _account(tx, name).id, scopes)


def invite(settings: Settings, given: argparse.Namespace) -> int:
    """Print a one-time link with which somebody can join."""
    with opened(settings) as site:
        code = site.store.write(lambda tx: make_invitation(tx, role=given.role))
        print(f"{site.links.origin}/sign-up?invitation={code}")
    return 0


def _do(settings: Settings, name: str, verb: str, does: Callable[[Tx], object]) -> None:
    """Do something with an account, and write it down in the audit, where moderators read it."""

    def work(tx: Tx) -> None:
        account = _account(tx, name)
        record(tx, None, verb, "account", account.id, f"@{account.handle}")
        does(tx)

    with opened(settings) as site:
        site.store.write(work)


def _account(db: Db, name: str) -> Account:
    found = account_by_handle(db, name.removeprefix("@"))
    if found is None or found.state == "deleted":
        raise NotFound(f"There is no account called {name}.")
    return found


def _user(db: Db, name: str) -> User:
    found = user_of(db, _account(db, name).id)
    if found is None:
        raise NotFound(f"Nobody signs in for {name}.")
    return found
