"""Open pages for visitors: a frame that is drawn once, and the blocks of a page set into it.

The frame of `shell.html` is the same for every visitor who reads one language, but for the links that change it. It is
rendered once with marks where the blocks go; a page then renders its own blocks only. Templates of open pages therefore
import what they need within a block, and have `bits` in any case.
"""

import re
from dataclasses import dataclass
from typing import Any

from jinja2 import UndefinedError
from markupsafe import Markup, escape
from starlette.responses import Response

from perron.kit.settings import Settings
from perron.web.drawn import DRAWINGS, Anybody, Drawings
from perron.web.environment import environment
from perron.web.shown import Sheet
from perron.web.visit import Frame, Visit

PAGES = Drawings(4 * 2**20)
BLOCKS = ("title", "head", "main", "side")
_MARK = re.compile("\x00(\\w+)\x00")


class _Stranger(Anybody):
    """Whoever visits first, as far as the frame may know them: which of the few fixed pages they stand on."""

    appearance = Markup("")
    frame = Frame()

    def __init__(self, visit: Visit, path: str) -> None:
        super().__init__(visit.settings, visit.links, visit.words, path)
        self.request = _Asked(_Url(path))
        self.path: dict[str, str] = {}

    def in_language(self, locale: str) -> Markup:
        """A mark for the address of this page in another language."""
        return Markup(f"\x00{locale}\x00")


@dataclass(frozen=True, slots=True)
class _Url:
    path: str


@dataclass(frozen=True, slots=True)
class _Asked:
    url: _Url


@dataclass(frozen=True, slots=True)
class _Drawn:
    settings: Settings
    parts: list[str]


_frames: dict[tuple[str, str], _Drawn] = {}


def show_open(visit: Visit, template: str, follows_from: Any = None, **context: Any) -> Response:
    """A page that is the same for everybody who is not signed in. It follows from its context; where that is large,
    `follows_from` says the same more shortly."""
    html = framed(visit, template, context, follows_from) if visit.is_anybody else None
    return visit.show_to_all(template, html, **context)


def framed(visit: Visit, template: str, context: dict[str, Any], follows_from: Any = None) -> str | None:
    """The page, its blocks set into the frame; None when the frame asks for more than a stranger can say."""
    path: str = "" if visit.path else visit.request.scope["path"]
    try:
        parts = _frame(visit, path)
    except (UndefinedError, AttributeError):
        return None
    found = _blocks(visit, template, context, frozen(follows_from or context))
    out = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            out.append(part)
        else:
            out.append(found[part] if part in BLOCKS else escape(visit.in_language(part)))
    return "".join(out)


def _frame(visit: Visit, path: str) -> list[str]:
    """The text between the marks, and their names, in turns."""
    key = (visit.locale, path)
    found = _frames.get(key)
    if found is None or found.settings is not visit.settings:
        marks = {name: Markup(f"\x00{name}\x00") for name in BLOCKS}
        page = environment(visit.locale).get_template("open_frame.html")
        html = page.render(visit=_Stranger(visit, path), settings=visit.settings, marks=marks)
        found = _frames[key] = _Drawn(visit.settings, _MARK.split(html))
    return found.parts


def _blocks(visit: Visit, template: str, context: dict[str, Any], follows_from: Any) -> dict[str, str]:
    """The blocks of a page, which follow from its address and from what is put in: the same twice is rendered once."""
    asked = visit.request.scope
    key = (template, visit.locale, asked["path"], asked["query_string"], visit.settings, follows_from)
    known: dict[str, str] | None = PAGES.find(key)
    if known is None:
        known = _rendered(visit, template, context)
        if visit.is_anybody:  # nothing was left with this one visitor while it was rendered
            PAGES.put(key, known, 2 * sum(map(len, known.values())))
    return known


def _rendered(visit: Visit, template: str, context: dict[str, Any]) -> dict[str, str]:
    page = environment(visit.locale).get_template(template)
    shared = {"visit": visit, "settings": visit.settings}
    whole = page.new_context({**shared, **context, "bits": _Bits(visit)})
    return {name: "".join(page.blocks[name](whole)) if name in page.blocks else "" for name in BLOCKS}


def frozen(value: Any) -> Any:
    """A value that can be told apart by what is in it."""
    if isinstance(value, dict):
        return tuple((name, frozen(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple([frozen(one) for one in value])
    return (value.older, frozen(value.posts)) if isinstance(value, Sheet) else value


def once(visit: Visit, template: str, follows_from: tuple[Any, ...], **context: Any) -> Markup:
    """A template that shows nothing of a visit; for visitors it is rendered once for all that it follows from."""
    key = (template, visit.locale, follows_from)
    html: Markup | None = DRAWINGS.find(key) if visit.reader is None else None
    if html is None:
        looks, bits = visit if visit.reader else _anybody(visit), _Bits(visit)
        page = environment(visit.locale).get_template(template)
        html = Markup(page.render(visit=looks, settings=visit.settings, bits=bits, **context))
        if visit.reader is None:
            DRAWINGS.put(key, html, 2 * len(html))
    return html


class _Bits:
    """The pieces of `bits.html`: those that show nothing of a visit are made once, the others when they are used."""

    _SHARED = frozenset(("icon", "at", "called", "face", "tags_list"))

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._own: Any = None

    def __getattr__(self, name: str) -> Any:
        if name in self._SHARED:
            return getattr(_shared_bits(self._visit), name)
        if self._own is None:
            self._own = _bits(self._visit, self._visit)
        return getattr(self._own, name)


_modules: dict[str, tuple[Settings, Any]] = {}


def _shared_bits(visit: Visit) -> Any:
    found = _modules.get(visit.locale)
    if found is None or found[0] is not visit.settings:
        found = _modules[visit.locale] = visit.settings, _bits(visit, _anybody(visit))
    return found[1]


def _anybody(visit: Visit) -> Anybody:
    return Anybody(visit.settings, visit.links, visit.words, "/")


def _bits(visit: Visit, looks: Visit | Anybody) -> Any:
    template = environment(visit.locale).get_template("bits.html")
    return template.make_module({"visit": looks, "settings": visit.settings})
