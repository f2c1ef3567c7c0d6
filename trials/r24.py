"""R-24: settings, secrets, folders and databases that are not as they should be, at the start."""

import os
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from perron.store.schema import HEAD
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town

PROMISE = "What is wrong with settings, secrets, folders or the database is said in one line, and nothing starts half."
QUICK = 3.0
"""Most seconds until it is said, on a machine that is not busy with other things."""
NOBODY = 65534
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups") if os.geteuid() == 0 else ()
Broken = Callable[[Town], Iterator[dict[str, str]]]


def run(options: Options) -> Outcome:
    """Each fault alone, for each kind of process; then, mended, it starts."""
    outcome, took = Outcome(), []
    launcher = MUTANTS / "careless_start.py" if options.mutant else None
    options.folder.chmod(0o755)
    with Town(options.folder, options.engine) as town:
        first = town.node("serve")
        first.start()
        first.stop()
        own(town.data)
        if town.postgres is not None:
            town.postgres.sockets.chmod(0o755)
        for fault, names in FAULTS.items():
            for kind in ("serve", "worker"):
                if kind == "worker" and fault is port_in_use:
                    continue
                with contextmanager(fault)(town) as env:
                    node = town.node(kind, env, launcher, before=AS_NOBODY)
                    took.append(refuses(node, f"{kind}, {fault.__name__.replace('_', ' ')}", names, outcome))
                if outcome.failures and options.mutant:
                    return outcome
        again = town.node("serve", before=AS_NOBODY)
        again.start()
        outcome.expect(again.stop() == 0, "mended, it did not stop in order")
    busy = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    outcome.figures |= {"faults": len(took), "slowest to be said, seconds": round(max(took), 2)}
    outcome.expect(busy or max(took) <= QUICK, f"it took {max(took):.1f} s until it was said what is wrong")
    return outcome


def refuses(node: Node, what: str, names: str, outcome: Outcome) -> float:
    """Start what cannot start; seconds until it ended, saying what is wrong."""
    begun = time.monotonic()
    node.start(wait=False)
    while node.running and not node.ready() and time.monotonic() - begun < 60:
        time.sleep(0.05)
    took = time.monotonic() - begun
    if node.running:
        outcome.failures.append(f"{what}: it started")
        node.kill()
        return took
    code, said = node.wait(), node.said().strip()
    outcome.expect(code > 0, f"{what}: it ended with {code}")
    one_line = said.startswith("perron: ") and "\n" not in said
    outcome.expect(one_line and names in said, f"{what}: it said {said[-500:]!r}")
    return took


def own(place: Path) -> None:
    """Let the data folder belong to the one whom processes run as."""
    if AS_NOBODY:
        for path in (place, *place.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


@contextmanager
def changed(path: Path, data: str | None, mode: int = 0o600) -> Iterator[None]:
    """Another file in the place of one, or none."""
    kept = path.with_name(f"{path.name}.kept")
    there = path.exists()
    if there:
        shutil.move(path, kept)
    try:
        if data is not None:
            path.write_text(data)
            path.chmod(mode)
            own(path)
        yield
    finally:
        path.unlink(missing_ok=True)
        if there:
            shutil.move(kept, path)


def secrets_are_missing(town: Town) -> Iterator[dict[str, str]]:
    with changed(town.data / "secrets.toml", None):
        yield {}


def secrets_are_others(town: Town) -> Iterator[dict[str, str]]:
    said = (town.data / "secrets.toml").read_text()
    line = next(one for one in said.splitlines() if one.startswith("seal"))
    with changed(town.data / "secrets.toml", said.replace(line, 'seal = "another"')):
        yield {}


def secrets_are_damaged(town: Town) -> Iterator[dict[str, str]]:
    with changed(town.data / "secrets.toml", "seal = "):
        yield {}


def secrets_are_for_everybody(town: Town) -> Iterator[dict[str, str]]:
    with changed(town.data / "secrets.toml", (town.data / "secrets.toml").read_text(), 0o644):
        yield {}


def media_cannot_be_read(town: Town) -> Iterator[dict[str, str]]:
    media = town.data / "media"
    media.mkdir(exist_ok=True)
    found = media.stat()
    os.chown(media, os.geteuid(), -1)
    media.chmod(0o700 if AS_NOBODY else 0)
    try:
        yield {}
    finally:
        media.chmod(0o700)
        os.chown(media, found.st_uid, -1)


def data_cannot_be_written(town: Town) -> Iterator[dict[str, str]]:
    yield {"PERRON_DATA": "/proc/perron", "PERRON_DATABASE": ""}


def port_in_use(town: Town) -> Iterator[dict[str, str]]:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield {"PERRON_PORT": str(other.getsockname()[1])}


def setting_is_unknown(town: Town) -> Iterator[dict[str, str]]:
    with changed(town.data / "perron.toml", 'titel = "Perron"\n'):
        yield {}


def environment_is_unknown(town: Town) -> Iterator[dict[str, str]]:
    yield {"PERRON_TITEL": "Perron"}


def setting_cannot_be_read(town: Town) -> Iterator[dict[str, str]]:
    yield {"PERRON_MEDIA_STORE": "ftp://example"}


def database_is_newer(town: Town) -> Iterator[dict[str, str]]:
    stated(town, HEAD, "9999")
    try:
        yield {}
    finally:
        stated(town, "9999", HEAD)


def database_is_away(town: Town) -> Iterator[dict[str, str]]:
    yield {"PERRON_DATABASE": "postgresql+psycopg://perron@/perron?host=/nowhere"}


def stated(town: Town, old: str, new: str) -> None:
    """Let a database be of another version."""
    engine = create_engine(town.database, poolclass=NullPool)
    of_facts = "UPDATE facts SET value = :new WHERE name = 'oldest_code'"
    with engine.begin() as db:
        db.execute(text(of_facts), {"new": new})
        db.execute(
            text("UPDATE alembic_version SET version_num = :new WHERE version_num = :old"), {"old": old, "new": new}
        )
    engine.dispose()
    own(town.data)


FAULTS: dict[Broken, str] = {
    secrets_are_missing: "secrets.toml is missing",
    secrets_are_others: "secrets.toml is not the one this database knows",
    secrets_are_damaged: "secrets.toml cannot be read",
    secrets_are_for_everybody: "chmod 600",
    media_cannot_be_read: "media cannot be read and written",
    data_cannot_be_written: "/proc/perron",
    port_in_use: "port",
    setting_is_unknown: "titel",
    environment_is_unknown: "PERRON_TITEL",
    setting_cannot_be_read: "ftp://example",
    database_is_newer: "9999",
    database_is_away: "/nowhere",
}
"""Each, and what has to be named."""
