"""What an account says of itself."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid
from perron.people.model import Account, AccountUnlocked, CreatorChanged, LinksWritten
from perron.people.search import forget_account, index_account
from perron.store import Db, Prepared, Tx, tell
from perron.store.tables import accounts
from perron.text.hosts import ascii_host
from perron.text.language import is_language
from perron.text.reading import length

LONGEST_NAME, LONGEST_NOTE, LONGEST_FIELD, MOST_FIELDS = 100, 500, 255, 8
MOST_DOMAINS = 10
KINDS = ("person", "brand", "bot")
"""Who speaks through an account: somebody, an organisation, or a machine."""

_FIELDS = Prepared(select(accounts.c.fields).where(accounts.c.id == bindparam("of_account")))

COLORS = ("shutter", "lavender", "ochre", "brick", "sea", "olive", "rose", "slate")
"""By which an account is known at a glance; the stylesheet says what each looks like, by day and by night."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Changes to a profile; None leaves a thing as it is."""

    display_name: str | None = None
    note: str | None = None
    fields: list[tuple[str, str]] | None = None
    avatar: str | None = None
    avatar_still: str | None = None
    header: str | None = None
    header_still: str | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    color: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    kind: str | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    attribution_domains: Sequence[str] | None = None
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
        if getattr(changes, one.name) is not None and one.name not in ("bot", "fields", "attribution_domains")
    }
    if changes.fields is not None:
        values["fields"] = json.encode_text(_fields(tx, who, changes.fields))
    if changes.attribution_domains is not None:
        values["attribution_domains"] = json.encode_text(read_attribution_domains(changes.attribution_domains))
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
    if changes.fields is not None and any(_is_unproved_link(one) for one in json.decode(values["fields"])):
        emit(tx, LinksWritten(who.id))
    if "attribution_domains" in values:
        emit(tx, CreatorChanged(who.id))
    if who.locked and changes.locked is False:
        emit(tx, AccountUnlocked(who.id))
    tx.rerender("account", who.id)
    tell(tx, "viewer", who.id)


def _fields(db: Db, who: Account, written: list[tuple[str, str]]) -> list[list[Any]]:
    """Lines as they are kept: a link that was proved and stands there again needs no other proof."""
    proved = {value: at for _, value, at in json.decode(db.value(_FIELDS, of_account=who.id) or "[]") if at}
    return [[name, value, proved.get(value)] for name, value in written if name or value]


def _is_unproved_link(field: list[Any]) -> bool:
    return field[2] is None and page_of(field[1]) is not None


def page_of(value: str) -> str | None:
    """The page to which a line of a profile leads, when it is an address and nothing else."""
    if not value.startswith(("https://", "http://")) or len(value.split()) != 1:
        return None
    try:
        parts = urlsplit(value)
        sound = bool(parts.hostname) and "@" not in parts.netloc and "." in (parts.hostname or "")
    except ValueError:
        return None
    return value if sound else None


def read_attribution_domains(written: Sequence[str]) -> list[str]:
    """Sites that may name an account as their author, as their hosts; each once."""
    found = []
    for text in written:
        host = text.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")[0].rstrip(".")
        if host.startswith("*."):
            host = host[2:]
        if not host:
            continue
        domain = ascii_host(host)
        if domain is None or "." not in domain:
            raise Invalid("Validation failed: Attribution domains: each is the name of a site, such as example.org")
        found.append(domain)
    domains = [*dict.fromkeys(found)]
    if len(domains) > MOST_DOMAINS:
        raise Invalid(f"Validation failed: Attribution domains: at most {MOST_DOMAINS} can be named")
    return domains


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
    if changes.kind is not None and changes.kind not in KINDS:
        raise Invalid("Validation failed: Kind is not included in the list")
