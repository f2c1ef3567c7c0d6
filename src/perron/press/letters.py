"""Words and addresses of a document as they may stand in HTML and in XML: escaped, without what no reader sees."""

import re
from collections.abc import Callable
from html import escape as _escape

from perron.text.spaces import french, is_french

LONGEST_ADDRESS = 4096
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]+")
_WEB = re.compile(
    "https?://[^/\\s@\"'<>\\\\^`{|}\x00-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff][^\\s\"'<>\\\\^`{|}\x00-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufffe\uffff]*",
    re.I,
)
_PARTS = re.compile(r"(<(?:pre|code)\b.*?</(?:pre|code)>|<[^>]*>|&#?\w+;)", re.S)
_SPACES = re.compile("[ \t\r\n\u2028\u2029]+")


def seen(text: str) -> str:
    """Text without controls, direction overrides and what XML does not know."""
    return _UNFIT.sub("", text)


def line(text: str) -> str:
    """Text as one line."""
    return _SPACES.sub(" ", seen(text)).strip()


def escaped(text: str) -> str:
    """Text as it stands in HTML and in XML, between tags or in an attribute."""
    return _escape(_UNFIT.sub("", text))


def spaced(language: str) -> Callable[[str], str]:
    """How plain text of a language is written: French with its narrow spaces, all others as they are."""
    return french if is_french(language) else str


def is_web(url: str) -> bool:
    """Whether this is an address of the web, as it may stand in a link."""
    return len(url) <= LONGEST_ADDRESS and _WEB.fullmatch(url) is not None


def address(url: str) -> str:
    """A web address, escaped; "" for anything that does not lead to the web."""
    return _escape(url) if is_web(url) else ""


def well_formed(html: str) -> str:
    """Clean HTML as XML reads it too: no named space, every line break closed."""
    if "&nbsp;" in html:
        html = html.replace("&nbsp;", "\u00a0")
    if "<br>" in html:
        html = html.replace("<br>", "<br />")
    return seen(html)


def spaced_html(html: str, language: str) -> str:
    """Clean HTML with the spaces of its language, set between tags; code stays as it is."""
    if not is_french(language):
        return html
    parts = _PARTS.split(html)
    parts[::2] = [french(part) if part else part for part in parts[::2]]
    return "".join(parts)
