"""The gauge: measures how late the event loop comes to what is due, and says how much has to be left out.

A loop with more to do than time makes everybody wait equally, and in the end serves what nobody waits for any more.
How long a request waits for its turn is how late a timer is, so a timer is all that is looked at. While the wait stays
longer than `TARGET` and many have come meanwhile, the pressure rises, the faster the longer it is; while it is shorter,
the pressure falls slowly, so that it settles where the loop is busy and nobody waits long.

Only what this process itself was busy with counts: where a neighbour takes the processor everything is late, and
nothing would be sooner for being refused.

While there is pressure, turns of the loop are timed too: what the loop has to do in a turn was there when the turn
began, so whoever is looked at late in one has waited that long already.
"""

import asyncio
from collections import deque
from time import monotonic, process_time, thread_time

from perron.entities.site import Site

EVERY = 0.05
TARGET = 0.08
"""Seconds that a request may wait before anything is left out."""
RISE = 0.35
"""How much pressure a second of waiting twice as long as the target adds."""
FALL, FALL_IDLE = 0.1, 0.3
"""How much pressure a second takes away in which nobody waits long; and one in which hardly anybody waits."""
IDLE = 0.2
"""Part of the target under which hardly anybody waits."""
STEEPEST = 4.0
LOOKS = 4
"""What is slow once (a collection, a picture) leaves nobody out: the mean of so many looks counts."""
MANY = 8
"""As little does what is slow when fewer than so many came meanwhile: it would not be quicker without them."""
FLOOD = 64
STANDSTILL = 0.5
"""Seconds after which, when a flood came meanwhile, one look is enough."""
RUSH, RUSHING = 0.2, 400
"""Seconds of the loop's own work in one turn after which, when so many came in it, nobody waits for the next look. A
browser that asks for all the files of a page at once is no flood."""


class Gauge:
    """Looks at the loop, the writers and the readers twenty times a second."""

    def __init__(self, site: Site) -> None:
        self.site, self.saturation = site, site.saturation
        self.came = 0
        """Requests since the last look."""
        self._waits: deque[float] = deque(maxlen=LOOKS)
        self._timer: asyncio.TimerHandle | None = None
        self._measuring = False
        self._due = self._turn = self._spent = self._worked = 0.0

    def start(self) -> None:
        """Begin to measure, on the loop that is running."""
        self._loop = asyncio.get_running_loop()
        self._measuring = self.site.settings.admission == "on"
        if self._measuring:
            self._again()

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()

    def waited(self) -> float:
        """Seconds since this turn of the loop began, as far as it was asked before in this turn."""
        if not self._turn:
            self._turn, self._worked = monotonic(), thread_time()
            self._loop.call_soon(self._turn_ends)
            return 0.0
        return monotonic() - self._turn

    def rush(self) -> float:
        """The pressure, where there was none, when a flood came within a turn of the loop that is not over yet."""
        if (
            self.came < RUSHING
            or not self._measuring
            or self.waited() < RUSH
            or (worked := thread_time() - self._worked) < RUSH
        ):
            return 0.0
        self.note(worked, seen=True)
        return self.saturation.pressure

    def _turn_ends(self) -> None:
        self._turn = 0.0

    def _again(self) -> None:
        self._due, self._spent = monotonic() + EVERY, process_time()
        self._timer = self._loop.call_later(EVERY, self._look)

    def _look(self) -> None:
        store = self.site.store
        self.note(max(0.0, min(monotonic() - self._due, process_time() - self._spent)))
        store.pace.look(store.waiting(), self.site.settings.write_wait)
        self._again()

    def note(self, lag: float, *, seen: bool = False) -> None:
        """Take into account how late a look came; `seen`: that a flood is the reason is known already."""
        at_once = seen or (lag > STANDSTILL and self.came >= FLOOD)
        self._waits.append(min(lag, LOOKS * TARGET) if self.came >= MANY else 0.0)
        self.came = 0
        over = (lag if at_once else sum(self._waits) / LOOKS) / TARGET - 1
        change = RISE * min(over, STEEPEST) if over > 0 else -(FALL_IDLE if over < IDLE - 1 else FALL)
        saturation = self.saturation
        saturation.lag = lag
        saturation.pressure = min(
            1.0, max(0.0, saturation.pressure + change * (EVERY + (lag if at_once else min(lag, TARGET))))
        )
