"""What was looked at and how it is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from perron.kit.settings import Settings

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing: how it is, and what to do where it is not well."""

    about: str
    state: State
    says: str
    do: str = ""


Check = Callable[[Settings], Iterator[Finding]]


def ok(about: str, says: str) -> Finding:
    return Finding(about, "ok", says)


def warning(about: str, says: str, do: str) -> Finding:
    return Finding(about, "warning", says, do)


def wrong(about: str, says: str, do: str) -> Finding:
    return Finding(about, "wrong", says, do)
