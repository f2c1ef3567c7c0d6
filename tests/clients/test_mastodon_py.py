"""Mastodon.py, the library most bots are written with: everything a person does, from registration to streams."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from tests.clients.browser import let_in
from tests.clients.library import eventually, hearing
from tests.clients.listening import SOON
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture
def client(served: Served) -> Iterator[Callable[[Person], Mastodon]]:
    """A way to give somebody the library, signed in by the code that a browser shows them."""
    opened: list[Mastodon] = []

    def sign_in(who: Person) -> Mastodon:
        client_id, client_secret = Mastodon.create_app("Marché", scopes=SCOPES, api_base_url=served.origin)
        api = Mastodon(client_id=client_id, client_secret=client_secret, api_base_url=served.origin)
        opened.append(api)
        code = let_in(api.auth_request_url(scopes=SCOPES, allow_http=True), who)
        api.log_in(code=code, scopes=SCOPES, allow_http=True)
        return api

    yield sign_in
    for api in opened:
        api.session.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A real JPEG."""
    path = tmp_path / "marché.jpg"
    Image.effect_mandelbrot((640, 480), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(path, quality=85)
    return path


def test_signing_in_shows_who_one_is(client: Callable[[Person], Mastodon], ada: Person) -> None:
    api = client(ada)
    me = api.account_verify_credentials()
    assert me.username == ada.name and str(me.id) == ada.id
    assert api.app_verify_credentials().name == "Marché"
    assert api.instance_v2().domain == ada.served.origin.removeprefix("http://")
    assert api.instance_v1().urls.streaming_api == f"ws://localhost:{ada.served.port}"
    api.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        api.account_verify_credentials()


def test_a_day_between_two_people(client: Callable[[Person], Mastodon], served: Served, photo: Path) -> None:
    ada, bea = served.person("ada"), served.person("bea")
    hers, theirs = client(ada), client(bea)
    assert theirs.account_follow(ada.id).following

    seen = {"description": "Un étal de pommes", "focus": (0.1, -0.2), "file_name": photo.name, "synchronous": True}
    media = hers.media_post(photo.read_bytes(), "image/jpeg", **seen)
    assert media.type == "image" and media.meta.original.width == 640
    posted = hers.status_post("L’été au marché #été", media_ids=[media], language="fr", sensitive=False)
    assert posted.media_attachments[0].description == "Un étal de pommes"
    picture = served.http.get(posted.media_attachments[0].url)
    assert picture.status_code == 200 and picture.headers["content-type"].startswith("image/")

    home = theirs.timeline_home()
    assert [status.id for status in home] == [posted.id]
    assert home[0].media_attachments[0].blurhash
    reply = theirs.status_reply(home[0], "Quelle couleur !")
    assert reply.in_reply_to_id == posted.id
    boost = theirs.status_reblog(posted)
    assert boost.reblog.id == posted.id
    assert theirs.status_favourite(posted).favourited
    assert theirs.status_bookmark(posted).bookmarked

    context = hers.status_context(posted)
    assert [status.id for status in context.descendants] == [reply.id]
    assert eventually(lambda: {"follow", "mention", "favourite", "reblog"} <= {n.type for n in hers.notifications()})
    shown = hers.status(posted)
    assert (shown.replies_count, shown.reblogs_count, shown.favourites_count) == (1, 1, 1)

    assert theirs.status_unreblog(posted).reblogged is False
    assert theirs.status_unfavourite(posted).favourited is False
    edited = hers.status_update(posted, "L’été au marché, en couleurs #été", media_ids=[media])
    assert edited.edited_at is not None
    assert [version.content for version in hers.status_history(posted)][0] == posted.content
    hers.status_delete(posted)
    with pytest.raises(MastodonNotFoundError):
        theirs.status(posted)


def test_searching_and_following_a_tag(client: Callable[[Person], Mastodon], ada: Person, dirk: Person) -> None:
    api = client(dirk)
    client(ada).account_update_credentials(indexable=True)  # whoever wishes so is found by words
    posted = ada.says("Un été sans pareil #Mirabelle")
    found: list[str] = []
    assert eventually(lambda: found.extend(str(one.id) for one in api.search("été").statuses) or found)
    assert posted["id"] in found
    assert [tag.name.lower() for tag in api.search("mirabelle").hashtags] == ["mirabelle"]
    assert [str(one.id) for one in api.search(f"@{ada.name}").accounts] == [ada.id]
    assert api.tag_follow("mirabelle").following
    again = ada.says("Encore une #mirabelle")
    assert again["id"] in [str(one.id) for one in api.timeline_home()]
    assert [str(one.id) for one in api.timeline_hashtag("mirabelle")] == [again["id"], posted["id"]]


def test_pages_lead_to_the_end(client: Callable[[Person], Mastodon], ada: Person, bea: Person) -> None:
    ids = [ada.says(f"Numéro {number}")["id"] for number in range(12)]
    api = client(bea)
    first = api.timeline_home(limit=5)
    assert [str(one.id) for one in api.fetch_remaining(first)] == ids[::-1]
    newest = api.timeline_home(limit=5)
    assert [str(one.id) for one in api.fetch_next(newest)] == ids[6:1:-1]
    assert [one.id for one in api.fetch_previous(api.fetch_next(newest))] == [one.id for one in newest]


def test_lists_filters_polls_and_markers(client: Callable[[Person], Mastodon], ada: Person, bea: Person) -> None:
    hers, theirs = client(ada), client(bea)
    poll = hers.make_poll(["pommes", "poires"], expires_in=3600)
    asked = hers.status_post("Lesquelles ?", poll=poll)
    voted = theirs.poll_vote(asked.poll, 1)
    assert voted.voted and voted.own_votes == [1]
    made = theirs.list_create("Amies")
    theirs.list_accounts_add(made, [ada.id])
    assert [str(one.id) for one in theirs.list_accounts(made)] == [ada.id]
    assert [one.id for one in theirs.timeline_list(made)] == [asked.id]
    kept = theirs.create_filter_v2("Fruits", ["home"], "warn", keywords_attributes=[{"keyword": "poires"}])
    assert [one.id for one in theirs.filters_v2()] == [kept.id]
    theirs.markers_set("home", asked.id)
    assert theirs.markers_get("home")["home"].last_read_id == str(asked.id)
    direct = hers.status_post(f"@{bea.name} rien que toi", visibility="direct")
    assert eventually(lambda: [one.last_status.id for one in theirs.conversations()] == [direct.id])


def test_a_new_post_is_heard_within_two_seconds(client: Callable[[Person], Mastodon], ada: Person, bea: Person) -> None:
    hers, theirs = client(ada), client(bea)
    with hearing(lambda ear: theirs.stream_user(ear, run_async=True), ada) as ear:
        began = time.monotonic()
        posted = hers.status_post("En direct du marché")
        assert ear.next("update").id == posted.id
        assert time.monotonic() - began < SOON
        hers.status_update(posted, "En direct de la place")
        assert ear.next("status.update").id == posted.id
        hers.status_favourite(theirs.status_post("Merci"))
        assert ear.next("notification").type == "favourite"
        hers.status_delete(posted)
        assert str(ear.next("delete")) == str(posted.id)


def test_tags_lists_and_the_town_are_heard(client: Callable[[Person], Mastodon], ada: Person, dirk: Person) -> None:
    api = client(dirk)
    assert api.stream_healthy()
    with hearing(lambda ear: api.stream_hashtag("mirabelle", ear, run_async=True), ada, "#mirabelle") as ear:
        ada.says("Rien")
        posted = ada.says("Une #Mirabelle")
        assert str(ear.next("update").id) == posted["id"]
    with hearing(lambda ear: api.stream_local(ear, run_async=True), ada) as ear:
        posted = ada.says("Pour tout le monde")
        assert str(ear.next("update").id) == posted["id"]
