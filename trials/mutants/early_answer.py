"""`perron` with a mistake in it: a write is answered before it is on disk. Started only to see that this is noticed."""

import sys
import time
from collections.abc import Callable
from typing import Any

from perron.cli import main
from perron.store import Store, Tx
from perron.store.writer import Writer

LATE, BETWEEN = 0.05, 0.03
"""Seconds for which a commit waits, and in which other processes may write before the next."""
submit, following = Store.submit, Writer._next


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


def next_after_a_while(self: Writer, *given: Any) -> Any:
    """Let others have the database, which would wait in vain for one that hardly ever lets go of it."""
    time.sleep(BETWEEN)
    return following(self, *given)


Writer._next = next_after_a_while  # type: ignore[method-assign]
Store.submit = submit_and_answer_early  # type: ignore[method-assign]
if __name__ == "__main__":
    sys.exit(main())
