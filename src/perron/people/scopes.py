"""What a token may do, in the words that apps use. A scope grants those below it: `write` grants `write:statuses`."""

from perron.kit.errors import Invalid

_BELOW = {
    "read": (
        "accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists", "mutes",
        "notifications", "search", "statuses",
    ),
    "write": (
        "accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters", "follows",
        "lists", "media", "mutes", "notifications", "reports", "statuses",
    ),
    "admin:read": (
        "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks",
        "reports",
    ),
    "admin:write": (
        "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks",
        "reports",
    ),
}  # fmt: skip
FOLLOW = frozenset(f"{way}:{what}" for way in ("read", "write") for what in ("blocks", "follows", "mutes"))


def _family(parent: str) -> tuple[str, ...]:
    return (parent, *(f"{parent}:{each}" for each in _BELOW[parent]))


SCOPES: tuple[str, ...] = (
    *_family("read"),
    *_family("write"),
    *("follow", "push", "profile"),
    *_family("admin:read"),
    *_family("admin:write"),
)


def _granted_by(scope: str) -> frozenset[str]:
    parent, _, _ = scope.rpartition(":")
    by = {scope, parent} & set(SCOPES)
    if scope in FOLLOW:
        by.add("follow")
    if scope == "profile":  # one's own name and picture: less than what these already see
        by |= {"read", "read:accounts"}
    return frozenset(by)


_GRANTED_BY = {scope: _granted_by(scope) for scope in SCOPES}


def grants(held: frozenset[str], wanted: str) -> bool:
    """Whether one of the scopes held allows what `wanted` names."""
    if wanted == "follow":
        return "follow" in held or {"read", "write"} <= held
    return not held.isdisjoint(_GRANTED_BY[wanted])


def read_scopes(text: str) -> frozenset[str]:
    """Scopes parted by spaces (or `+`); Invalid when one of them is unknown, `read` when there are none."""
    found = frozenset(text.replace("+", " ").split()) or frozenset({"read"})
    if not found <= _GRANTED_BY.keys():
        raise Invalid("The requested scope is invalid, unknown, or malformed.")
    return found


def scopes_text(scopes: frozenset[str]) -> str:
    """Scopes as tokens and apps keep them: known order, parted by spaces."""
    return " ".join(scope for scope in SCOPES if scope in scopes)


def within(wanted: frozenset[str], held: frozenset[str]) -> bool:
    """Whether everything wanted is granted by what is held."""
    return all(grants(held, each) for each in wanted)


STAFF = ("moderator", "admin", "owner")
"""The roles of those who look after a server."""


def for_role(scopes: frozenset[str], role: str | None) -> frozenset[str]:
    """What is left of scopes in the hands of this role: `admin:` ones are for those who look after the server."""
    if role in STAFF:
        return scopes
    return frozenset(scope for scope in scopes if not scope.startswith("admin:"))
