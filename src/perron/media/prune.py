"""Clearing away: uploads that nobody put into a post, and files that no row names."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, bindparam, select

from perron.jobs import Event, come_back, emit_once
from perron.kit import json
from perron.kit.time import DAY, HOUR, MINUTE, SECOND, now
from perron.media.files import Files
from perron.media.places import files_of
from perron.media.queries import remove_abandoned
from perron.store import Db, Prepared, Store, Tx, const
from perron.store.facts import fact, state
from perron.store.tables import accounts, archives, bank_imports, cards, emojis, media, server_settings, story_works

KEYS: tuple[Column[str], ...] = (
    media.c.file,
    media.c.small,
    accounts.c.avatar,
    accounts.c.avatar_still,
    accounts.c.header,
    accounts.c.header_still,
    emojis.c.file,
    cards.c.image,
    archives.c.file,
    bank_imports.c.file,
    story_works.c.file,
)
DIGITS = "0123456789abcdef"
_PICTURE = Prepared(select(server_settings.c.value).where(server_settings.c.name == const("picture")))
_NAMED = [Prepared(select(column).where(column.like(bindparam("start")))) for column in KEYS]


@dataclass(frozen=True)
class PruningDue(Event):
    """An hour has passed since unused files were last cleared away."""


def prune(store: Store, files: Files, digits: str = DIGITS) -> int:
    """Remove uploads and files that have been without use for a day; how many of both. `digits`: which sixteenths of
    the files are looked at."""
    rows = 0
    while some := store.write(lambda tx: remove_abandoned(tx, older_than=now() - DAY)):
        rows += some
    files.tidy(DAY / SECOND)
    return rows + sum(_prune_orphans(store, files, digit) for digit in digits)


def prune_hourly(store: Store, payload: dict[str, Any]) -> None:
    """After `PruningDue`: clear away, and come back in an hour. What is kept far away is looked at a part an hour."""
    files = files_of(store)
    part = now() // HOUR % len(DIGITS)
    prune(store, files, DIGITS if files.near else DIGITS[part])
    store.write(lambda tx: come_back(tx, PruningDue(), due=now() + HOUR))


def keep_pruning(tx: Tx) -> None:
    """See to it that clearing away is due at some time."""
    emit_once(tx, PruningDue(), due=now() + MINUTE)


def _prune_orphans(store: Store, files: Files, start: str) -> int:
    """Remove old files that no row names. They are listed first, so that a row added meanwhile counts."""
    before = time.time() - DAY / SECOND
    old, count, weight = [], 0, 0
    for one in files.listed(start):
        count, weight = count + 1, weight + one.bytes
        if one.changed < before:
            old.append(one.key)
    if not files.near:
        note_weight(store, files, start, count, weight)
    if not old:
        return 0
    with store.read() as db:
        named = _named(db, start)
    orphans = [key for key in old if key not in named]
    for key in orphans:
        files.remove(key)
    return len(orphans)


def note_weight(store: Store, files: Files, start: str, count: int, weight: int) -> None:
    """Remember what a store far away was seen to hold: to ask it again takes too long for a page."""
    store.write(lambda tx: state(tx, f"media {start}", json.encode_text([files.name, count, weight])))


def noted_weight(db: Db, files: Files) -> tuple[int, int]:
    """How many files, and how many bytes, a store far away was last seen to hold."""
    count = weight = 0
    for start in DIGITS:
        name, files_seen, bytes_seen = json.decode(fact(db, f"media {start}") or '["", 0, 0]')
        if name == files.name:
            count, weight = count + files_seen, weight + bytes_seen
    return count, weight


def _named(db: Db, start: str) -> set[str]:
    own = {json.decode(value) for value in db.column(_PICTURE)}
    return own | {key for statement in _NAMED for key in db.column(statement, start=f"{start}%")}
