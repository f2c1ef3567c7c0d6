"""Homes and lists as they are held in memory: rings of ids, filled on first use, appended when a post is committed.

The truth is `posts` and `follows`; a ring can be dropped at any time and is derived again by `home.py`. A ring is
*whole* down to its floor: what is older is read from the database.
"""

from array import array
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from time import monotonic

from perron.store.paging import Paging

SIZE = 400
BOOST_MEMORY = 40
IDLE = 3600.0


@dataclass(slots=True)
class Ring:
    """The newest posts of one home or list, ascending. `owner` is the account or the list, `reader` whose it is."""

    owner: int
    reader: int
    ids: "array[int]"
    floor: int
    hidden: frozenset[int] = frozenset()
    shown: list[int] = field(default_factory=list)
    used: float = field(default_factory=monotonic)

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
            insort(self.ids, post_id)
        self.shown.append(original)
        if len(self.ids) > SIZE * 5 // 4:
            self.floor = self.ids[len(self.ids) - SIZE - 1]
            del self.ids[: len(self.ids) - SIZE]
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
        del self.ids[at]
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

    def get(self, owner: int) -> Ring | None:
        """A ring that is in memory."""
        ring = self.by_owner.get(owner)
        if ring is not None:
            ring.used = monotonic()
        return ring

    def keep(self, ring: Ring) -> Ring:
        """Hold a ring that was just derived."""
        self.by_owner[ring.owner] = ring
        return ring

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
