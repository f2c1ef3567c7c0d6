"""The page that describes the API to those who write programs: the OpenAPI document as words and lists."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape
from starlette.responses import Response

from perron.web.environment import environment
from perron.web.visit import Visit

REF, IDS = "#/components/schemas/", ("^-?[0-9]+$", "^[0-9]+$")
Schema = dict[str, Any]


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


WORDS = {
    "string": _("text"),
    "id": _("identifier"),
    "date-time": _("moment"),
    "date": _("day"),
    "uri": _("web address"),
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("yes or no"),
    "object": _("record"),
    "binary": _("file"),
    "": _("anything"),
}


COMMON = ("A number written as text.", "A moment (UTC) with milliseconds.", "HTML that is safe to show.")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: a message, or the name of a record (`ref`); `many` of them, `null` as well, one of `choices`."""

    word: str
    ref: str = ""
    many: bool = False
    null: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter or an attribute. `sometimes`: it can be left out."""

    name: str
    kinds: tuple[Kind, ...]
    says: Markup = Markup("")
    sometimes: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One address."""

    key: str
    method: str
    path: str
    says: str
    more: Markup
    takes: tuple[Part, ...]
    gives: tuple[Kind, ...]
    scope: str
    public: bool
    paged: bool


@dataclass(frozen=True, slots=True)
class Chapter:
    """Addresses that belong together."""

    key: str
    name: str
    operations: list[Operation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entity:
    """A record that is answered."""

    name: str
    says: Markup
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """The whole API, in the order of the document."""

    chapters: tuple[Chapter, ...]
    entities: tuple[Entity, ...]


_drawn: dict[str, tuple[Schema, Markup]] = {}


async def api(visit: Visit) -> Response:
    """Every address that programs may call, and what it answers."""
    document: Schema = visit.request.app.state.api_document()
    drawn = _drawn.get(visit.locale)
    if drawn is None or drawn[0] is not document:  # a second of work, once for all readers of a language
        drawn = _drawn[visit.locale] = document, await asyncio.to_thread(draw, document, visit.locale)
    chapters = [tag["name"] for tag in document["tags"]]
    return visit.show_to_all("open/api.html", drawn=drawn[1], chapters=chapters)


def draw(document: Schema, locale: str) -> Markup:
    """All chapters, in one language."""
    page = environment(locale).get_template("open/api_chapters.html")
    return Markup(page.render(api=read(document)))


def read(document: Schema) -> Described:
    """An OpenAPI document as what the page shows."""
    names = [tag["name"] for tag in document["tags"]]
    chapters = {name: Chapter(f"chapter-{place}", name) for place, name in enumerate(names)}
    named = document["components"]["schemas"]
    for path, by_method in document["paths"].items():
        for method, one in by_method.items():
            chapters[one["tags"][0]].operations.append(operation(method.upper(), path, one, named))
    asked = set(bodies(document))
    records = [Entity(name, said(one), parts(one)) for name, one in named.items() if name not in asked]
    return Described(tuple(chapters.values()), tuple(one for one in records if "." not in one.name))


def bodies(document: Schema) -> Iterator[str]:
    """The names of records that are sent, not answered."""
    for by_method in document["paths"].values():
        for one in by_method.values():
            for body in one.get("requestBody", {}).get("content", {}).values():
                yield body["schema"]["$ref"].removeprefix(REF)


def operation(method: str, path: str, one: Schema, named: dict[str, Schema]) -> Operation:
    """One address as the page shows it."""
    answer = next(iter(one["responses"].values()))
    content = answer.get("content", {})
    gives = kinds(next(iter(content.values()))["schema"]) if "application/json" in content else ()
    with_token = one["security"][-1]
    return Operation(
        one["operationId"],
        method,
        path,
        one["summary"],
        said(one),
        takes(one, named),
        gives,
        next((scope for scopes in with_token.values() for scope in scopes), ""),
        {} in one["security"],
        "headers" in answer,
    )


def takes(one: Schema, named: dict[str, Schema]) -> tuple[Part, ...]:
    """What is sent with a call, in its query or its body, whatever form that has."""
    query = [
        Part(each["name"], kinds(each["schema"]), said(each), not each.get("required"))
        for each in one["parameters"]
        if each["in"] == "query"
    ]
    content = one.get("requestBody", {}).get("content", {})
    plain = body(content, "application/json", named)
    files = [each for each in body(content, "multipart/form-data", named) if is_file(each) or not plain]
    return (*query, *files, *plain)


def body(content: Schema, form: str, named: dict[str, Schema]) -> tuple[Part, ...]:
    """What is sent in a body of one form."""
    return parts(named[content[form]["schema"]["$ref"].removeprefix(REF)]) if form in content else ()


def is_file(part: Part) -> bool:
    """Whether it is sent as a file."""
    return any(one.word == WORDS["binary"] for one in part.kinds)


def parts(schema: Schema) -> tuple[Part, ...]:
    """The members of a record."""
    needed = schema.get("required", [])
    return tuple(
        Part(name, kinds(one), said(one), name not in needed) for name, one in schema.get("properties", {}).items()
    )


def kinds(schema: Schema) -> tuple[Kind, ...]:
    """What a value is: one kind, or one of several."""
    given = schema.get("anyOf", [schema])
    some = [one for one in given if one.get("type") != "null"]
    return tuple(kind(one, null=len(some) < len(given)) for one in some) or (Kind("", choices=("null",)),)


def kind(schema: Schema, *, null: bool = False) -> Kind:
    """What one schema says."""
    if schema.get("type") == "array":
        inner = kinds(schema["items"])[0] if schema.get("items") else Kind(WORDS[""])
        return Kind(inner.word, inner.ref, True, null, inner.choices)
    if "$ref" in schema:
        return Kind("", schema["$ref"].removeprefix(REF), null=null)
    choices = tuple(str(one) for one in schema.get("enum", ()))
    word = "id" if schema.get("pattern") in IDS else schema.get("format") or schema.get("type", "")
    return Kind(WORDS["string" if choices else word], null=null, choices=choices)


def said(one: Schema) -> Markup:
    """What is said of something, `code` set apart. What is said of every identifier and moment is in their names."""
    text = one.get("description", "")
    if text in COMMON:
        return Markup("")
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
