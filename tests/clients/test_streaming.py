"""Streams: who hears what, how soon, and when they are shut."""

from __future__ import annotations

import base64
import json
import os
import socket as plain
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from perron.people.apps import OUT_OF_BAND
from tests.clients.browser import let_in
from tests.clients.listening import SOON, Heard, events, socket
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

CLOSED_WITHIN = 5.0


def marker(ada: Person) -> str:
    """A public post after which everything before it must have arrived."""
    said: str = ada.says("Fin.")["id"]
    return said


def heard_until(heard: Heard, post_id: str) -> list[tuple[str, object]]:
    """What a public stream has carried until this post came, without it."""
    out: list[tuple[str, object]] = []
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        event, payload = heard.events.get(timeout=SOON)
        if event == "update" and payload["id"] == post_id:
            return out
        out.append((event, payload))
    raise AssertionError("the last post did not come")


# -- who hears what ----------------------------------------------------------------------------------------------------


def test_a_new_post_reaches_followers_at_once_and_nobody_else(
    served: Served, ada: Person, bea: Person, dirk: Person
) -> None:
    with socket(served, bea, "user") as followers, socket(served, dirk, "user") as strangers:
        began = time.monotonic()
        posted = ada.says("Bonjour, c’est l’été")
        heard = followers.next("update")
        assert time.monotonic() - began < SOON
        own = dirk.says("Me voici")
        assert strangers.next("update")["id"] == own["id"]
        assert heard["id"] == posted["id"]
        assert followers.streams == [["user"]]


def test_what_is_streamed_is_what_is_fetched(served: Served, ada: Person, bea: Person) -> None:
    with socket(served, bea, "user") as wire, events(served, bea) as sse:
        rich = {"spoiler_text": "fête", "language": "fr", "sensitive": True}
        for more in (rich, {"poll": {"options": ["oui", "non"], "expires_in": 3600}}):
            posted = ada.says(f"Une #Fête chez @{bea.name}", **more)
            fetched = bea.get(f"/api/v1/statuses/{posted['id']}")
            assert wire.next("update") == fetched
            assert sse.next("update") == fetched


def test_a_boost_is_streamed_as_it_is_fetched(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    said = dirk.says("À partager")
    with socket(served, bea, "user") as heard:
        boost = ada.post(f"/api/v1/statuses/{said['id']}/reblog")
        streamed = heard.next("update")
        assert streamed["id"] == boost["id"] and streamed["reblog"]["id"] == said["id"]
        assert streamed == bea.get(f"/api/v1/statuses/{boost['id']}")


def test_posts_for_few_reach_those_few(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    carl = served.person("carl", follows=ada)
    with (
        socket(served, bea, "user") as follower,
        socket(served, carl, "user") as other_follower,
        socket(served, dirk, "user") as stranger,
        socket(served, dirk, "public") as everybody,
        socket(served, dirk, "hashtag", tag="secret") as tagged,
    ):
        private = ada.says("Entre nous #secret", visibility="private")
        direct = ada.says(f"@{bea.name} rien que toi #secret", visibility="direct")
        last = marker(ada)
        assert [payload["id"] for _, payload in heard_until(other_follower, last)] == [private["id"]]
        seen = [payload["id"] for event, payload in heard_until(follower, last) if event == "update"]
        assert seen == [private["id"], direct["id"]]
        assert heard_until(everybody, last) == []
        assert stranger.rest() == [] and tagged.rest() == []


def test_unlisted_posts_and_replies_to_others_stay_off_public_streams(
    served: Served, ada: Person, bea: Person, dirk: Person
) -> None:
    with socket(served, dirk, "public:local") as heard:
        ada.says("Pas en vitrine", visibility="unlisted")
        last = marker(ada)
        assert heard_until(heard, last) == []


def test_deleting_editing_and_undoing_a_boost_are_heard(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    with socket(served, bea, "user") as home, socket(served, dirk, "public") as public:
        posted = ada.says("Première version")
        edited = ada.edits(posted, "Seconde version")
        fetched = bea.get(f"/api/v1/statuses/{posted['id']}")
        assert home.next("status.update") == fetched
        assert public.next("status.update")["content"] == edited["content"]
        boost = ada.post(f"/api/v1/statuses/{dirk.says('Belle idée')['id']}/reblog")
        assert home.next("update", within=SOON)  # the first version
        ada.post(f"/api/v1/statuses/{boost['reblog']['id']}/unreblog")
        assert home.next("delete") == boost["id"]
        ada.deletes(posted)
        assert home.next("delete") == posted["id"]
        assert public.next("delete") == posted["id"]


def newest(stream: Any) -> Any:
    """The next notice on a stream that is not of the time before the test (one may hear it and the other not)."""
    while (notice := stream.next("notification"))["type"] == "follow":
        pass
    return notice


def test_notices_are_heard_as_they_are_fetched(served: Served, ada: Person, bea: Person) -> None:
    with socket(served, ada, "user:notification") as heard, events(served, ada, "user/notification") as sse:

        def told(kind: str) -> None:
            notice, other = newest(heard), newest(sse)
            assert notice["type"] == kind
            assert notice == other == ada.get(f"/api/v1/notifications/{notice['id']}")

        posted = ada.says("Aimez-moi")
        bea.post(f"/api/v1/statuses/{posted['id']}/favourite")
        told("favourite")
        bea.post(f"/api/v1/statuses/{posted['id']}/reblog")
        told("reblog")
        bea.says(f"@{ada.name} bien dit", in_reply_to_id=posted["id"])
        told("mention")


def test_a_stream_of_home_carries_notices_only_for_tokens_that_may_read_them(
    served: Served, ada: Person, bea: Person
) -> None:
    narrow = served.token(ada.name, "read:statuses")
    with socket(served, ada, "user") as all_of_it, socket(served, narrow, "user") as posts_only:
        posted = ada.says("Pour voir")
        bea.post(f"/api/v1/statuses/{posted['id']}/favourite")
        all_of_it.next("notification")
        last = marker(ada)
        assert [payload["id"] for _, payload in heard_until(posts_only, last)] == [posted["id"]]


def test_conversations_are_heard(served: Served, ada: Person, bea: Person) -> None:
    with socket(served, bea, "direct") as heard:
        said = ada.says(f"@{bea.name} un mot", visibility="direct")
        conversation = heard.next("conversation")
        assert conversation["unread"] is True
        assert conversation["last_status"]["id"] == said["id"]
        assert [one["id"] for one in conversation["accounts"]] == [ada.id]


def test_tags_are_heard_with_and_without_accents(served: Served, ada: Person, dirk: Person) -> None:
    with (
        socket(served, dirk, "hashtag", tag="été") as accented,
        socket(served, dirk, "hashtag:local", tag="ETE") as plain_letters,
        events(served, dirk, "hashtag", tag="Été") as sse,
    ):
        said = ada.says("Vive l’#Été")["id"]
        assert accented.next("update")["id"] == said
        assert plain_letters.next("update")["id"] == said
        assert sse.next("update")["id"] == said
        assert accented.streams == [["hashtag", "été"]]
        assert plain_letters.streams == [["hashtag:local", "ETE"]]


def test_a_followed_tag_is_heard_at_home(served: Served, ada: Person, dirk: Person) -> None:
    with socket(served, dirk, "user") as heard:
        dirk.post("/api/v1/tags/Marché/follow")
        ada.says("Rien à voir")
        said = ada.says("Samedi, c’est #marche")
        assert heard.next("update")["id"] == said["id"]


def test_a_list_is_heard_by_its_owner_only(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    made = bea.post("/api/v1/lists", {"title": "Amies"})
    with socket(served, bea, "list", list=made["id"]) as heard, socket(served, bea) as several:
        several.subscribe("list", list=made["id"])
        bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]})
        said = ada.says("Pour la liste")
        assert heard.next("update")["id"] == said["id"]
        assert heard.streams == [["list", made["id"]]]
        assert several.next("update")["id"] == said["id"]
    with pytest.raises(InvalidStatus) as refused, socket(served, dirk, "list", list=made["id"]):
        pass
    assert refused.value.response.status_code == 404


def test_blocks_and_mutes_hold_for_open_streams(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    noisy = served.person("noisy")
    with (
        socket(served, bea, "public") as public,
        socket(served, bea, "hashtag", tag="bruit") as tagged,
        socket(served, noisy, "public") as other_side,
    ):
        bea.post(f"/api/v1/accounts/{noisy.id}/block")
        noisy.says("Du #bruit")
        said = bea.says("Du calme")
        dirk.says("Encore du #bruit ?")
        assert tagged.next("update")["account"]["id"] == dirk.id
        last = marker(ada)
        accounts = [payload["account"]["id"] for _, payload in heard_until(public, last)]
        assert noisy.id not in accounts and bea.id in accounts
        assert said["id"] not in [payload["id"] for _, payload in heard_until(other_side, last)]
        bea.post(f"/api/v1/accounts/{dirk.id}/mute")
        dirk.says("Chut")
        last = marker(ada)
        assert heard_until(public, last) == []


def test_filters_hold_in_streams(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    def keep(action: str, word: str) -> None:
        words = [{"keyword": word, "whole_word": True}]
        body = {"title": word, "context": ["home", "public"], "filter_action": action, "keywords_attributes": words}
        bea.post("/api/v2/filters", body)

    with socket(served, bea, "user") as home, socket(served, bea, "public") as public:
        keep("hide", "football")
        keep("warn", "chou")
        assert home.next("filters_changed") is None
        ada.says("Un soir de football")
        warned = ada.says("Une soupe au chou")
        streamed = home.next("update")
        assert streamed["id"] == warned["id"]
        assert [match["filter"]["title"] for match in streamed["filtered"]] == ["chou"]
        assert streamed == bea.get(f"/api/v1/statuses/{warned['id']}") | {"filtered": streamed["filtered"]}
        assert public.next("update")["id"] == warned["id"]


# -- one connection, several streams -----------------------------------------------------------------------------------


def test_one_socket_carries_several_streams(served: Served, ada: Person, bea: Person) -> None:
    with socket(served, bea) as heard:
        heard.subscribe("user")
        heard.subscribe("public:local")
        heard.subscribe("hashtag", tag="pain")
        said = ada.says("Du bon #pain")
        for _ in range(3):
            assert heard.next("update")["id"] == said["id"]
        assert sorted(heard.streams) == [["hashtag", "pain"], ["public:local"], ["user"]]

        heard.say(type="unsubscribe", stream="hashtag", tag="pain")
        heard.say(type="unsubscribe", stream="public:local")
        heard.streams.clear()
        ada.says("Encore du #pain")
        heard.next("update")
        bea.says("Merci")
        heard.next("update")
        assert heard.streams == [["user"], ["user"]]


def test_the_token_may_come_in_three_ways(served: Served, ada: Person, bea: Person) -> None:
    ways = {
        "query": {"uri": f"{served.streams}?stream=user&access_token={bea.token}"},
        "header": {"uri": f"{served.streams}?stream=user", "additional_headers": bea.headers},
        "protocol": {"uri": f"{served.streams}?stream=user", "subprotocols": [bea.token]},
    }
    for how, given in ways.items():
        with connect(**given, proxy=None) as connection:  # type: ignore[arg-type]
            assert connection.subprotocol == (bea.token if how == "protocol" else None)
            ada.says(how)
            assert json.loads(connection.recv(timeout=SOON))["event"] == "update"


def test_events_can_be_read_with_nothing_but_http(served: Served, ada: Person, bea: Person) -> None:
    with httpx.stream("GET", f"{served.origin}/api/v1/streaming/user", headers=bea.headers) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        assert reply.headers["access-control-allow-origin"] == "*"
        lines = reply.iter_lines()
        assert next(lines).startswith(":")
        said = ada.says("Bonjour")
        assert next(lines) == "event: update"
        kind, _, payload = next(lines).partition(": ")
        assert kind == "data" and json.loads(payload)["id"] == said["id"]
        assert next(lines) == ""


def test_streams_can_be_checked_and_asked_for_from_any_site(served: Served) -> None:
    assert served.http.get("/api/v1/streaming/health").text == "OK"
    preflight = served.http.options("/api/v1/streaming/user", headers={"origin": "https://client.example"})
    assert preflight.status_code == 204
    assert "Authorization" in preflight.headers["access-control-allow-headers"]


# -- who is let in, and when they are shown out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "stream", "status"),
    [
        ("write", "user", 403),
        ("write", "", 403),
        ("read:statuses", "user:notification", 403),
        ("read:statuses", "list", 403),
        ("read:notifications", "user", 403),
        ("read:notifications", "public", 403),
        ("read:statuses", "user", 200),
        ("read:notifications", "user:notification", 200),
        ("read", "direct", 200),
    ],
)
def test_a_token_hears_only_what_it_may_read(
    served: Served, newcomer: Person, scopes: str, stream: str, status: int
) -> None:
    token = served.token(newcomer.name, scopes)
    assert opened(served, token, stream) == (101 if status == 200 else status)
    if stream:
        path = stream.replace(":", "/")
        if status == 200:
            with events(served, token, path):
                pass
        else:
            assert refused(served, path, token) == status


@pytest.fixture(scope="module")
def newcomer(served: Served) -> Person:
    return served.person("newcomer")


def opened(served: Served, token: str, stream: str = "user") -> int:
    """The status with which a WebSocket is answered."""
    try:
        with connect(f"{served.streams}?stream={stream}&access_token={token}", proxy=None):
            return 101
    except InvalidStatus as answer:
        return answer.response.status_code


def refused(served: Served, path: str, token: str) -> int:
    return served.http.get(f"/api/v1/streaming/{path}", headers={"authorization": f"Bearer {token}"}).status_code


def test_nobody_hears_anything_without_a_token(served: Served, newcomer: Person) -> None:
    assert opened(served, "") == opened(served, "wrong") == 401
    for path in ("user", "public", "public/local", "hashtag?tag=a", "direct"):
        assert served.http.get(f"/api/v1/streaming/{path}").status_code == 401
        assert refused(served, path, "wrong") == 401
    reply = served.http.get("/api/v1/streaming/user", headers={"authorization": f"Basic {newcomer.token}"})
    assert reply.status_code == 401


def test_revoking_a_token_closes_its_streams_and_no_others(served: Served, ada: Person, bea: Person) -> None:
    wanted = {"client_name": "Marché", "redirect_uris": OUT_OF_BAND, "scopes": "read"}
    app = served.http.post("/api/v1/apps", data=wanted).json()
    own = {"client_id": app["client_id"], "client_secret": app["client_secret"], "redirect_uri": OUT_OF_BAND}
    asked = {"client_id": app["client_id"], "redirect_uri": OUT_OF_BAND, "response_type": "code", "scope": "read"}
    code = let_in(f"{served.origin}/oauth/authorize?{urlencode(asked)}", bea)
    given = served.http.post("/oauth/token", data={**own, "grant_type": "authorization_code", "code": code}).json()
    token = given["access_token"]
    with (
        socket(served, token, "user") as wire,
        events(served, token) as sse,
        socket(served, bea, "user") as other,
    ):
        assert served.http.post("/oauth/revoke", data={**own, "token": token}).status_code == 200
        assert wire.ended.wait(CLOSED_WITHIN) and sse.ended.wait(CLOSED_WITHIN)
        assert wire.code == 1008
        ada.says("Qui écoute ?")
        other.next("update")
        assert wire.rest() == [] and sse.rest() == []
    assert opened(served, token) == 401
    assert refused(served, "user", token) == 401


def test_an_app_that_speaks_for_itself_hears_nothing(served: Served) -> None:
    app = served.http.post("/api/v1/apps", data={"client_name": "Robot", "redirect_uris": OUT_OF_BAND}).json()
    secrets = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    given = served.http.post("/oauth/token", data={**secrets, "grant_type": "client_credentials"}).json()
    assert opened(served, given["access_token"]) == 401
    assert refused(served, "public", given["access_token"]) == 401


def test_disabling_somebody_closes_their_streams(served: Served, ada: Person, dirk: Person) -> None:
    with socket(served, dirk, "user") as wire, events(served, dirk) as sse, socket(served, ada, "user") as other:
        served.command("admin", "account", "disable", dirk.name)
        assert wire.ended.wait(CLOSED_WITHIN) and sse.ended.wait(CLOSED_WITHIN)
        assert not other.ended.is_set()
    assert opened(served, dirk.token) == 401
    assert refused(served, "user", dirk.token) == 401


def test_suspending_somebody_closes_their_streams(served: Served, dirk: Person) -> None:
    with socket(served, dirk, "user") as wire:
        served.command("admin", "account", "suspend", dirk.name)
        assert wire.ended.wait(CLOSED_WITHIN)
    assert opened(served, dirk.token) == 401


# -- rough visitors ----------------------------------------------------------------------------------------------------

WRONG = [
    *("", "null", "[]", '"x"', "{", "[" * 4000, '{"type":5}', "{}", '{"type":"subscribe"}'),
    '{"type":"subscribe","stream":"nope"}',
    '{"type":"subscribe","stream":["user"]}',
    '{"type":"subscribe","stream":{}}',
    '{"type":"subscribe","stream":"hashtag"}',
    '{"type":"unsubscribe","stream":"hashtag","tag":"#"}',
    '{"type":"subscribe","stream":"list","list":"²"}',
    '{"type":"unsubscribe","stream":"list","list":"²"}',
    '{"type":"subscribe","stream":"list","list":"99999999999999999999"}',
]


def test_messages_that_make_no_sense_are_answered_and_the_stream_goes_on(
    served: Served, ada: Person, bea: Person
) -> None:
    with socket(served, bea, "user") as heard:
        for text in WRONG:
            heard.connection.send(text)
            assert heard.errors.get(timeout=SOON)["status"] in (400, 404, 422), text
        ada.says("Toujours là")
        heard.next("update")


@pytest.mark.parametrize(("message", "code"), [("x" * 1_000_000, 1009), (b"\x00\xff", 1003)])
def test_messages_of_the_wrong_size_or_kind_close_the_connection(
    served: Served, newcomer: Person, message: str | bytes, code: int
) -> None:
    with socket(served, newcomer, "user") as heard:
        heard.connection.send(message)
        assert heard.ended.wait(SOON)
        assert heard.code == code


def test_a_thousand_subscriptions_are_too_many(served: Served, ada: Person, newcomer: Person) -> None:
    with socket(served, newcomer) as heard:
        for number in range(1000):
            heard.subscribe("hashtag", tag=f"tag{number}")
        for _ in range(950):
            assert "at most 50" in heard.errors.get(timeout=SOON)["error"]
        ada.says("Le #tag49 et le #tag50")
        heard.next("update")
        assert heard.streams == [["hashtag", "tag49"]]


def test_one_account_holds_a_hundred_streams_at_most(served: Served) -> None:
    many = served.person("many")
    with ExitStack() as streams:
        for _ in range(100):
            streams.enter_context(connect(f"{served.streams}?stream=user&access_token={many.token}", proxy=None))
        assert opened(served, many.token) == 429
    assert eventually(lambda: opened(served, many.token) == 101)


def test_readers_who_stall_are_closed_and_disturb_nobody(served: Served, ada: Person) -> None:
    stalling, quick = served.person("stalling", follows=ada), served.person("quick", follows=ada)
    before = served.figure("perron_streams_open")
    with stalled(served, stalling, websocket=True), stalled(served, stalling, websocket=False):
        assert eventually(lambda: served.figure("perron_streams_open") == before + 2)
        with socket(served, quick, "user") as heard:
            long = "été " * 4000
            until = time.monotonic() + 30
            sent = 0
            while served.figure("perron_streams_open") > before + 1 and time.monotonic() < until:
                for _ in range(20):
                    ada.says(long)
                sent += 20
            assert served.figure("perron_streams_open") == before + 1, f"not closed after {sent} posts"
            last = marker(ada)
            assert len(heard_until(heard, last)) == sent
            assert served.figure("perron_streams_open") == before + 1


def stalled(served: Served, who: Person, *, websocket: bool) -> plain.socket:
    """A connection that asks for a stream and never reads it."""
    path = "/api/v1/streaming?stream=user" if websocket else "/api/v1/streaming/user"
    lines = [f"GET {path} HTTP/1.1", f"Host: localhost:{served.port}", f"Authorization: Bearer {who.token}"]
    if websocket:
        key = base64.b64encode(os.urandom(16)).decode()
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    one = plain.socket()
    one.setsockopt(plain.SOL_SOCKET, plain.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", served.port))
    one.sendall("\r\n".join([*lines, "", ""]).encode())
    return one


def eventually(done: object, within: float = CLOSED_WITHIN) -> bool:
    """Whether something becomes true in time."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if done():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_readers_who_leave_are_forgotten(served: Served, newcomer: Person) -> None:
    before = served.figure("perron_streams_open")
    with socket(served, newcomer, "user"), events(served, newcomer):
        assert served.figure("perron_streams_open") == before + 2
    assert eventually(lambda: served.figure("perron_streams_open") == before)


def test_a_change_keeps_what_is_the_readers_own(served: Served, ada: Person, bea: Person, dirk: Person) -> None:
    posted = ada.says("À aimer", poll={"options": ["oui", "non"], "expires_in": 3600})
    bea.post(f"/api/v1/statuses/{posted['id']}/favourite")
    bea.post(f"/api/v1/polls/{posted['poll']['id']}/votes", {"choices": [1]})
    with (
        socket(served, bea, "user") as fan,
        socket(served, dirk, "public") as stranger,
        socket(served, ada, "user") as author,
    ):
        ada.edits(posted, "À aimer encore")
        streamed = fan.next("status.update")
        assert streamed["favourited"] is True
        assert streamed == bea.get(f"/api/v1/statuses/{posted['id']}")
        assert stranger.next("status.update") == dirk.get(f"/api/v1/statuses/{posted['id']}")
        assert author.next("status.update") == ada.get(f"/api/v1/statuses/{posted['id']}")
