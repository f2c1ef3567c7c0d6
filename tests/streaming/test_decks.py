"""What our own pages hear by one WebSocket: whatever their columns subscribe to, with the cookie of their browser."""

import json
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from perron.people.sessions import start_session
from tests.rig import Person, Site

OURS = {"sec-fetch-site": "same-origin"}


def connect(site: Site, who: Person, headers: dict[str, str]) -> Any:
    value = site.store.write(lambda tx: start_session(tx, who.user_id, who.account.id))
    cookie = f"{site.settings.session_cookie}={value}"
    return site.client.websocket_connect("/live", headers={"cookie": cookie, **headers})


def listens(socket: Any, stream: str, **more: str) -> None:
    socket.send_text(json.dumps({"type": "subscribe", "stream": stream, **more}))


def told(socket: Any) -> tuple[list[str], str, Any]:
    message = json.loads(socket.receive_text())
    return message["stream"], message["event"], json.loads(message["payload"])


def said(socket: Any) -> list[str]:
    """What is heard up to here: a message that makes no sense is answered in its turn."""
    socket.send_text("?")
    found = []
    while "error" not in (message := json.loads(socket.receive_text())):
        found.append(" ".join([*message["stream"], message["event"]]))
    return found


def test_one_socket_carries_all_columns(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    made = bea.post("/api/v1/lists", {"title": "Voisins"})
    bea.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [ada.id]})
    with connect(site, bea, OURS) as socket:
        listens(socket, "user")
        listens(socket, "list", list=made["id"])
        listens(socket, "hashtag", tag="marche")
        listens(socket, "account", account=dirk.id)
        said(socket)
        ada.says("Au #marché")
        assert sorted(said(socket)) == ["hashtag marche update", f"list {made['id']} update", "user update"]
        post = dirk.says("Sans elle")
        assert said(socket) == [f"account {dirk.id} update"]
        dirk.put(f"/api/v1/statuses/{post['id']}", {"status": "Sans personne"})
        assert said(socket) == [f"account {dirk.id} status.update"]
        dirk.delete(f"/api/v1/statuses/{post['id']}")
        assert f"account {dirk.id} delete" in said(socket)


def test_of_an_account_only_what_one_may_see_is_heard(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    with connect(site, dirk, OURS) as his, connect(site, bea, OURS) as hers:
        for socket in (his, hers):
            listens(socket, "account", account=ada.id)
            said(socket)
        ada.says("Pour celles qui me suivent", visibility="private")
        ada.says("Pour personne", visibility="direct")
        assert said(his) == [] and said(hers) == [f"account {ada.id} update"]
        dirk.post(f"/api/v1/accounts/{ada.id}/block")
        ada.says("Pour tous")
        assert said(his) == [] and said(hers) == [f"account {ada.id} update"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {},
    ],
)
def test_a_page_of_another_site_hears_nothing(site: Site, ada: Person, headers: dict[str, str]) -> None:
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)), connect(site, ada, headers):
        pass


def test_a_browser_that_names_only_the_origin_of_the_page_is_believed(site: Site, ada: Person) -> None:
    host = site.settings.public_origin.partition("//")[2]
    with connect(site, ada, {"origin": f"http://{host}", "host": host}) as socket:
        listens(socket, "user")
        assert said(socket) == []
