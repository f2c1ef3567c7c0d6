"""Who listens to what: open streams and the channels they are subscribed to."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from weakref import WeakKeyDictionary

from perron.kit import json
from perron.people.model import Viewer

MOST_WAITING = 2**20
"""Characters that wait for a reader who takes nothing for `PATIENCE` seconds; then the stream is closed, and its reader
reads on from the timelines."""
FAR_TOO_MUCH = 4 * MOST_WAITING
"""Characters that wait for any reader, however quick; a burst is allowed, an ever longer queue is not."""
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Channel:
    """One thing to listen to. `names` is what clients call it; `key`, what it is about (an account, a tag, a list)."""

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
    size: int = 0
    moved: float = 0.0
    awake: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    code: int = 1000

    @property
    def account_id(self) -> int:
        assert self.viewer.account is not None
        return self.viewer.account.id

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be said here."""
        return self.ended.is_set()

    def push(self, text: str) -> None:
        """Let a text wait for the reader."""
        if self.closed:
            return
        if not self.waiting:
            self.moved = monotonic()
        self.waiting.append(text)
        self.size += len(text)
        if self.size > MOST_WAITING and (self.size > FAR_TOO_MUCH or monotonic() - self.moved > PATIENCE):
            self.close(1013)
        self.awake.set()

    def take(self) -> str:
        """The text that has waited longest."""
        text = self.waiting.popleft()
        self.size -= len(text)
        self.moved = monotonic()
        return text

    def close(self, code: int = 1000) -> None:
        """End the stream; what waits is not said any more."""
        if not self.closed:
            self.code = code
            self.waiting.clear()
            self.size = 0
            self.ended.set()
            self.awake.set()


class Hub:
    """All open streams of this process."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.per_account: Counter[int] = Counter()
        self.closing = False
        self._turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        self.position = 0
        """The id of the last change that streams have heard of."""
        self._by_key: dict[str, set[Stream]] = {}

    @property
    def turn(self) -> asyncio.Lock:
        """Held by the ear while it takes note, and by whoever opens or changes a stream; where readings step aside."""
        return self._turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())

    def join(self, stream: Stream) -> None:
        """A stream has begun."""
        self.streams.add(stream)
        self.per_account[stream.account_id] += 1

    def subscribe(self, stream: Stream, channel: Channel) -> None:
        """Let a stream hear a channel."""
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
        if stream in self.streams:
            self.streams.discard(stream)
            self.per_account[stream.account_id] -= 1
            self.per_account += Counter()  # forgets those at zero

    def listeners(self, key: str) -> "set[Stream]":
        """Who hears a channel."""
        return self._by_key.get(key, _NOBODY)

    def heard(self, key: str) -> bool:
        """Whether anybody hears a channel."""
        return key in self._by_key

    def send(
        self,
        key: str,
        event: str,
        payload: str | bytes | None,
        to: "Iterable[Stream] | None" = None,
        frames: dict[object, str] | None = None,
    ) -> None:
        """Say an event on a channel; the text is made once for all who hear it in the same form, and kept in `frames`
        for the same event on other channels."""
        made: dict[object, str] = {} if frames is None else frames
        for stream in [*(self.listeners(key) if to is None else to)]:
            channel = stream.channels.get(key)
            if channel is None:
                continue
            names = None if stream.plain else channel.names
            text = made.get(names)
            if text is None:
                text = made[names] = frame(names, event, payload)
            stream.push(text)

    def heard_keys(self) -> list[str]:
        """The channels that somebody hears."""
        return [*self._by_key]

    def close_all(self) -> None:
        """The server is stopping: end all streams, and let no new ones in."""
        self.closing = True
        for stream in self.streams:
            stream.close(1001)


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
