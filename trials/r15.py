"""R-15: a backup is made while people write, everything is wiped, and the backup is put back: on the same engine and on
the other."""

import asyncio
import json
import re
import shutil
import time
from pathlib import Path

from sqlalchemy import create_engine, select

from perron.keep.folder import digest_of
from perron.media.named import DIGITS, named_files
from perron.store import Store
from perron.store.building import snapshot
from perron.store.tables import posts
from trials.acks import Crowd
from trials.hundredfold import multiply
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Town

PROMISE = (
    "A backup made under writes holds all that was answered before, nothing half, and is put back in three minutes."
)
TIMES = 240
"""Towns: a hundred thousand posts, and some thousand files."""
CLIENTS, PAUSE = 8, 0.4
"""Twenty writes a second."""
LONG = 3600.0
MOST_SECONDS = 180.0


def run(options: Options) -> Outcome:
    """Fill, write, back up, wipe, restore on both engines, compare."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    times = int(options.seconds) or TIMES  # --seconds 10: a small one, of ten towns
    with Town(options.folder, options.engine) as town:
        await asyncio.to_thread(fill, town, times)
        outcome.figures["posts"] = len(await asyncio.to_thread(ids_of, town.database))
        key = options.folder / "key"
        town.perron("backup", "key", str(key))
        server = town.node("serve")
        server.start()
        crowd = Crowd(town, [server.url], clients=CLIENTS, pause=PAUSE)
        async with crowd:
            await crowd.until(200)
            before = {one.id for one in crowd.books.which("ok", "post", "picture")}
            calm = slowest(crowd, 0)
            begun, noted = time.monotonic(), len(crowd.books.took)
            path = await asyncio.to_thread(back_up, town, options, key)
            outcome.figures["seconds to back up"] = round(time.monotonic() - begun, 1)
            busy = slowest(crowd, noted)
            after_end = len(crowd.books.took)
            await crowd.until(crowd.books.acknowledged + 50)
        outcome.figures |= {
            "writes while backing up": after_end - noted,
            "p95 before and while, ms": f"{calm:.0f} / {busy:.0f}",
            "bytes": path.stat().st_size,
        }
        server.stop()
        shutil.copytree(town.data, options.folder / "lost")  # to compare with
        for engine in ("same", "other"):
            await asyncio.to_thread(put_back, town, options, outcome, path, key, engine, before)
    return outcome


def fill(town: Town, times: int) -> None:
    """The towns on SQLite; on PostgreSQL they are moved there."""
    own = f"sqlite:///{town.data / 'perron.sqlite3'}"
    wanted, town.env["PERRON_DATABASE"] = town.database, own
    town.perron("demo", seconds=LONG)
    multiply(town.data, times, say=lambda line: print(f"  {line}", flush=True))
    town.perron("check", "--repair", seconds=LONG, code=None)
    if wanted != own:
        town.perron("move", "--from", own, "--to", wanted, seconds=LONG)
        (town.data / "perron.sqlite3").unlink()
    del town.env["PERRON_DATABASE"]


def back_up(town: Town, options: Options, key: Path) -> Path:
    """Through the command; with --mutant as somebody might who copies what is there."""
    if options.mutant:
        path = options.folder / "careless.tar"
        node = town.node("serve", launcher=MUTANTS / "careless_backup.py")
        node.command = [node.command[0], node.command[1], "backup", "create", "--to", str(path), "--key-file", str(key)]
        node.start(wait=False)
        node.wait(LONG)
        return path
    said = town.perron("backup", "create", "--to", str(options.folder / "shelf"), "--key-file", str(key), seconds=LONG)
    print("  " + said.replace("\n", "\n  ").rstrip(), flush=True)
    return next((options.folder / "shelf").iterdir())


def put_back(
    town: Town,
    options: Options,
    outcome: Outcome,
    path: Path,
    key: Path,
    engine: str,
    before: set[int],
) -> None:
    """Wipe, restore and look."""
    shutil.rmtree(town.data, ignore_errors=True)
    on_postgres = (options.engine == "postgresql") == (engine == "same")
    other = town.open_postgres() if on_postgres else None
    try:
        url = other.url if other else f"sqlite:///{town.data / 'perron.sqlite3'}"
        words = ["backup", "restore", str(path), "--key-file", str(key)]
        begun = time.monotonic()
        said = town.perron(*words, *(["--database", url] if other else []), seconds=LONG, code=None)
        seconds, name = round(time.monotonic() - begun, 1), f"on the {engine} engine"
        outcome.figures[f"seconds to restore {name}"] = seconds
        if "restored and compared" not in said:
            outcome.failures.append(f"{name}: {said[-500:]}")
            return
        outcome.figures[f"digest {name}"] = re.findall(r"digest ([0-9a-f]{64})", said)[0]
        outcome.expect(seconds <= MOST_SECONDS, f"{name}: it took {seconds} s")
        there = ids_of(url)
        lost = before - there
        outcome.expect(not lost, f"{name}: {len(lost)} posts that were answered before are not there")
        town.env["PERRON_DATABASE"] = url
        checked = json.loads(town.perron("check", "--json", seconds=LONG, code=None).partition("look at")[0])
        outcome.expect(checked["wrong"] == 0, f"{name}: perron check: {checked['findings'][:3]}")
        outcome.failures += [f"{name}: {line}" for line in other_files(url, town.data, options.folder / "lost")[:5]]
        again = town.perron(*words, "--database", url, seconds=LONG, code=1)
        outcome.expect("not empty" in again, f"{name}: it was put onto what was there: {again[-300:]}")
        server = town.node("serve")
        server.start()
        server.stop()
    finally:
        town.env.pop("PERRON_DATABASE", None)
        if other:
            other.close()


def ids_of(url: str) -> set[int]:
    """Every post."""
    engine = create_engine(url)
    with engine.connect() as db:
        found = {row[0] for row in db.execute(select(posts.c.id))}
    engine.dispose()
    return found


def other_files(url: str, data: Path, lost: Path) -> list[str]:
    """Files and secrets that are not what they were."""
    amiss = [
        f"{name} is another" for name in ("secrets.toml",) if (data / name).read_bytes() != (lost / name).read_bytes()
    ]
    store = Store(url)
    with store.engine.connect() as connection, snapshot(connection) as db:
        for key in (key for digit in DIGITS for key in named_files(db, digit)):
            one, other = data / "media" / key, lost / "media" / key
            if not one.exists() or (other.exists() and digest_of(one) != digest_of(other)):
                amiss.append(f"media/{key} is not what it was")
    store.close()
    return amiss


def slowest(crowd: Crowd, since: int) -> float:
    """Ninety-five of a hundred writes took no longer, in milliseconds."""
    took = sorted(crowd.books.took[since:])
    return took[int(len(took) * 0.95)] * 1000 if took else 0.0
