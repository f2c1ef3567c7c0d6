"""The description of the API: valid, complete, and served to everybody."""

import gzip
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypedDict

import msgspec
import pytest
from openapi_spec_validator import validate

from perron.api.kit import Nothing, Spoken, spoken
from perron.api.openapi.document import NAMED, Address, document, slug
from perron.api.openapi.elsewhere import ELSEWHERE
from perron.api.openapi.schemas import arms, records_in
from perron.api.openapi.sentences import CHAPTERS, SENTENCES
from perron.api.routes import ROUTES
from perron.entities.shapes.common import Error, Id
from perron.web.words import words
from tests.answers import MISFITS, Noted, wrong
from tests.rig import Person, Site

ORIGIN = "https://perron.example"


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return document(ROUTES, ELSEWHERE, ORIGIN, "Perron")


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, by_method in made["paths"].items():
        for method, one in by_method.items():
            yield method.upper(), path, one


def test_the_document_is_valid(made: dict[str, Any]) -> None:
    validate(made)


def test_every_address_is_described(made: dict[str, Any]) -> None:
    described = {(method, path) for method, path, _ in operations(made)}
    assert described == {(one.method, one.path) for one in (*ROUTES, *ELSEWHERE)}


def test_every_address_has_a_name_of_its_own(made: dict[str, Any]) -> None:
    names = Counter(one["operationId"] for _, _, one in operations(made))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_named_part_of_a_path_is_described(made: dict[str, Any]) -> None:
    for _, path, one in operations(made):
        assert [each["name"] for each in one["parameters"] if each["in"] == "path"] == NAMED.findall(path)


def test_every_handler_says_what_it_takes_and_gives() -> None:
    silent = [f"{one.method} {one.path}" for one in ROUTES if spoken(one.handler) is None]
    assert not silent, "\n".join(silent)


def test_every_address_says_in_a_sentence_what_it_does() -> None:
    routes = {f"{one.method} {one.path}" for one in ROUTES}
    assert not (silent := routes - SENTENCES.keys()), "write them down in api/openapi/sentences: " + "\n".join(silent)
    assert SENTENCES.keys() - routes == set()


def test_what_an_address_does_is_said_in_french_as_well() -> None:
    french = words("fr")
    said = {*CHAPTERS, *(says for _, says in SENTENCES.values()), *(one.says for one in ELSEWHERE)}
    said |= {one.chapter for one in ELSEWHERE}
    same_in_both = {"Collections", "Conversations", "Notifications"}
    assert {one for one in said - same_in_both if french.say(one) == one} == set()


def test_two_addresses_are_not_said_to_do_the_same(made: dict[str, Any]) -> None:
    said = Counter(one["summary"] for _, _, one in operations(made))
    assert [one for one, times in said.items() if times > 1] == []


def test_no_two_shapes_have_one_name() -> None:
    said = [*filter(None, (spoken(one.handler) for one in ROUTES)), *(one.spoken for one in ELSEWHERE)]
    kinds = {one for each in said for top in (each.gives, each.takes) for kind in arms(top) for one in records_in(kind)}
    names = Counter(one.__name__ for one in kinds)
    assert sorted(f"{one.__module__}.{one.__name__}" for one in kinds if names[one.__name__] > 1) == []


def test_public_addresses_need_no_token(made: dict[str, Any]) -> None:
    for route in ROUTES:
        asked = made["paths"][route.path][route.method.lower()]["security"]
        assert ({} in asked) == (route.who == "public")
        assert asked[-1] == {"token": [route.scope] if route.scope else []}


def test_pages_name_the_next_one(made: dict[str, Any]) -> None:
    answer = made["paths"]["/api/v1/accounts/{id}/followers"]["get"]["responses"]["200"]
    assert answer["headers"] == {"Link": {"$ref": "#/components/headers/Link"}}


class PollToCome(TypedDict, total=False):
    options: list[str]
    multiple: bool


class FieldToCome(TypedDict):
    name: str
    value: str


class Wished(TypedDict, total=False):
    status: str
    ids: list[Id]
    poll: PollToCome
    fields: list[FieldToCome]


def test_forms_say_arrays_and_records_as_rails_does() -> None:
    one = Address("POST", "/api/v1/x", "x", "Try", Spoken(Wished, Error))
    made = document([], [one], ORIGIN, "Perron")
    kinds = made["paths"]["/api/v1/x"]["post"]["requestBody"]["content"]
    assert kinds["application/json"]["schema"] == {"$ref": "#/components/schemas/Wished"}
    form = made["components"]["schemas"]["Wished.form"]["properties"]
    assert [*form] == ["status", "ids[]", "poll[options][]", "poll[multiple]", "fields[][name]", "fields[][value]"]
    assert form["fields[][name]"] == {"type": "array", "items": {"type": "string"}}


def test_queries_say_arrays_as_rails_does(made: dict[str, Any]) -> None:
    asked = made["paths"]["/api/v1/accounts/relationships"]["get"]["parameters"]
    assert "id[]" in [one["name"] for one in asked]


# -- served ------------------------------------------------------------------------------------------------------------


def test_it_is_served_to_everybody(site: Site) -> None:
    reply = site.client.get("/api/openapi.json", headers={"origin": "https://elsewhere.example"})
    assert reply.status_code == 200
    assert reply.json()["servers"] == [{"url": site.settings.public_origin}]
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert reply.headers["cache-control"] == "public, max-age=3600"
    assert site.client.request("OPTIONS", "/api/openapi.json").status_code == 204
    assert site.client.post("/api/openapi.json").status_code == 405


def test_who_has_it_is_not_sent_it_again(site: Site) -> None:
    etag = site.client.get("/api/openapi.json").headers["etag"]
    reply = site.client.get("/api/openapi.json", headers={"if-none-match": f'W/{etag}, "x"'})
    assert (reply.status_code, reply.content, reply.headers["etag"]) == (304, b"", etag)


def test_it_travels_packed(site: Site) -> None:
    plain = site.client.get("/api/openapi.json", headers={"accept-encoding": "identity"})
    packed = site.client.get("/api/openapi.json", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == plain.content
    assert int(packed.headers["content-length"]) == len(gzip.compress(plain.content, mtime=0))
    assert "content-encoding" not in plain.headers


def test_nothing_is_made_before_somebody_asks(site: Site) -> None:
    assert site.app.description._made is None


# -- addresses of other doors ------------------------------------------------------------------------------------------

QUERY = {
    "/.well-known/webfinger": {"resource": "acct:ada@localhost:8000"},
    "/oauth/authorize": {"response_type": "code", "client_id": "x", "redirect_uri": "urn:ietf:wg:oauth:2.0:oob"},
}
STREAMS = [one.path for one in ELSEWHERE if one.chapter == "Streams" and one.kind != "text/plain"]


def test_the_page_of_the_api_names_every_address(site: Site) -> None:
    for locale in ("fr", "en"):
        page = site.client.get("/api", headers={"accept-language": locale})
        assert page.status_code == 200 and page.headers["content-language"] == locale
        for one in (*ROUTES, *ELSEWHERE):
            assert f'id="{slug(one.method, one.path)}"' in page.text
        assert 'id="Status"' in page.text and "<script" not in page.text


def test_addresses_of_other_doors_answer_as_it_is_said_of_them(site: Site, ada: Person) -> None:
    for one in ELSEWHERE:
        if one.path in STREAMS or one.method != "GET":
            continue
        reply = site.client.get(one.path, params=QUERY.get(one.path), headers=ada.headers)
        assert reply.headers["content-type"].startswith(one.kind), one.path
        if one.path != "/oauth/authorize":  # a page, which the browser's own tests look at
            assert reply.status_code == 200, one.path
        if "json" in one.kind:
            assert wrong(reply.content, one.spoken.gives) == [], one.path


def test_streams_ask_for_a_token(site: Site) -> None:
    for path in STREAMS:
        if path != "/api/v1/streaming":
            assert wrong(site.client.get(path, params={"list": "1", "tag": "x"}).content, Error) == []


def test_what_is_wrong_with_a_code_is_said_as_everywhere(site: Site) -> None:
    for path in ("/oauth/token", "/oauth/userinfo"):
        reply = site.client.post(path, data={"grant_type": "authorization_code"})
        assert reply.status_code == 401 and wrong(reply.content, Error) == []


def test_a_token_is_given_as_it_is_said(site: Site) -> None:
    app = site.client.post("/api/v1/apps", data={"client_name": "x", "redirect_uris": "https://x.example/"}).json()
    given = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = site.client.post("/oauth/token", data={"grant_type": "client_credentials", **given})
    gives = {(one.method, one.path): one.spoken.gives for one in ELSEWHERE}
    assert wrong(token.content, gives["POST", "/oauth/token"]) == []
    revoked = site.client.post("/oauth/revoke", data={"token": token.json()["access_token"], **given})
    assert revoked.status_code == 200 and wrong(revoked.content, gives["POST", "/oauth/revoke"]) == []


# -- the watcher sees --------------------------------------------------------------------------------------------------


class Inner(TypedDict):
    id: Id


class Outer(TypedDict):
    inner: list[Inner]
    other: Inner | None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"inner": [{"id": "1"}], "other": None}, ""),
        ({"inner": [{"id": 1}], "other": None}, "Expected `str`, got `int` - at `$.inner[0].id`"),
        ({"inner": [{"id": "x"}], "other": None}, "Expected `str` matching regex"),
        ({"inner": []}, "Object missing required field `other`"),
        ({"inner": [{"id": "1", "more": 1}], "other": None}, "$.inner[].more is not declared"),
        ({"inner": [], "other": {"id": "1", "more": 1}}, "$.other.more is not declared"),
    ],
)
def test_an_answer_that_lies_is_seen(answer: Any, says: str) -> None:
    found = wrong(msgspec.json.encode(answer), Outer)
    assert says in " ".join(found) and bool(found) == bool(says)


def test_an_answer_may_be_one_of_two() -> None:
    assert wrong(b'{"id": "1"}', Inner | Error) == []
    assert wrong(b'{"error": "no"}', Inner | Error) == []
    assert wrong(b'{"id": "1", "more": 1}', Inner | Error) == ["$.more is not declared"]


def test_a_parameter_that_is_read_and_not_declared_is_seen() -> None:
    raw = Noted({"poll": {"options": ["a"], "secret": 1}, "more": "x"}, Wished, "POST /x")
    raw.get("status"), raw.get("more"), raw["poll"].get("secret"), "other" in raw
    met = [one.split(" without")[0] for one in MISFITS]
    MISFITS.clear()
    assert met == ["POST /x reads 'more'", "POST /x reads 'secret'", "POST /x reads 'other'"]


def test_nothing_takes_nothing() -> None:
    Noted({}, Nothing, "GET /x").get("limit")
    assert MISFITS == ["GET /x reads 'limit' without saying that it takes it"]
    MISFITS.clear()
