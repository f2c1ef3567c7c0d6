"""A crew: threads for what takes long. The process may end without waiting for them."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

from perron.store.engine import REST

Task = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]", Callable[..., None], tuple[Any, ...]]


class Crew:
    """At most so many threads, begun as they are needed; what is left for them is done in order. One without work ends
    after a rest. Who cancels what was begun gives its thread up: another may begin in its place, and it ends as soon as
    its work does. `leave` is called by a thread that ends."""

    def __init__(self, name: str, most: int, leave: Callable[[], None]) -> None:
        self.name, self.most, self.leave = name, most, leave
        self._gate = threading.Lock()
        """Held by who counts: a thread does not end while it is given work."""
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._threads = 0
        self._under_way = 0

    def do(self, work: Callable[..., None], *given: Any) -> "asyncio.Future[None]":
        """Have something done; what is returned is done when it is. To be called on the event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        future.add_done_callback(self._ended)
        self._under_way += 1
        with self._gate:
            if self._threads < min(self.most, self._under_way):
                self._threads += 1
                threading.Thread(target=self._live, name=f"{self.name}-{self._threads}", daemon=True).start()
            self._tasks.put((loop, future, work, given))
        return future

    def _ended(self, future: "asyncio.Future[None]") -> None:
        self._under_way -= 1
        with self._gate:
            self._threads -= future.cancelled()

    def _live(self) -> None:
        try:
            self._work()
        finally:
            self.leave()

    def _next(self) -> Task | None:
        """What is left to do, or nothing after a rest."""
        while True:
            try:
                return self._tasks.get(timeout=REST)
            except queue.Empty:
                with self._gate:
                    if self._tasks.empty():
                        self._threads -= 1
                        return None

    def _work(self) -> None:
        while task := self._next():
            loop, future, work, given = task
            wrong: Exception | None = None
            try:
                if not future.cancelled():
                    work(*given)
            except Exception as failed:
                wrong = failed
            if future.cancelled():
                return
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, future, wrong)


def _settle(future: "asyncio.Future[None]", wrong: Exception | None) -> None:
    if future.done():
        return
    if wrong is None:
        future.set_result(None)
    else:
        future.set_exception(wrong)
