"""Taking out what is no longer of use, in steps so small that nobody waits for them."""

from typing import Any

from sqlalchemy import Column, ColumnElement, bindparam, delete, select

from perron.store.engine import Tx
from perron.store.statements import Prepared

STEP = 1000
"""Rows that one step looks at, or takes out."""


class Walk:
    """Goes through a table along its key, some rows at a time, takes out those that are `past`, and begins anew at the
    end. It needs no index but the key's, and never reads the whole table at once."""

    def __init__(self, key: Column[Any], past: ColumnElement[bool], start: Any = 0) -> None:
        beyond = key > bindparam("after")
        self._end = Prepared(select(key).where(beyond).order_by(key).limit(1).offset(STEP - 1))
        self._drop = Prepared(delete(key.table).where(beyond, key <= bindparam("upto"), past))
        self._drop_last = Prepared(delete(key.table).where(beyond, past))
        self.start = self.after = start

    def step(self, tx: Tx, **values: Any) -> None:
        """Go on by one step."""
        upto = tx.value(self._end, after=self.after)
        if upto is None:
            tx.run(self._drop_last, after=self.after, **values)
        else:
            tx.run(self._drop, after=self.after, upto=upto, **values)
        self.after = self.start if upto is None else upto
