"""Turns: whoever does much at once waits for themselves, and not for everybody."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager

from perron.kit.errors import TooMany

AT_ONCE = 8
MOST_WAITING = 32
SAID = "You are doing too much at once. Nothing was changed; please try again in a moment."


class Turns:
    """Under each key `at_once` things are under way and `most_waiting` wait in the order they came; more are refused.

    For one event loop."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self.at_once, self.most_waiting = at_once, most_waiting
        self._under_way: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """A turn under a key, once there is one."""
        await self.take(key)
        try:
            yield
        finally:
            self.give_back(key)

    async def take(self, key: Hashable) -> None:
        """Wait for a turn; whoever has it gives it back."""
        under_way = self._under_way.get(key, 0)
        if under_way < self.at_once:
            self._under_way[key] = under_way + 1
            return
        line = self._waiting.setdefault(key, deque())
        if len(line) >= self.most_waiting:
            raise TooMany(SAID, retry_after=2)
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it was my turn just now
                self.give_back(key)
            raise

    def give_back(self, key: Hashable) -> None:
        """Somebody's turn is over; it goes to whoever waits longest."""
        line = self._waiting.get(key)
        while line:
            following = line.popleft()
            if not line:
                del self._waiting[key]
            if not following.done():
                following.set_result(None)
                return
        under_way = self._under_way[key] - 1
        if under_way:
            self._under_way[key] = under_way
        else:
            del self._under_way[key]
