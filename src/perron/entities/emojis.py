"""Emojis of this server as clients read them."""

from collections.abc import Iterable
from typing import Any

from perron.entities.links import Links
from perron.media.emojis import Emoji, emojis_called, visible_emojis
from perron.store import Db
from perron.text.reading import read


def custom_emojis(links: Links, db: Db) -> list[dict[str, Any]]:
    """The emojis that people here may choose."""
    return [emoji_entity(links, one) for one in visible_emojis(db)]


def emoji_entity(links: Links, emoji: Emoji) -> dict[str, Any]:
    """One emoji."""
    url = links.file(emoji.file)
    return {
        "shortcode": emoji.shortcode,
        "url": url,
        "static_url": url,
        "visible_in_picker": bool(emoji.visible),
        "category": emoji.category or None,
    }


def codes_in(*texts: str) -> tuple[str, ...]:
    """Names of emojis that are written in these texts, whether there are such emojis or not."""
    return tuple(dict.fromkeys(code for text in texts if text.count(":") > 1 for code in read(text).shortcodes))


def known_emojis(links: Links, db: Db, codes: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Those among these names that are emojis, as clients read them; no names cost no statement."""
    return {code: emoji_entity(links, one) for code, one in emojis_called(db, {*codes}).items()}


def emojis_in(links: Links, db: Db, *texts: str) -> list[dict[str, Any]]:
    """The emojis of a few texts, in order of appearance."""
    codes = codes_in(*texts)
    known = known_emojis(links, db, codes)
    return [known[code] for code in codes if code in known]
