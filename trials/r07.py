"""R-07: five times what a server can do, for a minute, then a normal load."""

import asyncio
import itertools
import random
from collections.abc import Iterator

import uvloop

from trials.open_loop import PINNED, Ask, Heard, Load, ask, memory_of, pin
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town
from trials.watch import ADDRESS, OWNER, PASSWORD, Watch
from trials.written import Written

PROMISE = "five times the load a server can bear: polite refusals, most of its capacity kept, nothing acknowledged lost"
PEOPLE = 200
FACTOR = 5
NORMAL = 0.35
"""Part of the capacity that a normal day takes."""
LONG, AFTERWARDS, WARM = 60.0, 30.0, 6.0
READS = ("home", "notices", "local", "tag")


def run(options: Options) -> Outcome:
    """Measure the capacity, press five times as much, then go on normally; look at what was written."""
    outcome = Outcome()
    with Town(options.folder, options.engine) as town:
        people = town.people(PEOPLE)
        town.perron("admin", "account", "create", OWNER, "--email", ADDRESS, "--password", PASSWORD, "--role", "owner")
        launcher = MUTANTS / "all_let_in.py" if options.mutant else None
        node = town.node("serve", launcher=launcher, before=PINNED)
        node.start()
        written = Written()
        pin(1)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(node, people, written, options, outcome))
        node.stop(60)
        written.verify(town, outcome)
    return outcome


def mix(people: list[Name], written: Written) -> Iterator[Ask]:
    """What people do: mostly read their homes; some write; visitors read what is open to all."""
    chance = random.Random(7)
    for number in itertools.count():
        who = people[chance.randrange(len(people))]
        what = chance.random()
        if what < 0.6:
            yield ask("home", "/api/v1/timelines/home?limit=20", token=who.token)
        elif what < 0.7:
            yield written.post(number, who, f"Bonsoir #mj numéro {number}")
        elif what < 0.8:
            yield ask("notices", "/api/v1/notifications", token=who.token)
        elif what < 0.9:
            yield ask("local", f"/api/v1/timelines/public?local=true&limit={20 - number % 2}")
        else:
            yield ask("tag", "/tags/mj" if number % 2 else "/api/v1/timelines/tag/mj")


async def _run(node: Node, people: list[Name], written: Written, options: Options, outcome: Outcome) -> None:
    load, asks = Load(node.url), mix(people, written)
    await load.press(asks, 16, WARM / 2)
    capacity = await load.press(asks, 32, WARM)
    peak = capacity.count(good=True) / WARM
    calm = await load.run(asks, peak * NORMAL, WARM)

    watch = Watch(node.url, lambda: node.pid)
    watching = asyncio.create_task(watch.run())
    seconds = options.seconds or LONG
    flood = await load.run(asks, peak * FACTOR, seconds)
    behind, by_second = load.lateness, dict(load.by_second)
    outcome.figures["slowest good answer in each second, ms"] = [*dict(sorted(load.slowest.items())).values()]
    after = await load.run(asks, peak * NORMAL, AFTERWARDS)
    watch.stopping = True
    await watching
    load.close()
    _judge(outcome, peak, calm, flood, after, by_second, seconds, watch)
    outcome.figures |= {"generator behind its schedule, s": round(behind, 2), "memory MB": round(watch.most_memory)}
    outcome.figures["memory afterwards MB"] = round(memory_of(node.pid))


def _judge(
    outcome: Outcome,
    peak: float,
    calm: Heard,
    flood: Heard,
    after: Heard,
    by_second: dict[int, int],
    seconds: float,
    watch: Watch,
) -> None:
    steady = [by_second.get(second, 0) for second in range(min(5, int(seconds) // 3), int(seconds))]
    goodput = sum(steady) / len(steady)
    outcome.figures |= {
        "capacity /s": round(peak),
        "asked /s": round(flood.count() / seconds),
        "goodput /s": round(goodput),
        "goodput of capacity": round(goodput / peak, 2),
        "refused in all": round(flood.refused_share(), 3),
        "refused signed-in reads": round(flood.refused_share("home", "notices"), 3),
        "refused posts": round(flood.refused_share("post"), 3),
        "refused visitors": round(flood.refused_share("local", "tag"), 3),
        "p95 of the admitted, s": round(flood.p(0.95), 3),
        "p95 of admitted posts, s": round(flood.p(0.95, "post"), 3),
        "p95 on a calm day, s": round(calm.p(0.95), 4),
        "p95 afterwards, s": round(after.p(0.95), 4),
        "refused afterwards": round(after.refused_share(), 4),
        "slowest sign of life, s": round(max(watch.alive, default=99), 3),
        "slowest sign-in, s": round(max(watch.entered, default=99), 3),
        "sign-ins": len(watch.entered),
    }
    for name, heard in (("flood", flood), ("afterwards", after)):
        outcome.expect(not heard.strange, f"{name}: neither good nor a polite no: {heard.strange}")
        outcome.expect(
            not heard.without_advice, f"{name}: {heard.without_advice} refusals do not say when to come back"
        )
    outcome.expect(goodput >= 0.7 * peak, f"goodput {goodput:.0f}/s is less than 70 % of {peak:.0f}/s")
    outcome.expect(flood.p(0.95) < 2, f"p95 of the admitted is {flood.p(0.95):.2f} s")
    outcome.expect(max(watch.alive, default=99) < 1, f"a sign of life took {max(watch.alive, default=99):.2f} s")
    outcome.expect(max(watch.entered, default=99) < 1, f"signing in took {max(watch.entered, default=99):.2f} s")
    outcome.expect(not watch.wrong, f"looking in failed {len(watch.wrong)} times, as with {watch.wrong[:1]}")
    outcome.expect(after.p(0.95) < max(3 * calm.p(0.95), 0.2), f"afterwards p95 is {after.p(0.95):.3f} s")
    outcome.expect(after.refused_share() < 0.05, f"afterwards {after.refused_share():.1%} are still refused")
    outcome.expect(watch.most_memory < 1500, f"the server holds {watch.most_memory:.0f} MB")
