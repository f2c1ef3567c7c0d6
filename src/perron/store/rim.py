"""The asynchronous rim of the store: how code on the event loop reads and writes without waiting in its way."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from perron.kit.errors import Unavailable
from perron.store.engine import Db, Store, Tx
from perron.store.pace import PATIENCE

if TYPE_CHECKING:
    from perron.store.readers import Readers

T = TypeVar("T")


async def write(store: Store, work: Callable[[Tx], T]) -> T:
    """Run what somebody waits for in a transaction; go on when it is on disk. Refused at once when it would wait too
    long, and in the end when it has waited longer than they do."""
    pace, asked = store.pace, monotonic()
    if pace.full:
        raise pace.refusal(pace.wait(store.waiting()))

    def in_time(tx: Tx) -> T:
        if monotonic() - asked > PATIENCE:
            raise pace.refusal(pace.wait(store.waiting()))
        return work(tx)

    return await write_owed(store, in_time)


async def write_owed(store: Store, work: Callable[[Tx], T], *, first: bool = False) -> T:
    """Run what is owed in a transaction, however long it waits, or before all that waits; go on when it is on disk."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(future: "asyncio.Future[T]", result: Any, wrong: BaseException | None) -> None:
        """The listeners were called before: the ear has been asked to look. Who has an answer shall find what is held
        in memory changed, so they wait for that look, which may be on another loop. (On SQLite it is over already.)"""
        if store.sqlite or wrong is not None or store.heard.position is None:
            _settle(future, result, wrong)
        else:
            store.heard.after_next(lambda: loop.call_soon_threadsafe(_settle, future, result, wrong))
            if store.heard.loop is not loop:  # there the look may be over already
                store.heard.nudge()

    def finished(result: Any, wrong: BaseException | None) -> None:
        loop.call_soon_threadsafe(settle, future, result, wrong)

    store.submit(work, finished, first=first)
    return await future


async def read(store: Store, work: Callable[[Db], T], *, place: "Readers | None" = None) -> T:
    """Run `work` with a reader: inline on SQLite (a thread costs more than the query), on a line that does not hold up
    the loop on PostgreSQL. `place`: a replica to ask, if it answers (`Store.replica`)."""
    if store.sqlite:
        return work(store.reader())
    if place is not None:
        try:
            return await place.read(work)
        except Unavailable:
            store.distrust(place)
    return await store.lines().read(work)


async def read_slowly(store: Store, work: Callable[[Db], T]) -> T:
    """Run `work` with a reader in a thread, for what may take longer than two milliseconds."""
    return await asyncio.to_thread(_read, store, work)


def _read(store: Store, work: Callable[[Db], T]) -> T:
    with store.read(store.settings.database_read_seconds) as db:
        return work(db)


def _settle(future: "asyncio.Future[Any]", result: Any, wrong: BaseException | None) -> None:
    if future.done():  # the caller has gone away; the write stands
        return
    if wrong is not None:
        future.set_exception(wrong)
    else:
        future.set_result(result)
