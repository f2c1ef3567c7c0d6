"""Hashtags: what may be one, and when two are the same."""

from functools import lru_cache

import regex

from perron.text.letters import bare

LONGEST = 255  # characters in a name; beyond this it is plain text

# As Mastodon: letters, marks, digits and underscores, with middle dots inside; never digits alone.
_WORD = r"[\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}]"
_DOTS = "[\u00b7\u30fb\u200c]"
_NAME = regex.compile(rf"(?!\p{{M}}){_WORD}++(?:{_DOTS}++{_WORD}++)*+")
_NEEDED = regex.compile(rf"\p{{L}}|{_WORD}[_·・]{_WORD}")
_INVALID = regex.compile(r"[^\p{L}\p{M}\p{N}_·・\u200c]++")


def find_name(text: str, start: int) -> str | None:
    """The name of the tag that begins at `start`, just after its `#`, or None if there is none."""
    match = _NAME.match(text, start)
    return match[0] if match and _is_sound(match[0]) else None


def is_tag(name: str) -> bool:
    """Whether `#name` is read as one whole tag."""
    return _NAME.fullmatch(name) is not None and _is_sound(name)


def _is_sound(name: str) -> bool:
    return len(name) <= LONGEST and _NEEDED.search(name) is not None and fold(name) != ""


def fold(name: str) -> str:
    """The key under which a tag is kept: caseless, without accents or foreign marks; `Été` and `ete` are one."""
    if name.isascii() and name.isalnum():
        return name.lower()
    return _folded(name) if len(name) <= LONGEST else bare(_INVALID.sub("", bare(name)))


@lru_cache(4096)
def _folded(name: str) -> str:
    return bare(_INVALID.sub("", bare(name)))
