"""The one way to the shared server: short deadlines, and nobody waits for one that is away.

Whoever asks first after it went away waits for one deadline. From then on everybody is answered `Away` at once, until
the heart, a thread that beats every second, finds it there again.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from perron.shared.address import opener, read_address

T = TypeVar("T")
log = logging.getLogger(__name__)
BEAT = 1.0
"""Seconds between two beats: copies are written and counts are settled, or it is tried whether it is there again."""


class Away(Exception):
    """The shared server does not answer, or not as it should."""


class Shared:
    """A server that speaks the Redis protocol, as this process sees it; away until it has answered once."""

    def __init__(self, url: str) -> None:
        self._open = opener(read_address(url))
        self.namespace = ""
        self.beats: list[Callable[[], None]] = []
        """What is done at every beat while the server answers; each may raise `Away`."""
        self.farewells: list[Callable[[], None]] = []
        """The same, once, as this process ends."""
        self.there = False
        self._client: Any = None
        self._complained = False
        self._ending = threading.Event()
        self._heart: threading.Thread | None = None

    def start(self, namespace: str) -> None:
        """Begin to ask; all keys and channels are under the name of the database whose copies they are."""
        self.namespace = namespace
        self._ending.clear()
        self._look()
        self._heart = threading.Thread(target=self._live, name="shared", daemon=True)
        self._heart.start()

    def stop(self) -> None:
        """Do what is due as this process ends, then let go."""
        if self._heart is not None:
            self._ending.set()
            self._heart.join()
            self._heart = None
            self._do([*self.beats, *self.farewells])
        self.there = False
        if self._client is not None:
            self._client.close()
            self._client = None

    def key(self, kind: str, *name: object) -> str:
        """How something is called there."""
        return ":".join(("perron", self.namespace, kind, *map(str, name)))

    def ask(self, work: Callable[[Any], T]) -> T:
        """What the client answers; Away when it does not."""
        if not self.there:
            raise Away
        return self._try(work)

    def ask_or(self, otherwise: T, work: Callable[[Any], T]) -> T:
        """What the client answers, or something else when it does not."""
        try:
            return self.ask(work)
        except Away:
            return otherwise

    def _try(self, work: Callable[[Any], T]) -> T:
        from redis.exceptions import RedisError

        client = self._client
        if client is None:
            raise Away
        try:
            return work(client)
        except (RedisError, OSError) as wrong:
            self.there = False
            self._complain(wrong)
            raise Away from None

    def _complain(self, wrong: Exception) -> None:
        if not self._complained:
            self._complained = True
            log.warning("The shared server fails; going on without it: %s", wrong)

    def _live(self) -> None:
        while not self._ending.wait(BEAT):
            if self.there:
                self._do([self._greet, *self.beats])
            else:
                self._look()

    def _greet(self) -> None:
        """Notice, also where nobody asks for anything, that the server is gone."""
        self.ask(lambda client: client.ping())

    def _do(self, dues: list[Callable[[], None]]) -> None:
        for each in dues:
            if not self.there:
                return
            try:
                each()
            except Away:
                pass
            except Exception:
                log.exception("Something could not be shared")

    def _look(self) -> None:
        """Whether the server is there and takes something: one that is full, or has no master, is of no use."""
        from redis.exceptions import RedisError

        try:
            if self._client is None:
                self._client = self._open()
            self._client.set(self.key("there"), b"1", px=10_000)
            self.there = True
            if self._complained:
                self._complained = False
                log.warning("The shared server answers again")
        except (RedisError, OSError) as wrong:
            self._complain(wrong)
