"""Types as JSON schemas: what is answered, what is asked for in an address, what is sent in a body."""

from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

import msgspec

REF = "#/components/schemas/"
FORM, PARTS = ".form", ".parts"
"""What the names of schemas end with that say the same as a form and, where files are sent, in parts."""

Schema = dict[str, Any]


def schemas_of(kinds: Iterable[Any]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """Each type as a schema, and the schemas with a name that they are made of, in the order of their source."""
    wanted = {repr(kind): kind for kind in kinds}
    single = list({repr(arm): arm for kind in wanted.values() for arm in arms(kind)}.values())
    found, named = msgspec.json.schema_components(single, ref_template=REF + "{name}")
    records = {name: one for kind in single for one in records_in(kind) for name in names(one)}
    tidy = {name: in_order(records[name], sentences(one)) for name, one in named.items()}
    whole = {repr(kind): sentences(one) for kind, one in zip(single, found, strict=True)}
    for key, kind in wanted.items():
        if key not in whole:
            whole[key] = {"anyOf": [whole[repr(arm)] for arm in arms(kind)]}
    return whole, tidy


def names(kind: Any) -> tuple[str, str]:
    """What a record is called, and what it is called where another bears the same name."""
    return kind.__name__, f"{kind.__module__}.{kind.__qualname__}"


def arms(kind: Any) -> tuple[Any, ...]:
    """The types of which an answer is one: a post, or one that is to come."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def records_in(kind: Any, met: set[Any] | None = None) -> Iterator[Any]:
    """The `TypedDict`s that a type is made of."""
    met = set() if met is None else met
    if is_typeddict(kind) and kind not in met:
        met.add(kind)
        yield kind
        for inner in get_type_hints(kind).values():
            yield from records_in(inner, met)
    elif get_origin(kind) in (Annotated, Required, NotRequired, Union, UnionType, list, dict):
        for inner in get_args(kind):
            yield from records_in(inner, met)


def in_order(kind: Any, schema: Schema) -> Schema:
    """A record with its members in the order in which they were written down."""
    given = schema.get("properties", {})
    return schema | {"properties": {name: given[name] for name in get_type_hints(kind)}}


def sentences(schema: Any) -> Any:
    """A schema whose descriptions are not broken into lines; names that msgspec gives are left out."""
    if isinstance(schema, list):
        return [sentences(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: sentences(one) for name, one in schema.items() if name != "title" or not isinstance(one, str)}
    if isinstance(says := kept.get("description"), str):
        kept["description"] = " ".join(says.split())
    return kept


def resolved(schema: Schema, named: dict[str, Schema]) -> Schema:
    """A schema itself instead of its name; what may also be null without that."""
    if "$ref" in schema:
        return resolved(named[schema["$ref"].removeprefix(REF)], named)
    arms = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    return resolved(arms[0], named) if len(arms) == 1 else schema


def parameters(takes: Schema, named: dict[str, Schema]) -> list[Schema]:
    """What an address takes in its query, Rails' way: arrays as `name[]`."""
    needed = takes.get("required", [])
    return [parameter(name, one, named, needed=name in needed) for name, one in takes.get("properties", {}).items()]


def parameter(name: str, schema: Schema, named: dict[str, Schema], *, needed: bool) -> Schema:
    """One parameter of a query."""
    whole = resolved(schema, named)
    many = whole.get("type") == "array"
    made: Schema = {"name": f"{name}[]" if many else name, "in": "query", "schema": schema}
    if needed:
        made["required"] = True
    if says := schema.get("description") or (whole.get("items", {}).get("description") if many else ""):
        made["description"] = says
    if whole.get("type") == "object":
        made |= {"style": "deepObject", "explode": True}
    return made


def is_file(schema: Schema) -> bool:
    """Whether this is a file, which only bodies in parts can carry."""
    return schema.get("format") == "binary"


def without_files(takes: Schema) -> Schema:
    """A record without its files."""
    kept = {name: one for name, one in takes["properties"].items() if not is_file(one)}
    return takes | {"properties": kept, "required": [name for name in takes.get("required", []) if name in kept]}


def as_form(takes: Schema, named: dict[str, Schema]) -> Schema:
    """A record as a form says it: `media_ids[]`, `poll[options][]`, `fields_attributes[][name]`."""
    fields: Schema = {}
    for name, one in takes["properties"].items():
        fields |= dict(_fields(name, one, named))
    needed = [name for one in takes.get("required", []) for name in (one, f"{one}[]") if name in fields]
    made = {"type": "object", "properties": fields, "required": needed}
    return made | ({"description": takes["description"]} if "description" in takes else {})


def _fields(name: str, schema: Schema, named: dict[str, Schema]) -> Iterator[tuple[str, Schema]]:
    whole = resolved(schema, named)
    if whole.get("type") == "array":
        inner = resolved(whole["items"], named)
        if "properties" not in inner:
            yield f"{name}[]", whole
            return
        for key, one in inner["properties"].items():
            for field, what in _fields(f"{name}[][{key}]", one, named):
                yield field, what if what.get("type") == "array" else {"type": "array", "items": what}
    elif "properties" in whole:
        for key, one in whole["properties"].items():
            yield from _fields(f"{name}[{key}]", one, named)
    else:
        yield name, whole if "anyOf" in schema else schema


def used(document: Schema, named: dict[str, Schema]) -> dict[str, Schema]:
    """The schemas that a document names, and those that these name."""
    found: set[str] = set()
    waiting = [*_refs(document)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_refs(named[name]))
    return {name: named[name] for name in sorted(found)}


def _refs(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(ref := value.get("$ref"), str) and ref.startswith(REF):
            yield ref.removeprefix(REF)
        for one in value.values():
            yield from _refs(one)
    elif isinstance(value, list):
        for one in value:
            yield from _refs(one)
