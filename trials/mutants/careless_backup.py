"""`perron` with a mistake in it: a backup without a snapshot. Each table is read as it is when its turn comes."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from perron.cli import main
from perron.keep import backup
from perron.store.building import transaction
from perron.store.engine import Db, Row
from perron.store.rows import Shape, read_rows

SLOW = 0.3


@contextmanager
def no_snapshot(connection: Connection) -> Iterator[Db]:
    """In place of one moment."""
    yield Db(connection)


def slowly(db: Db, shape: Shape, *, page: int = 1000) -> Iterator[list[Row]]:
    """A table after the other, with time between for others to write."""
    time.sleep(SLOW)
    with transaction(db.connection) as tx:
        yield from read_rows(tx, shape, page=page)


backup.snapshot = no_snapshot  # type: ignore[assignment]
backup.read_rows = slowly  # type: ignore[assignment]
if __name__ == "__main__":
    sys.exit(main())
