"""Counts of requests that several nodes keep together.

A request costs no round trip: each node counts in memory and tells the shared server now and then, which answers how
often all of them have counted. So all nodes together allow about the limit, and without the server each its own.
"""

from typing import Any

from perron.kit.limits import Allowance, Window
from perron.kit.time import now
from perron.shared.client import Away, Shared

PARTS = 20
"""A twentieth of a limit may be used up at each node before the others are told."""
ENDING = 200
"""Milliseconds before the end of a window in which nothing is told any more: it might begin the next one."""


class Settled(Window):
    """A `Window` that is settled with those of other nodes at every beat."""

    def __init__(self, shared: Shared, most: int = 50_000) -> None:
        super().__init__(most)
        self.shared = shared
        self._owed: dict[str, int] = {}  # what the others have not been told
        self._due: set[str] = set()

    def hit(self, key: str, limit: int, seconds: int) -> Allowance:
        """Count once more under a key; what is left of `limit` in `seconds`."""
        found = super().hit(key, limit, seconds)
        with self._lock:
            begins = found.remaining == limit - 1
            owed = self._owed[key] = 1 if begins else self._owed.get(key, 0) + 1
        if owed * PARTS >= limit:
            self._due.add(key)
        return found

    def give_back(self, key: str) -> None:
        """Take back one count: it was not one of those that are limited."""
        super().give_back(key)
        with self._lock:
            if key in self._owed:
                self._owed[key] -= 1

    def forget(self, key: str) -> None:
        """Begin anew under a key."""
        super().forget(key)
        with self._lock:
            self._owed.pop(key, None)

    def settle(self) -> None:
        """Tell the others what was counted here, and hear what they have counted."""
        told = self._take_due()
        if not told:
            return
        try:
            answers = self.shared.ask(lambda client: self._exchange(client, told))
        except Away:
            with self._lock:
                for key, owed, _, _ in told:
                    self._owed[key] = self._owed.get(key, 0) + owed
                    self._due.add(key)
            raise
        with self._lock:
            for (key, _, _, _), (count, left) in zip(told, answers, strict=True):
                kept = self._counts.get(key)
                if kept is not None and left > 0:
                    kept[:] = [now() + left, count + self._owed.get(key, 0)]

    def _take_due(self) -> list[tuple[str, int, int, int]]:
        """(key, what is owed, what was counted before that, milliseconds until the window ends)."""
        told = []
        with self._lock:
            due, self._due = self._due, set()
            for key in due:
                kept, owed = self._counts.get(key), self._owed.pop(key, 0)
                left = kept[0] - now() if kept is not None else 0
                if kept is not None and owed > 0 and left > ENDING:
                    told.append((key, owed, max(0, kept[1] - owed), left))
        return told

    def _exchange(self, client: Any, told: list[tuple[str, int, int, int]]) -> list[tuple[int, int]]:
        """What was counted since is added to what all have counted; where that was lost, to what is known here."""
        with client.pipeline(transaction=False) as together:
            for key, owed, before, left in told:
                name = self.shared.key("requests", key)
                together.set(name, before, px=left, nx=True)
                together.incrby(name, owed)
                together.pttl(name)
            answers = together.execute()
        for (key, *_, left), rest in zip(told, answers[2::3], strict=True):
            if rest < 0:  # it ended between two of these
                client.pexpire(self.shared.key("requests", key), left)
        return [(int(count), int(rest)) for count, rest in zip(answers[1::3], answers[2::3], strict=True)]

    def _make_room(self, at: int) -> None:
        super()._make_room(at)
        if len(self._owed) > 2 * self.most:
            self._owed = {key: owed for key, owed in self._owed.items() if key in self._counts}
