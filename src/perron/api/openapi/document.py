"""The OpenAPI document: every address a program may call, what it takes and what it gives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from perron.api.kit import Nothing, Route, Spoken, spoken
from perron.api.openapi.schemas import (
    FORM,
    PARTS,
    REF,
    Schema,
    as_form,
    is_file,
    parameters,
    schemas_of,
    used,
    without_files,
)
from perron.api.openapi.sentences import CHAPTERS, SENTENCES
from perron.entities.shapes.common import Error
from perron.kit.later import loaded
from perron.kit.version import VERSION
from perron.people.scopes import SCOPES

ADDRESS = re.compile(r"^(?:GET|POST|PUT|PATCH|DELETE) \S+?(?:: |[,;] |$)")
NAMED = re.compile(r"\{(\w+)\}")
SIGNED = "token"
REFUSALS = {
    "401": ("SignedOut", "A token is needed, or the one that was sent is not valid."),
    "403": ("Forbidden", "The token does not allow this, or the account may not do it."),
    "404": ("NotFound", "It is not there, or not for this viewer to see."),
    "422": ("Invalid", "What was sent cannot be accepted as it is; nothing was changed."),
    "429": ("TooMany", "Too many requests; `Retry-After` says in how many seconds to come back."),
    "default": ("Refusal", "Any other refusal: the status says which, `error` says why."),
}
ABOUT = """\
The client API of Mastodon, as this server speaks it; what is ours alone says so. Bodies may be JSON, forms or
multipart, with Rails' names for arrays (`media_ids[]`) and records (`poll[options][]`). Ids are numbers written as
text. Long lists come in pages: the `Link` header names the next and the previous one. A thing that may not be seen
answers as one that is not there. `X-RateLimit-Limit`, `-Remaining` and `-Reset` say how much may still be asked.
"""


@dataclass(frozen=True, slots=True)
class Address:
    """One address, wherever in the program it is answered."""

    method: str
    path: str
    chapter: str
    says: str
    spoken: Spoken
    scope: str = ""
    who: str = "public"
    kind: str = "application/json"
    more: str = ""


def address(route: Route) -> Address:
    """An address of the API's own door."""
    said = spoken(route.handler) or Spoken(Nothing, Any)
    chapter, says = SENTENCES.get(f"{route.method} {route.path}", ("More", ""))
    return Address(route.method, route.path, chapter, says, said, route.scope, route.who, more=words(route.handler))


def words(handler: Any) -> str:
    """What a handler's docstring says, without its address."""
    text = ADDRESS.sub("", " ".join((loaded(handler).__doc__ or "").split()), count=1).strip()
    return text[:1].upper() + text[1:]


def document(routes: Sequence[Route], others: Sequence[Address], origin: str, title: str) -> Schema:
    """The whole document, for the server at this origin."""
    addresses = [*map(address, routes), *others]
    kinds = [kind for one in addresses for kind in (one.spoken.gives, one.spoken.takes)]
    whole, named = schemas_of([*kinds, Error])
    maker = Maker(whole, named)
    order = chapters(addresses)
    paths: dict[str, Schema] = {}
    for one in sorted(addresses, key=lambda one: order.index(one.chapter)):
        paths.setdefault(one.path, {})[one.method.lower()] = maker.operation(one)
    refusals = {name: refusal(says) for name, says in REFUSALS.values()}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": title,
            "version": VERSION,
            "description": ABOUT,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "externalDocs": {"url": f"{origin}/api", "description": "The same as a page to read"},
        "servers": [{"url": origin}],
        "tags": [{"name": name} for name in order],
        "paths": paths,
        "components": {
            "schemas": used({"paths": paths, "responses": refusals}, named),
            "responses": refusals,
            "headers": {"Link": {"description": "The next and the previous page (RFC 8288).", "schema": TEXT}},
            "securitySchemes": {SIGNED: signing(origin)},
        },
    }


TEXT = {"type": "string"}
NUMBER = {"type": "string", "pattern": "^[0-9]+$", "maxLength": 19, "description": "A number written as text."}


class Maker:
    """Makes operations from addresses; `named` grows by the forms that they take."""

    def __init__(self, whole: dict[Any, Schema], named: dict[str, Schema]) -> None:
        self.whole, self.named = whole, named

    def operation(self, one: Address) -> Schema:
        """One address as OpenAPI says it."""
        called = self.takes(one)
        takes = self.named[called]
        inline = parameters(takes, self.named) if one.method in ("GET", "DELETE") else []
        made: Schema = {
            "operationId": slug(one.method, one.path),
            "tags": [one.chapter],
            "summary": one.says,
            "parameters": [*in_path(one.path), *inline],
            "responses": {str(one.spoken.status): self.answer(one)} | refused(one),
            "security": security(one),
        }
        if one.more:
            made["description"] = one.more
        if not inline and takes["properties"]:
            made["requestBody"] = self.body(called, takes)
        return made

    def takes(self, one: Address) -> str:
        """What the record of parameters of an address is called."""
        name: str = self.whole[repr(one.spoken.takes)]["$ref"]
        return name.removeprefix(REF)

    def answer(self, one: Address) -> Schema:
        """What an address gives when it does what it was asked for."""
        gives = self.whole[repr(one.spoken.gives)]
        made: Schema = {"description": "Done." if one.method != "GET" else "Found."}
        if one.spoken.gives is not None:
            made["content"] = {one.kind: {"schema": gives}}
        if one.spoken.paged:
            made["headers"] = {"Link": {"$ref": "#/components/headers/Link"}}
        return made

    def body(self, name: str, takes: Schema) -> Schema:
        """What is sent: as JSON, as a form, or in parts, of which only the last carries files."""
        plain = without_files(takes)
        files = {key: one for key, one in takes["properties"].items() if is_file(one)}
        form = as_form(plain, self.named)
        kinds: Schema = {}
        needed = takes.get("required", [])
        if not set(needed) & files.keys():
            self.named[name], self.named[name + FORM] = plain, form
            kinds["application/json"] = {"schema": {"$ref": REF + name}}
            kinds["application/x-www-form-urlencoded"] = {"schema": {"$ref": REF + name + FORM}}
        if files:
            needs = [*form["required"], *(key for key in files if key in needed)]
            self.named[name + PARTS] = form | {"properties": {**files, **form["properties"]}, "required": needs}
        kinds["multipart/form-data"] = {"schema": {"$ref": REF + name + (PARTS if files else FORM)}}
        return {"content": kinds, "required": bool(needed)}


def slug(method: str, path: str) -> str:
    """A name of its own for each address: `get_v1_accounts_id_followers`."""
    return re.sub(r"\W+", "_", f"{method.lower()}{path.removeprefix('/api')}").strip("_")


def in_path(path: str) -> list[Schema]:
    """The named parts of a path."""
    return [
        {"name": name, "in": "path", "required": True, "schema": NUMBER if name.endswith("id") else TEXT}
        for name in NAMED.findall(path)
    ]


def security(one: Address) -> list[Schema]:
    """With which token an address answers; `{}`: also without one."""
    with_token: Schema = {SIGNED: [one.scope] if one.scope else []}
    return [{}, with_token] if one.who == "public" else [with_token]


def refused(one: Address) -> Schema:
    """How an address may refuse."""
    return {status: {"$ref": f"#/components/responses/{name}"} for status, (name, _) in REFUSALS.items()}


def refusal(says: str) -> Schema:
    """One kind of refusal."""
    return {"description": says, "content": {"application/json": {"schema": {"$ref": REF + Error.__name__}}}}


def chapters(addresses: Sequence[Address]) -> list[str]:
    """The chapters, in the order of their tables."""
    return [*CHAPTERS, *dict.fromkeys(one.chapter for one in addresses if one.chapter not in CHAPTERS)]


def signing(origin: str) -> Schema:
    """How a program gets a token, and what a token may allow."""
    scopes = dict.fromkeys(SCOPES, "")
    return {
        "type": "oauth2",
        "description": "Scopes grant those below them: `write` grants `write:statuses`.",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": f"{origin}/oauth/authorize",
                "tokenUrl": f"{origin}/oauth/token",
                "scopes": scopes,
            },
            "clientCredentials": {"tokenUrl": f"{origin}/oauth/token", "scopes": scopes},
        },
    }
