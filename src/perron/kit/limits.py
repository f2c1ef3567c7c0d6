"""How often something may happen: counts in memory, within a bound."""

import threading
from dataclasses import dataclass

from perron.kit.time import SECOND, now


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit; `reset` is when it begins anew, in milliseconds since 1970."""

    limit: int
    remaining: int
    reset: int
    allowed: bool

    @property
    def retry_after(self) -> int:
        """Seconds until it begins anew, at least 1."""
        return max(1, -(-(self.reset - now()) // SECOND))


class Window:
    """Counts what happens under a key, within so many seconds from the first time.

    At most `most` keys are remembered; the oldest windows are forgotten first.
    """

    def __init__(self, most: int = 50_000) -> None:
        self.most = most
        self._counts: dict[str, list[int]] = {}  # key: [when it ends, how often]; in the order they began
        self._lock = threading.Lock()

    def hit(self, key: str, limit: int, seconds: int) -> Allowance:
        """Count once more under a key; what is left of `limit` in `seconds`."""
        at = now()
        with self._lock:
            kept = self._counts.get(key)
            if kept is None or kept[0] <= at:
                self._counts.pop(key, None)
                self._make_room(at)
                kept = self._counts[key] = [at + seconds * SECOND, 0]
            allowed = kept[1] < limit
            kept[1] += 1
            return Allowance(limit, max(0, limit - kept[1]), kept[0], allowed)

    def give_back(self, key: str) -> None:
        """Take back one count: it was not one of those that are limited."""
        with self._lock:
            if kept := self._counts.get(key):
                kept[1] = max(0, kept[1] - 1)

    def forget(self, key: str) -> None:
        """Begin anew under a key."""
        with self._lock:
            self._counts.pop(key, None)

    def __len__(self) -> int:
        return len(self._counts)

    def _make_room(self, at: int) -> None:
        while self._counts:
            oldest = next(iter(self._counts))
            if len(self._counts) < self.most and self._counts[oldest][0] > at:
                return
            del self._counts[oldest]
