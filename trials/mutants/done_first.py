"""`perron` with a mistake in it: a job that runs outside is struck off before its effect instead of afterwards."""

import sys
import time
from typing import Any

from perron.cli import main
from perron.jobs import queue, worker

LATE = 0.05


def strike_off(tx: Any, job: Any) -> None:
    """In place of taking it."""
    queue.done(tx, job.id)


def late(run: Any) -> Any:
    def wait_and_run(self: Any, job: Any, consequence: Any) -> Any:
        time.sleep(LATE)
        return run(self, job, consequence)

    return wait_and_run


queue.take = strike_off  # type: ignore[assignment]
worker.Worker.do_outside = late(worker.Worker.do_outside)  # type: ignore[method-assign]
if __name__ == "__main__":
    sys.exit(main())
