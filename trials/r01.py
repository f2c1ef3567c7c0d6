"""R-01: processes are killed at random while twenty clients write."""

import asyncio
import os
import random
import time

from trials.acks import Crowd
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town
from trials.verify import settle

PROMISE = "What was answered is there once after kill -9 of web, worker or all, at any moment."
LEAST, KILLS = 5000, 20
PAUSE = 0.2
"""Seconds between the deeds of a client: the kills take minutes, and all that was written is read again."""
READY = 10.0
"""Most seconds until a process that was killed serves again, on a machine that is not busy with other things."""


def run(options: Options) -> Outcome:
    """Until `LEAST` writes were acknowledged, or for so many seconds, and at least `KILLS` kills."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, starts, kills = Outcome(), [], 0
    launcher = MUTANTS / "early_answer.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        web = town.node("serve", {"PERRON_WORKERS": "off"}, launcher)
        worker = town.node("worker")
        web.start()
        worker.start()
        victims = ([web],) if options.mutant else ([web], [worker], [web, worker])  # (the mistake is in the web's)
        crowd = Crowd(town, [web.url], pause=0.0 if options.mutant else PAUSE)
        least = 600 if options.mutant else LEAST
        end = time.monotonic() + (options.seconds or 900)
        async with crowd:
            while time.monotonic() < end and (options.seconds or crowd.books.acknowledged < least or kills < KILLS):
                await asyncio.sleep(random.uniform(0.5, 6.0) if not options.mutant else random.uniform(0.3, 1.0))
                crowd.check()
                kills += 1
                starts.append(await asyncio.to_thread(strike, random.choice(victims)))
                if options.mutant and kills >= 12:
                    break
        await settle(crowd, outcome)
        codes = [worker.stop(), web.stop()]
    outcome.expect(codes == [0, 0], f"the processes ended with {codes}")
    for node in (web, worker):
        outcome.expect(not (wrong := about_traceback(node.said())), f"{node.words[0]} said: {wrong}")
    outcome.figures |= {
        "kills": kills,
        "slowest start, seconds": round(max(starts), 2),
        "answers by status": crowd.books.statuses,
    }
    if not options.mutant and not options.seconds:
        outcome.expect(crowd.books.acknowledged >= LEAST, "too little was acknowledged to mean anything")
    busy = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)
    outcome.expect(busy or max(starts) <= READY, f"it took {max(starts):.1f} s until it served again")
    return outcome


def strike(nodes: list[Node]) -> float:
    """Kill some and start them again; seconds until the last was ready."""
    for node in nodes:
        node.kill()
    begun = time.monotonic()
    for node in nodes:
        node.start(wait=False)
    for node in nodes:
        node.wait_ready()
    return time.monotonic() - begun


def about_traceback(said: str) -> str:
    """The first mistake in a log, if there is one."""
    at = said.find("Traceback")
    return "" if at < 0 else said[max(0, at - 300) :][:1500]
