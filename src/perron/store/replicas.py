"""Replicas of the database, for whoever is not signed in.

A replica is asked as long as it is less behind than the setting says. How far that is follows from what every process
writes anyway: the log of changes, and the signs of life of the nodes. Once a second it is noted how far the primary has
come, and looked up how long ago it was where the replica is now. One that does not answer costs nothing but speed.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import func, select

from perron.kit.errors import Unavailable
from perron.kit.settings import Settings
from perron.store.engine import Db
from perron.store.heard import Heard
from perron.store.readers import Readers
from perron.store.statements import Prepared
from perron.store.tables import changes, nodes

log = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks."""
_POSITION = Prepared(
    select(select(func.max(changes.c.id)).scalar_subquery(), select(func.max(nodes.c.until)).scalar_subquery())
)
Position = tuple[int, int]


class Replica:
    """One replica, and whether it may be asked."""

    def __init__(self, readers: Readers) -> None:
        self.readers = readers
        self.trusted = False


class Replicas:
    """All replicas, as one event loop knows them."""

    def __init__(self, primary: Readers, urls: tuple[str, ...], settings: Callable[[], Settings]) -> None:
        self.primary, self.settings = primary, settings
        self.all = [Replica(Readers(url, settings, Heard())) for url in urls]
        self._turns = count()
        self._past: deque[tuple[float, Position]] = deque(maxlen=4000)
        self._task = primary.loop.create_task(self._watch())

    def pick(self) -> Readers | None:
        """One that may be asked, in turns; None when there is none."""
        trusted = [one for one in self.all if one.trusted]
        return trusted[next(self._turns) % len(trusted)].readers if trusted else None

    def distrust(self, readers: Readers) -> None:
        """One has not answered: it is not asked until it is looked at again."""
        for one in self.all:
            if one.readers is readers:
                one.trusted = False

    async def look(self) -> None:
        """Note where the primary is and how far each replica is behind."""
        now = self.primary.loop.time()
        with contextlib.suppress(Unavailable):  # without a primary the replicas are as far as anybody
            self._past.append((now, await self.primary.read(_position)))
        await asyncio.gather(*(self._look_at(one) for one in self.all))

    async def _look_at(self, one: Replica) -> None:
        try:
            lag = self._behind(await one.readers.read(_position))
        except Unavailable:
            one.trusted = False
            return
        trusted = lag <= self.settings().database_replica_lag
        if one.trusted and not trusted:
            log.warning("A replica is %.0f s behind and not asked for now", lag)
        one.trusted = trusted

    def _behind(self, position: Position) -> float:
        """For how many seconds the primary has been further than this."""
        now = self.primary.loop.time()
        for at, there in self._past:
            if there[0] > position[0] or there[1] > position[1]:
                return now - at
        return 0.0

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("The replicas could not be looked at")
            await asyncio.sleep(EVERY)

    def close(self) -> None:
        """Ask them no more."""
        if not self.primary.loop.is_closed():
            self._task.cancel()
        for one in self.all:
            one.readers.close()


def _position(db: Db) -> Position:
    found: Any = db.one(_POSITION)
    return found[0] or 0, found[1] or 0
