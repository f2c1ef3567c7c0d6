"""`perron` with a mistake in it: SQLite does not wait for the disk at a commit (synchronous=NORMAL)."""

import sqlite3
import sys
from typing import Any

from sqlalchemy import Engine, event

from perron.cli import main


class Lazy(sqlite3.Connection):
    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(sql.replace("synchronous = FULL", "synchronous = NORMAL"), *values)


@event.listens_for(Engine, "do_connect")
def lazily(_dialect: Any, _record: Any, _arguments: Any, given: dict[str, Any]) -> None:
    given["factory"] = Lazy


if __name__ == "__main__":
    sys.exit(main())
