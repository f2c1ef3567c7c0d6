"""Sources as data: a recipe says which addresses it knows, what to ask instead, and which part of the answer is what.

    {"name": "peertube", "called": {"fr": "Vidéo PeerTube", "en": "PeerTube video"},
     "address": "https://{host}/w/{id}", "ask": "https://{host}/api/v1/videos/{id}",
     "item": {"type": "video", "url": "{address}", "title": "$.name", "site": "$.account.displayName",
              "poster": {"url": "https://{host}{$.previewPath}"}}}

* `address`: `{name}` stands for one part of a path, or for a whole host; nothing else is a pattern.
* `ask`: where the answer is, in JSON. Whoever asks does it by the guarded client (`kit/outside.py`).
* `form` and `search` (with `each`, the path to a list): the fields a person fills in, and what is asked then.
* `item`: a block of `press/document.py`. A value is words with `{name}` (of the address or the form) and `{$.path}`
  (of the answer) in them; `$.path` alone keeps numbers. Times are read, HTML is cleaned, addresses must be of the web.

A new source is a new file in this folder. Recipes of strangers can be read too: one can do no more than this says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from perron.kit import json
from perron.kit.errors import Invalid
from perron.kit.time import iso, read_iso
from perron.press import document as d
from perron.press.as_json import FORMAT, KINDS, LONGEST, VERSION, read_json
from perron.press.from_storify import is_meta
from perron.press.letters import is_web
from perron.text.sanitise import clean, plain

HOME = Path(__file__).parent
MOST_BYTES, MOST_FOUND, MOST_FIELDS, DEEPEST = 64_000, 50, 12, 12
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")
_HOLE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_HOLE = re.compile(r"\{(\$?[^{}]{1,200})\}")
_STEP = re.compile(r"\.([A-Za-z_][\w-]{0,60})|\[(\d{1,3})\]", re.ASCII)
_TIMES, _HTML = {"published", "edited"}, {"html"}


@dataclass(frozen=True, slots=True)
class Field:
    """What a person fills in: its name, what it is called in French and in English."""

    name: str
    called: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A source. Templates stand as they were written; `read_recipe` has looked at each."""

    name: str
    called: tuple[str, str]
    item: Mapping[str, Any]
    address: str = ""
    ask: str = ""
    form: tuple[Field, ...] = ()
    search: str = ""
    each: str = "$"

    def parts(self, url: str) -> dict[str, str] | None:
        """The named parts of an address, when this recipe knows it."""
        found = _pattern(self.address).fullmatch(url.partition("#")[0]) if self.address and is_web(url) else None
        if found is None or is_meta(url):
            return None
        return {**found.groupdict(), "address": url}

    def question(self, parts: Mapping[str, str]) -> str:
        """What to ask about an address; Invalid where that would lead to another place than the recipe says."""
        return _filled_address(self.ask, parts)

    def find(self, values: Mapping[str, str]) -> str:
        """What to ask for what a person filled in."""
        given = {one.name: values.get(one.name, "")[:LONGEST] for one in self.form}
        return _filled_address(self.search, given)

    def block(self, answer: Any, parts: Mapping[str, str], key: str) -> d.Block:
        """One answer as a block; Invalid where it holds too little for one."""
        return _block(self.item, answer, parts, key)

    def blocks(self, answer: Any, values: Mapping[str, str]) -> list[d.Block]:
        """What a search found; what holds too little is left out."""
        found = _at(answer, self.each)
        made = []
        for number, one in enumerate(found[:MOST_FOUND] if isinstance(found, list) else []):
            try:
                made.append(_block(self.item, one, values, f"b{number + 1}"))
            except Invalid:
                continue
        return made


@cache
def recipes() -> tuple[Recipe, ...]:
    """Those that Perron brings."""
    return tuple(read_recipe(path.read_bytes()) for path in sorted(HOME.glob("*.json")))


def recipe_for(url: str) -> tuple[Recipe, dict[str, str]] | None:
    """The first recipe that knows an address, and the parts of it."""
    for one in recipes():
        parts = one.parts(url)
        if parts is not None and one.ask:
            return one, parts
    return None


# -- reading a recipe --------------------------------------------------------------------------------------------------


def read_recipe(data: bytes) -> Recipe:
    """A recipe from its file; Invalid says where it is none."""
    if len(data) > MOST_BYTES:
        raise Invalid("This recipe is too large.")
    try:
        found = json.decode(data)
    except ValueError:
        raise Invalid("This file is not JSON.") from None
    if not isinstance(found, dict) or not _NAME.fullmatch(_words(found, "name")):
        raise Invalid("In name: a recipe has a name of small letters, digits, - and _.")
    _one_hole_a_part(_words(found, "address"))
    form = _form(found.get("form", []))
    known = {one.name for one in form} | {"address"}
    known |= set(re.findall(r"\{(\w+)\}", _words(found, "address")))
    recipe = Recipe(
        name=found["name"],
        called=_called(found.get("called"), "called"),
        item=_item(found.get("item"), "item", known, 0),
        address=_template(found, "address", known, host=True),
        ask=_template(found, "ask", known, host="{host}" in _words(found, "address")),
        form=form,
        search=_template(found, "search", known, host=False),
        each=_words(found, "each") or "$",
    )
    if not recipe.ask and not recipe.search:
        raise Invalid("In ask: a recipe asks something, or searches.")
    if recipe.item.get("type") not in KINDS:
        raise Invalid("In item.type: one of these is expected here: " + ", ".join(KINDS))
    return recipe


def _template(found: Mapping[str, Any], name: str, known: set[str], *, host: bool) -> str:
    """An address with holes; its host has none, unless the whole of it is one."""
    text = _words(found, name)
    if not text:
        return ""
    authority = text.removeprefix("https://").partition("/")[0]
    fixed = re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", authority) is not None
    if not text.startswith("https://") or not (fixed or (host and authority == "{host}")):
        raise Invalid(f"In {name}: an address begins with https:// and a host.")
    _holes_known(text, name, known)
    return text


def _one_hole_a_part(address: str) -> None:
    """Two holes beside each other would match in many ways, and looking for one would take long."""
    for part in re.split(r"[/?&=#]+", address):
        holes = re.findall(r"\{([^{}]*)\}", part)
        if len(holes) > 1 or not all(_HOLE_NAME.fullmatch(one) for one in holes):
            raise Invalid("In address: each part has at most one {name}, of small letters.")


def _holes_known(text: str, where: str, known: set[str]) -> None:
    for hole in _HOLE.findall(text):
        if hole not in known and not hole.startswith("$"):
            raise Invalid(f"In {where}: nothing is called {{{hole}}}.")
        if hole.startswith("$"):
            _steps(hole, where)


def _item(value: Any, where: str, known: set[str], deep: int) -> dict[str, Any]:
    if not isinstance(value, dict) or deep > 3 or len(value) > 30:
        raise Invalid(f"In {where}: an object with names and values is expected here.")
    for name, one in value.items():
        if isinstance(one, str):
            _holes_known(one, f"{where}.{name}", known)
            if one.startswith("$"):
                _steps(one, f"{where}.{name}")
        else:
            _item(one, f"{where}.{name}", known, deep + 1)
    return value


def _form(value: Any) -> tuple[Field, ...]:
    if not isinstance(value, list) or len(value) > MOST_FIELDS:
        raise Invalid(f"In form: a list of at most {MOST_FIELDS} fields is expected here.")
    made = []
    for number, one in enumerate(value):
        where = f"form[{number}]"
        if not isinstance(one, dict) or not _NAME.fullmatch(_words(one, "name")):
            raise Invalid(f"In {where}.name: a field has a name of small letters, digits, - and _.")
        made.append(Field(one["name"], _called(one.get("called"), f"{where}.called")))
    return tuple(made)


def _called(value: Any, where: str) -> tuple[str, str]:
    if not isinstance(value, dict) or not all(_words(value, language) for language in ("fr", "en")):
        raise Invalid(f"In {where}: a name in French (fr) and in English (en) is expected here.")
    return _words(value, "fr")[:100], _words(value, "en")[:100]


def _words(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return value if isinstance(value, str) and len(value) <= 2000 else ""


# -- using one ---------------------------------------------------------------------------------------------------------


@cache
def _pattern(address: str) -> re.Pattern[str]:
    """An address with holes as a pattern: each hole is one part of the path, or the host."""
    pieces, names = [], set[str]()
    for at, piece in enumerate(re.split(r"\{(\w+)\}", address)):
        if at % 2 == 0:
            pieces.append(re.escape(piece))
        elif piece in names:
            pieces.append(f"(?P={piece})")
        else:
            names.add(piece)
            pieces.append(f"(?P<{piece}>{_HOST if piece == 'host' else _PART})")
    return re.compile("".join(pieces) + r"/?(?:\?[^#]*)?")


_PART = r"[^/?#&=@\s]{1,200}"
_HOST = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"


def _filled_address(template: str, parts: Mapping[str, str]) -> str:
    """The template with its holes filled, each so that it stays the part of the address that it is."""
    url = _HOLE.sub(lambda hole: _part(hole[1], parts), template)
    if not is_web(url) or not url.startswith("https://") or ".." in urlsplit(url).path.split("/"):
        raise Invalid("This address does not lead to the source that the recipe names.")
    return url


def _part(name: str, parts: Mapping[str, str]) -> str:
    value = parts.get(name, "")
    return value.lower() if name == "host" and re.fullmatch(_HOST, value) else quote(value, safe="")


def _block(item: Mapping[str, Any], answer: Any, parts: Mapping[str, str], key: str) -> d.Block:
    """The mapping filled from an answer, and read as any block that comes from outside."""
    kind = KINDS[item["type"]]
    names = {field.name for field in fields(kind)}
    found = {name: _value(name, one, answer, parts) for name, one in item.items() if name in names}
    found = {name: value for name, value in found.items() if value is not None}
    wrapped = {"type": item["type"], "key": key, **found}
    document = {"format": FORMAT, "version": VERSION, "title": "", "blocks": [wrapped]}
    made = read_json(json.encode(document)).blocks[0]
    if not _is_enough(made):
        raise Invalid("The source answered too little about this address.")
    return made


def _is_enough(made: d.Block) -> bool:
    """Whether somebody who reads this learns something."""
    if isinstance(made, d.Link | d.Video):
        return bool(made.url and made.title)
    if isinstance(made, d.Post):
        return bool(made.html and (made.author.name or made.author.handle))
    return not isinstance(made, d.Photo) or bool(made.picture.url)


def _value(name: str, template: Any, answer: Any, parts: Mapping[str, str]) -> Any:
    if isinstance(template, Mapping):
        inner = {key: _value(key, one, answer, parts) for key, one in template.items()}
        inner = {key: value for key, value in inner.items() if value is not None}
        return None if "url" in template and not inner["url"] and "name" not in template else inner
    if template.startswith("$"):
        return _fitting(name, _at(answer, template))
    said = _HOLE.sub(
        lambda hole: _as_words(_at(answer, hole[1])) if hole[1][0] == "$" else parts.get(hole[1], ""), template
    )
    return _fitting(name, said)


def _fitting(name: str, value: Any) -> Any:
    """A value of an answer as the field of a block takes it."""
    if name in _TIMES:
        at = value * 1000 if isinstance(value, int) and not isinstance(value, bool) else read_iso(_as_words(value))
        return iso(at) if at is not None and 0 <= at < 253_402_300_799_999 else None
    if name in ("width", "height"):
        return value if isinstance(value, int) and 0 <= value < 100_000 else 0
    text = _as_words(value)
    if name == "url":
        return text if is_web(text) else ""
    return clean(text) if name in _HTML else plain(text)[:LONGEST]


def _as_words(value: Any) -> str:
    if isinstance(value, str):
        return value[: 4 * LONGEST]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _at(answer: Any, path: str) -> Any:
    """What stands in an answer at `$.a.b[0]`; None where nothing does."""
    for name, number in _steps(path, path):
        if name and isinstance(answer, dict):
            answer = answer.get(name)
        elif number and isinstance(answer, list) and int(number) < len(answer):
            answer = answer[int(number)]
        else:
            return None
    return answer


@cache
def _steps(path: str, where: str) -> tuple[tuple[str, str], ...]:
    steps = tuple((found[1] or "", found[2] or "") for found in _STEP.finditer(path))
    if not path.startswith("$") or len(steps) > DEEPEST or "$" + "".join(map(_step, steps)) != path:
        raise Invalid(f"In {where}: a path is written as $.name[0].name.")
    return steps


def _step(step: tuple[str, str]) -> str:
    return f".{step[0]}" if step[0] else f"[{step[1]}]"
