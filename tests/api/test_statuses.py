"""Statuses as Mastodon's documentation has them: how far a conversation is read, who is named, polls that change."""

from typing import Any

import pytest

from perron.kit.time import HOUR, MINUTE, iso, now
from perron.posts import thread
from tests.api.pictures import png
from tests.rig import Person, Site, words

POST = "/api/v1/statuses"


def answers(person: Person, post: dict[str, Any], n: int) -> list[str]:
    """A chain of so many answers, each to the one before; their ids."""
    made = []
    for number in range(n):
        post = person.says(f"{number}", in_reply_to_id=post["id"])
        made.append(post["id"])
    return made


def test_anybody_reads_a_conversation_so_far_and_who_is_signed_in_all_of_it(site: Site, ada: Person) -> None:
    root = ada.says("Il était une fois")
    chain = answers(ada, root, 62)
    for place, (above, below) in {-1: (40, 0), 30: (31, 20)}.items():
        found = site.anybody(f"{POST}/{chain[place]}/context")
        assert (len(found["ancestors"]), len(found["descendants"])) == (above, below)
    assert site.anybody(f"{POST}/{chain[-1]}/context")["ancestors"][-1]["id"] == chain[-2]
    whole = ada.get(f"{POST}/{chain[30]}/context")
    assert [one["id"] for one in whole["ancestors"]] == [root["id"], *chain[:30]]
    assert [one["id"] for one in whole["descendants"]] == chain[31:]

    broad = ada.says("Un mot chacun")
    for number in range(62):
        ada.says(f"{number}", in_reply_to_id=broad["id"])
    assert len(site.anybody(f"{POST}/{broad['id']}/context")["descendants"]) == 60
    assert len(ada.get(f"{POST}/{broad['id']}/context")["descendants"]) == 62
    assert thread.MOST == 4096


def test_who_favourited_or_boosted_is_told_only_as_far_as_one_may_see_them(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    post = ada.says("Bonjour")
    for person in (bea, dirk):
        person.post(f"{POST}/{post['id']}/favourite")
        person.post(f"{POST}/{post['id']}/reblog")

    def named(reader: Person, what: str) -> list[str]:
        return sorted(one["acct"] for one in reader.get(f"{POST}/{post['id']}/{what}"))

    for what in ("favourited_by", "reblogged_by"):
        assert named(ada, what) == ["bea", "dirk"]
    bea.post(f"/api/v1/accounts/{dirk.id}/block")
    for what in ("favourited_by", "reblogged_by"):
        assert named(dirk, what) == ["dirk"]
        assert named(bea, what) == ["bea"]
        assert named(ada, what) == ["bea", "dirk"]
        first = site.client.get(f"{POST}/{post['id']}/{what}", params={"limit": "1"}, headers=ada.headers)
        assert len(first.json()) == 1 and 'rel="next"' in first.headers["link"]


def test_the_card_of_a_status_by_itself(site: Site, ada: Person, dirk: Person) -> None:
    plain, private = ada.says("Bonjour"), ada.says("entre nous", visibility="private")
    assert site.anybody(f"{POST}/{plain['id']}/card") == {}
    dirk.get(f"{POST}/{private['id']}/card", expect=404)
    titled = ada.says("Lire https://perron.example.org/page", card_title="Une page")
    assert dirk.get(f"{POST}/{titled['id']}/card")["title"] == "Une page"


def test_a_change_of_words_leaves_the_poll_alone_and_one_of_its_answers_begins_it_anew(
    site: Site, ada: Person, bea: Person
) -> None:
    poll = {"options": ["oui", "non"], "expires_in": 3600}
    post = ada.says("Alors ?", poll=poll)
    bea.post(f"/api/v1/polls/{post['poll']['id']}/votes", {"choices": [0]})

    same = ada.put(f"{POST}/{post['id']}", {"status": "Alors, alors ?"})
    assert same["poll"]["votes_count"] == 1 and same["poll"]["expires_at"] == post["poll"]["expires_at"]
    longer = ada.put(f"{POST}/{post['id']}", {"poll": {**poll, "expires_in": 7200, "hide_totals": True}})
    assert longer["poll"]["votes_count"] == 1 and longer["poll"]["expires_at"] > post["poll"]["expires_at"]
    assert bea.get(f"/api/v1/polls/{post['poll']['id']}")["options"][0]["votes_count"] is None
    assert [words(one) for one in bea.get("/api/v1/timelines/home")] == ["Alors, alors ?"]

    several = ada.put(f"{POST}/{post['id']}", {"poll": {**poll, "multiple": True}})
    assert several["poll"]["votes_count"] == 0 and several["poll"]["multiple"]
    assert bea.get(f"/api/v1/polls/{post['poll']['id']}")["voted"] is False
    others = ada.put(f"{POST}/{post['id']}", {"poll": {**poll, "options": ["oui", "non", "peut-être"]}})
    assert len(others["poll"]["options"]) == 3 and not others["poll"]["expired"]
    gone = ada.put(f"{POST}/{post['id']}", {"media_ids": [], "poll": {"options": []}})
    assert gone["poll"] is None
    told = bea.get(f"{POST}/{post['id']}/history")
    assert [len(one["poll"]["options"]) if one["poll"] else 0 for one in told] == [2, 2, 2, 2, 3, 0]


def test_a_poll_of_an_old_status_lasts_from_its_change_on(
    site: Site, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = ada.says("Alors ?")
    for where in ("perron.posts.edit.now", "perron.posts.polls.now"):
        monkeypatch.setattr(where, lambda: now() + 48 * HOUR)
    changed = ada.put(f"{POST}/{post['id']}", {"poll": {"options": ["oui", "non"], "expires_in": 3600}})
    assert changed["poll"]["expires_at"] > iso(now() + 48 * HOUR + 59 * MINUTE)


def test_a_poll_says_what_is_wrong_with_it(ada: Person, bea: Person) -> None:
    good = {"options": ["oui", "non"], "expires_in": 3600}
    media = ada.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})["id"]
    for wrong in (
        {"options": ["oui"]},
        {"options": ["a", "b", "c", "d", "e"]},
        {"options": ["oui", ""]},
        {"options": ["oui", "x" * 51]},
        {"expires_in": 299},
        {"expires_in": 31 * 86400 + 1},
        {"expires_in": "bientôt"},
    ):
        ada.says("Alors ?", poll={**good, **wrong}, expect=422)
    ada.says("Alors ?", poll=good, media_ids=[media], expect=422)
    ada.says("", poll=good, expect=422)

    poll = ada.says("Alors ?", poll=good)["poll"]["id"]
    path = f"/api/v1/polls/{poll}/votes"
    for choices in ([], [2], [0, 1], ["x"], [-1]):
        bea.post(path, {"choices": choices}, expect=422)
    assert bea.post(path, {"choices": ["1"]})["own_votes"] == [1]
    again = bea.post(path, {"choices": [0]}, expect=422)
    assert again["error"] == "Validation failed: You have already voted on this poll"
    bea.post("/api/v1/polls/12345/votes", {"choices": [0]}, expect=404)


def test_a_poll_that_has_ended_takes_no_votes_and_tells_who_took_part(
    site: Site, ada: Person, bea: Person, dirk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = ada.says("Alors ?", poll={"options": ["oui", "non"], "expires_in": 300, "hide_totals": True})["poll"]["id"]
    bea.post(f"/api/v1/polls/{poll}/votes", {"choices": [0]})
    for where in ("perron.posts.polls.now", "perron.jobs.queue.now"):
        monkeypatch.setattr(where, lambda: now() + 10 * MINUTE)
    late = dirk.post(f"/api/v1/polls/{poll}/votes", {"choices": [0]}, expect=422)
    assert late["error"] == "Validation failed: The poll has already ended"
    site.run_jobs()
    closed = dirk.get(f"/api/v1/polls/{poll}")
    assert closed["expired"] and [one["votes_count"] for one in closed["options"]] == [1, 0]
    assert ("poll", "ada") in ada.notices() and ("poll", "ada") in bea.notices() and dirk.notices() == []


def test_only_loose_files_are_deleted_and_their_words_change_with_the_status(ada: Person, bea: Person) -> None:
    media = ada.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})["id"]
    changed = ada.put(f"/api/v1/media/{media}", {"description": "un banc", "focus": "0.5,-0.5"})
    assert changed["description"] == "un banc" and changed["meta"]["focus"] == {"x": 0.5, "y": -0.5}
    for method, body in (("GET", None), ("PUT", {"description": "x"}), ("DELETE", None)):
        bea.call(method, f"/api/v1/media/{media}", json=body, expect=404)
    post = ada.says("", media_ids=[media])
    assert "used in a post" in ada.delete(f"/api/v1/media/{media}", expect=422)["error"]
    told = [{"id": media, "description": "deux bancs", "focus": "0,0"}]
    again = ada.put(f"{POST}/{post['id']}", {"status": "Voilà", "media_ids": [media], "media_attributes": told})
    assert again["media_attachments"][0]["description"] == "deux bancs"
    assert [one["media_attachments"][0]["description"] for one in bea.get(f"{POST}/{post['id']}/history")] == [
        "un banc",
        "deux bancs",
    ]
    loose = ada.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})["id"]
    assert ada.delete(f"/api/v1/media/{loose}") == {}
    ada.get(f"/api/v1/media/{loose}", expect=404)


def test_quotes_of_what_is_for_few_are_for_nobody_else(ada: Person, bea: Person) -> None:
    for visibility in ("private", "direct"):
        made = ada.says("@bea lis", visibility=visibility, quote_approval_policy="public")
        assert made["quote_approval"] == {
            "automatic": [],
            "manual": [],
            "current_user": made["quote_approval"]["current_user"],
        }
        bea.says("x", quoted_status_id=made["id"], expect=403)
    ada.says("x", quoted_status_id=made["id"], expect=403)
    said = ada.says("Bonjour")
    changed = ada.put(f"{POST}/{said['id']}", {"status": "Bonsoir", "quote_approval_policy": "nobody"})
    assert changed["quote_approval"]["automatic"] == []
    bea.says("x", quoted_status_id=said["id"], expect=403)
    ada.put(f"{POST}/{said['id']}", {"status": "Bonne nuit", "quote_approval_policy": "x"}, expect=422)
    assert words(ada.get(f"{POST}/{said['id']}")) == "Bonsoir"


def test_a_quote_for_the_mentioned_names_whom_it_quotes(ada: Person, bea: Person) -> None:
    said = ada.says("Bonjour")
    assert "name" in bea.says("lis", quoted_status_id=said["id"], visibility="direct", expect=422)["error"]
    assert bea.says("@ada lis", quoted_status_id=said["id"], visibility="direct")["quote"]["state"] == "accepted"
    own = bea.says("à moi")
    assert bea.says("note", quoted_status_id=own["id"], visibility="direct")["quote"]["state"] == "accepted"
