"""What an account says of itself."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid
from perron.people.model import Account, AccountUnlocked
from perron.people.search import forget_account, index_account
from perron.store import Tx, tell
from perron.store.tables import accounts
from perron.text.language import is_language
from perron.text.reading import length

LONGEST_NAME, LONGEST_NOTE, LONGEST_FIELD, MOST_FIELDS = 100, 500, 255, 8

COLORS = ("shutter", "lavender", "ochre", "brick", "sea", "olive", "rose", "slate")
"""By which an account is known at a glance; the stylesheet says what each looks like, by day and by night."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Changes to a profile; None leaves a thing as it is."""

    display_name: str | None = None
    note: str | None = None
    fields: list[tuple[str, str]] | None = None
    avatar: str | None = None
    header: str | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    color: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    default_visibility: str | None = None
    default_language: str | None = None
    default_sensitive: bool | None = None
    quote_policy: str | None = None


def change_profile(tx: Tx, who: Account, changes: Profile) -> None:
    """Change what an account says of itself and how it posts by default."""
    check_profile(changes)
    values: dict[str, Any] = {
        one.name: getattr(changes, one.name)
        for one in fields(Profile)
        if getattr(changes, one.name) is not None and one.name not in ("bot", "fields")
    }
    if changes.fields is not None:
        values["fields"] = json.encode_text([[name, value, None] for name, value in changes.fields if name or value])
    if changes.bot is not None:
        values["kind"] = "bot" if changes.bot else ("person" if who.kind == "bot" else who.kind)
    if not values:
        return
    renamed = "display_name" in values
    if renamed:
        forget_account(tx, who.id)
    tx.execute(update(accounts).where(accounts.c.id == who.id).values(**values))
    if renamed:
        index_account(tx, who.id)
    if who.locked and changes.locked is False:
        emit(tx, AccountUnlocked(who.id))
    tx.rerender("account", who.id)
    tell(tx, "viewer", who.id)


def check_profile(changes: Profile) -> None:
    """Refuse what is too long or not a choice."""
    if changes.display_name is not None and length(changes.display_name) > LONGEST_NAME:
        raise Invalid(f"Validation failed: Display name is too long (maximum is {LONGEST_NAME} characters)")
    if changes.note is not None and length(changes.note) > LONGEST_NOTE:
        raise Invalid(f"Validation failed: Note is too long (maximum is {LONGEST_NOTE} characters)")
    if changes.fields is not None:
        if len(changes.fields) > MOST_FIELDS:
            raise Invalid(f"Validation failed: A profile has at most {MOST_FIELDS} fields")
        if any(len(name) > LONGEST_FIELD or len(value) > LONGEST_FIELD for name, value in changes.fields):
            raise Invalid(f"Validation failed: A field is too long (maximum is {LONGEST_FIELD} characters)")
    if changes.default_visibility not in (None, "public", "unlisted", "followers", "mentioned"):
        raise Invalid("Validation failed: Privacy is not included in the list")
    if changes.default_language and not is_language(changes.default_language):
        raise Invalid("Validation failed: Language is not a language code such as fr or en")
    if changes.color not in (None, "", *COLORS):
        raise Invalid("Validation failed: Color is not included in the list")
    if changes.quote_policy not in (None, "public", "followers", "nobody"):
        raise Invalid("Validation failed: Quote policy is not included in the list")
