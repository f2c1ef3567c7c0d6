"""Clearing away: uploads that nobody put into a post, and files that no row names."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, bindparam, select

from perron.jobs import Event, come_back, emit_once
from perron.kit import json
from perron.kit.time import DAY, HOUR, MINUTE, SECOND, now
from perron.media.files import Files, files_of
from perron.media.queries import remove_abandoned
from perron.store import Db, Prepared, Store, Tx, const
from perron.store.tables import accounts, cards, emojis, media, server_settings

KEYS: tuple[Column[str], ...] = (
    media.c.file,
    media.c.small,
    accounts.c.avatar,
    accounts.c.avatar_still,
    accounts.c.header,
    accounts.c.header_still,
    emojis.c.file,
    cards.c.image,
)
_PICTURE = Prepared(select(server_settings.c.value).where(server_settings.c.name == const("picture")))
_NAMED = [Prepared(select(column).where(column.like(bindparam("start")))) for column in KEYS]


@dataclass(frozen=True)
class PruningDue(Event):
    """An hour has passed since unused files were last cleared away."""


def prune(store: Store, files: Files) -> int:
    """Remove uploads and files that have been without use for a day; how many of both."""
    rows = 0
    while some := store.write(lambda tx: remove_abandoned(tx, older_than=now() - DAY)):
        rows += some
    files.tidy(DAY / SECOND)
    return rows + sum(_prune_orphans(store, files, digit) for digit in "0123456789abcdef")


def prune_hourly(store: Store, payload: dict[str, Any]) -> None:
    """After `PruningDue`: clear away, and come back in an hour."""
    prune(store, files_of(store))
    store.write(lambda tx: come_back(tx, PruningDue(), due=now() + HOUR))


def keep_pruning(tx: Tx) -> None:
    """See to it that clearing away is due at some time."""
    emit_once(tx, PruningDue(), due=now() + MINUTE)


def _prune_orphans(store: Store, files: Files, start: str) -> int:
    """Remove old files that no row names. They are listed first, so that a row added meanwhile counts."""
    old = list(files.older(start, DAY / SECOND))
    if not old:
        return 0
    with store.read() as db:
        named = _named(db, start)
    orphans = [key for key in old if key not in named]
    for key in orphans:
        files.remove(key)
    return len(orphans)


def _named(db: Db, start: str) -> set[str]:
    own = {json.decode(value) for value in db.column(_PICTURE)}
    return own | {key for statement in _NAMED for key in db.column(statement, start=f"{start}%")}
