"""How many statements a piece of work runs, on either engine."""

from collections.abc import Callable
from typing import Any

from perron.people import tokens
from perron.store import Db, Prepared, changes

# what the ear asks in its own time, and who asks, which is remembered for a while
BESIDE = frozenset(one for room in (changes, tokens) for one in vars(room).values() if isinstance(one, Prepared))


def statements(work: Callable[[], Any]) -> int:
    """The number of readings that some work asks of the database."""
    asked: list[Prepared] = []
    before = {name: getattr(Db, name) for name in ("all", "one")}

    def counted(name: str) -> Any:
        def run(self: Db, prepared: Prepared, **values: Any) -> Any:
            asked.append(prepared)
            return before[name](self, prepared, **values)

        return run

    for name in before:
        setattr(Db, name, counted(name))
    try:
        work()
    finally:
        for name, kept in before.items():
            setattr(Db, name, kept)
    return sum(one not in BESIDE for one in asked)
