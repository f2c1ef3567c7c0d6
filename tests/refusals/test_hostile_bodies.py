"""Bodies that no honest app sends, to every address that takes one: refused with a sentence, and nothing is changed."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, is_typeddict
from urllib.parse import quote
from zlib import crc32

import pytest

from perron.api.kit import Route, spoken
from perron.moderation.announcements import Wish, announce
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from tests.answers import bare, members
from tests.refusals.asking import (
    JSON,
    NAMED,
    WRITING,
    Answer,
    Asker,
    Headers,
    Question,
    label,
    names_an_id,
    parameters,
    routes,
)
from tests.refusals.world import picture, push_subscription
from tests.rig import ALL, Person, Site

FORM: Headers = (("content-type", "application/x-www-form-urlencoded"),)
MULTIPART: Headers = (("content-type", "multipart/form-data; boundary=line"),)
DEEP = "[" * 1000 + "]" * 1000
DEEP_RECORD = '{"a":' * 1000 + "1" + "}" * 1000

VALUES = (
    *(
        "null",
        "true",
        "[]",
        "{}",
        "[[]]",
        "[{}]",
        '[null, "", {}]',
        '{"a": 1}',
        '{"0": {"a": [1]}}',
        '""',
        '" \\u200b "',
    ),
    *("-1", "0", "1.5", "1e308", "1e999", "NaN", "Infinity", "1" + "0" * 40, f'"1{"0" * 40}"', "9223372036854775808"),
    *('"\\ud800"', '"a\\u0000b"', '"２"', '"\\u202e\\u2066"', '["\\udfff"]', '"%00"', '"../../etc/passwd"'),
    *(
        '"\' OR 1=1 --"',
        '"x\'; DROP TABLE posts; --"',
        '"NEAR(\\" OR col:* ^"',
        '"a\\" OR \\"b"',
        '"*"',
        '"{{7*7}}${7*7}"',
    ),
    *('"9999-99-99T99:99:99Z"', '"23:59:60"', '"-999999999999"', '"2030-01-01T00:00:00+99:99"', '"tomorrow"'),
    *(DEEP, DEEP_RECORD, json.dumps("x" * 100_000), json.dumps(["y"] * 5000), json.dumps("é" * 5000)),
)
"""What stands in place of a value, as it is written in JSON."""

BODIES: tuple[tuple[str, bytes, Headers, set[int]], ...] = (
    ("no JSON", b"{", JSON, {422, 400}),
    ("an array", b"[]", JSON, {422, 400}),
    ("a text", b'"x"', JSON, {422, 400}),
    ("a number", b"1", JSON, {422, 400}),
    ("null", b"null", JSON, {422, 400}),
    ("two records", b"{}{}", JSON, {422, 400}),
    ("not UTF-8", b'{"status": "\xff\xfe"}', JSON, {422, 400}),
    ("UTF-16", '{"status": "x"}'.encode("utf-16"), JSON, {422, 400}),
    ("not a number", b'{"x": NaN}', JSON, {422, 400}),
    ("deep", DEEP.encode(), JSON, {422, 400}),
    ("deep records", DEEP_RECORD.encode(), JSON, {422, 400, 200, 404, 403}),
    ("deeper than the stack", b"[" * 200_000, JSON, {422, 400}),
    ("a form that is not UTF-8", b"status=\xff", FORM, {422, 400}),
    ("10,000 parameters", b"&".join(b"a%d=1" % number for number in range(10_000)), FORM, {422, 400}),
    ("10,000 of an array", b"&".join([b"id[]=1"] * 10_000), FORM, {422, 400}),
    ("deep names", b"a" + b"[b]" * 1000 + b"=1", FORM, {422, 400}),
    ("a name in two ways", b"a[]=1&a[b]=2", FORM, {422, 400}),
    ("a name without end", b"a[=1", FORM, {422, 400}),
    ("brackets only", b"[]=1", FORM, {422, 400}),
    ("plain text", b"status=x", (("content-type", "text/plain"),), {415, 422}),
    ("XML", b"<status/>", (("content-type", "application/xml"),), {415, 422}),
    ("bytes", b"\0\1\2", (("content-type", "application/octet-stream"),), {415, 422}),
    ("a type that is none", b"x", (("content-type", "\xff\xfe/;;=\x01"),), {415, 422}),
    ("a multipart without lines", b"x", MULTIPART, {422, 400}),
    ("a multipart without a line", b"x", (("content-type", "multipart/form-data"),), {422, 400}),
    ("a multipart cut off", b'--line\r\ncontent-disposition: form-data; name="a"\r\n\r\nx', MULTIPART, {422, 400}),
)

USUAL = {
    "status": "hello",
    "title": "a title",
    "name": "a_name",
    "context": ["home"],
    "keyword": "word",
    "phrase": "word",
    "choices": [0],
    "poll": {"options": ["a", "b"], "expires_in": 3600},
    "comment": "words",
    "domain": "r1.test",
    "client_name": "app",
    "redirect_uris": "urn:ietf:wg:oauth:2.0:oob",
    "home": {"last_read_id": "1"},
    "subscription": push_subscription(),
    "type": "none",
    "text": "words",
    "email": "somebody@r1.test",
    "ip": "192.0.2.0/24",
    "severity": "sign_up_requires_approval",
    "keys": ["new_users", "tag_uses"],
    "start_at": "2026-01-01",
    "end_at": "2026-01-02",
    "tag_uses": {"id": "1"},
}
"""Something valid for the rest."""


@pytest.fixture(scope="module")
def person(site: Site) -> Person:
    return site.person("ada", role="owner", scopes=f"{ALL} admin:read admin:write")


@pytest.fixture(scope="module")
def app(site: Site) -> str:
    """The token of an app that speaks for itself."""
    return site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes(ALL)))


@pytest.fixture(scope="module")
def own(site: Site, person: Person) -> dict[str, str]:
    """What stands in a path after a word: things of one's own, so that the body is what matters."""
    bea = site.person("bea", follows=person)
    post = person.says("kept", poll={"options": ["a", "b"], "expires_in": 3600})["id"]
    bea.says("@ada a word", visibility="direct")
    bea.says("@ada another")
    site.run_jobs()
    made = person.post(
        "/api/v2/filters", {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "zzz"}]}
    )
    return {
        "statuses": post,
        "polls": bea.says("choose", poll={"options": ["a", "b"], "expires_in": 3600})["id"],
        "accounts": bea.id,
        "lists": person.post("/api/v1/lists", {"title": "mine"})["id"],
        "filters": made["id"],
        "keywords": made["keywords"][0]["id"],
        "notifications": person.get("/api/v1/notifications")[0]["id"],
        "conversations": person.get("/api/v1/conversations")[0]["id"],
        "tags": "tag",
        "media": person.call("POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")})["id"],
        "scheduled_statuses": person.says("later", scheduled_at="2030-01-01T00:00:00.000Z")["id"],
        "featured_tags": person.post("/api/v1/featured_tags", {"name": "shown"})["id"],
        "collections": person.post("/api/v1/collections", {"name": "mine"})["collection"]["id"],
        "reports": bea.post("/api/v1/reports", {"account_id": site.person("loud").id})["id"],
        "announcements": str(site.store.write(lambda tx: announce(tx, None, Wish("Hear!"))).id),
        **{
            what: person.post(f"/api/v1/admin/{what}", body)["id"]
            for what, body in (
                ("domain_blocks", {"domain": "far.example", "severity": "silence"}),
                ("ip_blocks", {"ip": "198.51.100.0/24", "severity": "sign_up_block"}),
            )
        },
    }


def path_of(route: Route, own: dict[str, str]) -> str:
    parts = route.path.split("/")
    return "/".join(
        own.get(parts[number - 1], "103000000000000001") if part.startswith("{") else part
        for number, part in enumerate(parts)
    )


INNER = {
    "poll": '{"options": ["a", "b"], %s}',
    "keywords_attributes": '[{"keyword": "word", %s}]',
    "fields_attributes": '[{"name": "a", "value": "b", %s}]',
    "media_attributes": "[{%s}]",
    "source": "{%s}",
    "tag_uses": "{%s}",
    "home": "{%s}",
    "data": "{%s}",
    "subscription": '{"endpoint": "https://push.example/x", %s}',
    "keys": '{"endpoint": "https://push.example/x", "keys": {%s}}',
}
"""Records in records, with room for one more member."""


@cache
def members_within(route: Route) -> dict[str, set[str]]:
    """The members of the records that a handler says it takes: of others it reads none (`tests/answers.py`)."""
    said = spoken(route.handler)
    kinds = members(said.takes) if said else {}
    return {name: found for name, kind in kinds.items() if (found := set(_members(kind)))}


def _members(kind: Any) -> Iterator[str]:
    kind = bare(kind)
    if is_typeddict(kind):
        yield from members(kind)
    for arm in get_args(kind):
        yield from _members(arm)


def hostile_values(route: Route, own: dict[str, str], token: str) -> Iterator[Question]:
    """Each parameter with each value in its place, at the top and within every record that the handler reads."""
    path = path_of(route, own)
    read = parameters(route) or ["unknown"]
    known = members_within(route)
    for name in read:
        start = json.dumps({key: value for key, value in USUAL.items() if key not in (name, "poll")})[:-1]
        for value in VALUES:
            yield Question(route.method, path, token, f'{start}, "{name}": {value}}}'.encode(), JSON)
            for parent, around in INNER.items():
                if parent in read and name not in INNER and name in known.get(parent, read):
                    inner = around % f'"{name}": {value}'
                    outer = "subscription" if parent == "keys" else parent
                    yield Question(route.method, path, token, f'{start}, "{outer}": {inner}}}'.encode(), JSON)
        for text in ("' OR 1=1 --", "\0", "\ud800", "x" * 10_000):
            body = f"{name}={quote(text, errors='surrogatepass')}&{name}[]=1".encode()
            yield Question(route.method, path, token, body, FORM)
            yield Question(route.method, path, token, f"{name}[a][b]=1".encode(), FORM)


def faults(ask: Asker, questions: list[Question], among: set[int] | None = None) -> Iterator[str]:
    """Answers that are no proper refusal, and refusals after which something was written all the same."""
    for one, (answer, wrote) in zip(questions, ask.watched(*questions), strict=True):
        if wrong := improper(answer, among):
            yield f"{wrong}: {one} → {answer}"
        elif answer.status >= 400 and wrote:
            yield f"refused, but something was written: {one} → {answer}"


def improper(answer: Answer, among: set[int] | None) -> str:
    if answer.status >= 500:
        return "a mistake of ours"
    if among is not None and answer.status not in among:
        return f"none of {sorted(among)}"
    if b"Traceback" in answer.body or b"sqlite" in answer.body.lower() or b"/src/perron" in answer.body:
        return "it tells what is inside"
    if answer.status >= 400 and not answer.error:
        return "no sentence"
    answer.body.decode()
    return ""


ENDS = ("/block", "/clear", "/dismiss", "/reject", "/remove_from_followers")
WRITERS = sorted(routes(*WRITING), key=lambda route: route.method == "DELETE" or route.path.endswith(ENDS))
"""Those that take something away come last, so that there is something for the others."""


PARTS = 6


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, PARTS))])
def test_values_of_every_kind_in_every_place(
    ask: Asker, person: Person, app: str, own: dict[str, str], part: int
) -> None:
    """All of them in parts, the same on every run; one part is enough before each commit."""
    wrong: list[str] = []
    for route in WRITERS:
        token = app if route.path == "/api/v1/accounts" else person.token
        asked = [one for one in hostile_values(route, own, token) if crc32(one.body[:3000]) % PARTS == part]
        wrong += faults(ask, asked)
    assert not wrong, f"{len(wrong)} faults, such as {wrong[:3]}"


@pytest.mark.parametrize("what", [name for name, *_ in BODIES])
def test_bodies_that_are_none(site: Site, ask: Asker, person: Person, own: dict[str, str], what: str) -> None:
    body, headers, among = next((body, headers, among) for name, body, headers, among in BODIES if name == what)
    asked = [Question(route.method, path_of(route, own), person.token, body, headers) for route in WRITERS]

    wrong = [*faults(ask, asked, among)]

    assert not wrong, f"{len(wrong)} faults, such as {wrong[:3]}"


def test_a_body_that_is_too_large(site: Site, ask: Asker, person: Person, own: dict[str, str]) -> None:
    """413 on every address, whoever asks, before the body is understood."""
    large = b'{"status": "' + b"x" * 2**21 + b'"}'
    wrong: list[str] = []
    for route in WRITERS:
        if route.upload:
            continue
        wrong += faults(ask, [Question(route.method, path_of(route, own), person.token, large, JSON)], {413})
    assert not wrong, wrong[:3]


def test_an_upload_that_is_too_large_by_its_own_word(site: Site, ask: Asker, person: Person) -> None:
    headers = (*MULTIPART, ("content-length", "99999999999999999999"))
    asked = [Question(route.method, "/api/v2/media", person.token, b"x", headers) for route in WRITERS if route.upload]

    for answer in ask(*asked):
        assert answer.status in (413, 422, 405) and answer.error


def test_queries_that_no_app_sends(ask: Asker, person: Person, own: dict[str, str]) -> None:
    """The same in the query of every reading address (H-13, I-06)."""
    texts = (
        "' OR 1=1 --",
        'NEAR("',
        '"',
        "a OR b*",
        "col:x",
        "-1",
        "0",
        "1e9",
        "NaN",
        "２",
        "\0",
        "x" * 5000,
        "10" * 30,
    )
    usual = ("limit", "max_id", "min_id", "since_id", "offset", "q", "types[]", "id[]")
    wrong: list[str] = []
    for route in routes("GET"):
        path, read = path_of(route, own), parameters(route)
        asked = [
            Question("GET", path, person.token, query=f"{name}={quote(text)}")
            for name in {*read, *usual}
            for text in (texts if name in read else texts[:3])
        ]
        asked += [
            Question("GET", path, person.token, query="&".join(f"a{number}=1" for number in range(10_000))),
            Question("GET", path, person.token, query="a" + "[b]" * 1000 + "=1"),
            Question("GET", path, person.token, query="id[]=1&id[a]=2&q[]=1&limit[]=3&max_id[a]=1"),
            Question("GET", path, person.token, query="q[]=1"),
            Question("GET", path, person.token, query="acct[]=1&name[]=2&types=1&timeline=x&local[]=1&limit[a]=1"),
            Question("GET", path, person.token, query="%ff%fe=%ff&q=%ff"),
            Question("GET", path, person.token, query="&&&=&;=;"),
        ]
        for one, answer in zip(asked, ask(*asked), strict=True):
            if fault := improper(answer, None):
                wrong.append(f"{fault}: {one} → {answer}")
    assert not wrong, f"{len(wrong)} faults, such as {wrong[:3]}"


IDS = (
    "0",
    "-1",
    "1e3",
    "9" * 30,
    "２",
    "abc",
    "%00",
    "%FF",
    "%ED%A0%80",
    "6f1e-uuid",
    "1'--",
    "..",
    "%2e%2e",
    "9" * 19,
    "+1",
)


WHATEVER = ("DELETE /api/v1/suggestions/{account_id}",)
"""What says nothing of whether there was anything to remove, as it is documented."""


@pytest.mark.parametrize("id_", IDS)
def test_ids_that_are_none(site: Site, ask: Asker, person: Person, id_: str) -> None:
    """404, as for what never was (I-01)."""
    ided = [
        route
        for route in routes()
        if all(names_an_id(name) for name in NAMED.findall(route.path) or ("",)) and label(route) not in WHATEVER
    ]
    asked = [
        Question(
            route.method, NAMED.sub(id_, route.path), person.token, b"{}" if route.method in WRITING else b"", JSON
        )
        for route in ided
    ]

    wrong = [*faults(ask, asked)]

    assert not wrong, wrong[:3]
    by_label = {label(route): answer for route, answer in zip(ided, ask(*asked), strict=True)}
    assert {name: str(answer) for name, answer in by_label.items() if answer.status not in (400, 404, 422, 405)} == {}


def test_words_that_are_none(site: Site, ask: Asker, person: Person) -> None:
    """Paths whose parts are words: tags, names, groups."""
    worded = [route for route in routes() if NAMED.findall(route.path) and not _all_ids(route)]
    asked = [
        Question(
            route.method, NAMED.sub(word, route.path), person.token, b"{}" if route.method in WRITING else b"", JSON
        )
        for route in worded
        for word in (
            "%00",
            "%FF",
            "%ED%A0%80",
            "x" * 3000,
            "%20",
            "..",
            "%2e%2e%2f",
            "'--",
            "%E2%80%AE",
            "😀",
            "#",
            "%23a",
            "1" * 40,
        )
    ]

    wrong = [*faults(ask, asked)]

    assert not wrong, wrong[:3]


def _all_ids(route: Route) -> bool:
    return all(names_an_id(name) for name in NAMED.findall(route.path))


def test_the_same_words_in_every_kind_of_body(site: Site, ask: Asker) -> None:
    """JSON, form and multipart, with brackets, numbers or repetition, mean the same (I-05)."""
    who = site.person("writes_in_every_way")
    multipart = b"".join(
        b'--line\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)
        for name, value in ((b"status", b"hello"), (b"poll[options][]", b"a"), (b"poll[options][]", b"b"))
        + ((b"poll[expires_in]", b"3600"), (b"sensitive", b"1"))
    )
    poll = {"options": ["a", "b"], "expires_in": 3600}
    bodies: list[tuple[bytes, Headers]] = [
        (json.dumps({"status": "hello", "poll": poll, "sensitive": True}).encode(), JSON),
        (json.dumps({"status": "hello", "poll": {**poll, "expires_in": "3600"}, "sensitive": "true"}).encode(), JSON),
        (json.dumps({"status": "hello", "poll": poll, "sensitive": 1}).encode(), JSON),
        (b"status=hello&poll[options][]=a&poll[options][]=b&poll[expires_in]=3600&sensitive=on", FORM),
        (b"status=hello&poll[options][0]=a&poll[options][1]=b&poll[expires_in]=3600&sensitive=true", FORM),
        (b"status=hello&poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&poll[expires_in]=3600&sensitive=1", ()),
        (multipart + b"--line--\r\n", MULTIPART),
    ]
    seen = set()
    for body, headers in bodies:
        (answer,) = ask(Question("POST", "/api/v1/statuses", who.token, body, headers))
        assert answer.status == 200, f"{body!r}: {answer}"
        found: dict[str, Any] = answer.json
        seen.add((found["content"], tuple(one["title"] for one in found["poll"]["options"]), found["sensitive"]))
    assert len(seen) == 1
    for no in (b"false", b"0", b"off", b"f", b""):
        (answer,) = ask(Question("POST", "/api/v1/statuses", who.token, b"status=x&sensitive=" + no, FORM))
        assert answer.json["sensitive"] is False
