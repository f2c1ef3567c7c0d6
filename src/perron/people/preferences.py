"""How somebody who signs in wishes to be served: looks, languages, what is told by which way, and when not at all.

Kept as JSON in `users.preferences`, where only what was chosen stands. What cannot be read there is as if nobody had
chosen it, so that no page ever fails for an old choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import bindparam, select, update

from perron.kit import json
from perron.kit.errors import Invalid
from perron.store import Db, Prepared, Tx
from perron.store.tables import users
from perron.text.language import is_language

CHOICES = {
    "theme": ("auto", "light", "dark"),
    "contrast": ("auto", "more"),
    "size": ("small", "medium", "large", "larger"),
    "motion": ("auto", "less"),
    "autoplay": ("never", "gifs"),
}
MAIL = ("no", "once", "daily")
KINDS = (
    *("mention", "quote", "credit", "boost", "favourite", "follow", "request", "post", "edit", "poll", "collection"),
    *("decision", "report", "sign_up"),
)
"""What one can be told of, in our words; `timelines/channels.py` says which notices each of them means."""
FOR_MODERATORS = ("report", "sign_up")
MOST_LANGUAGES = 30
LAST_MINUTE = 24 * 60 - 1


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which neither push nor mail come: minutes of the day, and the days (0 is Monday) on which they begin.
    Hours that end before they begin end on the next day; hours that end when they begin last a whole day."""

    begins: int
    ends: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What somebody chose. `zone` is empty until it is chosen: times are then told in UTC, and say so."""

    theme: str = "auto"
    contrast: str = "auto"
    size: str = "medium"
    motion: str = "auto"
    zone: str = ""
    languages: tuple[str, ...] = ()
    require_alt: bool = False
    ask_boost: bool = False
    expand_warnings: bool = False
    open_media: bool = False
    autoplay: str = "gifs"
    quiet: Quiet | None = None
    silent: frozenset[str] = frozenset()
    """Kinds that no device is told of."""
    mail: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Kinds that are told by mail: `once` (at once) or `daily`."""

    @property
    def place(self) -> ZoneInfo:
        """The zone in which times are told."""
        return zone_called(self.zone) or _UTC

    def pushes(self, kind: str) -> bool:
        """Whether devices are told of this."""
        return kind not in self.silent

    def mails(self, kind: str) -> str:
        """Whether this is told by mail: `no`, `once` or `daily`."""
        return self.mail.get(kind, "no")


_UTC = ZoneInfo("UTC")
_FLAGS = ("require_alt", "ask_boost", "expand_warnings", "open_media")
_KEPT = Prepared(select(users.c.preferences).where(users.c.id == bindparam("of_user")))
_HELD = Prepared(select(users.c.preferences).where(users.c.id == bindparam("of_user")).with_for_update())
_KEEP = Prepared(update(users).where(users.c.id == bindparam("of_user")).values(preferences=bindparam("chosen")))


def preferences_of(db: Db, user_id: int) -> Preferences:
    """What a user chose; the defaults for whoever is gone."""
    return read_preferences(db.value(_KEPT, of_user=user_id) or "{}")


def change_preferences(tx: Tx, user_id: int, **changes: Any) -> Preferences:
    """Choose anew: each by its name in `Preferences`. Invalid when it is not a choice."""
    fresh = {name: _checked(name, value) for name, value in changes.items()}
    kept = _record(tx.value(_HELD, of_user=user_id) or "{}")
    text = json.encode_text(kept | fresh)
    tx.run(_KEEP, of_user=user_id, chosen=text)
    return read_preferences(text)


@lru_cache(1024)
def read_preferences(text: str) -> Preferences:
    """Preferences as they are kept."""
    kept = _record(text)
    values: dict[str, Any] = {}
    for name in Preferences.__slots__:
        if name in kept:
            try:
                values[name] = _thawed(name, _checked(name, kept[name]))
            except (Invalid, TypeError, ValueError, AttributeError):
                continue
    return Preferences(**values)


@lru_cache(1024)
def zone_called(name: str) -> ZoneInfo | None:
    """A zone by its name (`Europe/Paris`), or None when there is none."""
    if not name or not name.isascii() or not name.isprintable() or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _record(text: str) -> dict[str, Any]:
    try:
        found = json.decode(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _checked(name: str, value: Any) -> Any:
    """A choice as it is kept in JSON; Invalid when it is none."""
    if name in CHOICES:
        _refuse_unless(value in CHOICES[name])
    elif name in _FLAGS:
        _refuse_unless(isinstance(value, bool))
    elif name == "zone":
        _refuse_unless(value == "" or (isinstance(value, str) and zone_called(value) is not None))
    elif name == "languages":
        value = [*dict.fromkeys(value)]
        _refuse_unless(len(value) <= MOST_LANGUAGES and all(isinstance(one, str) and is_language(one) for one in value))
    elif name == "silent":
        _refuse_unless(all(one in KINDS for one in value))
        value = sorted(value)
    elif name == "mail":
        _refuse_unless(all(kind in KINDS and way in MAIL for kind, way in value.items()))
        value = {kind: way for kind, way in value.items() if way != "no"}
    elif name == "quiet":
        value = _checked_quiet(value)
    else:
        raise KeyError(name)
    return value


def _checked_quiet(value: Any) -> Any:
    if value is None:
        return None
    begins, ends, days = (value.begins, value.ends, value.days) if isinstance(value, Quiet) else value
    for minute in (begins, ends):
        _refuse_unless(isinstance(minute, int) and 0 <= minute <= LAST_MINUTE)
    _refuse_unless(len(days) > 0 and all(day in range(7) for day in days))
    return [begins, ends, sorted(set(days))]


def _thawed(name: str, value: Any) -> Any:
    if name == "languages":
        return tuple(value)
    if name == "silent":
        return frozenset(value)
    if name == "mail":
        return MappingProxyType(dict(value))
    if name == "quiet" and value is not None:
        return Quiet(value[0], value[1], tuple(value[2]))
    return value


def _refuse_unless(sound: bool) -> None:
    if not sound:
        raise Invalid("Validation failed: Preference is not included in the list")
