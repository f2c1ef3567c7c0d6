"""R-12: work that raises, hangs, eats memory, ends its process, or is not known, among what people do."""

import asyncio
import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from perron.jobs import queue
from perron.store import Tx
from trials import poison
from trials.line import Line
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town

PROMISE = (
    "Work that does harm is given up after five tries at most and shown; nobody else waits for it, also not later."
)
MOST_TRIES = 5
INTERRUPTED = 2
"""Tries more, where work that ends the process had interrupted others."""
OTHERS = 2.0
"""Most seconds that a notice waits for more than the start of a worker (95 of a hundred)."""
LONGEST = 240.0
NARROW = 1_500 << 20
"""Address space of a worker: what eats two gigabytes finds no more, and is told so."""
STRANGE = {"NobodyKnowsThis": {"n": 1}, "PostPublished": {"post": "an old schema called it so"}}
BAD_CLIP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"PK\x03\x04" * 5000


class Keeper:
    """Starts a worker again whenever it has ended, as a service manager does."""

    def __init__(self, worker: Node) -> None:
        self.worker, self.deaths, self.stopping = worker, 0, False
        self.slowest = worker.start()
        """Seconds until it worked again."""

    async def run(self) -> None:
        while not self.stopping:
            if not self.worker.running:
                self.deaths += 1
                if self.worker.process is not None:
                    self.worker.wait()
                self.slowest = max(self.slowest, await asyncio.to_thread(self._start))
            await asyncio.sleep(0.1)

    def _start(self) -> float:
        begun = time.monotonic()
        with suppress(AssertionError):  # it may have ended before anybody saw it work
            self.worker.start()
        return time.monotonic() - begun


def run(options: Options) -> Outcome:
    """Until every poison is given up, at most `LONGEST`."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, mended = Outcome(), options.folder / "mended"
    launcher = MUTANTS / "uncounted.py" if options.mutant else Path(poison.__file__)
    with Town(options.folder, options.engine) as town:
        ada, bea = town.people(2)
        web = town.node("serve", {"PERRON_WORKERS": "off"})
        web.start()
        before = ("prlimit", f"--as={NARROW}")
        count = 1 if options.engine == "sqlite" else 2
        workers = [town.node("worker", {poison.MENDED: str(mended)}, launcher, before=before) for _ in range(count)]
        keepers = [Keeper(worker) for worker in workers]
        keeping = [asyncio.create_task(keeper.run()) for keeper in keepers]
        took: list[float] = []
        speaking = asyncio.create_task(speak(web, ada, bea, took))
        await asyncio.sleep(3)
        clip = await upload(web, ada)
        give(town)
        begun = time.monotonic()
        longest = options.seconds or (60.0 if options.mutant else LONGEST)
        wanted = {*poison.POISONS, *STRANGE}
        while (found := await asyncio.to_thread(given_up, town)).keys() < wanted and time.monotonic() - begun < longest:
            await asyncio.sleep(1)
        outcome.figures |= {
            "given up after, seconds": round(time.monotonic() - begun, 1),
            "tries": {name: one["tries"] for name, one in found.items()},
            "processes ended": [keeper.deaths for keeper in keepers],
        }
        outcome.expect(not (left := wanted - found.keys()), f"not given up: {sorted(left)}")
        for name, one in found.items():
            most = MOST_TRIES + (0 if name.startswith("Ends") else INTERRUPTED)
            outcome.expect(one["tries"] <= most, f"{name} was tried {one['tries']} times")
            outcome.expect(bool(one["error"]), f"nobody says why {name} was given up")
        if not outcome.failures:
            await no_loop(workers, keepers, outcome)
            await after_mending(town, mended, found, outcome)
        await clip_is_refused(web, ada, clip, outcome)
        speaking.cancel()
        took.sort()
        p95 = took[int(len(took) * 0.95)] if took else 99.0
        slowest = max(keeper.slowest for keeper in keepers)
        outcome.figures |= {
            "notices": len(took),
            "p95 of a notice meanwhile, s": round(p95, 2),
            "slowest start of a worker, s": round(slowest, 2),
        }
        outcome.expect(p95 <= OTHERS + slowest, f"others waited {p95:.1f} s")
        for keeper in keepers:
            keeper.stopping = True
        await asyncio.gather(*keeping)
        if not options.mutant:
            outcome.expect(web.stop() == 0, "the server did not stop in order")
    return outcome


def give(town: Town) -> None:
    """Leave one job of each kind."""

    def put(tx: Tx) -> None:
        for name, payload in {**{name: {} for name in poison.POISONS}, **STRANGE}.items():
            queue.put(tx, name, payload)

    with town.opened() as site:
        site.store.write(put)


def given_up(town: Town) -> dict[str, Any]:
    """What `perron jobs list --failed` shows, by name; a consequence of several by its event."""
    rows = json.loads(town.perron("jobs", "list", "--failed", "--json"))
    return {row["name"].partition(">")[0]: row for row in rows}


async def no_loop(workers: list[Node], keepers: list[Keeper], outcome: Outcome) -> None:
    """Workers that are started again, twice, live."""
    for keeper in keepers:
        keeper.deaths = 0
    for _ in range(2):
        for worker in workers:
            worker.kill()
            await asyncio.sleep(0.3)
        await asyncio.sleep(8)
    outcome.figures["ended after two restarts"] = (ended := sum(keeper.deaths for keeper in keepers) - 2 * len(workers))
    outcome.expect(ended <= 0, f"{ended} processes ended after restarts: they loop")


async def after_mending(town: Town, mended: Path, found: dict[str, Any], outcome: Outcome) -> None:
    """Once a better version is there, each that is tried again is done."""
    mended.touch()
    for name in poison.POISONS:
        await asyncio.to_thread(town.perron, "jobs", "retry", str(found[name]["id"]))
    begun = time.monotonic()
    while time.monotonic() - begun < 30:
        with town.opened() as site, site.store.read() as db:
            left = [one.name for given in (True, False) for one in queue.owed(db, given_up=given)]
        if not (left := [name for name in left if name in poison.POISONS]):
            break
        await asyncio.sleep(0.5)
    outcome.figures["all done after it was mended, seconds"] = round(time.monotonic() - begun, 1)
    outcome.expect(not left, f"not done after it was mended: {left}")


async def speak(web: Node, ada: Name, bea: Name, took: list[float]) -> None:
    """One names another; seconds until the other's notices have it."""
    says, reads, number = Line(web.url, ada.token), Line(web.url, bea.token), 0
    while True:
        said, number = time.monotonic(), number + 1
        answer = await says.ask("POST", "/api/v1/statuses", {"status": f"@{bea.handle} bonjour {number}"})
        if answer.status == 200:
            while not await has_it(reads, answer.json()["id"]) and time.monotonic() - said < 60:
                await asyncio.sleep(0.05)
            took.append(time.monotonic() - said)
        await asyncio.sleep(0.3)


async def has_it(line: Line, id_: str) -> bool:
    """Whether the latest notices tell of a post."""
    found = await line.ask("GET", "/api/v1/notifications?limit=5")
    return found.status == 200 and any((one.get("status") or {}).get("id") == id_ for one in found.json())


async def upload(web: Node, who: Name) -> str:
    """Send what says that it is a clip and is none; its id, or nothing when it is refused at once."""
    line = Line(web.url, who.token)
    answer = await line.ask("POST", "/api/v2/media", BAD_CLIP)
    line.close()
    return str(answer.json()["id"]) if answer.status in (200, 202) else ""


async def clip_is_refused(web: Node, who: Name, clip: str, outcome: Outcome) -> None:
    """Whoever asks for it hears that it cannot be shown, and nobody works on it for ever."""
    line = Line(web.url, who.token)
    status = (await line.ask("GET", f"/api/v1/media/{clip}")).status if clip else 422
    line.close()
    outcome.figures["the bad clip is answered"] = status
    outcome.expect(status == 422, f"the bad clip is answered {status}")
