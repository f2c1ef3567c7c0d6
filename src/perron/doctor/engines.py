"""What Perron stands on: the database, the server that nodes share, where media are kept."""

import time
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from perron.doctor.finding import Finding, ok, warning, wrong
from perron.kit.errors import Refused
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.store import Prepared, Store
from perron.store.nodes import clock
from perron.store.schema import HEAD, version

OLDEST = 150_000
APART = 2_000
"""Milliseconds by which two clocks may differ."""
SLOW = 0.05
"""Seconds for a commit, from which on people notice."""
_SETTING = {
    name: Prepared(select(func.current_setting(name)))
    for name in ("server_version_num", "fsync", "synchronous_commit", "full_page_writes")
}


def database(settings: Settings) -> Iterator[Finding]:
    """It answers, has this version's schema, and keeps what it is given."""
    store = Store(settings.database_url, settings)
    try:
        with store.engine.connect() as connection:
            found = version(connection)
        if found is None:
            yield warning("database", "there is none yet", "the first `perron serve` makes it")
            return
        if found != HEAD:
            yield warning("database", f"its schema is {found}, this version's is {HEAD}", "perron migrate")
        else:
            yield ok("database", f"{'SQLite' if store.sqlite else 'PostgreSQL'}, schema {found}")
        if not store.sqlite:
            yield from _postgresql(store)
        began = time.perf_counter()
        store.write(lambda tx: None)
        took = time.perf_counter() - began
        says = f"a commit takes {took * 1000:.1f} ms"
        yield ok("commits", says) if took < SLOW else warning("commits", says, "a faster disk under the database")
    except (OSError, SQLAlchemyError, Refused) as why:
        reason = str(getattr(why, "orig", None) or why).strip().partition("\n")[0]
        yield wrong("database", reason, "see the setting `database`")
    finally:
        store.close()


def _postgresql(store: Store) -> Iterator[Finding]:
    with store.read() as db:
        told = {name: str(db.value(asked)) for name, asked in _SETTING.items()}
        apart = abs(clock(db) - now())
    if int(told["server_version_num"]) < OLDEST:
        yield wrong("PostgreSQL", f"version {int(told['server_version_num']) // 10000}", "15 or later is needed")
    off = [name for name in ("fsync", "full_page_writes") if told[name] != "on"]
    if off or told["synchronous_commit"] == "off":
        named = ", ".join([*off, *(["synchronous_commit"] if told["synchronous_commit"] == "off" else [])])
        yield wrong("PostgreSQL", f"{named} is off: what was answered can be lost", f"set {named} = on")
    else:
        yield ok("PostgreSQL", "keeps what it has committed")
    if apart > APART:
        yield wrong("clocks", f"the database's differs by {apart / 1000:.1f} s", "let both be kept right")


def shared(settings: Settings) -> Iterator[Finding]:
    """The server that nodes share answers."""
    if not settings.redis:
        return
    from perron.shared.client import Shared

    try:
        one = Shared(settings.redis)
        one.start("doctor")
    except (Refused, OSError, ValueError) as why:
        yield wrong("shared server", str(why), "see the setting `redis`")
        return
    try:
        if one.there:
            yield ok("shared server", "answers and takes what it is given")
        else:
            yield wrong("shared server", "does not answer, or takes nothing", "see the setting `redis` and its log")
    finally:
        one.stop()


def media(settings: Settings) -> Iterator[Finding]:
    """What is kept can be read again, and be forgotten."""
    from perron.media.places import place

    about = "media"
    try:
        files = place(settings.media_store, settings)
        key = files.put(b"Perron was here.", "webp")
        try:
            kept = files.path(key)
            said = kept.read_bytes() if kept else b""
        finally:
            files.remove(key)
    except (Refused, OSError) as why:
        yield wrong(about, str(why), "see the settings media_store and s3_…")
        return
    where = settings.media_store or "the data folder"
    if said == b"Perron was here.":
        yield ok(about, f"kept in {where}")
    else:
        yield wrong(about, f"what was kept in {where} came back otherwise", "look at the store")


CHECKS = (database, shared, media)
