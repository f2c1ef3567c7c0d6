"""The API as HTTP: methods, HEAD, CORS, hosts, limits, and paths that are almost right."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from perron.kit.settings import Settings
from tests.durability.crash import Server
from tests.refusals.asking import NAMED, Answer, Asker, Question, filled, label, routes
from tests.rig import Person, Site

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
STRANGE = ("TRACE", "CONNECT", "PROPFIND", "BREW", "get", "")
EVIL = (("origin", "https://evil.test"),)


@pytest.fixture(scope="module")
def ada(site: Site) -> Person:
    ada = site.person("ada")
    bea = site.person("bea", follows=ada)
    for number in range(3):
        ada.says(f"Post {number} #tag @bea", visibility="public")
    bea.says("Mine")
    site.run_jobs()
    return ada


def by_path() -> dict[str, set[str]]:
    """What each path takes, a path being known by its parts and not by how they are named."""
    found: dict[str, set[str]] = {}
    for route in routes():
        found.setdefault(NAMED.sub("{}", route.path), set()).add(route.method)
    return found


def exact(path: str) -> str:
    """A path that only this route answers to."""
    return path.replace("{}", "103000000000000001")


def test_a_method_that_is_not_offered(ask: Asker) -> None:
    """405 with the methods that are, and a sentence."""
    wrong = []
    for path, offered in by_path().items():
        offered = offered | ({"HEAD"} if "GET" in offered else set())
        for method in {*METHODS, *STRANGE} - offered:
            (answer,) = ask(Question(method, exact(path)))
            allowed = set((answer.header("allow") or "").split(", "))
            if answer.status != 405 or allowed != offered | {"OPTIONS"} or not (method == "HEAD" or answer.error):
                wrong.append(f"{method} {path}: {answer} {allowed}")
    assert not wrong, wrong[:5]


def test_head_is_get_without_a_body(ask: Asker, ada: Person) -> None:
    wrong = []
    for route in routes("GET"):
        path = filled(route, ada.id)
        got, head = ask(Question("GET", path, ada.token), Question("HEAD", path, ada.token))
        said, told = ([one for one in each.headers if one[0] != "x-request-id"] for each in (head, got))
        if head.body or head.status != got.status or said != told:
            wrong.append(f"{label(route)}: {head} {head.headers}, but {got} {got.headers}")
    assert not wrong, wrong[:3]


def test_browsers_may_ask_from_anywhere_but_without_cookies(ask: Asker, ada: Person) -> None:
    """Answers, refusals and preflights: any origin, no credentials (H-05)."""
    wrong = []
    for route in routes():
        preflight = (*EVIL, ("access-control-request-method", route.method))
        asked = (
            Question("OPTIONS", filled(route, "1"), headers=preflight),
            Question(route.method, filled(route, "1"), headers=EVIL),
            Question(route.method, filled(route, "1"), ada.token, b"{", (*EVIL, ("content-type", "application/json"))),
            Question("BREW", filled(route, "1"), headers=EVIL),
        )
        for one, answer in zip(asked, ask(*asked), strict=True):
            if answer.header("access-control-allow-origin") != "*":
                wrong.append(f"{one}: another origin is not let in")
            if answer.header("access-control-allow-credentials") is not None:
                wrong.append(f"{one}: with credentials")
            if one.method == "OPTIONS":
                methods = (answer.header("access-control-allow-methods") or "").split(", ")
                headers = (answer.header("access-control-allow-headers") or "").lower()
                if answer.status not in (200, 204) or answer.body or route.method not in methods:
                    wrong.append(f"{one}: {answer}")
                if not all(name in headers for name in ("authorization", "content-type", "idempotency-key")):
                    wrong.append(f"{one}: {headers}")
            elif "link" not in (answer.header("access-control-expose-headers") or "").lower():
                wrong.append(f"{one}: an app in a browser cannot read Link")
    assert not wrong, wrong[:5]


def test_pages_are_not_for_other_origins(ask: Asker) -> None:
    for path in ("/sign-in", "/sign-up", "/oauth/authorize", "/nowhere"):
        for origin in ("https://evil.test", "null"):
            (answer,) = ask(Question("GET", path, headers=(("origin", origin),)))
            assert answer.header("access-control-allow-origin") is None, path


def test_no_answer_is_kept_or_guessed_at(ask: Asker, ada: Person) -> None:
    """No cache between keeps an answer that was made for one reader; no browser takes JSON for something else."""
    wrong = []
    for route in routes("GET"):
        for token in ("", ada.token):
            (answer,) = ask(Question("GET", filled(route, ada.id), token))
            control = answer.header("cache-control") or ""
            private = "no-store" in control or "private" in control
            if not (private or (route.who == "public" and not token)):
                wrong.append(f"{label(route)}: cache-control {control!r}")
            if "authorization" not in (answer.header("vary") or "").lower():
                wrong.append(f"{label(route)}: vary {answer.header('vary')!r}")
            if answer.header("x-content-type-options") != "nosniff":
                wrong.append(f"{label(route)}: sniffed")
            if answer.header("server") or answer.header("x-powered-by"):
                wrong.append(f"{label(route)}: says what it runs on")
    assert not wrong, wrong[:5]


@pytest.mark.parametrize(
    "headers",
    [
        (("host", "evil.test"),),
        (("x-forwarded-host", "evil.test"), ("x-forwarded-proto", "https"), ("x-forwarded-port", "99")),
        (
            ("forwarded", "host=evil.test;proto=https"),
            ("x-original-url", "/evil.test"),
            ("x-rewrite-url", "/evil.test"),
        ),
        (("x-host", "evil.test"), ("referer", "https://evil.test/"), ("origin", "https://evil.test")),
    ],
)
def test_what_a_caller_calls_this_server_changes_nothing(
    ask: Asker, ada: Person, headers: tuple[tuple[str, str], ...]
) -> None:
    """Links, ids and pages bear the configured origin, whatever the request says (H-06)."""
    asked = [
        Question(
            "GET", filled(route, "ada" if "name" in route.path else ada.id), ada.token, headers=headers, query=query
        )
        for route in routes("GET")
        for query in ("", "limit=1")
    ]
    asked += [Question("GET", path, headers=headers) for path in ("/sign-in", "/.well-known/nodeinfo", "/robots.txt")]
    asked.append(Question("GET", "/.well-known/oauth-authorization-server", headers=headers))
    links = 0
    for one, answer in zip(asked, ask(*asked), strict=True):
        seen = answer.body + repr(answer.headers).encode()
        assert b"evil.test" not in seen, f"{one}: {answer}"
        if link := answer.header("link"):
            links += 1
            assert all(
                part.strip().startswith("<http://localhost:8000/api/") for part in link.split(",") if "<" in part
            )
    assert links >= 3


def test_a_path_that_is_almost_right_opens_nothing(ask: Asker, ada: Person) -> None:
    """Nothing that needs a token is reached without one by writing its path in another way (H-12)."""
    wrong = []
    for route in routes():
        if route.who == "public":
            continue
        path = filled(route, ada.id)
        tail = path.removeprefix("/api/")
        for other in (
            f"/api//{tail}",
            f"//api/{tail}",
            f"/api/./{tail}",
            f"/api/x/../{tail}",
            f"/api/%2e/{tail}",
            f"/api%2F{tail}",
            f"{path}/",
            f"{path};x=1",
            f"{path}.json",
            f"{path}%00",
            f"{path}%20",
            f"{path}%c0%af",
            f"/API/{tail}",
            f"{path}//",
        ):
            (answer,) = ask(Question(route.method, other))
            if answer.status < 300 or answer.status >= 500:
                wrong.append(f"{route.method} {other}: {answer}")
    assert not wrong, wrong[:5]


class Limited:
    """A site on which requests are counted."""

    def __init__(self, folder: Path, **more: object) -> None:
        settings = Settings(data=folder, workers="off", rate_limit="on", rate_limit_requests=5, **more)  # type: ignore[arg-type]
        self.site = Site(settings)
        self.ask = Asker(self.site)

    def get(self, token: str = "", client: str = "203.0.113.7", path: str = "", **headers: str) -> Answer:
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return self.ask(Question("GET", path or "/api/v1/timelines/public", token, headers=named, client=client))[0]


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Limited]:
    one = Limited(tmp_path / "data")
    with one.site.client:
        yield one


@pytest.fixture
def behind_proxies(tmp_path: Path) -> Iterator[Limited]:
    one = Limited(tmp_path / "data", trusted_proxies=("203.0.113.7", "10.0.0.0/8"))
    with one.site.client:
        yield one


def test_too_many_requests(limited: Limited) -> None:
    """Every answer says how many are left; one too many is told when to come back (H-08)."""
    left = []
    for _ in range(5):
        answer = limited.get()
        assert answer.status == 200 and answer.header("x-ratelimit-limit") == "5"
        assert (answer.header("x-ratelimit-reset") or "").endswith("Z")
        left.append(answer.header("x-ratelimit-remaining"))

    refused = limited.get()

    assert left == ["4", "3", "2", "1", "0"]
    assert refused.status == 429 and refused.error
    assert 0 < int(refused.header("retry-after") or 0) <= 300
    assert refused.header("x-ratelimit-remaining") == "0"
    assert limited.get(client="203.0.113.8").status == 200


def test_accounts_are_counted_and_not_their_tokens(limited: Limited) -> None:
    """A second token, or a second address, is no second allowance; another account has its own."""
    ada, bea = limited.site.person("ada"), limited.site.person("bea")
    other = limited.site.token(ada, "read")
    for number in range(5):
        assert limited.get(ada.token if number % 2 else other, client=f"203.0.113.{number}").status == 200

    assert limited.get(ada.token, client="198.51.100.1").status == 429
    assert limited.get(other, client="198.51.100.2").status == 429
    assert limited.get(bea.token).status == 200


def test_apps_that_speak_for_themselves_are_counted_with_their_address(limited: Limited) -> None:
    """Anybody can register apps; a hundred of them are no hundred allowances."""
    from perron.people.tokens import issue_token

    for _ in range(5):
        token = limited.site.store.write(
            lambda tx: issue_token(tx, limited.site.app_id, None, None, frozenset({"read"}))
        )
        assert limited.get(token).status == 200

    assert limited.get(token).status == 429


def test_guesses_at_tokens_are_counted(limited: Limited) -> None:
    answers = [limited.get(f"guess-{number}").status for number in range(7)]

    assert answers == [401] * 5 + [429] * 2


@pytest.mark.parametrize(
    "name", ["x_forwarded_for", "x_real_ip", "forwarded", "cf_connecting_ip", "true_client_ip", "x_client_ip"]
)
def test_a_stranger_cannot_say_where_they_come_from(limited: Limited, name: str) -> None:
    """What a peer that is no proxy of ours writes into headers is not believed (H-09)."""
    answers = [limited.get(**{name: f"198.51.100.{number}"}).status for number in range(7)]

    assert answers == [200] * 5 + [429] * 2


def test_a_proxy_of_ours_is_believed_about_its_own_hop_only(behind_proxies: Limited) -> None:
    """The rightmost hop that is not ours counts; what stands left of it was written by the caller."""
    answers = [
        behind_proxies.get(x_forwarded_for=f"192.0.2.{number}, 198.51.100.1, 10.1.2.3").status for number in range(7)
    ]

    assert answers == [200] * 5 + [429] * 2
    assert behind_proxies.get(x_forwarded_for="198.51.100.2").status == 200
    assert behind_proxies.get(client="198.51.100.1").status == 429
    assert behind_proxies.get(x_forwarded_for="not an address, <script>").status == 200


def test_a_network_of_ipv6_is_one_caller(limited: Limited) -> None:
    answers = [limited.get(client=f"2001:db8::{number:x}").status for number in range(7)]

    assert answers == [200] * 5 + [429] * 2
    assert limited.get(client="2001:db8:0:1::1").status == 200


def test_links_lead_to_the_next_and_the_previous_page(ask: Asker, ada: Person) -> None:
    (first,) = ask(Question("GET", "/api/v1/timelines/home", ada.token, query=urlencode({"limit": 1})))
    (link,) = [part for part in (first.header("link") or "").split(", ") if 'rel="next"' in part]

    (second,) = ask(
        Question("GET", "/api/v1/timelines/home", ada.token, query=link.partition("?")[2].partition(">")[0])
    )

    assert int(second.json[0]["id"]) < int(first.json[0]["id"])


# -- on the wire ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A real server, and the token of somebody on it."""
    folder = tmp_path_factory.mktemp("wire") / "data"
    site = Site(Settings(data=folder, rate_limit="off", workers="off"))
    token = site.person("ada").token
    site.store.close()
    one = Server(folder)
    one.start()
    yield one, token
    one.close()


def spoken(port: int, raw: bytes, patience: float = 5) -> bytes:
    """Everything that a server answers to these bytes, until it closes or is silent for so many seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience) as line:
        parts = []
        try:
            line.sendall(raw)
            while part := line.recv(65536):
                parts.append(part)
        except OSError:  # closed on us, or silent: also an answer
            pass
    return b"".join(parts)


WHO = b"/api/v1/accounts/verify_credentials"


@pytest.mark.parametrize(
    "path",
    [
        *(b"/" + WHO, b"/api/./v1/accounts/verify_credentials", b"/api/v1/x/../accounts/verify_credentials"),
        *(
            b"/api%2Fv1%2Faccounts%2Fverify_credentials",
            WHO + b"%00",
            WHO + b"%c0%af",
            WHO + b";a=b",
            WHO + b"%0d%0aX-A:b",
        ),
        *(b"/%61pi/v1/accounts/verify_credentials", b"http://evil.test" + WHO, WHO + b"?" + b"a" * 8192),
        *(WHO + b"a" * 8192, WHO + b"a" * 100_000, WHO + b"\xff\xfe", WHO + b"%", WHO + b"%zz", b"*", b"api", b""),
        *(b"/" + b"../" * 2000, b"/api/v1/statuses/" + b"9" * 60_000, b"/api/" + b"a/" * 20_000),
    ],
)
def test_paths_on_the_wire(server: tuple[Server, str], path: bytes) -> None:
    """Never open without a token, never a mistake of ours, and the server lives on."""
    one, token = server
    for authorization in (b"", f"authorization: Bearer {token}\r\n".encode()):
        raw = b"GET " + path + b" HTTP/1.1\r\nhost: localhost\r\n" + authorization + b"connection: close\r\n\r\n"

        found = spoken(one.port, raw)

        assert not found.startswith(b"HTTP/1.1 5") and found.count(b"HTTP/1.1 ") <= 1, found[:500]
        assert authorization or not found.startswith(b"HTTP/1.1 200"), found[:500]
        assert b"\r\nX-A" not in found and b"\r\nx-a" not in found
        assert b"Traceback" not in found
    assert spoken(one.port, b"GET /health/live HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200")


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 5\r\ncontent-length: 50\r\n",
        b"content-length: +5\r\n",
        b"content-length: -1\r\n",
        b"content-length: 5, 6\r\n",
        b"content-length: 99999999999999999999\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
        b"transfer-encoding: xchunked\r\n",
        b"transfer-encoding : chunked\r\n",
        b"x: a\r\n folded: b\r\ncontent-length: 2\r\n",
        b"bad header\r\n",
        b"\0: x\r\n",
        b"x" * 70_000 + b": y\r\n",
        b"".join(b"x%d: y\r\n" % number for number in range(2000)),
        b"host: other\r\ncontent-length: 2\r\n",
        b"expect: 100-continue\r\ncontent-length: 9999999\r\n",
    ],
)
def test_heads_that_two_servers_read_differently(server: tuple[Server, str], head: bytes) -> None:
    """Refused, or read in one way: what follows is never taken for a second request that is answered 200 (H-04)."""
    one, token = server
    second = b"GET " + WHO + b" HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + token.encode() + b"\r\n\r\n"
    raw = (
        b"POST /api/v1/statuses HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n" + head + b"\r\n0\r\n\r\n" + second
    )

    found = spoken(one.port, raw)

    assert b"HTTP/1.1 200" not in found and b'"username"' not in found, found[:1000]
    assert b"HTTP/1.1 5" not in found


def test_two_lengths_do_not_hide_a_second_request(server: tuple[Server, str]) -> None:
    """With both a length and chunks, the chunks count and the connection ends, or it is refused."""
    one, token = server
    second = b"GET " + WHO + b" HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer " + token.encode() + b"\r\n\r\n"
    body = b"0\r\n\r\n" + second
    head = b"content-length: %d\r\ntransfer-encoding: chunked\r\n" % len(body)
    raw = b"POST /api/v1/statuses HTTP/1.1\r\nhost: localhost\r\n" + head + b"\r\n" + body

    found = spoken(one.port, raw, patience=0.5)

    assert b"HTTP/1.1 200" not in found, found[:1000]


def test_a_body_that_never_ends_is_cut(server: tuple[Server, str]) -> None:
    """Chunks without end: 413 once the limit is passed, without reading on."""
    one, token = server
    head = (
        b"POST /api/v1/statuses HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer %s\r\n" % token.encode()
        + b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    sent = 0
    with socket.create_connection(("127.0.0.1", one.port), timeout=10) as line:
        line.sendall(head)
        try:
            while sent < 2**28:
                line.sendall(chunk)
                sent += len(chunk)
                line.setblocking(False)
                try:
                    found = line.recv(1000)
                    break
                except BlockingIOError:
                    line.settimeout(10)
        except OSError:
            found = b""
        assert sent < 2**24, "it read on and on"
    assert not found or found.startswith(b"HTTP/1.1 413"), found


def test_a_client_that_leaves_in_the_middle(server: tuple[Server, str]) -> None:
    """Half a body, then nothing: nothing is posted, and the next request is answered."""
    one, token = server
    body = json.dumps({"status": "half"}).encode()
    raw = (
        b"POST /api/v1/statuses HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer %s\r\n" % token.encode()
        + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % (len(body) + 10)
        + body
    )
    found = spoken(one.port, raw, patience=0.5)

    assert b" 200 " not in found.partition(b"\r\n")[0]
    assert "Traceback" not in one.log.read_text(), one.log.read_text()[-3000:]
