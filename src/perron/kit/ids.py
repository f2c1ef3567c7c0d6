"""Numbers that sort by time of birth and never meet, across processes and machines."""

import os
import threading
import time

_lock = threading.Lock()
_node = os.getpid() & 0x3F
_last = 0


def new_id(at: int | None = None) -> int:
    """A new id: 48 bits of milliseconds since 1970, 10 of turn, 6 of node.

    `at` (milliseconds) dates an id in the past, for imports; it is unique only within this process.
    """
    global _last
    with _lock:
        if at is not None:
            return at << 16 | (next_turn() << 6) | _node
        tick = (time.time_ns() // 1_000_000) << 10
        _last = tick if tick > _last else _last + 1
        return _last << 6 | _node


_turn = 0


def next_turn() -> int:
    global _turn
    _turn = (_turn + 1) & 0x3FF
    return _turn


def born(id_: int) -> int:
    """When an id was made, in milliseconds since 1970."""
    return id_ >> 16


def first_id_at(ms: int) -> int:
    """The smallest id that can be born at `ms`."""
    return ms << 16
