"""Mastodon.py in somebody's hands, as strict as it can be: with its version check, and each answer held to its own
description of what a server gives."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from queue import Queue
from threading import Thread
from typing import Any

from mastodon import Mastodon, StreamListener
from mastodon.return_types import AdminReport, Application
from mastodon.types_base import AttribAccessDict

from tests.clients.listening import SOON
from tests.clients.server import ANSWERED_WITHIN, Person

METHODS = frozenset(name for name in dir(Mastodon) if not name.startswith("_"))
"""Everything that the library offers."""

ELSEWHERE = frozenset(
    {
        *("Profile.formatted_note", "Profile.formatted_fields"),  # of a later version
        "FeaturedTag.statuses_count",  # tags that are suggested are tags
        *("Filter.phrase", "Filter.whole_word", "Filter.irreversible"),  # why a post is filtered is said in v2
        *("MediaAttachment.url", "MediaAttachment.blurhash"),  # while a file is prepared
        *("MediaAttachmentMetadataContainer.original", "MediaAttachmentMetadataContainer.small"),  # as well
        "InstanceThumbnail.description",  # the mark of a server needs none
        "ExtendedDescription.updated_at",  # what stands in a file of settings has no date
        "Role.collection_limit",  # said of oneself
        "Report.rules_ids",  # rule_ids
        "AdminDimensionData.value",  # versions are no numbers
    }
)
"""What the library looks for where the documentation of Mastodon 4.6 does not promise it."""
EMPTY = frozenset({"admin_delete_canonical_email_block"})
"""Which answers are empty, other than the library says."""


class Library(Mastodon):  # type: ignore[misc]
    """The library, which asks of every answer that nothing is missing in it."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in METHODS or not callable(found):
            return found

        @wraps(found)
        def held(*given: Any, **more: Any) -> Any:
            answer = found(*given, **more)
            if name in EMPTY:
                return answer
            assert not (missing := sorted(set(gaps(answer)) - ELSEWHERE)), f"{name}: {missing}"
            return answer

        return held


class Ear(StreamListener):  # type: ignore[misc]
    """What the library hears, in order."""

    def __init__(self) -> None:
        self.heard: Queue[tuple[str, Any]] = Queue()

    def on_update(self, status: Any) -> None:
        self.heard.put(("update", status))

    def on_notification(self, notification: Any) -> None:
        self.heard.put(("notification", notification))

    def on_status_update(self, status: Any) -> None:
        self.heard.put(("status.update", status))

    def on_delete(self, status_id: Any) -> None:
        self.heard.put(("delete", status_id))

    def on_conversation(self, conversation: Any) -> None:
        self.heard.put(("conversation", conversation))

    def until(self, kind: str, id_: str) -> Any:
        """The one with this id, whatever comes before it."""
        while str((found := self.next(kind)).id) != id_:
            pass
        return found

    def next(self, kind: str) -> Any:
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            event, payload = self.heard.get(timeout=SOON)
            if event == kind:
                return payload
        raise AssertionError(f"no {kind} within {SOON} s")


@contextmanager
def hearing(handle_of: Callable[[Ear], Any], by: Person, word: str = "") -> Iterator[Ear]:
    """Hear a stream of the library in its own thread. The library lets go only when it hears something: `by` says a
    last `word`."""
    ear, before = Ear(), by.served.figure("perron_streams_open")
    handle = handle_of(ear)
    try:
        assert eventually(lambda: by.served.figure("perron_streams_open") > before)
        yield ear
    finally:
        closing = Thread(target=handle.close)
        closing.start()
        assert eventually(lambda: handle.closed)
        by.says(f"Au revoir {word}")
        closing.join(5)
        assert eventually(lambda: not handle.is_alive())
        assert eventually(lambda: by.served.figure("perron_streams_open") == before)


def in_hands_of(who: Person, **more: Any) -> Library:
    """The library, signed in with somebody's token."""
    return Library(access_token=who.token, api_base_url=who.served.origin, **{"version_check_mode": "created", **more})


def ids(found: Iterable[Any]) -> list[str]:
    """The ids of things, as the API says them."""
    return [str(one.id) for one in found]


def gaps(answer: Any) -> Iterator[str]:
    """What should be in an answer and is not: `Status.content`."""
    if isinstance(answer, AttribAccessDict) and not isinstance(answer, Application):  # posts say less of one
        hints = typing.get_type_hints(type(answer))
        for name, one in answer.items():
            if one is None and name in hints and type(None) not in typing.get_args(hints[name]):
                yield f"{type(answer).__name__}.{name}"
    if isinstance(answer, AdminReport):  # the accounts in it are those that moderators read
        return
    for one in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from gaps(one)


def eventually(done: Callable[[], Any], within: float = ANSWERED_WITHIN) -> bool:
    """Whether something becomes true in time: only what fails takes so long."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if done():
            return True
        time.sleep(0.05)
    return False
