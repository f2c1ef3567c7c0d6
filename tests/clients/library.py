"""Mastodon.py in somebody's hands, as strict as it can be: with its version check, and each answer held to its own
description of what a server gives."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from functools import wraps
from typing import Any

from mastodon import Mastodon
from mastodon.return_types import Application
from mastodon.types_base import AttribAccessDict

from tests.clients.server import Person

METHODS = frozenset(name for name in dir(Mastodon) if not name.startswith("_"))
"""Everything that the library offers."""

ELSEWHERE = frozenset({"Profile.formatted_note", "Profile.formatted_fields", "FeaturedTag.statuses_count"})
"""What the library looks for and the documentation of Mastodon 4.6 does not give: the first two came later, tags that
are suggested are tags."""


class Library(Mastodon):  # type: ignore[misc]
    """The library, which asks of every answer that nothing is missing in it."""

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in METHODS or not callable(found):
            return found

        @wraps(found)
        def held(*given: Any, **more: Any) -> Any:
            answer = found(*given, **more)
            assert not (missing := sorted(set(gaps(answer)) - ELSEWHERE)), f"{name}: {missing}"
            return answer

        return held


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
    for one in answer.values() if isinstance(answer, dict) else answer if isinstance(answer, list) else ():
        yield from gaps(one)
