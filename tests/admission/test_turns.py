"""When more has come than a short turn of the loop can serve, requests come in a few at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from perron.admission.turns import AT_ONCE, BEHIND, SHORT, Turns
from perron.kit.saturation import Saturation


class Crowd:
    """People who come one after another, in a turn that has lasted too long already."""

    def __init__(self) -> None:
        self.saturation, self.served = Saturation(), list[int]()
        self.behind = 0
        self.turns = Turns(self.saturation, lambda: self.behind)
        self.turns.start()

    async def long_turn(self) -> None:
        assert not self.turns.crowded()
        time.sleep(2 * SHORT)

    async def come(self, number: int, patience: float = 60.0) -> bool:
        if self.turns.crowded() and not await self.turns.wait(patience):
            return False
        self.served.append(number)
        return True

    async def all_come(self, *numbers: int, patience: float = 60.0) -> list[asyncio.Task[bool]]:
        """All in one turn that lasts too long; when they stand in the row."""
        asyncio.ensure_future(self.long_turn())
        tasks = [asyncio.ensure_future(self.come(number, patience)) for number in numbers]
        await asyncio.sleep(0)
        assert self.served == [] and self.turns.longest() >= SHORT
        return tasks


def tried(what: Callable[[Crowd], Awaitable[None]]) -> list[int]:
    """Run it; who came in, in this order."""

    async def run() -> list[int]:
        crowd = Crowd()
        await what(crowd)
        return crowd.served

    return asyncio.run(run())


def test_a_few_come_in_each_turn_and_in_the_order_in_which_they_came() -> None:
    async def what(crowd: Crowd) -> None:
        tasks, seen = await crowd.all_come(*range(3 * AT_ONCE)), [0]
        while len(crowd.served) < len(tasks):
            await asyncio.sleep(0)
            seen.append(len(crowd.served))
        assert max(after - before for before, after in zip(seen, seen[1:], strict=False)) <= AT_ONCE
        assert not crowd.turns.crowded() and crowd.turns.longest() == 0.0

    assert tried(what) == [*range(3 * AT_ONCE)]


def test_whoever_comes_later_does_not_overtake() -> None:
    async def what(crowd: Crowd) -> None:
        tasks = await crowd.all_come(*range(2 * AT_ONCE))
        assert crowd.turns.crowded()  # this turn is short, and others wait
        await asyncio.gather(crowd.come(99), *tasks)

    assert tried(what)[-1] == 99


def test_whoever_waited_too_long_is_sent_away_under_pressure_and_only_then() -> None:
    async def what(crowd: Crowd) -> None:
        calm = await crowd.all_come(1, patience=0.0)
        assert [await one for one in calm] == [True]
        crowd.served.clear()
        crowd.saturation.pressure = 0.1
        pressed = await crowd.all_come(2, patience=0.0)
        assert [await one for one in pressed] == [False]

    assert tried(what) == []


def test_whoever_goes_away_takes_nobodys_place() -> None:
    async def what(crowd: Crowd) -> None:
        tasks = await crowd.all_come(*range(2 * AT_ONCE))
        for gone in tasks[:AT_ONCE]:
            gone.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert tried(what) == [*range(AT_ONCE, 2 * AT_ONCE)]


def test_everybody_comes_in_once_nothing_is_measured() -> None:
    async def what(crowd: Crowd) -> None:
        tasks = await crowd.all_come(*range(3 * AT_ONCE))
        crowd.turns.stop()
        assert await asyncio.gather(*tasks) == [True] * len(tasks)
        assert not crowd.turns.crowded()

    assert len(tried(what)) == 3 * AT_ONCE


def test_nobody_comes_in_while_the_database_has_more_questions_than_lines() -> None:
    async def what(crowd: Crowd) -> None:
        crowd.behind = BEHIND + 1
        tasks = [asyncio.ensure_future(crowd.come(number)) for number in range(2)]
        await asyncio.sleep(0.02)
        assert crowd.served == [] and crowd.turns.longest() > 0.0
        crowd.behind = BEHIND
        assert await asyncio.gather(*tasks) == [True, True]

    assert tried(what) == [0, 1]
