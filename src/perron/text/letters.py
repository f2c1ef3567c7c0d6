"""Letters: settling what was typed, counting it as a reader would, folding it for comparison."""

import re
import unicodedata
from collections.abc import Callable

import regex

# Characters that are one grapheme each wherever they stand, and that no normalisation changes.
_SIMPLE = (
    "\t\n -~\xa0-\xac\xae-\u02ff\u0400-\u0482\u048a-\u052f\u2010-\u2027\u202f-\u203b\u203d-\u2048\u204a-\u205e"
    "\u20ac\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60\U0001f600-\U0001f64f"
)
_all_simple = re.compile(f"[{_SIMPLE}]*+").fullmatch
_knots = re.compile(f"[{_SIMPLE}]?(?:[^{_SIMPLE}]++[{_SIMPLE}]?)++").finditer
_clusters = regex.compile(r"\X").findall
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")  # counted apart: a long row of flags takes \\X quadratic time

_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff]+")
_PILE = regex.compile(r"(\p{M}{30})\p{M}++")
_SEEN = regex.compile(r"[^\s\p{Z}\p{Cc}\p{Cf}\u034f\u115f\u1160\u2800\u3164\ufe00-\ufe0f\uffa0]")
_ACCENT = regex.compile(r"(?<=[\p{Latin}\p{Greek}])[\u0300-\u036f]++")
_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "þ": "th"}
)


def is_simple(text: str) -> bool:
    """Whether every character counts as one and `settle` would change nothing; false when unsure."""
    return _all_simple(text) is not None


def settle(text: str) -> str:
    """The text as it is kept: NFC, newlines as `\\n`, no controls, surrogates, overrides or piles of accents."""
    if is_simple(text):
        return text
    text = _UNSEEN.sub("", _NEWLINE.sub("\n", text))
    return unicodedata.normalize("NFC", unpile(text))


def strip_unseen(text: str) -> str:
    """The text without controls (newlines and tabs stay), surrogates or direction overrides."""
    return _UNSEEN.sub("", text)


def is_blank(text: str) -> bool:
    """Whether there is nothing that a reader would see."""
    return not (text.strip() and _SEEN.search(text))


def unpile(text: str) -> str:
    """The text with at most thirty marks on a letter, as UAX #15 advises; sorting more takes quadratic time."""
    return _PILE.sub(r"\1", text)


def graphemes(text: str) -> int:
    """How many characters a reader sees (UAX #29): a family of emoji is one."""
    if is_simple(text):
        return len(text)
    text = _FLAG.sub("一", text)
    return len(text) + sum(len(_clusters(knot[0])) - len(knot[0]) for knot in _knots(text))


def shortened(text: str, most: int, measure: Callable[[str], int] = len) -> str:
    """The text, or where it is longer than so many characters, its beginning and an ellipsis. `measure`: how long a
    text is, such as `graphemes`."""
    return text if measure(text) <= most else text[: max(most - 1, 0)].rstrip() + "…"


def bare(text: str) -> str:
    """The text as it is compared: compatibility forms resolved, caseless, Latin and Greek without accents."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", unpile(text)).casefold()
    text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFKC", text).translate(_LIGATURES)
