"""Numbers that sort by time of birth and never meet, across processes and machines."""

import os
import threading
import time
from collections.abc import Callable

NODES = 960
"""Numbers of nodes that are given out (`store/nodes.py`). Those above are for processes that never asked for one."""
TURNS = 64
FOREVER = 1 << 62
MOST_REMEMBERED = 4096

_lock = threading.Lock()
_node = NODES + (os.getpid() & 0x3F)
_until = FOREVER
_last = 0
_past: dict[int, int] = {}
"""How many ids were dated to a millisecond of the past."""


def _nothing_to_renew() -> None:
    """Nobody has given this process a number."""


_renew: Callable[[], None] = _nothing_to_renew


def new_id(at: int | None = None) -> int:
    """A new id: 48 bits of milliseconds since 1970, 6 of turn, 10 of node.

    `at` (milliseconds) dates an id in the past, for imports; it is unique only within this process.
    """
    global _last
    ms = time.time_ns() // 1_000_000
    if ms >= _until:
        _renew()
    with _lock:
        if at is not None:
            return _dated(at) << 10 | _node
        tick = ms << 6
        _last = tick if tick > _last else _last + 1
        return _last << 10 | _node


def mistake_number() -> int:
    """A number by which a mistake is found in the log. Nothing in the database bears it, so it never fails."""
    return time.time_ns() // 1_000_000 << 16 | os.getpid() & 0xFFFF


def use_node(number: int, until: int, renew: Callable[[], None]) -> None:
    """Make ids with this number until that time (milliseconds since 1970); then ask `renew` first, which gives the
    process more time or another number, or raises."""
    global _node, _until, _renew
    with _lock:
        _node, _until, _renew = number, until, renew


def use_no_node() -> None:
    """Make ids as a process that has no number of its own."""
    use_node(NODES + (os.getpid() & 0x3F), FOREVER, _nothing_to_renew)


def _dated(at: int) -> int:
    """Milliseconds and turn of an id dated in the past; where a millisecond is full, those of the next."""
    while (turn := _past.get(at, 0)) >= TURNS:
        at += 1
    _past[at] = turn + 1
    if len(_past) > MOST_REMEMBERED:
        del _past[next(iter(_past))]
    return at << 6 | turn


def born(id_: int) -> int:
    """When an id was made, in milliseconds since 1970."""
    return id_ >> 16


def first_id_at(ms: int) -> int:
    """The smallest id that can be born at `ms`."""
    return ms << 16
