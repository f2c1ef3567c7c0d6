"""Homes and lists as they are held in memory: rings of ids, filled on first use, appended when a post is committed.

The truth is `posts` and `follows`; a ring can be dropped at any time and is derived again by `home.py`. A ring is
*whole* down to its floor: what is older is read from the database.

Only the ear changes rings. Others read them from any thread, so but for what is put at the end an array is replaced,
never changed; and a ring that was made while something was heard waits until the ear has brought it up to date.
"""

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from perron.store import Db
from perron.store.paging import Paging
from perron.timelines.recent import Recent

SIZE = 400
BOOST_MEMORY = 40
IDLE = 3600.0


@dataclass(slots=True)
class Ring:
    """The newest posts of one home or list, ascending. `owner` is the account or the list, `reader` whose it is;
    `heard`, up to which change it was whole when it was made; `copied`, when it was last left for other processes."""

    owner: int
    reader: int
    ids: "array[int]"
    floor: int
    hidden: frozenset[int] = frozenset()
    shown: list[int] = field(default_factory=list)
    used: float = field(default_factory=monotonic)
    heard: int = 0
    copied: float = 0.0

    def add(self, post_id: int, original: int) -> bool:
        """Append a post; a boost of what was among the last forty is passed over."""
        recent = self.shown[-BOOST_MEMORY:]
        if post_id <= self.floor or (original != post_id and original in recent):
            return False
        if self.holds(post_id):
            return False
        at = bisect_left(self.ids, post_id)
        if at == len(self.ids):
            self.ids.append(post_id)
        else:
            self.ids = self.ids[:at] + array("q", (post_id,)) + self.ids[at:]
        self.shown.append(original)
        if len(self.ids) > SIZE * 5 // 4:
            self.floor = self.ids[len(self.ids) - SIZE - 1]
            self.ids = self.ids[len(self.ids) - SIZE :]
        del self.shown[: -BOOST_MEMORY * 2]
        return True

    def holds(self, post_id: int) -> bool:
        """Whether a post is in it."""
        at = bisect_left(self.ids, post_id)
        return at < len(self.ids) and self.ids[at] == post_id

    def drop(self, post_id: int) -> bool:
        """Take a post out; False when it was not in."""
        at = bisect_left(self.ids, post_id)
        if at == len(self.ids) or self.ids[at] != post_id:
            return False
        self.ids = self.ids[:at] + self.ids[at + 1 :]
        return True

    def page(self, paging: Paging) -> list[int] | None:
        """Ids newest first, or None when the page reaches below the floor."""
        ids = self.ids
        high = bisect_left(ids, paging.below)
        low = bisect_right(ids, paging.above) if paging.above else 0
        if paging.ascending:
            if paging.above < self.floor:
                return None
            return list(ids[low : min(high, low + paging.limit)])[::-1]
        if high - paging.limit < low and paging.above < self.floor:
            return None
        return list(ids[max(low, high - paging.limit) : high])[::-1]


class Rings:
    """The rings of everybody who is reading at the moment, by id of the account or list."""

    def __init__(self) -> None:
        self.by_owner: dict[int, Ring] = {}
        self.recent = Recent()
        self.waiting: dict[int, Ring] = {}
        """Made while something else was heard; the ear takes them in."""
        self.left_by_others: Callable[[Db, int, int], Ring | None] = _nowhere
        """What another process has left of a ring (of an owner and a reader), brought up to date."""
        self._ear: int | None = None
        self._nudge: Callable[[], object] = _nobody

    def heard_by(self, nudge: Callable[[], object]) -> None:
        """From now on only this thread changes rings; it calls `take_in` soon after `nudge` was called."""
        self._ear, self._nudge = threading.get_ident(), nudge

    def heard_by_nobody(self) -> None:
        """No thread changes rings any more."""
        self._ear, self._nudge = None, _nobody

    def get(self, owner: int) -> Ring | None:
        """A ring that is in memory."""
        ring = self.by_owner.get(owner) or self.waiting.get(owner)
        if ring is not None:
            ring.used = monotonic()
        return ring

    def held(self, db: Db, owner: int, reader: int, make: Callable[[], Ring]) -> Ring:
        """A ring: the one in memory, what another process has left of it, or made anew."""
        ring = self.get(owner)
        if ring is None:
            heard = self.recent.heard  # whatever was heard by now, who reads from here on finds
            ring = self.left_by_others(db, owner, reader)
            if ring is None:
                ring = make()
                ring.heard = heard
            self.keep(ring)
        return ring

    def keep(self, ring: Ring) -> Ring:
        """Hold a ring that was just made; unless something was heard meanwhile that it does not know of."""
        if self._ear is None or (self._ear == threading.get_ident() and ring.heard >= self.recent.heard):
            self.by_owner[ring.owner] = ring
        else:
            self.waiting[ring.owner] = ring
            self._nudge()
        return ring

    def take_in(self, bring_current: Callable[[Ring], bool]) -> None:
        """Hold the rings that wait, once they know of what was heard meanwhile."""
        while self.waiting:
            owner, ring = self.waiting.popitem()
            while bring_current(ring):
                if ring.heard >= self.recent.heard:
                    self.by_owner[owner] = ring
                    break

    def forget(self, owner: int) -> None:
        """Drop a ring; it is derived again when it is next asked for."""
        self.by_owner.pop(owner, None)

    def forget_idle(self) -> None:
        """Drop the rings that nobody has read for an hour."""
        limit = monotonic() - IDLE
        for owner in [owner for owner, ring in self.by_owner.items() if ring.used < limit]:
            del self.by_owner[owner]

    def owned_by(self, account_id: int) -> list[int]:
        """Owners of the rings that an account reads: its home and its lists."""
        return [owner for owner, ring in self.by_owner.items() if ring.reader == account_id]


def _nowhere(db: Db, owner: int, reader: int) -> Ring | None:
    """Nothing is shared."""
    return None


def _nobody() -> None:
    """Nobody listens."""
