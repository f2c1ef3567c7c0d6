"""Answers for everybody that many ask for at once: made at one node, given at all.

What is left here lasts as long as an answer is given again anywhere, and no longer: taking it from another node never
shows what is older than one's own would be.
"""

import json
from hashlib import blake2b
from typing import Any, NamedTuple

from perron.kit.version import VERSION
from perron.shared.client import Shared

LONGEST = 512 * 1024
"""Bytes; what is longer is made at each node."""


class Answer(NamedTuple):
    """What is answered to whoever asks, and how many seconds ago it was begun."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    age: float


class Answers:
    """What nodes leave each other; nothing is found, and nothing left, while the shared server is away."""

    def __init__(self, shared: Shared) -> None:
        self.shared = shared

    def find(self, key: tuple[object, ...], fresh: float) -> Answer | None:
        """What another node has answered within the last `fresh` seconds."""
        name = self._name(key)

        def look(client: Any) -> tuple[bytes | None, int]:
            with client.pipeline(transaction=False) as together:
                together.get(name)
                together.pttl(name)
                kept, left = together.execute()
                return kept, left

        nothing: tuple[bytes | None, int] = None, 0
        kept, left = self.shared.ask_or(nothing, look)
        if kept is None or left <= 0:
            return None
        head, _, body = kept.partition(b"\n")
        status, headers = json.loads(head)
        pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return Answer(status, pairs, body, max(0.0, fresh - left / 1000))

    def leave(self, key: tuple[object, ...], one: Answer, fresh: float) -> None:
        """Leave for others what was answered here, for what is left of `fresh` seconds."""
        left = int((fresh - one.age) * 1000)
        if left <= 0 or len(one.body) > LONGEST:
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in one.headers]
        kept = json.dumps([one.status, headers]).encode() + b"\n" + one.body
        self.shared.ask_or(None, lambda client: client.set(self._name(key), kept, px=left))

    def _name(self, key: tuple[object, ...]) -> str:
        """Nodes of another version may answer in another shape: they are not asked."""
        return self.shared.key("answers", VERSION, blake2b(repr(key).encode(), digest_size=16).hexdigest())
