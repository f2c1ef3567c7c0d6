"""What an app may do once it is let in, said so that a person can decide."""

from perron.people.scopes import SCOPES
from perron.web.words import Words


def _(message: str) -> str:
    """Mark a message for the catalog."""
    return message


_WHOLE = {
    "profile": _("See your name, your handle and your picture"),
    "push": _("Send you notices while the app is closed"),
    "follow": _("See and change whom you follow, mute and block"),
    "read": _("Read everything you can read here, private messages included"),
    "write": _("Publish, change and delete in your name"),
    "admin:read": _("Read what those who run this server can read"),
    "admin:write": _("Act with the powers of those who run this server"),
}
_READ, _WRITE = _("See: %(things)s"), _("Change: %(things)s")
_ADMIN_READ, _ADMIN_WRITE = (
    _("See, as one who runs this server: %(things)s"),
    _("Change, as one who runs this server: %(things)s"),
)
_PARTS = {"read": _READ, "write": _WRITE, "admin:read": _ADMIN_READ, "admin:write": _ADMIN_WRITE}
_THINGS = {
    "accounts": _("accounts and profiles"),
    "blocks": _("blocks"),
    "bookmarks": _("bookmarks"),
    "canonical_email_blocks": _("blocked e-mail addresses"),
    "collections": _("collections"),
    "conversations": _("conversations"),
    "domain_allows": _("allowed servers"),
    "domain_blocks": _("blocked servers"),
    "email_domain_blocks": _("blocked e-mail providers"),
    "favourites": _("favourites"),
    "filters": _("filters"),
    "follows": _("follows"),
    "ip_blocks": _("blocked addresses"),
    "lists": _("lists"),
    "media": _("pictures, sounds and videos"),
    "mutes": _("mutes"),
    "notifications": _("notices"),
    "reports": _("reports"),
    "search": _("searches"),
    "statuses": _("posts"),
}


def in_words(words: Words, scopes: frozenset[str]) -> list[str]:
    """One line for each thing that scopes allow; what a broad one allows is not said again."""
    lines = [words.say(_WHOLE[scope]) for scope in SCOPES if scope in _WHOLE and scope in scopes]
    for parent, message in _PARTS.items():
        if parent in scopes:
            continue
        things = [scope.removeprefix(f"{parent}:") for scope in SCOPES if scope.startswith(f"{parent}:")]
        held = [words.say(_THINGS[thing]) for thing in things if f"{parent}:{thing}" in scopes]
        if held:
            lines.append(words.say(message, things=", ".join(held)))
    return lines
