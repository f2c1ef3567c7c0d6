"""`perron` with a mistake in it: a write is answered before it is on disk. Started only to see that this is noticed."""

import sys
import time
from collections.abc import Callable
from typing import Any

from perron.cli import main
from perron.store import Store, Tx

LATE = 0.05
submit = Store.submit


def submit_and_answer_early(self: Store, work: Callable[[Tx], Any], finished: Any, *, first: bool = False) -> None:
    """Tell the caller of the end before the commit, and let the commit wait."""
    told: list[bool] = []

    def noted(tx: Tx) -> Any:
        result = work(tx)
        if not told:
            told.append(True)
            finished(result, None)
            time.sleep(LATE)
        return result

    def once(result: Any, wrong: BaseException | None) -> None:
        if not told:
            finished(result, wrong)

    submit(self, noted, once, first=first)


Store.submit = submit_and_answer_early  # type: ignore[method-assign]
if __name__ == "__main__":
    sys.exit(main())
