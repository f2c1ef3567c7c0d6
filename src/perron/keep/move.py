"""Move the data of an installation from one database to another: copied while the server goes on, then compared while
writes wait, row by row, and what has changed meanwhile is brought in. At the end the old database is shut.

What is done is known in the new database itself (the fact `move`), so that a move that was killed goes on.
"""

import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from perron.keep.watch import Watch, nobody
from perron.keep.words import KINDS, PAGE
from perron.kit import json
from perron.kit.errors import Refused
from perron.kit.secrets import new_secret
from perron.kit.settings import spoken
from perron.people.search import forget_account, index_accounts
from perron.posts.words import add_words, take_words
from perron.store import Store, Tx
from perron.store.building import (
    finish,
    hurry,
    is_empty,
    make_indexes,
    make_tables,
    settle_down,
    snapshot,
    transaction,
    without_password,
)
from perron.store.comparing import Comparison, Difference, compare, mend
from perron.store.engine import Db, Row
from perron.store.facts import fact, state, take_back
from perron.store.misfits import misfits
from perron.store.rows import SHAPES, Shape, count_rows, digest_of_all, read_rows, write_rows
from perron.store.schema import HEAD, version
from perron.store.shutting import MOVE, MOVED, MOVING, has_tables, held, open_again, shut
from perron.suite.atelier.bank.queries import add_bank_words, take_bank_words

CHUNK = 10_000
"""Rows that are written in one transaction."""
MOST_SAID = 20


@dataclass
class Move:
    """How far a move is, as the new database knows it."""

    id: str
    tables: dict[str, str] = field(default_factory=dict)
    """Behind which key each table goes on."""
    words: dict[str, int] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    schema: str = HEAD


@dataclass
class Moved:
    """What came of it: name, rows and digest of each table."""

    tables: list[tuple[str, int, str]] = field(default_factory=list)
    mended: int = 0
    """Rows that had changed while they were copied."""
    held_seconds: float = 0.0
    """How long writes waited."""
    resumed: bool = False

    @property
    def rows(self) -> int:
        return sum(rows for _, rows, _ in self.tables)

    @property
    def digest(self) -> str:
        return digest_of_all(self.tables)


def move(source: str, target: str, watch: Watch = nobody) -> Moved:
    """Move everything from one database to another; Refused says why not."""
    source, target = spoken(source), spoken(target)
    if source == target:
        raise Refused("Both addresses name the same database.")
    giver, taker = Store(source), Store(target)
    try:
        with giver.engine.connect() as giving, taker.engine.connect() as taking:
            _check_source(giving, source)
            if giver.sqlite and not taker.sqlite:
                _refuse_misfits(giving, watch)
            kept, resumed = _begin(giving, taking)
            _copy(giving, taking, kept, watch)
            moved = _settle(giving, taking, kept, without_password(target), watch)
            moved.resumed = resumed
            settle_down(taking)
            return moved
    finally:
        giver.close()
        taker.close()


def verify(source: str, target: str, watch: Watch = nobody) -> tuple[Moved, list[str]]:
    """Compare two databases row by row and in sum; what differs, a line each."""
    giver, taker = Store(spoken(source)), Store(spoken(target))
    outcome, lines = Moved(), []
    try:
        with giver.engine.connect() as one, taker.engine.connect() as other:
            for connection, url in ((one, source), (other, target)):
                _check_version(connection, url)
            with snapshot(one) as ours, snapshot(other) as theirs:
                total, done = sum(count_rows(ours, shape) for shape in SHAPES), 0
                for shape in SHAPES:
                    found = _compared(ours, theirs, shape, done, total, watch)
                    done += found.source.rows
                    outcome.tables.append((shape.name, found.source.rows, found.source.text))
                    lines += [one.said(shape) for one in found.differences[:MOST_SAID]]
                    if not found.same and not found.differences:
                        lines.append(f"{shape.name}: the digests differ")
    finally:
        giver.close()
        taker.close()
    return outcome, lines


def reopen(url: str) -> None:
    """Let a database that was moved take writes again."""
    store = Store(spoken(url))
    try:
        with store.engine.connect() as connection, transaction(connection) as tx:
            open_again(connection)
            for name in (MOVED, MOVING, MOVE):
                take_back(tx, name)
    finally:
        store.close()


def _check_version(connection: Connection, url: str) -> None:
    found = version(connection)
    if found is None:
        raise Refused(f"There is no Perron in {without_password(spoken(url))}.")
    if found != HEAD:
        raise Refused(
            f"{without_password(spoken(url))} is at version {found}, this Perron at {HEAD}. Run `perron migrate` first."
        )


def _check_source(giving: Connection, url: str) -> None:
    _check_version(giving, url)
    with snapshot(giving) as db:
        if where := fact(db, MOVED):
            raise Refused(where)
        if fact(db, MOVE):
            raise Refused("The source is itself being filled by a move that has not ended.")


def _refuse_misfits(giving: Connection, watch: Watch) -> None:
    watch("look for what PostgreSQL refuses", 0, 0)
    with snapshot(giving) as db:
        found = []
        for line in misfits(db):
            found.append(line)
            if len(found) > MOST_SAID:
                break
    if found:
        more = "\n  …" if len(found) > MOST_SAID else ""
        lines = "\n  ".join(found[:MOST_SAID])
        raise Refused(f"PostgreSQL would refuse what is in these rows; nothing was moved:\n  {lines}{more}")


def _begin(giving: Connection, taking: Connection) -> tuple[Move, bool]:
    """The move at hand: a new one into an empty database, or the same one that did not end."""
    hurry(taking, True)
    with transaction(giving, "BEGIN IMMEDIATE" if giving.dialect.name == "sqlite" else "BEGIN") as tx:
        id_ = fact(tx, MOVING) or new_secret(12)
        state(tx, MOVING, id_)
    if is_empty(taking):
        kept = Move(id_)
        with transaction(taking) as tx:
            make_tables(taking)
            _keep(tx, kept)
        return kept, False
    found = None
    if has_tables(taking):
        with transaction(taking) as tx:
            found = fact(tx, MOVE)
    kept = msgspec.json.decode(found, type=Move) if found else Move("")
    if kept.id != id_:
        raise Refused("The target is not empty. Name an empty database; only a move that did not end goes on.")
    if kept.schema != HEAD:
        raise Refused("This move was begun by another version of Perron. Empty the target and begin anew.")
    return kept, True


def _keep(tx: Tx, kept: Move) -> None:
    state(tx, MOVE, json.encode_text(msgspec.to_builtins(kept)))


def _copy(giving: Connection, taking: Connection, kept: Move, watch: Watch) -> None:
    """Bring in all rows, behind the last that is there; then what they are looked up by, and their words."""
    with snapshot(giving) as db:
        total = sum(count_rows(db, shape) for shape in SHAPES)
    with transaction(taking) as tx:
        done = sum(count_rows(tx, shape) for shape in SHAPES)
    for shape in SHAPES:
        if shape.name not in kept.done:
            with snapshot(giving) as db:
                for rows in read_rows(db, shape, after=_key(kept, shape), page=CHUNK):
                    with transaction(taking) as tx:
                        write_rows(tx, shape, rows)
                        kept.tables[shape.name] = b64encode(msgspec.msgpack.encode(shape.key_of(rows[-1]))).decode()
                        _keep(tx, kept)
                    done += len(rows)
                    watch(f"copy {shape.name}", done, max(done, total))
            kept.done.append(shape.name)
    for one in KINDS:
        found, done = 1, 0
        while found:
            with transaction(taking) as tx:
                found, kept.words[one.name] = one.page(tx, kept.words.get(one.name, 0), PAGE)
                _keep(tx, kept)
            done += found
            watch(f"words of {one.name}", done, done)
    watch("build the indexes", 0, 0)
    with transaction(taking) as tx:
        make_indexes(taking)
        _keep(tx, kept)


def _key(kept: Move, shape: Shape) -> Row | None:
    found = kept.tables.get(shape.name)
    return tuple(msgspec.msgpack.decode(b64decode(found))) if found else None


def _settle(giving: Connection, taking: Connection, kept: Move, where: str, watch: Watch) -> Moved:
    """While nobody writes: compare everything, bring in what has changed since it was copied, shut the old database."""
    outcome = Moved()
    with held(giving) as source:
        began = time.monotonic()
        total, done = sum(count_rows(source, shape) for shape in SHAPES), 0
        with transaction(taking) as target:
            unsettled: dict[str, dict[int, None]] = {"posts": {}, "accounts": {}, "bank_items": {}}
            for shape in SHAPES:
                found = _compared(source, target, shape, done, total, watch)
                while not found.same:
                    if not found.differences:
                        raise Refused(f"{shape.name}: the rows are the same and their digests are not.")
                    outcome.mended += len(found.differences)
                    _forget_words(target, shape, found.differences, unsettled)
                    mend(target, shape, found.differences)
                    found = _compared(source, target, shape, done, total, watch)
                done += found.source.rows
                outcome.tables.append((shape.name, found.target.rows, found.target.text))
            _add_words(target, unsettled)
            finish(taking)
            kept.done = ["everything"]
            _keep(target, kept)
        day = datetime.now(UTC).strftime("%Y-%m-%d at %H:%M UTC")
        says = f"This database was moved to {where} on {day}. Name that one in the setting `database` and start again."
        state(source, MOVED, says)
        take_back(source, MOVING)
        shut(giving, says)
    outcome.held_seconds = time.monotonic() - began
    hurry(taking, False)
    with transaction(taking) as target:
        take_back(target, MOVE)
    return outcome


def _compared(source: Db, target: Db, shape: Shape, before: int, total: int, watch: Watch) -> Comparison:
    found = Comparison()
    for found in compare(source, target, shape):
        watch(f"compare {shape.name}", min(before + found.source.rows, total), total)
    return found


def _forget_words(
    target: Tx, shape: Shape, differences: Sequence[Difference], unsettled: dict[str, dict[int, None]]
) -> None:
    """Before rows change: take out the words that they were found by."""
    if shape.name not in unsettled:
        return
    for one in differences:
        id_: Any = one.row[0]
        if one.found is not None and id_ not in unsettled[shape.name]:
            if shape.name == "posts":
                take_words(target, id_)
            elif shape.name == "bank_items":
                take_bank_words(target, id_)
            elif one.found[shape.names.index("state")] != "deleted":
                forget_account(target, id_)
        unsettled[shape.name][id_] = None


def _add_words(target: Tx, unsettled: dict[str, dict[int, None]]) -> None:
    """When all rows are there: add the words of those that changed."""
    add_words(target, [*unsettled["posts"]])
    index_accounts(target, [*unsettled["accounts"]])
    add_bank_words(target, [*unsettled["bank_items"]])
