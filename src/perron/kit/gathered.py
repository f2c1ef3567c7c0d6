"""Small facts that are kept in memory until they are written down together: many cost one write."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Gathered(Generic[T]):
    """Facts in the order they came, at most so many: what comes when it is full is lost."""

    def __init__(self, most: int = 50_000) -> None:
        self.most = most
        self._kept: list[T] = []
        self._lock = threading.Lock()

    def put(self, fact: T) -> bool:
        """Keep a fact; True when it is the first since they were taken."""
        with self._lock:
            if len(self._kept) < self.most:
                self._kept.append(fact)
            return len(self._kept) == 1

    def take(self) -> list[T]:
        """All of them, to be written down; none is left."""
        with self._lock:
            taken, self._kept = self._kept, []
            return taken
