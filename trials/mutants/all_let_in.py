"""`perron` without admission: everybody is let in, and the queue of writes has no end."""

import sys

from perron.admission.gauge import Gauge
from perron.cli import main
from perron.store.pace import Pace


def never(self: Gauge, lag: float) -> None:
    """Nothing is ever too much."""


def endless(self: Pace, waiting: int, longest: float) -> None:
    """The queue is never full."""


Gauge.note = never  # type: ignore[method-assign]
Pace.look = endless  # type: ignore[method-assign]
sys.exit(main())
