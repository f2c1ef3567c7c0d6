"""A document as it may be kept and given away: no HTML that acts, no address but of the web, anchors that are anchors.

What is fit already stays as it is."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from perron.press.colours import is_colour
from perron.press.document import Block, Document
from perron.press.letters import is_web, seen
from perron.text.sanitise import clean

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,6}")

LATEST = 253_402_300_799_999
"""The last millisecond that has a date of four digits."""
_T = TypeVar("_T")


def _is_language(text: str) -> bool:
    return _LANGUAGE.fullmatch(text) is not None


_MUST_BE: dict[str, Callable[[str], bool]] = {
    "url": is_web,
    "uri": is_web,
    "accent": is_colour,
    "language": _is_language,
}


def fit(document: Document) -> Document:
    """The document without anything that may not leave the house or enter it."""
    taken: set[str] = set()
    return replace(_fitted(document), blocks=tuple(_keyed(_fitted(one), taken) for one in document.blocks))


def _fitted(one: _T) -> _T:
    changed = {}
    for field in fields(one):  # type: ignore[arg-type]
        before = getattr(one, field.name)
        after = before if field.name == "blocks" else _fit(field.name, before)
        if after is not before and after != before:
            changed[field.name] = after
    return replace(one, **changed) if changed else one  # type: ignore[type-var]


def _fit(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return _words(name, value)
    if isinstance(value, tuple):
        return tuple(_fit(name, each) for each in value)
    if isinstance(value, int):
        return min(max(value, 0), LATEST)
    return _fitted(value) if is_dataclass(value) else value


def _words(name: str, text: str) -> str:
    if name == "html":
        return clean(seen(text))
    if name == "key":
        return text if KEY.fullmatch(text) else ""
    fits = _MUST_BE.get(name)
    return seen(text) if fits is None else text if fits(text) else ""


def _keyed(block: Block, taken: set[str]) -> Block:
    """The block under an anchor of its own."""
    key = block.key
    number = len(taken) + 1
    while not KEY.fullmatch(key) or key in taken:
        key, number = f"b{number}", number + 1
    taken.add(key)
    return block if key == block.key else replace(block, key=key)
