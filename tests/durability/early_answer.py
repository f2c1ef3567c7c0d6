"""`perron` with a mistake in it: a write is answered before it is on disk. Started only to see that this is noticed."""

import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

from perron.cli import main
from perron.store import Store, Tx

answers: list[Callable[[], None]] = []
submit = Store.submit


def submit_and_answer_early(self: Store, work: Callable[[Tx], Any], finished: Any) -> None:
    told: list[bool] = []

    def noted(tx: Tx) -> Any:
        result = work(tx)

        def tell() -> None:
            told.append(True)
            finished(result, None)

        answers.append(tell)
        return result

    def once(result: Any, wrong: BaseException | None) -> None:
        if not told:
            finished(result, wrong)

    submit(self, noted, once)


class LateCommits(sqlite3.Connection):
    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            while answers:
                answers.pop()()
            time.sleep(0.05)
        return super().execute(sql, *values)


@event.listens_for(Engine, "do_connect")
def late(_dialect: Any, _record: Any, _arguments: Any, given: dict[str, Any]) -> None:
    given["factory"] = LateCommits


Store.submit = submit_and_answer_early  # type: ignore[method-assign]
sys.exit(main())
