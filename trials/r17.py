"""R-17: minutes of everything at once: writes, uploads, previews of pages, and two hundred streams that come and go."""

import asyncio
import contextlib
import os
import random
import time
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from trials.acks import Client, Crowd, Deed
from trials.elsewhere import site
from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.r01 import about_traceback
from trials.rig import Name, Town
from trials.verify import settle

PROMISE = "After the first minutes memory does not grow, and what was opened is closed again."
SECONDS, STREAMS, SLOPE, NEAR = 480.0, 200, 2.0, 5
STEADY = 3 / 8
"""Part of the time that does not count: minute three of eight."""
MIX = {"post": 55, "favourite": 15, "boost": 10, "follow": 10, "picture": 10}
PAGE = "<!doctype html><title>Page {}</title><meta name=description content='About {}'><p>Words."


class Look(NamedTuple):
    """What a process uses at one moment. Memory in MiB: all of it, and what is its own (without mapped files)."""

    at: float
    rss: float
    own: float
    descriptors: int
    threads: int


def run(options: Options) -> Outcome:
    """Eight minutes, or `--seconds`."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, seconds = Outcome(), options.seconds or SECONDS
    launcher = MUTANTS / "keeps_all.py" if options.mutant else None
    temp = options.folder / "temp"
    temp.mkdir()
    given = {"PERRON_OUTSIDE_ALLOW": "127.0.0.1/32", "TMPDIR": str(temp)}
    with site(page) as pages, Town(options.folder, options.engine, env=given) as town:
        web = town.node("serve", launcher=launcher)
        web.start()
        crowd = Crowd(town, [web.url], clients=10, mix=MIX, pause=0.25)
        await warm_up(crowd, pages)
        await asyncio.sleep(3)
        first, connected = look(web.pid), connections(town)
        looks: list[Look] = []
        begun = time.monotonic()
        async with crowd:
            listeners = [asyncio.create_task(listen(web.url, crowd, begun + seconds)) for _ in range(STREAMS)]
            others = [asyncio.create_task(link(crowd, pages)), asyncio.create_task(read(web.url, crowd))]
            while time.monotonic() - begun < seconds:
                await asyncio.sleep(min(2.0, seconds / 60))
                crowd.check()
                looks.append(look(web.pid))
        heard = sum(await asyncio.gather(*listeners))
        await asyncio.gather(*others)
        await settle(crowd, outcome, homes=False)
        await asyncio.sleep(25)  # connections that nobody uses are let go
        last = look(web.pid)
        left = [path for folder in (temp, town.data / "media" / "unfinished") for path in folder.rglob("*")]
        steady = [one for one in looks if one.at >= looks[0].at + seconds * STEADY]
        slopes = {name: slope([(one.at, getattr(one, name)) for one in steady]) for name in ("rss", "own")}
        outcome.figures |= {
            "own memory, MiB a minute": round(slopes["own"], 2),
            "with the mapped database, MiB a minute": round(slopes["rss"], 2),
            "own memory, MiB at the start, highest, at the end": [
                round(first.own),
                round(max(o.own for o in looks)),
                round(last.own),
            ],
            "descriptors": [first.descriptors, max(one.descriptors for one in looks), last.descriptors],
            "threads": [first.threads, max(one.threads for one in looks), last.threads],
            "temporary files left": len(left),
            "database connections": [connected, connections(town)],
            "lines heard on streams": heard,
            "previews": previews(town),
        }
        outcome.expect(slopes["own"] < SLOPE, f"memory grows by {slopes['own']:.2f} MiB a minute")
        outcome.expect(last.descriptors <= first.descriptors + NEAR, f"{last.descriptors} descriptors are left open")
        outcome.expect(last.threads <= first.threads + NEAR, f"{last.threads} threads are left")
        outcome.expect(not left, f"temporary files are left: {left[:3]}")
        outcome.expect(connections(town) <= connected + NEAR, "connections to the database are left")
        outcome.expect((code := web.stop()) == 0, f"the server ended with {code}")
        outcome.expect(not (wrong := about_traceback(web.said())), wrong)
    return outcome


def look(pid: int) -> Look:
    """What a process uses now."""
    place = Path(f"/proc/{pid}")
    status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
    kib = {name: int(status[name].split()[0]) for name in ("VmRSS", "RssAnon")}
    threads = int(status["Threads"])
    return Look(time.monotonic(), kib["VmRSS"] / 1024, kib["RssAnon"] / 1024, len(os.listdir(place / "fd")), threads)


def slope(points: list[tuple[float, float]]) -> float:
    """By how much it rises in a minute: the straight line that fits best."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    across = sum((x - middle_x) ** 2 for x in xs)
    return 60 * sum((x - middle_x) * (y - middle_y) for x, y in points) / across if across else 0.0


def connections(town: Town) -> int:
    """How many connections the database has, ours not counted; 0 on SQLite."""
    if town.postgres is None:
        return 0
    with town.reading() as db:
        found = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'perron' AND pid <> pg_backend_pid()"
        return int(db.execute(text(found)).scalar_one())


def previews(town: Town) -> int:
    """How many pages were looked at."""
    with town.reading() as db:
        return int(db.execute(text("SELECT count(*) FROM cards WHERE state = 'ready'")).scalar_one())


async def warm_up(crowd: Crowd, site: str) -> None:
    """Everything once, so that what is loaded on first use is there."""
    one = crowd.clients[0]
    for kind in ("post", "picture"):
        one.count += 1
        await one.do(one.post(kind))
    await one.do(linking(one, f"{site}/first"))
    line = Line(crowd.urls[0], one.me.token)
    await line.ask("GET", "/api/v1/timelines/home")
    line.close()


def linking(one: Client, url: str) -> Deed:
    """A post with a link."""
    one.count += 1
    deed = one.post("post")
    deed.body = {"status": f"{deed.name} {url}", "visibility": "public"}
    return deed


async def link(crowd: Crowd, site: str) -> None:
    """One link each second; most pages are new."""
    one = Client(len(crowd.clients), crowd)
    while not crowd.stopping.is_set():
        await one.do(linking(one, f"{site}/{one.count}"))
        await asyncio.sleep(0.9)


async def read(url: str, crowd: Crowd) -> None:
    """Homes, public timelines, pages, one after another."""
    chance, line = random.Random(1), Line(url)
    while not crowd.stopping.is_set():
        name = chance.choice(crowd.names)
        line.headers["authorization"] = f"Bearer {name.token}"
        path = chance.choice(
            ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", f"/@{name.handle}")
        )
        with contextlib.suppress(NotSent, Unanswered):
            await line.ask("GET", path)
        await asyncio.sleep(0.05)
    line.close()


async def listen(url: str, crowd: Crowd, end: float) -> int:
    """Streams that are opened, heard for a while and left without a word; how many lines came."""
    chance, heard = random.Random(), 0
    while (left := end - time.monotonic()) > 0 and not crowd.stopping.is_set():
        name: Name = chance.choice(crowd.names)
        path = chance.choice(("/api/v1/streaming/user", "/api/v1/streaming/public"))
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            async with (
                asyncio.timeout(min(left, chance.uniform(3, 30))),
                contextlib.aclosing(Line(url, name.token).stream(path)) as lines,
            ):
                async for _ in lines:
                    heard += 1
    return heard


def page(path: str) -> bytes:
    """What is found at a path of the site that people link to."""
    return PAGE.format(path, path).encode()
