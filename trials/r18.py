"""R-18: the night everybody talks about one thing."""

import asyncio
import itertools
import random
import re
import urllib.request
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager

import uvloop

from trials.elsewhere import site
from trials.grown import grown
from trials.line import Line
from trials.open_loop import PINNED, Ask, Heard, Load, ask, memory_of, pin
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town
from trials.written import Written

PROMISE = "a night on which everybody writes and reads one tag: nothing lost, pages made once a second, readers served"
STORM = 120.0
POSTS, VISITORS, HOMES, STREAMS = 40, 300, 100, 200
NORMAL = 0.1
"""Part of the night's load that a normal evening brings."""
HOT = 5
"""Posts that everybody looks at and boosts."""
PAGES = HOT + 2


class Night:
    """Who is there, what they talk about, and what has come of it."""

    def __init__(self, people: list[Name], big: Name, link: str, strict: float = 1.0) -> None:
        self.people, self.big, self.link, self.strict = people, big, link, strict
        self.written = Written()
        self.hot: list[str] = []
        self.streamed = 0

    def asks(self, first: int) -> Iterator[Ask]:
        """Posts, visitors and homes in the shares of the night; posts are numbered, each number once."""
        chance, every = random.Random(first), POSTS + VISITORS + HOMES
        for number in itertools.count(first):
            who, what = chance.choice(self.people), chance.random() * every
            if what < POSTS:
                yield self._write(number, who, chance)
            elif what < POSTS + VISITORS:
                yield self._visit(chance)
            else:
                yield ask("home", "/api/v1/timelines/home?limit=20", token=who.token)

    def _write(self, number: int, who: Name, chance: random.Random) -> Ask:
        if chance.random() < 0.3:
            return ask("boost", f"/api/v1/statuses/{chance.choice(self.hot)}/reblog", token=who.token, body={})
        text = f"Je n’y crois pas {number} #mj"
        if chance.random() < 0.2:
            text += f" {self.link}"
        if chance.random() < 0.1:
            text += f" @{self.big.handle}"
        return self.written.post(number, who, text)

    def _visit(self, chance: random.Random) -> Ask:
        what = chance.randrange(PAGES)
        if what == 0:
            return ask("visitor", "/tags/mj")
        if what == 1:
            return ask("visitor", "/api/v1/timelines/tag/mj")
        return ask("visitor", f"/api/v1/statuses/{self.hot[what - 2]}")


def run(options: Options) -> Outcome:
    """The night, on one node that serves and works."""
    outcome = Outcome()
    with linked_page() as (link, looks), Town(options.folder, options.engine) as town:
        people, big = inhabitants(town)
        launcher = MUTANTS / "made_for_each.py" if options.mutant else None
        env = {"PERRON_OUTSIDE_ALLOW": "127.0.0.0/8"}
        node = town.node("serve", env, launcher=launcher, before=PINNED)
        node.start()
        night = Night(people, big, link)
        pin(1)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(through(night, node, options.seconds or STORM, outcome, asyncio.sleep(0)))
        node.stop(60)
        night.written.verify(town, outcome)
    outcome.figures["looks at the linked page"] = looks.count
    outcome.expect(looks.count == 1, f"the linked page was fetched {looks.count} times")
    return outcome


def inhabitants(town: Town) -> tuple[list[Name], Name]:
    """On SQLite a town of some years; on PostgreSQL a new one."""
    if town.engine == "sqlite":
        return grown(town)
    return town.people(100), town.people(1, "big")[0]


async def through(night: Night, node: Node, storm: float, outcome: Outcome, faults: Awaitable[None]) -> None:
    """A normal evening, the night with its faults, and a normal evening again."""
    load, rate = Load(node.url), float(POSTS + VISITORS + HOMES)
    await _hot_posts(night, node)
    streams = [asyncio.create_task(_listen(night, node, one)) for one in _listeners(night)]
    before = await load.run(night.asks(0), rate * NORMAL, max(5.0, storm / 4))
    kept = metric(node, "perron_answers_kept")
    breaking = asyncio.ensure_future(faults)
    famous = asyncio.create_task(_famous(night, node, storm))
    during = await load.run(night.asks(1_000_000), rate, storm)
    behind = load.lateness
    await asyncio.gather(famous, breaking, return_exceptions=False)
    kept = metric(node, "perron_answers_kept") - kept
    memory = memory_of(node.pid)
    quiet = await _drained(node)
    later = await load.run(night.asks(2_000_000), rate * NORMAL, max(10.0, storm / 4))
    missing = await _missing_in_tag(night, node)
    for one in streams:
        one.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    load.close()
    judge(night, outcome, before, during, later, kept, storm)
    outcome.figures |= {
        "generator behind its schedule, s": round(behind, 2),
        "memory MB": round(memory),
        "backlog of jobs drained, s": quiet,
        "told to streams": night.streamed,
        "missing in the tag": len(missing),
    }
    outcome.expect(memory < 2000, f"the server holds {memory:.0f} MB")
    outcome.expect(not missing, f"{len(missing)} acknowledged posts are not in the tag, such as {missing[:3]}")
    outcome.expect(quiet < 60, f"jobs were still due {quiet} s after the end")
    outcome.expect(night.streamed > 0, "no stream was told anything")


def judge(
    night: Night, outcome: Outcome, before: Heard, during: Heard, later: Heard, kept: float, storm: float
) -> None:
    """Hold the figures against what was promised."""
    made = (during.count("visitor", good=True) - kept) / storm / PAGES
    outcome.figures |= {
        "asked /s": round(during.count() / storm),
        "answered /s": round(during.count(good=True) / storm),
        "p95 of visitors, s": round(during.p(0.95, "visitor"), 3),
        "p95 of posts, s": round(during.p(0.95, "post"), 3),
        "p95 of homes, s": round(during.p(0.95, "home"), 3),
        "refused homes": round(during.refused_share("home"), 4),
        "refused posts": round(during.refused_share("post", "boost"), 4),
        "refused visitors": round(during.refused_share("visitor"), 4),
        "each page made /s": round(made, 2),
        "p95 before, s": round(before.p(0.95), 3),
        "p95 later, s": round(later.p(0.95), 3),
    }
    for name, heard in (("night", during), ("later", later)):
        outcome.expect(not heard.strange, f"{name}: neither good nor a polite no: {heard.strange}")
        outcome.expect(
            not heard.without_advice, f"{name}: {heard.without_advice} refusals do not say when to come back"
        )
    outcome.expect(during.p(0.95, "visitor") < 0.5 * night.strict, "visitors waited too long")
    outcome.expect(during.p(0.95, "post") < 1.5 * night.strict, "posts took too long")
    outcome.expect(during.refused_share("home") <= 0.05, "too many of those who are signed in were sent away")
    outcome.expect(made <= 1.5, f"each page was made {made:.1f} times a second")
    outcome.expect(later.p(0.95) < max(3 * before.p(0.95), 0.25), "afterwards it did not become as quick as before")


def metric(node: Node, name: str) -> float:
    """A figure of the server's own."""
    with urllib.request.urlopen(f"{node.url}/metrics", timeout=10) as reply:
        found = re.search(rf"^{name} ([0-9.]+)$", reply.read().decode(), re.MULTILINE)
    return float(found[1]) if found else 0.0


async def _hot_posts(night: Night, node: Node) -> None:
    line = Line(node.url, night.big.token)
    for n in range(HOT):
        answer = await line.ask("POST", "/api/v1/statuses", {"status": f"Michael Jackson est mort {n} #mj"})
        assert answer.status == 200, answer.body
        night.hot.append(answer.json()["id"])
    line.close()


async def _famous(night: Night, node: Node, storm: float) -> None:
    """Whom ten thousand follow speaks three times."""
    for n in range(3):
        await asyncio.sleep(storm / 4)
        line = Line(node.url, night.big.token)
        for _ in range(20):  # as an app would: the same words again, when the server says
            answer = await line.ask("POST", "/api/v1/statuses", {"status": f"Adieu {n} #mj"}, key=f"famous{n}")
            if answer.status == 200:
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
        line.close()


def _listeners(night: Night) -> list[Name]:
    return [night.people[n % len(night.people)] for n in range(STREAMS)]


async def _listen(night: Night, node: Node, who: Name) -> None:
    while True:
        line = Line(node.url, who.token)
        try:
            async for said in line.stream("/api/v1/streaming/hashtag?tag=mj"):
                night.streamed += said.startswith(b"event: update")
        except (OSError, asyncio.IncompleteReadError):
            pass
        await asyncio.sleep(1)


async def _drained(node: Node) -> int:
    for second in range(90):
        if await asyncio.to_thread(metric, node, "perron_jobs_due") < 20:
            return second
        await asyncio.sleep(1)
    return 90


async def _missing_in_tag(night: Night, node: Node) -> list[str]:
    """Acknowledged posts that the tag's timeline does not show, page by page."""
    line, seen, below = Line(node.url, night.big.token), set(), ""
    while True:
        answer = await line.ask("GET", f"/api/v1/timelines/tag/mj?limit=40{below}")
        if answer.status != 200:
            await asyncio.sleep(1)
            continue
        page = answer.json()
        if not page:
            break
        seen |= {int(one["id"]) for one in page}
        below = f"&max_id={page[-1]['id']}"
    line.close()
    return [mark for mark, id_ in night.written.acknowledged.items() if id_ not in seen]


class Looks:
    """How often the linked page was asked for."""

    count = 0


@contextmanager
def linked_page() -> Iterator[tuple[str, Looks]]:
    """A page that everybody links to."""
    looks = Looks()

    def page(path: str) -> bytes:
        looks.count += path == "/page"
        return b"<html><head><title>King of Pop</title></head><body></body></html>"

    with site(page) as address:
        yield f"{address}/page", looks
