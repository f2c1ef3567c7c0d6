"""Whom a text names, and whom a post thanks: handles as the accounts table keeps them."""

from perron.kit.errors import Invalid
from perron.kit.settings import Settings
from perron.people.model import Account
from perron.people.queries import account_by_handle, accounts_by_handles
from perron.people.relations import relation
from perron.store import Db
from perron.text.reading import Handle, Reading


def named_accounts(db: Db, reading: Reading, settings: Settings) -> dict[Handle, Account]:
    """The accounts that a text names and that are known here."""
    keys = {handle: handle_key(handle, settings) for handle in reading.handles}
    if not keys:
        return {}
    known = {account.handle: account for account in accounts_by_handles(db, sorted(set(keys.values())))}
    return {handle: known[key] for handle, key in keys.items() if key in known and known[key].state == "active"}


def handle_key(handle: Handle, settings: Settings) -> str:
    """A handle as the accounts table keeps it."""
    here = handle.domain is None or handle.domain in (settings.domain, settings.domain.partition(":")[0])
    return handle.username if here else f"{handle.username}@{handle.domain}"


def credited_account(db: Db, author: Account, via: str, settings: Settings) -> Account | None:
    """Whom a draft thanks for the find; Invalid when nobody here is called so, or does not wish to meet the author."""
    called = via.strip().removeprefix("@").lower()
    if not called:
        return None
    username, _, domain = called.partition("@")
    found = account_by_handle(db, handle_key(Handle(username, domain or None), settings))
    if found is None or found.state != "active" or relation(db, author.id, found.id).blocked_by:
        raise Invalid("Validation failed: Via names nobody who is known here.")
    if found.id == author.id:
        raise Invalid("Validation failed: Via is for somebody else; your own name is on the post already.")
    return found
