"""What the owner decides on pages. It stands over what the file and the environment say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, select

from perron.kit import json
from perron.kit.settings import BadSetting, Settings, read_setting
from perron.kit.time import now
from perron.moderation.audit import record
from perron.moderation.rules import rules
from perron.people.join import read_email
from perron.people.model import Unfit
from perron.store import Db, Prepared, Tx, tell, upsert
from perron.store.tables import server_settings

NAMES = (
    *("title", "description", "about", "privacy", "terms", "contact", "picture", "locale"),
    *("registration", "may_invite"),
    *("post_max_chars", "poll_max_options", "media_max_files"),
    *("trends", "trends_min_people"),
)
"""What can be decided on pages; everything else is for whoever holds the machine."""
LONGEST = {"title": 60, "description": 300, "about": 10_000, "privacy": 20_000, "terms": 50_000, "contact": 254}

_ALL = Prepared(select(server_settings.c.name, server_settings.c.value, server_settings.c.at))
_KEEP = upsert(server_settings, "name", "value", "at", key=["name"])
_DROP = Prepared(delete(server_settings).where(server_settings.c.name == bindparam("called")))


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one setting, and when (milliseconds since 1970)."""

    value: Any
    at: int


def decided(db: Db) -> dict[str, Decided]:
    """What was decided on pages, by name; what this version cannot read is as if it had not been."""
    found = {}
    for name, value, at in db.all(_ALL):
        if name in NAMES:
            try:
                found[name] = Decided(read_setting(name, json.decode(value), "page"), at)
            except BadSetting:
                continue
    return found


def in_force(db: Db, given: Settings) -> Settings:
    """The settings that hold: what was decided on pages over what was `given` by file and environment.

    The rules kept in the database are among them, so that no page needs a statement to show them.
    """
    values: dict[str, Any] = {name: one.value for name, one in decided(db).items()}
    return replace(given, **values, rules=tuple(rule.text for rule in rules(db, given)))


def decide(tx: Tx, by: int | None, wanted: Mapping[str, Any], settings: Settings) -> list[str]:
    """Change settings, all or none of them; `settings` are those in force. The names of those that changed.

    Unfit names the first that cannot be as it is wanted.
    """
    read = {name: _read(name, raw) for name, raw in wanted.items()}
    changed = [name for name, value in read.items() if value != getattr(settings, name)]
    for name in changed:
        before = getattr(settings, name)
        tx.run(_KEEP, name=name, value=json.encode_text(read[name]), at=now())
        record(tx, by, "change_setting", "setting", None, name, before=before, after=read[name])
    if changed:
        tell(tx, "settings")
    return changed


def forget(tx: Tx, by: int | None, name: str) -> bool:
    """Let a setting be again what the file and the environment say; False when nothing was decided about it."""
    before = decided(tx).get(name)
    if before is None or not tx.run(_DROP, called=name):
        return False
    record(tx, by, "forget_setting", "setting", None, name, before=before.value)
    tell(tx, "settings")
    return True


def _read(name: str, raw: Any) -> Any:
    """A value that may be kept; Unfit says why not."""
    if name not in NAMES:
        raise Unfit("This is not decided on pages.", field=name, why="invalid")
    text = raw.strip() if isinstance(raw, str) else raw
    if isinstance(text, str) and len(text) > LONGEST.get(name, len(text)):
        raise Unfit(f"This has at most {LONGEST[name]} characters.", field=name, why="too_long")
    if name == "title" and not text:
        raise Unfit("A server needs a name.", field=name, why="blank")
    if name == "contact" and text:
        return _read_contact(text)
    try:
        return read_setting(name, text, "page")
    except BadSetting as wrong:
        raise Unfit(str(wrong), field=name, why="invalid") from None


def _read_contact(text: str) -> str:
    try:
        return read_email(text)
    except Unfit as wrong:
        raise Unfit(str(wrong), field="contact", why=wrong.why) from None
