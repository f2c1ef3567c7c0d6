"""R-04: twenty connections of one person send the same words with the same keys at once, while the server is killed."""

import asyncio
import random
from collections import Counter

from sqlalchemy import text

from trials.line import Line, NotSent, Unanswered
from trials.outcome import MUTANTS, Options, Outcome
from trials.r01 import strike
from trials.rig import Name, Town
from trials.verify import marks

PROMISE = "The same key makes one post, however often it is sent and whatever happens meanwhile."
TOGETHER, KEYS, KILLS = 20, 120, 10


def run(options: Options) -> Outcome:
    """At least `KEYS` keys and `KILLS` kills; on PostgreSQL with two nodes."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome, kills = Outcome(), 0
    launcher = MUTANTS / "no_keys.py" if options.mutant else None
    with Town(options.folder, options.engine) as town:
        me = town.people(1)[0]
        nodes = [town.node("serve", launcher=launcher) for _ in range(1 if options.engine == "sqlite" else 2)]
        for node in nodes:
            node.start()
        urls, answers = [node.url for node in nodes], {}
        asking = asyncio.create_task(ask_all(urls, me, answers, KEYS if not options.mutant else 10))
        while not asking.done() and not options.mutant:
            await asyncio.sleep(random.uniform(0.5, 2.0))
            if kills < KILLS:
                await asyncio.to_thread(strike, [random.choice(nodes)])
                kills += 1
        await asking
        with town.reading() as db:
            there = marks(db, "k")
            keys = db.execute(text("SELECT count(*) FROM idempotency")).scalar_one()
        for node in nodes:
            node.stop()
    for name, ids in answers.items():
        outcome.expect(len(ids) == 1, f"{name} was answered with {len(ids)} posts")
        outcome.expect(there[name] == 1, f"{name} is there {there[name]} times")
    outcome.expect(options.mutant or kills >= KILLS, f"there were only {kills} kills")
    outcome.figures |= {
        "keys": len(answers),
        "answers": sum(ids.total() for ids in answers.values()),
        "posts": there.total(),
        "keys kept": keys,
        "kills": kills,
    }
    return outcome


async def ask_all(urls: list[str], me: Name, answers: dict[str, Counter[str]], keys: int) -> None:
    """Each key from all connections at once, again and again until each of them has its answer."""
    lines = [Line(urls[number % len(urls)], me.token) for number in range(TOGETHER)]
    for number in range(keys):
        name = f"k0x{number}"
        answers[name] = Counter(await asyncio.gather(*(insist(line, name) for line in lines)))
        await asyncio.sleep(0.3)  # so that the kills meet different keys
    for line in lines:
        line.close()


async def insist(line: Line, name: str) -> str:
    """The id that a key gives at last."""
    while True:
        try:
            answer = await line.ask("POST", "/api/v1/statuses", {"status": name}, key=name)
        except (NotSent, Unanswered):
            await asyncio.sleep(0.05)
            continue
        if answer.status == 200:
            return str(answer.json()["id"])
        if answer.status < 500:
            return f"refused with {answer.status}"
        await asyncio.sleep(0.05)
