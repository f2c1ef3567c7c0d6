"""Mastodon.py listening: every stream of the library, over one WebSocket and over server-sent events."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.pictures import png
from tests.clients.library import Ear, Library, eventually, hearing
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

Lends = Callable[[Person], Library]


def test_many_streams_share_one_connection(lends: Lends, served: Served, ada: Person, bea: Person) -> None:
    api = lends(bea)
    made = api.list_create("Amies")
    api.list_accounts_add(made, [ada.id])
    before = served.figure("perron_streams_open")
    handle = api.stream_open_websocket()
    names = ("user", "public", "local", "pictures", "tag", "list", "direct", "notices")
    ears = {name: Ear() for name in names}
    api.stream_user(ears["user"], websocket_handle=handle)
    api.stream_public(ears["public"], websocket_handle=handle)
    api.stream_local(ears["local"], websocket_handle=handle)
    api.stream_public(ears["pictures"], local=True, only_media=True, websocket_handle=handle)
    api.stream_hashtag("pain", ears["tag"], local=True, websocket_handle=handle)
    api.stream_list(made, ears["list"], websocket_handle=handle)
    api.stream_direct(ears["direct"], websocket_handle=handle)
    api.stream_user_notifications(ears["notices"], websocket_handle=handle)
    assert eventually(lambda: served.figure("perron_streams_open") >= before + 1)
    assert api.account_verify_credentials() and eventually(lambda: heard_all(ada, ears, names[:3]))

    picture = ada.call("POST", "/api/v1/media", files={"file": ("a.png", png(), "image/png")})
    posted = ada.says(f"@{bea.name} du #pain", media_ids=[picture["id"]])
    for name in ("user", "public", "local", "pictures", "tag", "list"):
        assert str(ears[name].until("update", posted["id"]).id) == posted["id"]
    assert str(ears["notices"].next("notification").status.id) == posted["id"]
    told = ada.says(f"@{bea.name} rien que toi", visibility="direct")
    assert str(ears["direct"].next("conversation").last_status.id) == told["id"]
    handle.close()
    assert eventually(lambda: served.figure("perron_streams_open") == before)


def heard_all(ada: Person, ears: dict[str, Ear], names: tuple[str, ...]) -> bool:
    """Whether something that is said now is heard by all of these."""
    ada.says("On m’entend ?")
    return eventually(lambda: all(not ears[name].heard.empty() for name in names), within=0.5)


def test_each_stream_is_heard_by_itself_too(lends: Lends, ada: Person, bea: Person) -> None:
    api = lends(bea)
    with hearing(lambda ear: api.stream_user_notifications(ear, run_async=True), ada, f"@{bea.name}") as ear:
        posted = ada.says(f"@{bea.name} bonjour")
        assert str(ear.next("notification").status.id) == posted["id"]
    with hearing(lambda ear: api.stream_public(ear, local=True, run_async=True), ada) as ear:
        posted = ada.says("Pour tous")
        assert str(ear.next("update").id) == posted["id"]
