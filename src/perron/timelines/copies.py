"""Copies of rings in the shared server: for whoever reads on another node, or after a restart, no home need be derived.

A copy says up to which change it is whole. Whoever takes one does to it what was heard since, by the rule that derives
a ring, and derives it anew when that is too much or not known any more. So a copy is never trusted beyond what it says,
and it makes no difference which node left it, or whether that node still lives.
"""

import struct
from array import array
from time import monotonic
from typing import Any

from perron.shared import Shared
from perron.store import Db
from perron.timelines.current import bring_current
from perron.timelines.rings import Ring, Rings

HEAD = struct.Struct("<B7q")
FORM = 1
LASTS = 600
"""Seconds for which a copy is of use: the log of changes is not kept for longer."""
REFRESH = 30.0
"""Seconds after which the copy of a ring that is read is written again."""
AT_ONCE = 1000
"""Copies written at one beat; the others at the next."""
MOST_HIDDEN = 2000


class Copies:
    """Leaves the rings of this process in the shared server, and finds what others have left there."""

    def __init__(self, shared: Shared, rings: Rings) -> None:
        self.shared, self.rings = shared, rings

    def find(self, db: Db, owner: int, reader: int) -> Ring | None:
        """A ring that another process has left, if it can be brought up to date."""
        raw: bytes | None = self.shared.ask_or(None, lambda client: client.get(self._key(owner)))
        ring = unpack(raw) if raw else None
        if ring is None or (ring.owner, ring.reader) != (owner, reader):
            return None
        if not bring_current(db, self.rings.recent, ring):
            return None
        ring.copied = monotonic()
        return ring

    def leave(self) -> None:
        """Write the copies that are due: of rings that were read since theirs was written, or never had one."""
        limit = monotonic() - REFRESH
        heard = self.rings.recent.heard  # before the rings are looked at: they know at least this much
        due = [
            ring
            for ring in [*self.rings.by_owner.values()]
            if ring.copied < limit and ring.copied < ring.used and len(ring.hidden) <= MOST_HIDDEN
        ][:AT_ONCE]
        if due:
            self.shared.ask(lambda client: self._write(client, due, heard))

    def leave_all(self) -> None:
        """Write what was read lately, as this process ends."""
        limit = monotonic() - LASTS
        heard = self.rings.recent.heard
        due = [ring for ring in self.rings.by_owner.values() if ring.used > limit and len(ring.hidden) <= MOST_HIDDEN]
        for at in range(0, len(due), AT_ONCE):
            part = due[at : at + AT_ONCE]
            self.shared.ask(lambda client, part=part: self._write(client, part, heard))  # type: ignore[misc]

    def _write(self, client: Any, due: list[Ring], heard: int) -> None:
        at = monotonic()
        with client.pipeline(transaction=False) as together:
            for ring in due:
                together.set(self._key(ring.owner), pack(ring, heard), ex=LASTS)
            together.execute()
        for ring in due:
            ring.copied = at

    def _key(self, owner: int) -> str:
        return self.shared.key("home", owner)


def pack(ring: Ring, heard: int) -> bytes:
    """A ring as bytes, whole up to the change `heard`."""
    ids, shown, hidden = ring.ids[:], array("q", ring.shown), array("q", ring.hidden)
    floor = ring.floor  # after the ids: it only rises
    head = HEAD.pack(FORM, ring.owner, ring.reader, floor, heard, len(ids), len(shown), len(hidden))
    return b"".join((head, ids.tobytes(), shown.tobytes(), hidden.tobytes()))


def unpack(raw: bytes) -> Ring | None:
    """A ring from its bytes; None when they are none, or of another version."""
    if len(raw) < HEAD.size:
        return None
    form, owner, reader, floor, heard, ids, shown, hidden = HEAD.unpack_from(raw)
    if form != FORM or len(raw) != HEAD.size + 8 * (ids + shown + hidden):
        return None
    numbers = array("q", raw[HEAD.size :])
    seen, apart = numbers[ids : ids + shown].tolist(), frozenset(numbers[ids + shown :])
    ring = Ring(owner, reader, numbers[:ids], floor, apart, seen)
    ring.heard = heard
    return ring
