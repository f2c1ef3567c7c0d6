"""The spaces of French typography, set by us and not asked of the writer."""

import re

NARROW = "\u202f"
"""Narrow no-break space: before ; : ! ? and inside « »."""

_BEFORE = re.compile(r"[ \u00a0](?=[!?]+(?!\w)|[;:](?:\s|$)|»)")
_AFTER = re.compile(r"«[ \u00a0]")
_MISSING = re.compile(r":[\w+-]+:|(?<=[\w»)\]”’])(?=[!?]+(?:[\s…»)\]”]|$)|;(?:\s|$))|(?<=[^\W\d_])(?=:(?:\s|$))")
_GUILLEMETS = re.compile(r"«(?![\s\u202f])|(?<![\s\u202f«])»")


def french(text: str) -> str:
    """A French text with spaces before high punctuation and inside guillemets; smileys and times stay as they are."""
    text = _AFTER.sub("«" + NARROW, _BEFORE.sub(NARROW, text))
    text = _GUILLEMETS.sub(lambda found: "«" + NARROW if found[0] == "«" else NARROW + "»", text)
    return _MISSING.sub(lambda found: found[0] or NARROW, text)  # a :shortcode: stays whole


def is_french(language: str | None) -> bool:
    """Whether a language code means French, wherever it is spoken."""
    return (language or "").lower().partition("-")[0] == "fr"
