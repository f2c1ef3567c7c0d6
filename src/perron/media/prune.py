"""Clearing away: uploads that nobody put into a post, and files that no row names."""

from sqlalchemy import Column, bindparam, select

from perron.kit.time import DAY, SECOND, now
from perron.media.files import Files
from perron.media.queries import remove_abandoned
from perron.store import Db, Prepared, Store
from perron.store.tables import accounts, emojis, media

KEYS: tuple[Column[str], ...] = (media.c.file, media.c.small, accounts.c.avatar, accounts.c.header, emojis.c.file)
_NAMED = [Prepared(select(column).where(column.like(bindparam("start")))) for column in KEYS]


def prune(store: Store, files: Files) -> int:
    """Remove uploads and files that have been without use for a day; how many of both."""
    rows = 0
    while some := store.write(lambda tx: remove_abandoned(tx, older_than=now() - DAY)):
        rows += some
    files.tidy(DAY / SECOND)
    return rows + sum(_prune_orphans(store, files, digit) for digit in "0123456789abcdef")


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
    return {key for statement in _NAMED for key in db.column(statement, start=f"{start}%")}
