"""R-01b: the server is killed at a chosen system call while somebody uploads, posts, favourites and follows."""

import asyncio
import time

from trials.acks import Client, Crowd, Deed, follow
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town
from trials.strace import attached, most_by_thread, spread
from trials.verify import settle

PROMISE = "What was answered is there once, at whichever write, sync, rename or send the server was killed."
POINTS = 60
CALLS = {
    "sqlite": ("pwrite64", "fdatasync", "fsync", "rename", "unlink", "writev"),
    "postgresql": ("sendto", "fsync", "rename", "unlink", "writev"),
}
REACHED = 0.75
"""Part of the points that have to be met: threads share their work a little differently each time."""


def run(options: Options) -> Outcome:
    """Sixty points, or a dozen with the mistake put in."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, starts, died = Outcome(), [], 0
    launcher = MUTANTS / "early_answer.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        web = town.node("serve", launcher=launcher)
        web.start()
        crowd = Crowd(town, [web.url], clients=1)
        one = crowd.clients[0]
        calls = ",".join(CALLS[options.engine])
        await script(one, 0)  # once unseen: what happens only the first time is not what is looked at
        with attached(web.pid, "-e", f"trace={calls}") as seen:
            await script(one, 1)
            await asyncio.sleep(0.5)
            most = most_by_thread(seen)
        points = spread(most, 12 if options.mutant else POINTS)
        for number, (call, when) in enumerate(points, 2):
            killed, took = await at(web, call, when, one, number)
            died += killed
            starts += [took] if killed else []
        await settle(crowd, outcome, homes=False)
        outcome.expect((code := web.stop()) == 0, f"the server ended with {code}")
    outcome.figures |= {
        "points": len(points),
        "killed there": died,
        "slowest start, seconds": round(max(starts, default=0.0), 2),
        "calls of a script, by its busiest thread": most,
    }
    outcome.expect(died >= REACHED * len(points), f"only {died} of {len(points)} points were met")
    return outcome


async def at(web: Node, call: str, when: int, one: Client, number: int) -> tuple[bool, float]:
    """Run the script until the server is killed at this call, then let it go on at a new server.

    Whether it came to that, and the seconds until the new one was ready.
    """
    with attached(web.pid, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={when}"):
        going_on = asyncio.create_task(script(one, number))
        while web.running and not going_on.done():
            await asyncio.sleep(0.01)
        for _ in range(50):  # what follows in jobs may come to the point yet
            if web.running:
                await asyncio.sleep(0.01)
    killed = not web.running
    begun = time.monotonic()
    if killed:
        web.kill()
        await asyncio.to_thread(web.start)
    took = time.monotonic() - begun
    await going_on
    return killed, took


async def script(one: Client, number: int) -> None:
    """A picture and a post that bears it and names somebody, a post for few, a favourite, somebody followed."""
    crowd = one.crowd
    whom = crowd.names[1 + number % (len(crowd.names) - 1)]
    shown, told = one_post(one, f"@{whom.handle}"), one_post(one, f"@{whom.handle}")
    shown.kind, told.body["visibility"] = "picture", "direct"
    for deed in (shown, told, follow(one.me, whom)):
        if deed.name not in crowd.books.deeds:
            await one.do(deed)
    if shown.id:
        about = Deed(
            f"favourite-{shown.id}", "favourite", one.me, f"/api/v1/statuses/{shown.id}/favourite", {}, shown.id
        )
        await one.do(about)


def one_post(one: Client, words: str) -> Deed:
    """A public post that begins with its own name."""
    one.count += 1
    name = f"{one.crowd.seed}{one.number}x{one.count}"
    return Deed(name, "post", one.me, "/api/v1/statuses", {"status": f"{name} {words}", "visibility": "public"})
