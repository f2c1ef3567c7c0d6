"""Turns: whoever does much at once waits for themselves."""

import asyncio

import pytest

from perron.kit.errors import TooMany
from perron.kit.turns import Turns


def test_turns_are_given_in_the_order_people_came_and_others_do_not_wait() -> None:
    async def tried() -> list[str]:
        turns, did = Turns(at_once=2, most_waiting=10), []

        async def work(who: str, what: str) -> None:
            async with turns.of(who):
                await asyncio.sleep(0)
                did.append(what)

        flood = [asyncio.create_task(work("ada", f"ada {n}")) for n in range(8)]
        await asyncio.sleep(0)
        await asyncio.gather(asyncio.create_task(work("bea", "bea")), *flood)
        assert not turns._under_way and not turns._waiting
        return did

    did = asyncio.run(tried())
    assert [one for one in did if one != "bea"] == [f"ada {n}" for n in range(8)]
    assert did.index("bea") <= 3


def test_a_line_has_an_end() -> None:
    async def tried() -> None:
        turns = Turns(at_once=1, most_waiting=1)
        await turns.take("ada")
        second = asyncio.create_task(turns.take("ada"))
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await turns.take("ada")
        turns.give_back("ada")
        await second

    asyncio.run(tried())


def test_whoever_leaves_the_line_loses_nobody_their_turn() -> None:
    async def tried() -> None:
        turns = Turns(at_once=1, most_waiting=5)
        await turns.take("ada")
        left, stays = asyncio.create_task(turns.take("ada")), asyncio.create_task(turns.take("ada"))
        await asyncio.sleep(0)
        turns.give_back("ada")  # the turn is the first one's now, who leaves before knowing
        left.cancel()
        await asyncio.wait_for(stays, 1)
        turns.give_back("ada")
        assert not turns._under_way

    asyncio.run(tried())
