"""The page that describes the API to those who write programs: the OpenAPI document as words and lists."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from perron.web.framed import show_open
from perron.web.visit import Visit

REF = "#/components/schemas/"
Schema = dict[str, Any]


def _(message: str) -> str:
    """Mark a message for the catalogue."""
    return message


WORDS = {
    "string": _("text"),
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("yes or no"),
    "object": _("record"),
    "file": _("file"),
    "": _("anything"),
}


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
    says: str = ""
    sometimes: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One address."""

    key: str
    method: str
    path: str
    says: str
    more: str
    takes: tuple[Part, ...]
    gives: tuple[Kind, ...]
    scope: str
    public: bool
    paged: bool


@dataclass(slots=True)
class Chapter:
    """Addresses that belong together."""

    name: str
    says: str
    operations: list[Operation] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What its place in the page is called."""
        return "chapter-" + self.name.replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Entity:
    """A record that is answered."""

    name: str
    says: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """The whole API, in the order of the document."""

    chapters: tuple[Chapter, ...]
    entities: tuple[Entity, ...]
    count: int


_read: tuple[Schema, Described] | None = None


async def api(visit: Visit) -> Response:
    """Every address that programs may call, and what it answers."""
    global _read
    document: Schema = visit.request.app.state.api_document()
    if _read is None or _read[0] is not document:
        _read = document, read(document)
    return show_open(visit, "open/api.html", follows_from=id(document), api=_read[1])


def read(document: Schema) -> Described:
    """An OpenAPI document as what the page shows."""
    chapters = {tag["name"]: Chapter(tag["name"], tag.get("description", "")) for tag in document["tags"]}
    named = document["components"]["schemas"]
    for path, by_method in document["paths"].items():
        for method, one in by_method.items():
            chapters[one["tags"][0]].operations.append(operation(method.upper(), path, one, named))
    asked = set(bodies(document))
    records = [Entity(name, one.get("description", ""), parts(one)) for name, one in named.items() if name not in asked]
    count = sum(len(one.operations) for one in chapters.values())
    return Described(tuple(chapters.values()), tuple(one for one in records if "." not in one.name), count)


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
        one.get("description", ""),
        takes(one, named),
        gives,
        next((scope for scopes in with_token.values() for scope in scopes), ""),
        {} in one["security"],
        "headers" in answer,
    )


def takes(one: Schema, named: dict[str, Schema]) -> tuple[Part, ...]:
    """What is sent with a call, in its query or its body, whatever form that has."""
    query = [
        Part(each["name"], kinds(each["schema"]), each.get("description", ""), not each.get("required"))
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
    return any(one.word == WORDS["file"] for one in part.kinds)


def parts(schema: Schema) -> tuple[Part, ...]:
    """The members of a record."""
    needed = schema.get("required", [])
    return tuple(
        Part(name, kinds(one), one.get("description", ""), name not in needed)
        for name, one in schema.get("properties", {}).items()
    )


def kinds(schema: Schema) -> tuple[Kind, ...]:
    """What a value is: one kind, or one of several."""
    given = schema.get("anyOf", [schema])
    null = {"type": "null"} in given
    return tuple(kind(one, null=null) for one in given if one != {"type": "null"})


def kind(schema: Schema, *, null: bool = False) -> Kind:
    """What one schema says."""
    if schema.get("type") == "array":
        inner = kinds(schema["items"])[0] if schema.get("items") else Kind(WORDS[""])
        return Kind(inner.word, inner.ref, True, null, inner.choices)
    if "$ref" in schema:
        return Kind("", schema["$ref"].removeprefix(REF), null=null)
    choices = tuple(str(one) for one in schema.get("enum", ()))
    word = "file" if schema.get("format") == "binary" else schema.get("type", "")
    return Kind(WORDS["string" if choices else word], null=null, choices=choices)
