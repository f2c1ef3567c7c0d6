"""Emojis in words: each `:name:` that stands for a picture is shown as one."""

import re
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

_TAGS = re.compile(r"""(<(?:[^<>"']|"[^"]*"|'[^']*')*>)""")
_CODE = re.compile(r"(?<![^\W_])(?<!:):([A-Za-z0-9_]{2,}+):(?!:|[^\W_])")  # as text/reading.py finds them


def pictured(words: str, emojis: Sequence[dict[str, Any]]) -> Markup:
    """Words (or HTML, when they are marked so) in which each `:name:` of an emoji is its picture."""
    html = escape(words)
    if not emojis:
        return html
    drawn = {one["shortcode"]: _drawn(one) for one in emojis}
    parts = _TAGS.split(str(html))
    parts[::2] = [_CODE.sub(lambda found: drawn.get(found[1], found[0]), part) for part in parts[::2]]
    return Markup("".join(parts))


def _drawn(emoji: dict[str, Any]) -> str:
    path = escape("/" + emoji["url"].split("/", 3)[3])
    name = f":{escape(emoji['shortcode'])}:"
    return f'<img class="emoji" src="{path}" alt="{name}" title="{name}" width="20" height="20" draggable="false">'
