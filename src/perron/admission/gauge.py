"""The gauge: measures how late the event loop comes to what is due, and says how much has to be left out.

A loop with more to do than time makes everybody wait equally, and in the end serves what nobody waits for any more.
How long a request waits for its turn is how late a timer is, or how long the first of the row has stood there
(`turns.py`); that is all that is looked at. While the wait stays longer than `TARGET` and many have come meanwhile, the
pressure rises, the faster the longer it is; while it is shorter, the pressure falls slowly, so that it settles where
the loop is busy and nobody waits long.

Only what this process itself was busy with counts: where a neighbour takes the processor everything is late, and
nothing would be sooner for being refused.
"""

import asyncio
from collections import deque
from time import monotonic, process_time

from perron.admission.turns import Turns
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


class Gauge:
    """Looks at the loop, the writers and the readers twenty times a second."""

    def __init__(self, site: Site, turns: Turns) -> None:
        self.site, self.saturation, self.turns = site, site.saturation, turns
        self.came = 0
        """Requests since the last look."""
        self._waits: deque[float] = deque(maxlen=LOOKS)
        self._timer: asyncio.TimerHandle | None = None
        self._began = self._spent = 0.0

    def start(self) -> None:
        """Begin to measure, on the loop that is running."""
        self._loop = asyncio.get_running_loop()
        if self.site.settings.admission == "on":
            self.turns.start()
            self._again()

    def stop(self) -> None:
        """Measure no more."""
        self.turns.stop()
        if self._timer is not None:
            self._timer.cancel()

    def _again(self) -> None:
        self._began, self._spent = monotonic(), process_time()
        self._timer = self._loop.call_later(EVERY, self._look)

    def _look(self) -> None:
        store = self.site.store
        passed, busy = monotonic() - self._began, process_time() - self._spent
        late = max(0.0, min(passed - EVERY, busy))
        ours = min(1.0, busy / passed) if store.sqlite else 1.0  # others wait for the database, which may be elsewhere
        self.note(max(late, self.turns.longest() * ours))
        store.pace.look(store.waiting(), self.site.settings.write_wait)
        self._again()

    def note(self, lag: float) -> None:
        """Take into account how long somebody waited."""
        self._waits.append(min(lag, LOOKS * TARGET) if self.came >= MANY else 0.0)
        self.came = 0
        over = sum(self._waits) / LOOKS / TARGET - 1
        change = RISE * min(over, STEEPEST) if over > 0 else -(FALL_IDLE if over < IDLE - 1 else FALL)
        saturation = self.saturation
        saturation.lag = lag
        saturation.pressure = min(1.0, max(0.0, saturation.pressure + change * (EVERY + min(lag, TARGET))))
