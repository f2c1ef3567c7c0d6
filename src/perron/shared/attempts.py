"""How often something was tried that must not be tried often: coming in, second steps, letters, joining.

Where nodes share a server, each attempt is counted there, before it is made. When it cannot be counted it is not made
either: nobody shall try ten passwords at each node, or as many as they like while the server is away. Nodes that share
a database alone tell each other through the log of changes.
"""

import asyncio
from hashlib import blake2b
from typing import Any

from perron.kit.errors import Unavailable
from perron.kit.limits import Allowance, Window
from perron.kit.secrets import new_secret
from perron.kit.time import SECOND, now
from perron.shared.client import Away, Shared
from perron.store import Store, rim, tell

COUNT = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
    left = tonumber(ARGV[1])
end
return {count, left}
"""
GIVE_BACK = "if tonumber(redis.call('GET', KEYS[1]) or '0') > 0 then return redis.call('DECR', KEYS[1]) end"
CLOSED = "This server cannot count attempts at the moment, so that this door stays shut. Please try again in a moment."
COME_BACK = 5


class Attempts:
    """Counts attempts: in the shared server where there is one, else in this process."""

    def __init__(self, shared: Shared | None = None) -> None:
        self.shared = shared
        self.window = Window()

    async def hit(self, key: str, limit: int, seconds: int) -> Allowance:
        """Count once more under a key; what is left of `limit` in `seconds`. Unavailable when it cannot be counted."""
        shared = self.shared
        if shared is None:
            return self.window.hit(key, limit, seconds)
        name = self._name(shared, key)
        try:
            count, left = await asyncio.to_thread(shared.ask, lambda client: _count(client, name, seconds))
        except Away:
            raise Unavailable(CLOSED, retry_after=COME_BACK) from None
        return Allowance(limit, max(0, limit - count), now() + left, count <= limit)

    async def give_back(self, key: str) -> None:
        """Take back one count: it was not one of those that are limited."""
        shared = self.shared
        if shared is None:
            self.window.give_back(key)
            return
        name = self._name(shared, key)
        await asyncio.to_thread(shared.ask_or, None, lambda client: client.eval(GIVE_BACK, 1, name))

    def hear(self, key: str, seconds: int, who: str) -> None:
        """Another process has counted an attempt."""

    def _name(self, shared: Shared, key: str) -> str:
        return shared.key("attempts", _digest(key))


class ToldAttempts(Attempts):
    """Counts in this process and tells the others through the log of changes: for nodes that share a database and
    nothing else. Those who hear it a moment later may let one attempt more be made each."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store, self._me = store, new_secret(6)

    async def hit(self, key: str, limit: int, seconds: int) -> Allowance:
        """Count once more under a key; what is refused here need not be told."""
        name = _digest(key)
        found = self.window.hit(name, limit, seconds)
        if found.allowed:
            await rim.write_owed(self._store, lambda tx: tell(tx, "attempt", name, seconds, self._me), first=True)
        return found

    async def give_back(self, key: str) -> None:
        """Take back one count, here and elsewhere."""
        name = _digest(key)
        self.window.give_back(name)
        await rim.write_owed(self._store, lambda tx: tell(tx, "attempt", name, 0, self._me), first=True)

    def hear(self, key: str, seconds: int, who: str) -> None:
        """Another process has counted an attempt, or taken it back."""
        if who == self._me:
            return
        if seconds:
            self.window.hit(key, 1, seconds)
        else:
            self.window.give_back(key)


def _digest(key: str) -> str:
    """Addresses of people do not lie about in another server, or in a log."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _count(client: Any, name: str, seconds: int) -> tuple[int, int]:
    count, left = client.eval(COUNT, 1, name, seconds * SECOND)
    return int(count), int(left)
