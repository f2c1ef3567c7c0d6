"""R-20: somebody whom ten thousand follow speaks while a hundred others speak to one reader each."""

import asyncio
import contextlib
import json
import time

from sqlalchemy import insert

from perron.kit.ids import new_id
from perron.store.tables import accounts, follows
from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town

PROMISE = "While one whom ten thousand follow speaks, posts of a hundred others reach their readers within two seconds."
FANS, AWAKE, LISTENING = 10_000, 2_000, 200
"""Who follows; of them, whose homes are in memory; of them, who listen."""
PAIRS = 100
SECONDS, EVERY, EACH = 60.0, 3.0, 3.0
"""How long; seconds between two posts of the one, and of each of the others."""
SOON = 2.0


def run(options: Options) -> Outcome:
    """A minute."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, seconds = Outcome(), options.seconds or SECONDS
    launcher = MUTANTS / "slow_fan_out.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        fans = town.people(FANS, "fan")
        big, *small = town.people(1 + 2 * PAIRS)
        pairs = list(zip(small[:PAIRS], small[PAIRS:], strict=True))
        await asyncio.to_thread(befriend, town, [(fan, big) for fan in fans] + [(to, by) for by, to in pairs])
        node = town.node("serve", launcher=launcher)
        node.start()
        await wake(node, fans[:AWAKE])
        heard: dict[str, float] = {}
        told = [asyncio.create_task(listen(node, fan, {})) for fan in fans[:LISTENING]]
        told += [asyncio.create_task(listen(node, to, heard)) for _, to in pairs]
        await asyncio.sleep(5)
        end, said = time.monotonic() + seconds, dict[str, float]()
        famous: dict[str, float] = {}
        speaking = [speak(node, big, EVERY, end, famous)]
        speaking += [speak(node, by, EACH, end, said, number / PAIRS) for number, (by, _) in enumerate(pairs)]
        await asyncio.gather(*speaking)
        await asyncio.sleep(3)
        for one in told:
            one.cancel()
        await asyncio.gather(*told, return_exceptions=True)
        outcome.expect(node.stop() == 0, "it did not stop in order")
    took = sorted(heard[id_] - at if id_ in heard else 99.0 for id_, at in said.items())
    p95 = took[int(len(took) * 0.95)] if took else 99.0
    outcome.figures |= {
        "posts of the one": len(famous),
        "posts of the others": len(said),
        "never heard": sum(one == 99.0 for one in took),
        "the middle of them heard after, s": round(took[len(took) // 2], 3) if took else None,
        "p95, s": round(p95, 3),
    }
    outcome.expect(len(famous) >= 2, "the one could not speak")
    outcome.expect(p95 < SOON, f"the others' posts took {p95:.1f} s")
    return outcome


def befriend(town: Town, pairs: list[tuple[Name, Name]]) -> None:
    """Who follows whom, straight into the tables: nothing is to follow from it."""
    rows = [{"follower_id": who.id, "target_id": whom.id, "id": new_id()} for who, whom in pairs]
    with town.opened() as site, site.store.engine.begin() as db:
        for at in range(0, len(rows), 1000):
            db.execute(insert(follows), rows[at : at + 1000])
        db.execute(accounts.update().where(accounts.c.id == pairs[0][1].id).values(followers_count=FANS))


async def wake(node: Node, fans: list[Name]) -> None:
    """Their homes are read, and kept in memory from now on."""

    async def read(part: list[Name]) -> None:
        for fan in part:
            line = Line(node.url, fan.token)
            while (await line.ask("GET", "/api/v1/timelines/home?limit=1")).status != 200:
                await asyncio.sleep(1)
            line.close()

    await asyncio.gather(*(read(fans[at::8]) for at in range(8)))


async def listen(node: Node, who: Name, heard: dict[str, float]) -> None:
    """When each post came in on somebody's stream."""
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async for said in Line(node.url, who.token).stream("/api/v1/streaming/user"):
                if said.startswith(b"data: {"):
                    heard.setdefault(str(json.loads(said[6:]).get("id")), time.monotonic())
        await asyncio.sleep(0.5)


async def speak(node: Node, who: Name, every: float, end: float, said: dict[str, float], wait: float = 0.0) -> None:
    """Post again and again; when each that was taken was asked for."""
    line, number = Line(node.url, who.token), 0
    await asyncio.sleep(wait * every)
    while time.monotonic() < end:
        begun, number = time.monotonic(), number + 1
        with contextlib.suppress(NotSent, Unanswered):
            answer = await line.ask("POST", "/api/v1/statuses", {"status": f"Bonjour {number} de {who.handle}"})
            if answer.status == 200:
                said[answer.json()["id"]] = begun
        await asyncio.sleep(max(0.0, begun + every - time.monotonic()))
    line.close()
