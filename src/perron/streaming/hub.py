"""Who listens to what: open streams and the channels they are subscribed to."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from perron.kit import json
from perron.people.model import Viewer

MOST_WAITING = 1000
"""Events that wait for one slow reader; then its stream is closed, and it reads on from the timelines."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing to listen to. `names` is what clients call it; `key` is what it is about (an account, a tag, a list)."""

    names: tuple[str, ...]
    key: str


@dataclass(eq=False, slots=True)
class Stream:
    """One open connection. `plain` streams (SSE) carry a single channel and do not name it."""

    viewer: Viewer
    token: str
    plain: bool = False
    hidden: frozenset[int] = frozenset()
    channels: dict[str, Channel] = field(default_factory=dict)
    waiting: "deque[str]" = field(default_factory=deque)
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False

    @property
    def account_id(self) -> int:
        assert self.viewer.account is not None
        return self.viewer.account.id

    def push(self, text: str) -> None:
        """Let a text wait for the reader."""
        if len(self.waiting) >= MOST_WAITING:
            self.close()
        elif not self.closed:
            self.waiting.append(text)
            self.awake.set()

    def close(self) -> None:
        """End the stream once its reader comes by."""
        self.closed = True
        self.awake.set()


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self._by_key: dict[str, set[Stream]] = {}

    def subscribe(self, stream: Stream, channel: Channel) -> None:
        """Let a stream hear a channel."""
        self.streams.add(stream)
        stream.channels[channel.key] = channel
        self._by_key.setdefault(channel.key, set()).add(stream)

    def unsubscribe(self, stream: Stream, key: str) -> None:
        """Let a stream hear a channel no longer."""
        stream.channels.pop(key, None)
        listeners = self._by_key.get(key)
        if listeners is not None:
            listeners.discard(stream)
            if not listeners:
                del self._by_key[key]

    def leave(self, stream: Stream) -> None:
        """A stream has ended."""
        for key in [*stream.channels]:
            self.unsubscribe(stream, key)
        self.streams.discard(stream)

    def listeners(self, key: str) -> "set[Stream]":
        """Who hears a channel."""
        return self._by_key.get(key, _NOBODY)

    def heard(self, key: str) -> bool:
        """Whether anybody hears a channel."""
        return key in self._by_key

    def send(self, key: str, event: str, payload: str | bytes | None, to: "Iterable[Stream] | None" = None) -> None:
        """Say an event on a channel; the text is made once for all who hear it in the same form."""
        made: dict[object, str] = {}
        for stream in [*(self.listeners(key) if to is None else to)]:
            names = None if stream.plain else stream.channels[key].names
            text = made.get(names)
            if text is None:
                text = made[names] = frame(names, event, payload)
            stream.push(text)

    def close_all(self) -> None:
        """The server is stopping."""
        for stream in self.streams:
            stream.close()


_NOBODY: "set[Stream]" = set()


def frame(names: tuple[str, ...] | None, event: str, payload: str | bytes | None) -> str:
    """An event as it goes over the wire: JSON with the payload as JSON text inside, or an SSE message."""
    text = payload.decode() if isinstance(payload, bytes) else payload
    if names is None:
        return f"event: {event}\ndata: {text if text is not None else ''}\n\n"
    stream = json.encode_text(list(names))
    if text is None:
        return f'{{"stream":{stream},"event":"{event}"}}'
    return f'{{"stream":{stream},"event":"{event}","payload":{json.encode_text(text)}}}'
