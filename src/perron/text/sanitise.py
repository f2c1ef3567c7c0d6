"""Cleaning HTML that came from elsewhere; what would take too long to clean is kept as words alone."""

import re
from collections import Counter
from html import escape, unescape
from urllib.parse import unquote

import nh3

from perron.text.hosts import ascii_host
from perron.text.letters import strip_unseen

# A parser of HTML takes quadratic time on some documents: 100,000 nested lists keep it busy for minutes.
LARGEST = 100_000  # characters that are cleaned as HTML
MOST_ELEMENTS = 2000
DEEPEST = 100  # elements inside one another
MOST_ATTRIBUTES = 1000  # of one element
MOST_TIMES = 5  # that something is cleaned before it is the same when it is cleaned again
MOST_READ = 1_000_000  # characters of a longer document that are read at all

_TAGS = {
    "p",
    "br",
    "span",
    "a",
    "del",
    "pre",
    "code",
    "em",
    "strong",
    "b",
    "i",
    "u",
    "ul",
    "ol",
    "li",
    "blockquote",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_CLASSES = {"mention", "hashtag", "ellipsis", "invisible", "u-url", "h-card", "quote-inline"}

_cleaner = nh3.Cleaner(
    tags=_TAGS | _HEADINGS,
    attributes={"*": set(), "a": {"href"}},
    tag_attribute_values={"a": {"translate": {"no"}}, "span": {"translate": {"no"}}},
    allowed_classes={"a": _CLASSES, "span": _CLASSES, "p": {"quote-inline"}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="nofollow noopener noreferrer",
    url_schemes={"http", "https"},
    url_relative="deny",
)
_outliner = nh3.Cleaner(tags=_TAGS - {"span", "a"} | _HEADINGS | {"div", "tr"}, attributes={"*": set()}, link_rel=None)


def clean(html: str) -> str:
    """The HTML without anything that acts, styles or deceives; a link that hides its host is made to say it."""
    html = strip_unseen(html[:MOST_READ])
    if "<" not in html and "&" not in html:
        return escape(html, quote=False)
    if not _is_tame(html):
        return _paragraphs(_words(html))
    cleaned = _cleaned(html)
    if _STRANGE.search(html):  # an element that was around others made sense of them: now they may mean something else
        for _ in range(MOST_TIMES):
            html, cleaned = cleaned, _cleaned(cleaned)
            if html == cleaned:
                break
    return cleaned


def _cleaned(html: str) -> str:
    cleaned = strip_unseen(_cleaner.clean(html))
    if _NESTED_LINKS.search(cleaned):
        cleaned = _cleaner.clean(cleaned)
    return _LINK.sub(_honest_link, _without_headings(cleaned))


def plain(html: str) -> str:
    """The words of some HTML, with a newline for `<br>` and an empty line between paragraphs."""
    html = strip_unseen(html[:MOST_READ])
    if "<" not in html and "&" not in html:
        return html.strip()
    return _words(_outliner.clean(html) if _is_tame(html) else html)


# -- how much is too much ----------------------------------------------------------------------------------

_ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*+)", re.I)
_START = re.compile("<[a-z]", re.I)
_SEPARATOR = re.compile(r"[\s/\"']+")
_NEVER_OPEN = {
    "p",
    "li",
    "dd",
    "dt",
    "option",
    "br",
    "img",
    "hr",
    "wbr",
    "input",
    "source",
    "meta",
    "link",
    "col",
}


def _is_tame(html: str) -> bool:
    """Whether the HTML can be parsed in a moment."""
    if html.count("<") <= DEEPEST and len(html) < 2 * MOST_ATTRIBUTES:
        return True
    return len(html) <= LARGEST and len(_START.findall(html)) <= MOST_ELEMENTS and _is_shallow(html)


def _is_shallow(html: str) -> bool:
    opened = Counter[str]()
    for closing, name, attributes in _ELEMENT.findall(html.lower()):
        if len(_SEPARATOR.findall(attributes)) > MOST_ATTRIBUTES:
            return False
        if name in _NEVER_OPEN or (closing and not opened[name]):
            continue
        opened[name] += -1 if closing else 1
        if not closing and opened.total() > DEEPEST:
            return False
    return True


# -- words alone -------------------------------------------------------------------------------------------

_SILENT = re.compile(r"<(script|style|template|title|iframe|noscript|textarea)\b.*?(?:</\1\b|\Z)", re.I | re.S)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*+>?", re.S)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BREAK = re.compile(r" ?<br\b[^>]*+>? ?", re.I)
_BLOCK = re.compile(r"</?(?:p|h[1-6]|pre|blockquote|ul|ol|div)(?![a-z0-9])[^>]*+>?", re.I)
_ITEM = re.compile(r"<(?:li|tr)(?![a-z0-9])[^>]*+>?", re.I)
_TAG = re.compile(r"</?[a-z][^>]*+>?", re.I)
_GAP = re.compile(r"[ \n]{2,}+")
_LONG_NUMBER = re.compile(r"&#[0-9]{8,}+;?")


def _words(html: str) -> str:
    html = _SPACE.sub(" ", _COMMENT.sub("", _SILENT.sub("", html)))
    html = _TAG.sub("", _ITEM.sub("\n", _BLOCK.sub("\n\n", _BREAK.sub("\n", html))))
    html = _GAP.sub(_gap, html)
    return strip_unseen(unescape(_LONG_NUMBER.sub("\ufffd", html))).strip()


def _gap(gap: re.Match[str]) -> str:
    return (" ", "\n", "\n\n")[min(gap[0].count("\n"), 2)]


def _paragraphs(text: str) -> str:
    return "".join([f"<p>{escape(part, quote=False)}</p>" for part in text.split("\n\n") if part])


# -- headings and links of clean HTML ----------------------------------------------------------------------

_STRANGE = re.compile(rf"</?(?!(?:{'|'.join(sorted(_TAGS))})[\s/>])[a-z]", re.I)
_HEADING = re.compile(r"<(/?)h[1-6]>")
_NESTED_LINKS = re.compile(r"<a [^<]*+(?:<(?!/?a[ >])[^<]*+)*+<a ")
_LINK = re.compile(r'<a((?: [a-z]+="[^"]*+")*+)>([^<]*+(?:<(?!/?a[ >])[^<]*+)*+)</a>')
_HREF = re.compile(r' href="([^"]*+)"')
_AUTHORITY = re.compile(r"\s*https?:[/\\]*+([^/?#\\]*+)", re.I)
_SPAN = re.compile(r"(<span[^>]*+>|</span>)")
_ANY = re.compile(r"<[^>]*+>")
_HOST_LIKE = re.compile(r"(?<![\w.-])[^\W_][\w-]*+(?:\.[\w-]++)++")
_CALLS_SOMEBODY = re.compile(r"[@#＃][^\s/:\\]{1,255}")


def _without_headings(html: str) -> str:
    return _HEADING.sub(lambda tag: "</strong></p>" if tag[1] else "<p><strong>", html) if "<h" in html else html


def _honest_link(link: re.Match[str]) -> str:
    """The link as it was, with its host added where its text does not begin with it, or its text alone."""
    attributes, inner = link.groups()
    href = _HREF.search(attributes)
    host = _host(unescape(href[1])) if href else None
    if host is None:
        return inner
    if not _tells(_visible(inner), host, attributes):
        inner += f" [{escape(host)}]"
    return f"<a{attributes.replace('<', '%3C').replace('>', '%3E')}>{inner}</a>"


def _host(url: str) -> str | None:
    """The host a browser would go to, or None when that is unclear."""
    authority = _AUTHORITY.match(re.sub(r"[\t\r\n]", "", url))
    host = unquote(authority[1]).rpartition("@")[2].partition(":")[0].lower() if authority else ""
    return ascii_host(host) or (host if re.fullmatch(r"[a-z0-9._-]{1,253}", host) else None)


def _tells(visible: str, host: str, attributes: str) -> bool:
    """Whether a reader of the visible text knows where the link goes."""
    if visible.endswith(f"[{host}]"):
        return True
    if _CALLS_SOMEBODY.fullmatch(visible) and ("mention" in attributes or "hashtag" in attributes):
        return True
    shown = _HOST_LIKE.search(visible)
    if shown is None:
        return False
    name = ascii_host(shown[0]) or shown[0].lower()
    return name.removeprefix("www.") == host.removeprefix("www.")


def _visible(html: str) -> str:
    """The text of a link without what its `invisible` spans hide."""
    if "<" not in html:
        return unescape(html)
    shown, hides = [], [False]
    for part in _SPAN.split(html):
        if part == "</span>":
            hides = hides[:-1] or [False]
        elif part.startswith("<span"):
            hides.append(hides[-1] or "invisible" in part)
        elif not hides[-1]:
            shown.append(_ANY.sub("", part))
    return unescape("".join(shown)).strip()
