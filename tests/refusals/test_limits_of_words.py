"""How much is too much: at the limit it is taken, one more is refused, counted as people count."""

import json
from typing import Any

import pytest

from tests.refusals.asking import JSON, Asker, Question
from tests.rig import Person, Site

FAMILY = "👨‍👩‍👧‍👦"
LIMIT = 500


@pytest.fixture(scope="module")
def ada(site: Site) -> Person:
    return site.person("ada")


@pytest.mark.parametrize(
    ("unit", "counts"),
    [
        *(
            ("x", 1),
            ("é", 1),
            ("e\u0301", 1),
            ("漢", 1),
            ("😀", 1),
            (FAMILY, 1),
            ("🇫🇷", 1),
            ("👍🏽", 1),
            ("\u0915\u094d\u0937", 1),
        ),
        *(
            ("https://example.org/" + "a" * 200 + " ", 24),
            ("http://a.test ", 24),
            ("@bea@example.org ", 5),
            ("@bea ", 5),
        ),
    ],
)
def test_a_post_is_as_long_as_people_see_it(ada: Person, unit: str, counts: int) -> None:
    most = unit * (LIMIT // counts)
    room = LIMIT - (LIMIT // counts) * counts
    full = most + "x" * room if room else most.rstrip(" ") + ("!" if most.endswith(" ") else "")

    ada.says(full)
    assert "limit" in ada.says(full + "y", expect=422)["error"]


def test_the_warning_counts_with_the_words(ada: Person) -> None:
    ada.says("x" * 400, spoiler_text="y" * 100)

    ada.says("x" * 400, spoiler_text="y" * 101, expect=422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"status": ""},
        {"status": "   \n\t "},
        {"status": "\u200b\u200d\ufeff"},
        {"status": "\u2800\u3164 \u202e\u2066"},
        {"status": "x", "visibility": "foo"},
        {"status": "x", "visibility": "mentioned"},
        {"status": "x", "language": "zz-ZZ-x-y-z-1234567890"},
        {"status": "x", "poll": {"options": ["only"], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "b", "c", "d", "e"], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "a"], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", ""], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "b" * 51], "expires_in": 3600}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 1}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": 10**12}},
        {"status": "x", "poll": {"options": ["a", "b"], "expires_in": -5}},
        {"status": "x", "media_ids": ["1"]},
        {"status": "x", "media_ids": ["1", "2", "3", "4", "5"]},
        {"status": "x", "scheduled_at": "tomorrow"},
        {"status": "x", "scheduled_at": "2001-01-01T00:00:00Z"},
    ],
)
def test_posts_that_are_none(ada: Person, body: dict[str, Any]) -> None:
    before = ada.get(f"/api/v1/accounts/{ada.id}/statuses", limit=1)

    answer = ada.post("/api/v1/statuses", body, expect=422)

    assert answer["error"]
    assert ada.get(f"/api/v1/accounts/{ada.id}/statuses", limit=1) == before


def test_a_post_tells_at_most_fifty_people(site: Site, ada: Person) -> None:
    """What comes after the fiftieth name is plain text, and who is told is who is shown (E-18)."""
    people = [site.person(f"n{number}") for number in range(55)]
    text = " ".join(f"@{one.account.handle}" for one in people)

    post = ada.says(text, visibility="direct")
    site.run_jobs()

    assert len(post["mentions"]) == 50
    told = [one for one in people if one.get("/api/v1/notifications", include_filtered=True)]  # strangers: kept apart
    assert {one.id for one in told} == {one["id"] for one in post["mentions"]}
    for one in people:
        seen = one.call("GET", f"/api/v1/statuses/{post['id']}", expect=200 if one in told else 404)
        assert ("content" in seen) == (one in told)


SIZES = [
    ("POST", "/api/v1/lists", "title", 256, {}),
    ("POST", "/api/v2/filters", "title", 256, {"context": ["home"]}),
    ("PATCH", "/api/v1/accounts/update_credentials", "display_name", 100, {}),
    ("PATCH", "/api/v1/accounts/update_credentials", "note", 500, {}),
    ("POST", "/api/v1/accounts/ID/note", "comment", 2000, {}),
]


@pytest.mark.parametrize("letter", ["x", "é", "漢", "😀"])
@pytest.mark.parametrize(("method", "path", "name", "most", "more"), SIZES)
def test_characters_are_counted_and_not_bytes(
    ask: Asker, ada: Person, letter: str, method: str, path: str, name: str, most: int, more: dict[str, Any]
) -> None:
    path = path.replace("ID", ada.id)

    full = ask.one(method, path, ada, {name: letter * most, **more})
    over = ask.one(method, path, ada, {name: letter * (most + 1), **more})

    assert (full.status, over.status) == (200, 422), (full, over)


def test_keys_make_a_post_once(site: Site, ask: Asker) -> None:
    """The same key twenty times at once is one post; another person's key is another's (I-04)."""
    ada, bea = site.person("keyada"), site.person("keybea")
    for key in ("k", "é ☃ key".encode().decode("latin-1"), "x" * 10_000, "0", " "):
        headers = (*JSON, ("idempotency-key", key))
        same = [Question("POST", "/api/v1/statuses", ada.token, b'{"status": "once"}', headers) for _ in range(20)]
        other_words = Question("POST", "/api/v1/statuses", ada.token, b'{"status": "other"}', headers)
        another = Question("POST", "/api/v1/statuses", bea.token, b'{"status": "hers"}', headers)

        answers = ask.together(*same)
        (again, hers) = ask(other_words, another)

        assert {answer.status for answer in answers} == {200}
        assert len({answer.json["id"] for answer in answers}) == 1, key[:10]
        assert again.json["id"] == answers[0].json["id"]
        assert hers.json["account"]["username"] == "keybea"
    assert len(ada.get(f"/api/v1/accounts/{ada.id}/statuses", limit=40)) == 5


def test_a_key_that_failed_may_be_used_again(site: Site, ask: Asker) -> None:
    who = site.person("retries")
    headers = (*JSON, ("idempotency-key", "mine"))

    (refused,) = ask(Question("POST", "/api/v1/statuses", who.token, b'{"status": ""}', headers))
    (taken,) = ask(Question("POST", "/api/v1/statuses", who.token, b'{"status": "now"}', headers))

    assert (refused.status, taken.status) == (422, 200)


def test_no_key_is_no_key(site: Site, ask: Asker) -> None:
    who = site.person("without_keys")
    headers = (*JSON, ("idempotency-key", ""))
    asked = [Question("POST", "/api/v1/statuses", who.token, json.dumps({"status": "x"}).encode(), headers)] * 2

    assert len({answer.json["id"] for answer in ask(*asked)}) == 2


def test_votes_that_are_none(site: Site, ada: Person) -> None:
    """Twice, for another option, out of range, in one's own poll, for nothing (I-11)."""
    bea = site.person("votes")
    poll = ada.says("?", poll={"options": ["a", "b"], "expires_in": 3600})["poll"]["id"]
    many = ada.says("?", poll={"options": ["a", "b"], "expires_in": 3600, "multiple": True})["poll"]["id"]
    path = f"/api/v1/polls/{poll}/votes"
    for choices in ([], [2], [-1], ["a"], [0, 1], [[0]], [None], [True], ["1e0"], ["２"]):
        bea.post(path, {"choices": choices}, expect=422)
    ada.post(path, {"choices": [0]}, expect=422)
    bea.post(path, {"choices": ["1"]})
    for choices in ([1], [0]):
        bea.post(path, {"choices": choices}, expect=422)
    bea.post(f"/api/v1/polls/{many}/votes", {"choices": [0, 0, 1]})

    assert [one["votes_count"] for one in bea.get(f"/api/v1/polls/{poll}")["options"]] == [0, 1]
    found = bea.get(f"/api/v1/polls/{many}")
    assert [one["votes_count"] for one in found["options"]] == [1, 1] and found["voters_count"] == 1
