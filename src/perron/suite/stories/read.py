"""What comes in of a story, held against the rules: pure, and each refusal is a sentence."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from perron.kit.errors import Invalid
from perron.posts.cards import page_address
from perron.press.themes import THEMES as DRAWN
from perron.suite.stories.model import (
    COMMENTS,
    KINDS,
    LINKING,
    LONGEST_HEADING,
    LONGEST_QUOTATION,
    LONGEST_SUBTITLE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    LONGEST_WORDS,
    QUOTING,
    Head,
    Wish,
)
from perron.text.language import is_language
from perron.text.letters import graphemes, is_blank, settle, shortened

MOST_DAYS = 3650
THEMES = tuple(one.name for one in DRAWN)
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_LONGEST: Mapping[str, Mapping[str, int]] = {
    "heading": {"text": LONGEST_HEADING},
    "text": {"text": LONGEST_TEXT},
    "post": {},
    "poll": {},
    "link": {"title": LONGEST_WORDS},
    "feed": {"title": LONGEST_WORDS, "feed": LONGEST_WORDS, "published": 40},
    "video": {"title": LONGEST_WORDS},
    "photo": {"caption": LONGEST_WORDS, "credit": LONGEST_WORDS},
    "quotation": {"text": LONGEST_QUOTATION, "who": LONGEST_WORDS},
}
"""The words that an item of each kind holds, and how long each may be."""
_NEEDS = {"heading": "A heading needs words.", "text": "There is nothing written here.",
          "quotation": "A quotation needs the words that were said."}  # fmt: skip
_LINES = ("text",)
"""Words that may have several lines."""


def shorter(words: str, most: int) -> str:
    """Words of others, on one line and no longer than they may be."""
    return shortened(" ".join(words.split()), most, graphemes)


def read_head(raw: Mapping[str, Any], before: Head | None = None) -> Head:
    """What stands above the items; what is not said stays as it was."""
    head = before or Head("")
    if "title" in raw or before is None:
        head = replace(head, title=_title(raw.get("title")))
    if "subtitle" in raw:
        head = replace(head, subtitle=_words(raw["subtitle"], LONGEST_SUBTITLE, "The subtitle of a story"))
    if "language" in raw:
        head = replace(head, language=_language(raw["language"]))
    if "theme" in raw:
        head = replace(head, theme=_theme(raw["theme"]))
    if "accent" in raw:
        head = replace(head, accent=_accent(raw["accent"]))
    if "comments" in raw:
        head = replace(head, comments=_comments(raw["comments"]))
    if "comments_days" in raw:
        head = replace(head, comments_days=_days(raw["comments_days"]))
    if "cover_id" in raw:
        head = replace(head, cover_id=read_number(raw["cover_id"]))
    return head


def read_item(raw: Mapping[str, Any], before: Wish | None = None) -> Wish:
    """An item as it is wished; what is not said of one that is there stays as it was."""
    kind = before.kind if before else str(raw.get("type") or "")
    if kind not in KINDS:
        raise Invalid(f"An item of a story is one of: {', '.join(KINDS)}.")
    body = _over(before.body if before else {}, _body(kind, raw))
    if kind in _NEEDS and is_blank(body.get("text", "")):
        raise Invalid(_NEEDS[kind])
    if kind in LINKING and "url" not in body:
        raise Invalid("Please give the address of the page.")
    wish = Wish(kind, body, before.post_id if before else None, before.media_id if before else None)
    if before is None and kind in QUOTING:
        wish = replace(wish, post_id=_needed(raw.get("id"), "Please say which post."))
    if before is None and kind == "photo":
        wish = replace(wish, media_id=_needed(raw.get("media_id"), "Please say which picture."))
    return wish


def _over(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """What is said anew over what was there. What was brought along with other words, or of another page, goes."""
    stale = {"html"} if said.get("text", before.get("text")) != before.get("text") else set()
    if said.get("url", before.get("url")) != before.get("url"):
        stale |= {"extract", "site"}
    return {**{name: value for name, value in before.items() if name not in stale}, **said}


def _body(kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
    """The words of an item, as far as they are said."""
    found = {
        name: _words(raw[name], longest, "What you wrote here", lines=name in _LINES)
        for name, longest in _LONGEST[kind].items()
        if name in raw
    }
    if kind in (*LINKING, "quotation", "photo") and "url" in raw:
        found["url"] = _address(raw["url"], needed=kind in LINKING)
    return found


def _title(value: Any) -> str:
    title = _words(value, LONGEST_TITLE, "The title of a story")
    if is_blank(title):
        raise Invalid("A story needs a title.")
    return title


def _words(value: Any, longest: int, what: str, *, lines: bool = False) -> str:
    """Words without what cannot be seen, on one line unless they may have several."""
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise Invalid("Words are wanted here.")
    text = settle(str(value))
    text = text.strip() if lines else " ".join(text.split())
    if graphemes(text) > longest:
        raise Invalid(f"{what} has at most {longest} characters.")
    return text


def _address(value: Any, *, needed: bool) -> str:
    """An address of a page elsewhere; whether it leads inside is asked by whoever fetches (`kit/outside.py`)."""
    text = settle(str(value or "")).strip()
    if not text and not needed:
        return ""
    address = page_address(text)
    if not address:
        raise Invalid("This is not the address of a page on the web.")
    return address


def _language(value: Any) -> str:
    code = str(value or "")
    if code and not is_language(code):
        raise Invalid("This is not a language that is known here.")
    return code


def _theme(value: Any) -> str:
    name = str(value or "")
    if name and name not in THEMES:
        raise Invalid(f"A theme is one of: {', '.join(THEMES)}.")
    return name


def _accent(value: Any) -> str:
    colour = str(value or "").lower()
    if colour and not _ACCENT.fullmatch(colour):
        raise Invalid("A colour is written as #1f6f5c.")
    return colour


def _comments(value: Any) -> str:
    if value not in COMMENTS:
        raise Invalid(f"Comments are one of: {', '.join(COMMENTS)}.")
    return str(value)


def _days(value: Any) -> int:
    text = str(value or 0)
    if not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= MOST_DAYS):
        raise Invalid(f"Comments close after a number of days, at most {MOST_DAYS}; 0 is never.")
    return int(text)


def read_number(value: Any) -> int | None:
    """An id, or None for what cannot be one."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _needed(value: Any, why: str) -> int:
    found = read_number(value)
    if found is None:
        raise Invalid(why)
    return found
