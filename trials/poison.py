"""`perron` with work in it that does harm, until it is mended: what r12 gives to a worker. Pauses are short."""

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from perron import wiring
from perron.cli import main
from perron.jobs import Inside, Outside, queue, worker
from perron.kit.time import SECOND

LEASE = 20 * SECOND
HANGS = 3 * SECOND
MUCH = 2 << 30
MENDED = "TRIAL_MENDED"
"""The environment names a file that is there once a better version is installed."""


def raises() -> None:
    raise ZeroDivisionError("as always")


def hangs() -> None:
    threading.Event().wait()


def eats() -> None:
    bytearray(MUCH)[::4096] = b"x" * (MUCH // 4096)


def ends() -> None:
    ctypes.string_at(0)


def poison(harm: Callable[[], None]) -> Callable[[Any, dict[str, Any]], None]:
    def work(_: Any, event: dict[str, Any]) -> None:
        if not os.path.exists(os.environ[MENDED]):
            harm()

    return work


POISONS = {
    "RaisesInside": Inside(poison(raises)),
    "RaisesOutside": Outside(poison(raises)),
    "Hangs": Outside(poison(hangs), HANGS),
    "EatsInside": Inside(poison(eats)),
    "EatsOutside": Outside(poison(eats)),
    "EndsInside": Inside(poison(ends)),
    "EndsOutside": Outside(poison(ends)),
}
wiring.CONSEQUENCES.update({name: [one] for name, one in POISONS.items()})
queue.LEASE = LEASE
worker.pause = lambda tries, growth=2: SECOND  # type: ignore[assignment]
if __name__ == "__main__":
    sys.exit(main())
