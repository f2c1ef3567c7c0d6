"""Turns: when more has come than a short turn of the loop can serve, requests wait in a row; a few come in each turn.

A loop that serves everything that has come before it looks up again makes everybody wait for everybody: whoever signs
in, a sign of life, a post that is long on disk and not yet answered. With the row a turn stays short, and what never
gives way is not in it. The same goes for a database with more questions than lines to ask them on: nobody comes in to
wait there.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from perron.kit.saturation import Saturation

SHORT = 0.03
"""Seconds of a turn after which whoever comes waits for another."""
AT_ONCE = 8
"""How many of those who wait come in each turn."""
BEHIND = 16
"""How many readings wait for a line to the database when nobody comes in."""
PAUSE = 0.002
"""Seconds after which one looks whether they still do."""


class Waiting(NamedTuple):
    """Somebody in the row, since when, and after how many seconds nobody need serve them any more."""

    let_in: "asyncio.Future[bool]"
    since: float
    patience: float


class Turns:
    """The row of those who wait, and how long this turn of the loop has lasted. `behind`: how many readings wait."""

    def __init__(self, saturation: Saturation, behind: Callable[[], int]) -> None:
        self.saturation, self.behind = saturation, behind
        self._loop: asyncio.AbstractEventLoop | None = None
        self._row: deque[Waiting] = deque()
        self._turn = 0.0

    def start(self) -> None:
        """Begin to look, on the loop that is running; before that nobody waits."""
        self._loop = asyncio.get_running_loop()

    def stop(self) -> None:
        """Everybody comes in."""
        self._loop = None
        for one in self._row:
            if not one.let_in.done():
                one.let_in.set_result(True)
        self._row.clear()

    def waited(self) -> float:
        """Seconds since this turn of the loop began, as far as it was asked before in this turn."""
        if self._turn:
            return monotonic() - self._turn
        if self._loop is not None:
            self._turn = monotonic()
            self._loop.call_soon(self._turn_ends)
        return 0.0

    def crowded(self) -> bool:
        """Whether whoever comes now has to wait."""
        return self._loop is not None and (self.waited() > SHORT or bool(self._row) or self.behind() > BEHIND)

    def longest(self) -> float:
        """Seconds that the first of the row has waited."""
        return monotonic() - self._row[0].since if self._row else 0.0

    def wait(self, patience: float) -> "asyncio.Future[bool]":
        """Stand in the row. What comes of it: whether one may come in, or has waited longer than one has patience."""
        assert self._loop is not None
        let_in: asyncio.Future[bool] = self._loop.create_future()
        if not self._row:
            self._loop.call_soon(self._next)
        self._row.append(Waiting(let_in, self._turn or monotonic(), patience))
        return let_in

    def _next(self) -> None:
        """Let a few in, or nobody while the database has enough to do. Under pressure, whoever has waited too long is
        sent away."""
        now, clogged = monotonic(), self.behind() > BEHIND
        room = 0 if clogged else AT_ONCE
        while self._row:
            one = self._row[0]
            in_time = not self.saturation.pressure or now - one.since <= one.patience
            if not one.let_in.done():  # they have not gone away
                if in_time and not room:
                    break
                one.let_in.set_result(in_time)
                room -= in_time
            self._row.popleft()
        if self._row and self._loop is not None:
            if clogged:
                self._loop.call_later(PAUSE, self._next)
            else:
                self._loop.call_soon(self._next)

    def _turn_ends(self) -> None:
        self._turn = 0.0
