"""R-09: PostgreSQL crashes, hangs, loses a connection, and has none left, while twenty clients write."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from trials.acks import Crowd
from trials.line import Line, NotSent, Unanswered, seconds_until, takes_a_note
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town
from trials.verify import settle

PROMISE = (
    "While the database is away nothing is lost and nobody waits; when it is back, all is well within three seconds."
)
ENGINES = ("postgresql",)
CLIENTS, RATE = 20, 50.0
HEALS = 3.0
PAUSED = 20.0
QUICK = 2.5
"""Most seconds until /health/live answers, whatever the database does."""


@dataclass
class Watch:
    """What a load balancer and a monitor see, ten times a second."""

    node: Node
    seen: list[tuple[float, str, int, float]] = field(default_factory=list)
    """When it was asked, what, the status (0: no answer) and how long it took."""

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for path in ("/health/live", "/health/ready"):
                group.create_task(self._ask(path))

    async def _ask(self, path: str) -> None:
        line = Line(self.node.url, patience=10)
        while True:
            begun = time.monotonic()
            try:
                status = (await line.ask("GET", path)).status
            except (NotSent, Unanswered):
                status = 0
            self.seen.append((begun, path, status, time.monotonic() - begun))
            await asyncio.sleep(0.1)

    def of(self, path: str, since: float, until: float = float("inf")) -> list[tuple[int, float]]:
        return [(status, took) for at, what, status, took in self.seen if what == path and since <= at < until]


def run(options: Options) -> Outcome:
    """Two minutes."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    launcher = MUTANTS / "early_answer.py" if options.mutant else None
    with Town(options.folder, "postgresql") as town:
        assert town.postgres is not None
        node = town.node("serve", launcher=launcher)
        node.start()
        crowd = Crowd(town, [node.url], clients=CLIENTS, pause=CLIENTS / RATE)
        watch = Watch(node)
        watching = asyncio.create_task(watch.run())
        async with crowd:
            await asyncio.sleep(3)
            healed = []
            for _ in range(5):
                healed.append(await fault(crowd, lambda: restart(town)))
                await asyncio.sleep(1.5)
            figures = {"heals after a restart, seconds": max(healed)}
            if not options.mutant:
                begun = time.monotonic()
                figures["heals after a pause, seconds"] = await fault(crowd, lambda: pause(town))
                looked = watch.of("/health/ready", begun + 3, begun + PAUSED - 1)
                outcome.expect(
                    bool(looked) and {status for status, _ in looked} == {503}, f"paused, ready said {looked[:5]}"
                )
                await asyncio.sleep(1.5)
                figures["heals after killed backends, seconds"] = await fault(crowd, lambda: kill_backends(town))
                await asyncio.sleep(1.5)
                figures["heals after a bystander took all connections, seconds"] = await fault(
                    crowd, lambda: use_up(town)
                )
                await asyncio.sleep(2)
        watching.cancel()
        await settle(crowd, outcome)
        node.stop()
        mistakes = re.findall(r"ERROR[^\n]*Mistake .*?(?=\n\d{4}-)", node.said(), re.DOTALL)
        outcome.expect(not mistakes, f"{len(mistakes)} mistakes, such as {mistakes[0][-900:] if mistakes else ''}")
    live = [(status, took) for _, path, status, took in watch.seen if path == "/health/live"]
    figures["slowest answer of /health/live, seconds"] = max(took for _, took in live)
    outcome.figures |= {what: round(figure, 2) for what, figure in figures.items()}
    outcome.figures |= {"answers by status": crowd.books.statuses}
    for what, seconds in figures.items():
        if what.startswith("heals"):
            outcome.expect(seconds <= HEALS, f"{what}: {seconds:.1f}")
    outcome.expect({status for status, _ in live} == {200}, f"live said {[one for one in live if one[0] != 200][:5]}")
    outcome.expect(max(took for _, took in live) <= QUICK, "whether it lives was not answered at once")
    outcome.expect(set(crowd.books.statuses) <= {200, 404, 422, 503}, f"answers: {crowd.books.statuses}")
    return outcome


async def fault(crowd: Crowd, does: Callable[[], Awaitable[None]]) -> float:
    """Let something happen; seconds from its end until a write is acknowledged again that was asked for after it."""
    await does()
    whom = crowd.names[1].id

    async def well(line: Line) -> bool:
        return (await line.ask("GET", "/health/ready")).status == 200 and await takes_a_note(line, whom)

    return await seconds_until(crowd.urls[0], crowd.names[0].token, well, patience=5)


async def restart(town: Town) -> None:
    assert town.postgres is not None
    await asyncio.to_thread(town.postgres.stop, "immediate")
    await asyncio.to_thread(town.postgres.start)


async def pause(town: Town) -> None:
    assert town.postgres is not None
    town.postgres.pause()
    await asyncio.sleep(PAUSED)
    town.postgres.go_on()


async def kill_backends(town: Town) -> None:
    """Every connection of ours is ended by an operator."""
    with town.reading() as db:
        db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        )


async def use_up(town: Town) -> None:
    """A bystander takes every connection, also those that we lose, and lets go after a while."""
    engine = create_engine(town.database.replace("perron@", "bystander@"), poolclass=NullPool)
    with town.reading() as db:
        db.execute(text("DROP ROLE IF EXISTS bystander"))
        db.execute(text("CREATE ROLE bystander LOGIN"))
        await kill_backends(town)
    held = []
    end = time.monotonic() + 5
    try:
        while time.monotonic() < end:
            try:
                held.append(engine.connect())
            except OperationalError:
                await asyncio.sleep(0.02)
            else:
                await asyncio.sleep(0)
    finally:
        for one in held:
            one.close()
        engine.dispose()
