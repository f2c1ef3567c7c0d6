"""How a process lets the others know that there is something to hear or to do.

A wake-up says nothing: whoever hears one looks into the database. One that is lost makes it slower and no more, because
everybody looks now and then anyway; so it is sent after the commit, and never holds one up.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from perron.store.engine import Store


class Wakeups:
    """Wakes nobody, as on SQLite: each process looks by itself every quarter of a second."""

    @property
    def patience(self) -> float:
        """Seconds after which a process looks although nobody has woken it."""
        return 0.25

    def start(self, heard: Callable[[], None]) -> None:
        """From now on call `heard`, from any thread, when another process has told."""

    def tell(self) -> None:
        """Wake the others. Called from any thread, after a commit; it neither waits nor fails."""

    def stop(self) -> None:
        """Hear and tell no more."""


def wakeups_of(store: "Store") -> Wakeups:
    """How processes that share this store wake each other."""
    if store.sqlite or store.settings.database_pooler == "transaction":  # nobody listens for long behind such a pooler
        return Wakeups()
    from perron.store.notify import Notify

    return Notify(store.engine)
