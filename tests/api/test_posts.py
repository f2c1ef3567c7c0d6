"""Posts through the routes: the same in every shape, once, changed, taken back, asked and answered."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.pictures import png
from tests.rig import Person, Site, words

POST = "/api/v1/statuses"
FIELDS = [
    *(("status", "Thé ?"), ("poll[options][]", "oui"), ("poll[options][]", "non")),
    *(("poll[expires_in]", "3600"), ("poll[multiple]", "1")),
]
PARTS = [f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in FIELDS]
SHAPES: dict[str, dict[str, Any]] = {
    "json": {"json": {"status": "Thé ?", "poll": {"options": ["oui", "non"], "expires_in": 3600, "multiple": True}}},
    "form": {
        "content": urlencode(FIELDS).encode(),
        "headers": {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
    },
    "multipart": {
        "content": ("".join(PARTS) + "--xyz--\r\n").encode(),
        "headers": {"content-type": "multipart/form-data; boundary=xyz"},
    },
    "untyped": {"content": urlencode(FIELDS).encode(), "headers": {"content-type": ""}},
    "query": {"params": FIELDS},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_post_is_the_same_whichever_way_it_is_sent(ada: Person, shape: str) -> None:
    made = ada.call("POST", POST, **SHAPES[shape])
    assert words(made) == "Thé ?" and made["poll"]["multiple"] is True
    assert [one["title"] for one in made["poll"]["options"]] == ["oui", "non"]


def test_the_same_key_publishes_once(ada: Person, bea: Person) -> None:
    key = {"idempotency-key": "k1"}
    first = ada.post(POST, {"status": "Un"}, headers=key)
    again = ada.post(POST, {"status": "Un"}, headers=key)
    other = bea.post(POST, {"status": "Un"}, headers=key)
    assert first["id"] == again["id"] != other["id"]
    assert len(ada.get(f"/api/v1/accounts/{ada.id}/statuses")) == 1


def test_the_same_key_sent_at_once_publishes_once(ada: Person) -> None:
    with ThreadPoolExecutor(8) as crowd:
        made = [*crowd.map(lambda _: ada.post(POST, {"status": "Un"}, headers={"idempotency-key": "k"}), range(16))]
    assert len({one["id"] for one in made}) == 1
    assert len(ada.get(f"/api/v1/accounts/{ada.id}/statuses")) == 1


def test_a_refused_post_leaves_its_key_free(ada: Person) -> None:
    key = {"idempotency-key": "k2"}
    ada.post(POST, {"status": "x" * 501}, headers=key, expect=422)
    assert words(ada.post(POST, {"status": "court"}, headers=key)) == "court"


def test_every_version_of_a_post_can_be_read(ada: Person, bea: Person) -> None:
    id_ = ada.says("Un", spoiler_text="Attention")["id"]
    ada.put(f"{POST}/{id_}", {"status": "Deux", "spoiler_text": ""})
    changed = ada.put(f"{POST}/{id_}", {"status": "Trois"})
    assert words(changed) == "Trois" and changed["edited_at"]
    versions = bea.get(f"{POST}/{id_}/history")
    assert [one["content"] for one in versions] == ["<p>Un</p>", "<p>Deux</p>", "<p>Trois</p>"]
    assert [one["spoiler_text"] for one in versions] == ["Attention", "", ""]
    assert versions[0]["created_at"] == changed["created_at"] and versions[0]["account"]["acct"] == "ada"
    assert ada.get(f"{POST}/{id_}/source") == {"id": id_, "text": "Trois", "spoiler_text": ""}
    bea.put(f"{POST}/{id_}", {"status": "À moi"}, expect=404)
    bea.get(f"{POST}/{id_}/source", expect=404)


def test_an_edit_is_seen_where_the_post_was(site: Site, ada: Person, bea: Person) -> None:
    id_ = ada.says("Un")["id"]
    bea.post(f"{POST}/{id_}/reblog")
    assert bea.home() == ["Un", "Un"] or bea.home() == ["Un"]
    ada.put(f"{POST}/{id_}", {"status": "Deux"})
    site.run_jobs()
    assert set(bea.home()) == {"Deux"}
    assert ("update", "ada") in bea.notices()


def test_delete_and_redraft_gives_back_words_and_pictures(site: Site, ada: Person, bea: Person) -> None:
    media = ada.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")}, data={"description": "Un"})
    made = ada.says("Voilà **tout**", media_ids=[media["id"]])
    gone = ada.delete(f"{POST}/{made['id']}")
    assert gone["text"] == "Voilà **tout**" and gone["media_attachments"][0]["id"] == media["id"]
    ada.get(f"{POST}/{made['id']}", expect=404)
    assert bea.home() == []
    again = ada.says(gone["text"], media_ids=[gone["media_attachments"][0]["id"]])
    assert again["media_attachments"][0]["description"] == "Un"


def test_a_deleted_post_is_gone_from_everywhere(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    dirk.follows(bea)
    id_ = ada.says("Adieu #fin @dirk")["id"]
    bea.post(f"{POST}/{id_}/reblog")
    bea.post(f"{POST}/{id_}/favourite")
    site.run_jobs()
    assert dirk.home() == ["Adieu #fin @dirk"]
    ada.delete(f"{POST}/{id_}")
    site.run_jobs()
    assert dirk.home() == bea.home() == [] and bea.get("/api/v1/favourites") == []
    assert dirk.notices() == [] and dirk.get("/api/v1/timelines/tag/fin") == []
    assert dirk.get("/api/v2/search", q="adieu")["statuses"] == []


def test_a_poll_is_asked_answered_and_closed(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    asked = ada.says("Thé ou café ?", poll={"options": ["thé", "café"], "expires_in": 300, "hide_totals": True})
    poll = asked["poll"]
    assert poll["voted"] and poll["own_votes"] == []
    answered = bea.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [1]})
    assert answered["own_votes"] == [1] and answered["voters_count"] == 1
    assert [one["votes_count"] for one in answered["options"]] == [None, None]
    bea.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [0]}, expect=422)
    ada.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [0]}, expect=422)
    dirk.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [0, 1]}, expect=422)
    dirk.post(f"/api/v1/polls/{poll['id']}/votes", {"choices": [5]}, expect=422)
    dirk.call("POST", f"/api/v1/polls/{poll['id']}/votes", data={"choices[]": "0"})
    assert dirk.get(f"/api/v1/polls/{poll['id']}")["votes_count"] == 2
    ada.says("Trop", poll={"options": ["un"], "expires_in": 300}, expect=422)
    ada.says("Pareil", poll={"options": ["un", "un"], "expires_in": 300}, expect=422)


def test_everybody_who_votes_at_once_is_counted(site: Site, ada: Person) -> None:
    poll = ada.says("Alors ?", poll={"options": ["un", "deux"], "expires_in": 300})["poll"]["id"]
    crowd = [site.person(f"p{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        [*pool.map(lambda one: one.post(f"/api/v1/polls/{poll}/votes", {"choices": [0]}), crowd)]
    counted = ada.get(f"/api/v1/polls/{poll}")
    assert counted["options"][0]["votes_count"] == counted["voters_count"] == 8


def test_a_muted_or_blocked_author_is_gone_from_home(ada: Person, bea: Person, dirk: Person) -> None:
    bea.follows(dirk)
    ada.says("Un")
    dirk.says("Deux")
    assert bea.home() == ["Deux", "Un"]
    bea.post(f"/api/v1/accounts/{dirk.id}/mute")
    assert bea.home() == ["Un"]
    bea.post(f"/api/v1/accounts/{dirk.id}/unmute")
    assert bea.home() == ["Deux", "Un"]
    bea.post(f"/api/v1/accounts/{dirk.id}/block")
    assert bea.home() == ["Un"] and dirk.get(f"/api/v1/accounts/{bea.id}/statuses") == []
    between = bea.get("/api/v1/accounts/relationships", **{"id[]": dirk.id})[0]
    assert between["blocking"] and not between["following"]
    dirk.post(f"/api/v1/accounts/{bea.id}/follow", expect=403)


def test_a_boost_by_one_that_is_followed_without_boosts_stays_out(ada: Person, bea: Person, dirk: Person) -> None:
    id_ = dirk.says("Deux")["id"]
    ada.post(f"{POST}/{id_}/reblog")
    assert bea.home() == ["Deux"]
    bea.post(f"/api/v1/accounts/{ada.id}/follow", {"reblogs": False})
    assert bea.home() == []


def test_visibility_is_kept_on_every_way_to_a_post(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    secret = ada.says("Pour les miens #secret", visibility="private")["id"]
    letter = ada.says("@bea rien que nous", visibility="direct")["id"]
    site.run_jobs()
    assert bea.get(f"{POST}/{secret}") and bea.get(f"{POST}/{letter}")
    for id_ in (secret, letter):
        for path in ("", "/context", "/history", "/favourited_by", "/reblogged_by"):
            dirk.get(f"{POST}/{id_}{path}", expect=404)
            site.anybody(f"{POST}/{id_}{path}", expect=404)
        for verb in ("favourite", "bookmark", "reblog", "mute"):
            dirk.post(f"{POST}/{id_}/{verb}", expect=404)
    assert dirk.get(POST, **{"id[]": [secret, letter]}) == []
    assert dirk.get("/api/v2/search", q="miens")["statuses"] == []
    assert dirk.get("/api/v1/timelines/tag/secret") == []


def test_what_was_refused_changed_nothing(ada: Person) -> None:
    for wrong in (
        {"status": ""},
        {"status": "   "},
        {"status": "x" * 501},
        {"status": "x", "visibility": "moon"},
        {"status": "x", "in_reply_to_id": "12345"},
        {"status": "x", "media_ids": ["12345"]},
        {"status": "x", "language": "not a language"},
    ):
        ada.post(POST, wrong, expect=404 if "in_reply_to_id" in wrong else 422)
    assert ada.get(f"/api/v1/accounts/{ada.id}/statuses") == []
    assert ada.get("/api/v1/accounts/verify_credentials")["statuses_count"] == 0
