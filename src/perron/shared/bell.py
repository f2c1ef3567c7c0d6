"""Wake-ups through the shared server: a message without content on a channel, sharded where the server knows that."""

import os
import threading
from collections.abc import Callable
from typing import Any

from perron.shared.client import Away, Shared
from perron.store.wake import Wakeups

PAUSE = 0.005
"""Seconds between two wake-ups: what happens meanwhile is one."""
AGAIN = 1.0
"""Seconds between tries to listen where the server is away; also between looks by those who do listen."""
PATIENCE = 0.5
"""Seconds after which a listener looks whether it shall end."""


class Bell(Wakeups):
    """Tells in one thread and hears in another. The truth is the log of changes: each looks there when it rings."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.listening = False
        self._sharded = True
        self._me = os.urandom(8)
        """What this process says, so that it need not listen to itself."""
        self._told, self._ending = threading.Event(), threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def patience(self) -> float:
        return AGAIN if self.listening and self.shared.there else super().patience

    def start(self, heard: Callable[[], None]) -> None:
        self._ending.clear()
        self._threads = [
            threading.Thread(target=self._ring, name="bell", daemon=True),
            threading.Thread(target=self._hear, args=(heard,), name="bell-heard", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def tell(self) -> None:
        self._told.set()

    def stop(self) -> None:
        self._ending.set()
        self._told.set()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _channel(self) -> str:
        return self.shared.key("changes")

    def _ring(self) -> None:
        while not self._ending.is_set():
            self._told.wait()
            self._told.clear()
            told = self.shared.ask_or(False, self._publish)  # also at the end, for the one who hears here
            self._ending.wait(PAUSE if told else AGAIN)
            if not told:
                self._told.set()

    def _publish(self, client: Any) -> bool:
        from redis.exceptions import ResponseError

        if self._sharded:
            try:
                client.spublish(self._channel(), self._me)
                return True
            except ResponseError as wrong:
                if "unknown command" not in str(wrong).lower():
                    raise
                self._sharded = False
        client.publish(self._channel(), self._me)
        return True

    def _hear(self, heard: Callable[[], None]) -> None:
        while not self._ending.is_set():
            try:
                self.shared.ask(lambda client: self._attend(client, heard))
            except Away:
                self.listening = False
                self._ending.wait(AGAIN)

    def _attend(self, client: Any, heard: Callable[[], None]) -> None:
        """Hear until the end, or until the connection breaks."""
        from redis.exceptions import ResponseError

        listener = client.pubsub()
        take = getattr(listener, "get_sharded_message", listener.get_message)
        try:
            try:
                listener.ssubscribe(self._channel())
                take(timeout=AGAIN)
            except ResponseError as wrong:
                if "unknown command" not in str(wrong).lower():
                    raise
                self._sharded, take = False, listener.get_message
                listener.reset()
                listener.subscribe(self._channel())
                take(timeout=AGAIN)
            self.listening = True
            heard()  # what was told while nobody listened
            while not self._ending.is_set() and self.shared.there:
                message = take(timeout=PATIENCE)
                if message is not None and message["type"].endswith("message") and message["data"] != self._me:
                    heard()
        finally:
            self.listening = False
            listener.close()
