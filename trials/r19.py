"""R-19: the server is away for a minute; five hundred apps ask again every second, and all come at once."""

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import dataclass, field

from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.r18 import metric
from trials.rig import Name, Node, Town

PROMISE = (
    "When a server comes back to five hundred apps that wait for it, all are served soon, and it does not fall again."
)
APPS, VISITORS = 500, 100
AWAY, BACK = 60.0, 30.0
SOON = 15.0
"""Most seconds from its first answer until everybody has been served."""
PAGE = "/tags/mj"
MOST_MADE = 2.0
"""How often a page that everybody asks for may be made within a second."""


@dataclass
class Seen:
    """What the apps have seen since the server came back."""

    answers: Counter[int] = field(default_factory=Counter)
    by_second: Counter[int] = field(default_factory=Counter)
    """Good answers by the second they came in."""
    served: dict[str, float] = field(default_factory=dict)
    """When each app had its home again."""
    pages: int = 0
    without_advice: int = 0
    first: float = 0.0

    def note(self, who: str, status: int, advised: bool) -> None:
        now = time.monotonic()
        self.answers[status] += 1
        if status == 200:
            self.first = self.first or now
            self.by_second[int(now - self.first)] += 1
            self.served.setdefault(who, now)
        elif status in (429, 503) and not advised:
            self.without_advice += 1


def run(options: Options) -> Outcome:
    """Away for a minute, back for half of one."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, away = Outcome(), options.seconds or AWAY
    launcher = MUTANTS / "made_for_each.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        people = town.people(APPS)
        node = town.node("serve", launcher=launcher)
        node.start()
        await speak(node, people[:40])
        node.stop()
        seen = Seen()
        apps = [asyncio.create_task(app(node, who, seen)) for who in people]
        apps += [asyncio.create_task(visitor(node, number, seen)) for number in range(VISITORS)]
        await asyncio.sleep(away)
        node.start(wait=False)
        begun = time.monotonic()
        while not seen.first and time.monotonic() - begun < 120:
            await asyncio.sleep(0.1)
        living = asyncio.create_task(lives(node, BACK))
        await asyncio.sleep(BACK)
        kept = await asyncio.to_thread(metric, node, "perron_answers_kept")
        for one in apps:
            one.cancel()
        await asyncio.gather(*apps, return_exceptions=True)
        judge(seen, await living, kept, outcome)
        outcome.expect(node.running, "it fell again")
        outcome.expect(node.stop() == 0, "it did not stop in order")
    return outcome


def judge(seen: Seen, alive: list[float], kept: float, outcome: Outcome) -> None:
    """Everybody is served, nothing stands still afterwards, and what all want is made for all."""
    waited = sorted(at - seen.first for who, at in seen.served.items() if who.startswith("p"))
    still = [second for second in range(2, int(BACK)) if not seen.by_second[second]]
    made = max(0.0, seen.pages - kept) / BACK
    outcome.figures |= {
        "answers": dict(sorted(seen.answers.items())),
        "apps served": len(waited),
        "the last of them after, s": round(waited[-1], 2) if waited else None,
        "good answers in each second": [seen.by_second[second] for second in range(int(BACK))],
        "pages given": seen.pages,
        "pages made /s": round(made, 2),
        "slowest sign of life, s": round(max(alive), 2),
    }
    outcome.expect(len(waited) == APPS, f"{APPS - len(waited)} apps were never served")
    outcome.expect(bool(waited) and waited[-1] <= SOON, "it took too long until all were served")
    outcome.expect(not still, f"nobody was served in the seconds {still}")
    outcome.expect(set(seen.answers) <= {200, 429, 503}, f"answers: {dict(seen.answers)}")
    outcome.expect(not seen.without_advice, f"{seen.without_advice} refusals do not say when to come back")
    outcome.expect(made <= MOST_MADE, f"the page that all want was made {made:.1f} times a second")
    outcome.expect(max(alive) < 5, f"a sign of life took {max(alive):.1f} s")


async def speak(node: Node, people: list[Name]) -> None:
    """What homes and the page are made of."""
    for who in people:
        line = Line(node.url, who.token)
        await line.ask("POST", "/api/v1/statuses", {"status": f"Bonsoir de {who.handle} #mj"})
        line.close()


async def app(node: Node, who: Name, seen: Seen) -> None:
    """Asks for its home, again a second after it was served, refused, or found nobody."""
    while True:
        line = Line(node.url, who.token, patience=10)
        with contextlib.suppress(NotSent, Unanswered):
            answer = await line.ask("GET", "/api/v1/timelines/home?limit=20")
            seen.note(who.handle, answer.status, "retry-after" in answer.headers)
        line.close()
        await asyncio.sleep(1)


async def visitor(node: Node, number: int, seen: Seen) -> None:
    """Asks for the page that all ask for, whose answer is kept no longer than a second, three times a second."""
    while True:
        line = Line(node.url, patience=10)
        with contextlib.suppress(NotSent, Unanswered):
            answer = await line.ask("GET", PAGE)
            seen.note(f"visitor {number}", answer.status, "retry-after" in answer.headers)
            seen.pages += answer.status == 200
        line.close()
        await asyncio.sleep(0.3)


async def lives(node: Node, seconds: float) -> list[float]:
    """How long each sign of life took; as long as anything where there was none."""
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        line, begun = Line(node.url, patience=10), time.monotonic()
        try:
            status = (await line.ask("GET", "/health/live")).status
        except (NotSent, Unanswered):
            status = 0
        took.append(time.monotonic() - begun if status == 200 else 99.0)
        line.close()
        await asyncio.sleep(0.5)
    return took
