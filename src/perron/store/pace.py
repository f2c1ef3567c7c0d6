"""How fast writes go, and how long one would wait that came now: measured, so that nobody is let in to wait in vain."""

import math
import threading
from itertools import count
from time import monotonic

from perron.kit.errors import Unavailable

LEARNING = 0.2
"""How much the latest commit counts against all before it."""
AT_MOST = 4
"""One slow commit counts as so many times what is usual: it may have been a long chore, and not the pace."""
HELD = 5.0
"""A commit under way for so many times as long as a write may wait is a disk or a database that stands still."""
PATIENCE = 10.0
"""Seconds after which whoever sent a write has given it up: it is refused, rather than done behind their back."""
SPREAD = 4
"""Those who are sent away come back over so many seconds, not all in the same."""
SAID = "The server has more to write than it can at the moment. Nothing was changed; please try again in {} seconds."


class Pace:
    """The pace of one store's writers. `full`: a write that came now would wait longer than it may."""

    def __init__(self) -> None:
        self.seconds_each = 0.0
        """Seconds that one write takes, the commit's share included."""
        self.full = False
        self._began: dict[int, float] = {}
        self._turns = count()

    def began(self) -> None:
        """This thread takes up some writes."""
        self._began[threading.get_ident()] = monotonic()

    def ended(self, writes: int) -> None:
        """They are on disk, or refused."""
        since = self._began.pop(threading.get_ident(), None)
        if since is not None:
            each = min((monotonic() - since) / writes, AT_MOST * self.seconds_each + 0.002)
            self.seconds_each += LEARNING * (each - self.seconds_each)

    def wait(self, waiting: int) -> float:
        """Seconds that a write would wait behind so many others, as it seems now."""
        return waiting * self.seconds_each / max(1, len(self._began)) + self.held()

    def held(self) -> float:
        """Seconds since the oldest commit under way was begun."""
        under_way = [*self._began.values()]
        return monotonic() - min(under_way) if under_way else 0.0

    def look(self, waiting: int, longest: float) -> None:
        """Decide whether writes are still taken, of which none shall wait for more than `longest` seconds."""
        held = self.held()
        self.full = self.wait(waiting) - held > longest or held > HELD * longest

    def come_back(self, wait: float) -> int:
        """Seconds until there is room again, and a little more for each of those who are told so one after another."""
        return max(1, math.ceil(wait)) + next(self._turns) % SPREAD

    def refusal(self, wait: float) -> Unavailable:
        """What whoever comes while it is full is told."""
        after = self.come_back(wait)
        return Unavailable(SAID.format(after), retry_after=after)
