"""Every statement of the house is read by both databases, with the schema before them."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import bindparam, column, select, table

import perron
from perron.kit import json
from perron.store import Prepared, Store, among, among_texts, insert, upsert
from perron.store.statements import DIALECTS, dialect_named
from perron.store.tables import accounts, markers

DEEP = 4
Found = dict[int, tuple[str, Prepared]]


def modules() -> Iterator[Any]:
    for one in pkgutil.walk_packages(perron.__path__, "perron."):
        if not one.name.endswith("__main__") and ".migrations" not in one.name:
            yield import_module(one.name)


def look(name: str, thing: Any, found: Found, deep: int = DEEP) -> None:
    """Statements in a module's names: by themselves, in lists and dicts, and within objects of ours."""
    if isinstance(thing, Prepared):
        found.setdefault(id(thing), (name, thing))
    elif deep and isinstance(thing, dict):
        for key, value in thing.items():
            look(f"{name}[{key!r}]", value, found, deep - 1)
    elif deep and isinstance(thing, list | tuple):
        for place, value in enumerate(thing):
            look(f"{name}[{place}]", value, found, deep - 1)
    elif deep and type(thing).__module__.startswith("perron."):
        for key, value in getattr(thing, "__dict__", {}).items():
            look(f"{name}.{key}", value, found, deep - 1)


def statements() -> list[tuple[str, Prepared]]:
    found: Found = {}
    for module in modules():
        for name, thing in vars(module).items():
            look(f"{module.__name__}.{name}", thing, found)
    return sorted(found.values(), key=lambda each: each[0])


ALL = statements()
ONLY = {  # what one of the two alone is ever asked
    "perron.doctor.engines._SETTING": "postgresql",
    "perron.store.changes._IN_TURN": "postgresql",
    "perron.store.lines._LIMIT": "postgresql",
    "perron.store.readers._LOOK": "postgresql",
    "perron.store.nodes._CLOCK": "postgresql",
    "perron.store.size._SIZE": "postgresql",
    "perron.store.size._VERSION": "postgresql",
}
FTS = {"_add['sqlite']": "sqlite", "_forget": "sqlite", "_add['postgresql']": "postgresql", "_remove": "postgresql"}


def is_for(name: str, dialect: str) -> bool:
    own = ONLY.get(name.partition("[")[0]) or next(
        (one for end, one in FTS.items() if "_words." in name and name.endswith(end)), None
    )
    return own is None or own == dialect


def test_the_statements_are_found() -> None:
    assert len(ALL) > 250
    names = [name for name, _ in ALL]
    assert "perron.jobs.queue._DUE[0]" in names
    assert any(name.startswith("perron.posts.search_index._SEARCH.") for name in names)
    assert any(name.startswith("perron.timelines.public._ACCOUNT[") for name in names)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_is_left_open_when_a_statement_is_compiled(dialect: str) -> None:
    open_ones = [name for name, one in ALL if is_for(name, dialect) and "POSTCOMPILE" in one.sql(dialect)[0]]
    assert open_ones == []


def test_every_statement_is_understood(store: Store) -> None:
    """`EXPLAIN` reads a statement as it stands: tables, columns, functions and, on PostgreSQL, types."""
    misunderstood = {}
    with store.read() as db:
        for name, one in ALL:
            if not is_for(name, db.dialect):
                continue
            sql, fixed = one.sql(db.dialect)
            values: dict[str, Any] = dict.fromkeys(parameters(one, db.dialect))
            try:
                db._raw.execute("EXPLAIN " + sql, values | fixed)
            except Exception as wrong:
                misunderstood[name] = str(wrong).splitlines()[0]
    assert misunderstood == {}


def parameters(one: Prepared, dialect: str) -> list[str]:
    statement = one.statement(dialect) if callable(one.statement) else one.statement
    compiled = statement.compile(dialect=dialect_named(dialect), column_keys=one.columns)  # type: ignore[attr-defined]
    return list(compiled.params)


PEOPLE = insert(accounts, "id", "handle", "kind")


def test_any_number_of_ids_in_one_text(store: Store) -> None:
    rows = [{"id": n << 40, "handle": f"p{n}", "kind": "person"} for n in range(1, 1201)]
    store.write(lambda tx: tx.many(PEOPLE, rows))
    wanted = Prepared(select(accounts.c.id).where(among(accounts.c.id)).order_by(accounts.c.id))
    with store.read() as db:
        assert db.column(wanted, ids=db.id_list([])) == []
        assert db.column(wanted, ids=db.id_list([2 << 40, 7, 1 << 40])) == [1 << 40, 2 << 40]
        assert len(db.column(wanted, ids=db.id_list([n << 40 for n in range(1201)]))) == 1200


def test_any_number_of_texts_in_one_text(store: Store) -> None:
    rows = [{"id": n, "handle": f"p{n}", "kind": kind} for n, kind in enumerate(("person", "brand", "bo't\"\\é"))]
    store.write(lambda tx: tx.many(PEOPLE, rows))
    wanted = Prepared(select(accounts.c.id).where(among_texts(accounts.c.kind, "kinds")).order_by(accounts.c.id))
    with store.read() as db:
        assert db.column(wanted, kinds=json.encode_text([])) == []
        assert db.column(wanted, kinds=json.encode_text(["brand", "none", "bo't\"\\é"])) == [1, 2]


def test_an_id_may_stand_where_a_small_number_is_written(store: Store) -> None:
    nothing = table("accounts", column("id"))
    either = Prepared(select(bindparam("only") == 0).select_from(nothing).union_all(select(bindparam("only") == 0)))
    with store.read() as db:
        assert [bool(row[0]) for row in db.all(either, only=2**60)] == [False]


def test_an_upsert_replaces_what_it_names(store: Store) -> None:
    put = upsert(markers, "account_id", "timeline", "last_read_id", "at", key=["account_id", "timeline"])
    for last in (2**60, 2**61):
        store.write(lambda tx, last=last: tx.run(put, account_id=1, timeline="home", last_read_id=last, at=1))
    with store.read() as db:
        assert db.all(Prepared(select(markers.c.last_read_id, markers.c.version))) == [(2**61, 0)]


def test_a_value_that_was_forgotten_is_missed(store: Store) -> None:
    with pytest.raises(Exception, match="kind"):
        store.write(lambda tx: tx.run(PEOPLE, id=1, handle="ada"))
