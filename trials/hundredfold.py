"""A town many times over: every account, post, tie, mark, notice and file of a data folder again, further in the past.

Straight into SQLite, under other ids, names and files; what a town shares (tags, cards, rules, apps) stays one. Ids are
known by their size: no time in milliseconds is as large.
"""

import hashlib
import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from perron.media.prune import KEYS
from perron.posts.words import add_page_of_words
from perron.store import Store
from perron.store.building import transaction
from perron.store.tables import metadata

DAY = 86_400_000 << 16
LEAST_ID = 10**16
SHARED = (
    *("tags", "tag_days", "cards", "card_days", "publishers", "emojis", "rules", "apps", "invitations"),
    *("announcements", "server_settings", "domain_rules", "domain_allows", "email_domain_blocks", "email_domain_days"),
    *("ip_blocks", "email_blocks", "trends", "trend_reviews", "jobs", "changes", "facts", "nodes", "leases"),
    *("announcement_reads", "announcement_reactions", "audit", "story_salts"),
)
KEPT = ("tag_id", "card_id", "app_id", "invitation_id")
"""Columns that name what is shared."""
FILES = {(column.table.name, column.name) for column in KEYS}
_ID = re.compile(rb"\b1[01]\d{16}\b")


def multiply(data: Path, times: int, say: Callable[[str], None] = print) -> None:
    """Make a folder hold `times` towns. `perron check --repair` then lets the counts of shared tags agree, and puts the
    names of the new accounts where they are looked for."""
    db = sqlite3.connect(data / "perron.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-200000"):
        db.execute(f"PRAGMA {pragma}")
    for table in metadata.tables.values():
        if table.name in SHARED:
            continue
        names = [column.name for column in table.columns]
        rows = db.execute(f"SELECT {', '.join(names)} FROM {table.name}").fetchall()
        marks = ", ".join("?" * len(names))
        db.execute("BEGIN")
        for number in range(1, times):
            again = [_again(table, names, row, number, data) for row in rows]
            db.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", again)
        db.execute("COMMIT")
    db.execute("INSERT INTO post_words (post_words) VALUES ('delete-all')")
    db.close()
    say("rows are there")
    store, found, last = Store(f"sqlite:///{data / 'perron.sqlite3'}"), 1, 0
    with store.engine.connect() as connection:
        while found:
            with transaction(connection, "BEGIN IMMEDIATE") as tx:
                found, last = add_page_of_words(tx, last, 5000)
    store.close()
    say("words are there")


def _again(table: Any, names: list[str], row: tuple[Any, ...], number: int, data: Path) -> tuple[Any, ...]:
    """A row as it is in another of the towns."""
    made = []
    for name, value in zip(names, row, strict=True):
        if isinstance(value, int) and value > LEAST_ID and name not in KEPT:
            made.append(_moved(value, number))
        elif name == "fragment" and value:
            made.append(_ID.sub(lambda found: str(_moved(int(found[0]), number)).encode(), value))
        elif (table.name, name) in FILES and value:
            made.append(_file(value, number, data))
        elif isinstance(value, bytes):
            made.append(hashlib.sha256(value + bytes([number % 256, number // 256])).digest())
        elif name in ("handle", "username"):
            made.append(f"{value}{number}")
        elif name == "email":
            made.append(f"{number}.{value}")
        else:
            made.append(value)
    return tuple(made)


def _moved(id_: int, number: int) -> int:
    return id_ - number * (DAY + 977)


def _file(key: str, number: int, data: Path) -> str:
    """The same file under another name."""
    name = hashlib.sha256(f"{key} {number}".encode()).hexdigest()[:32]
    made = f"{name[:2]}/{name[2:4]}/{name}.{key.rpartition('.')[2]}"
    path = data / "media" / made
    if not path.exists() and (data / "media" / key).exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(data / "media" / key, path)
    return made
