"""Readers of streams, over WebSocket and server-sent events, as clients without a library would be."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from queue import Empty, Queue
from socket import SHUT_RDWR
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.clients.server import Person, Served

SOON = 10.0
"""Seconds within which an event must be there."""


class Heard:
    """What a reader has heard, in order; each event as (event, payload)."""

    def __init__(self) -> None:
        self.events: Queue[tuple[str, Any]] = Queue()
        self.streams: list[list[str]] = []
        self.errors: Queue[dict[str, Any]] = Queue()
        self.ended = threading.Event()
        self.code: int | None = None

    def next(self, *wanted: str, within: float = SOON) -> Any:
        """The payload of the next event of one of these kinds (any, when none is named); others are passed over."""
        until = time.monotonic() + within
        while True:
            try:
                event, payload = self.events.get(timeout=max(0.001, until - time.monotonic()))
            except Empty:
                raise AssertionError(f"no {' or '.join(wanted) or 'event'} within {within} s") from None
            if not wanted or event in wanted:
                return payload

    def rest(self) -> list[tuple[str, Any]]:
        """Everything heard and not yet taken."""
        out = []
        while not self.events.empty():
            out.append(self.events.get())
        return out

    def hear(self, event: str, payload: Any) -> None:
        self.events.put((event, payload))


class Socket(Heard):
    """A reader over WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__()
        self.connection = connection
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def subscribe(self, stream: str, **more: str) -> None:
        self.say(type="subscribe", stream=stream, **more)

    def _read(self) -> None:
        try:
            for text in self.connection:
                message = json.loads(text)
                if "error" in message:
                    self.errors.put(message)
                    continue
                payload = message.get("payload")
                assert payload is None or isinstance(payload, str)
                self.streams.append(message["stream"])
                self.hear(message["event"], decoded(payload))
        except ConnectionClosed:
            pass
        self.code = self.connection.close_code
        self.ended.set()

    def close(self) -> None:
        self.connection.close()
        self._thread.join(5)


@contextmanager
def socket(served: Served, who: Person | str, stream: str = "", **query: str) -> Iterator[Socket]:
    """A WebSocket that is open, with the token in its query."""
    token = who if isinstance(who, str) else who.token
    asked = {"access_token": token, **({"stream": stream} if stream else {}), **query}
    with connect(f"{served.streams}?{urlencode(asked)}", proxy=None) as connection:
        reader = Socket(connection)
        try:
            yield reader
        finally:
            reader.close()


class Events(Heard):
    """A reader of server-sent events."""

    def __init__(self, served: Served, token: str, path: str) -> None:
        super().__init__()
        self._connection = HTTPConnection("localhost", served.port)
        self._connection.connect()
        self._socket = self._connection.sock
        self._connection.request("GET", path, headers={"authorization": f"Bearer {token}"})
        self.reply = self._connection.getresponse()
        assert self.reply.status == 200, self.reply.read()
        assert self.reply.headers["content-type"].startswith("text/event-stream")
        assert self.reply.readline().startswith(b":")
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        event = ""
        with suppress(HTTPException, OSError):
            while line := self.reply.readline().decode():
                if line.startswith("event: "):
                    event = line.removeprefix("event: ").strip()
                elif line.startswith("data:"):
                    self.hear(event, decoded(line.removeprefix("data:").strip() or None))
        self.ended.set()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)
        self._thread.join(5)
        self.reply.close()
        self._connection.close()
        self._socket.close()


@contextmanager
def events(served: Served, who: Person | str, path: str = "user", **query: str) -> Iterator[Events]:
    """Server-sent events, open and heard."""
    token = who if isinstance(who, str) else who.token
    reader = Events(served, token, f"/api/v1/streaming/{path}?{urlencode(query)}")
    try:
        yield reader
    finally:
        reader.close()


def decoded(payload: str | None) -> Any:
    """A payload: an entity as JSON, the id of what is gone as it stands."""
    if payload is None or payload.isdigit():
        return payload
    return json.loads(payload)
