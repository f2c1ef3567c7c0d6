"""Drafts: kept by a form or by a script, opened, removed, put back; never anybody else's."""

import re
from typing import Any

import httpx

from perron.posts.drafts import drafts_of
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_composer import JSON, csrf, said, send
from .test_pages import follow, media_ids, picture, words

FULL: dict[str, Any] = {
    "part": ["", "_1"],
    "text": "Un",
    "warning": "Gare",
    "option": ["Oui", "Non"],
    "lasts": "72",
    "multiple": "on",
    "hide_totals": "on",
    "via": "bea",
    "card_title": "Mon titre",
    "text_1": "Deux",
    "visibility": "followers",
    "language": "oc",
}


def keep(browser: Browser, data: dict[str, Any]) -> dict[str, Any]:
    answer = send(browser, "/drafts", data, json=True)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def kept(town: Town, person: Person) -> list[str]:
    with town.store.read() as db:
        return [one.body["parts"][0]["text"] for one in drafts_of(db, person.account.id)]


def test_a_draft_is_kept_with_everything_in_it_and_found_again(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    files = {"file_0_1": ("a.jpg", picture(), "image/jpeg")}
    assert send(ada, "/drafts", FULL | {"about_0_1": "Un carré"}, files=files).headers["location"] == "/drafts"
    listed = ada.get("/drafts")
    assert "Un Deux" in words(listed) and "2 posts" in words(listed)
    opened = ada.get(re.findall(r'href="(/write\?draft=\d+)"', listed.text)[0])
    for each in (
        "Un</textarea>",
        "Deux</textarea>",
        "Un carré</textarea>",
        'value="Gare"',
        'value="Non"',
        'value="bea"',
    ):
        assert each in opened.text, each
    for chosen in (
        'value="72" selected',
        'value="followers" selected',
        'value="oc" selected',
        'name="multiple" checked',
    ):
        assert chosen in opened.text, chosen
    assert len(media_ids(opened)) == 0 and len(re.findall('name="media_id_1"', opened.text)) == 1


def test_a_script_keeps_one_draft_however_often_it_asks(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    first = keep(ada, {"text": "Un", "key": "form"})
    assert keep(ada, {"text": "Un et", "key": "form"})["draft"] == first["draft"]  # the answer was never heard
    last = keep(ada, {"text": "Un et deux", "key": "form", "draft": first["draft"], "version": 2})
    assert last == {"draft": first["draft"], "version": 3} and kept(town, person) == ["Un et deux"]


def test_what_was_changed_elsewhere_is_not_overwritten_and_both_are_offered(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    one = keep(ada, {"text": "Ici"})
    keep(ada, {"text": "Ailleurs", **one})
    refused = send(ada, "/drafts", {"text": "Ici encore", **one}, json=True)
    assert refused.status_code == 409 and refused.json()["theirs"] == f"/write?draft={one['draft']}"
    page = send(ada, "/drafts", {"text": "Ici encore", **one})
    assert page.status_code == 409 and "changed elsewhere" in words(page)
    assert f'href="/write?draft={one["draft"]}"' in page.text and "Ici encore</textarea>" in page.text
    assert follow(ada, ada.press(page, "/post", text="Ici encore")).status_code == 200
    assert kept(town, person) == ["Ailleurs"]


def test_a_draft_that_was_published_elsewhere_is_kept_anew(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    one = keep(ada, {"text": "Un"})
    assert send(ada, "/post", {"text": "Un", **one}).status_code == 303
    assert kept(town, person) == [] and said(town, person) == ["Un"]
    assert keep(ada, {"text": "Un et plus", **one})["draft"] != one["draft"]
    assert kept(town, person) == ["Un et plus"]


def test_a_refused_post_leaves_its_draft(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    one = keep(ada, {"text": "Un"})
    assert send(ada, "/post", {"text": "x" * 501, **one}).status_code == 422
    assert kept(town, person) == ["Un"]


def test_a_removed_draft_can_be_put_back(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    one = keep(ada, FULL)
    gone = send(ada, f"/drafts/{one['draft']}/remove", {})
    assert "The draft was removed." in words(gone) and kept(town, person) == []
    again = send(ada, f"/drafts/{one['draft']}/remove", {})
    assert again.status_code == 200 and "The draft was removed." not in words(again)
    assert ada.fill(gone, at="/drafts/back").headers["location"] == "/drafts"
    assert kept(town, person) == ["Un"]
    for body in ("", "{", "[]", "null"):
        assert send(ada, "/drafts/back", {"body": body}).status_code == 422
    assert send(ada, "/drafts/back", {"body": '{"parts": [3, {"text": 4, "media": "x", "options": 1}]}'}).is_redirect


def test_an_answer_that_was_begun_still_answers(town: Town) -> None:
    bea, person = somebody(town, "bea"), somebody(town, "ada")
    post = bea.says("Une question")
    ada = at_browser(town, person)
    one = keep(ada, {"text": "@bea Une réponse", "reply_to": post["id"]})
    page = ada.get(f"/write?draft={one['draft']}")
    assert "Une question" in words(page) and "Reply to @bea" in words(page)
    bea.delete(f"/api/v1/statuses/{post['id']}")
    alone = ada.get(f"/write?draft={one['draft']}")
    assert "Une réponse" in alone.text and "Reply to @bea" not in words(alone)


def test_nobody_reads_changes_or_removes_the_draft_of_another(town: Town) -> None:
    person, other = somebody(town, "ada"), somebody(town, "bea")
    ada, bea = at_browser(town, person), at_browser(town, other)
    one = keep(ada, {"text": "À moi"})
    hers, nobodys = bea.get(f"/write?draft={one['draft']}"), bea.get("/write?draft=117657614395834379")
    assert hers.status_code == nobodys.status_code == 404 and words(hers) == words(nobodys)
    assert keep(bea, {"text": "Volé", **one})["draft"] != one["draft"]
    assert send(bea, f"/drafts/{one['draft']}/remove", {}).status_code == 200
    assert kept(town, person) == ["À moi"] and "À moi" not in words(bea.get("/drafts"))


def test_a_draft_takes_no_file_of_another(town: Town) -> None:
    ada, bea = at_browser(town, somebody(town, "ada")), at_browser(town, somebody(town, "bea"))
    taken = send(ada, "/write/files", {}, files={"file": ("a.jpg", picture(), "image/jpeg")}).json()
    assert send(bea, "/drafts", {"text": "x", "media_id": taken["id"]}, json=True).status_code == 404


def test_drafts_are_kept_by_forms_of_ours_only(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    assert ada.post("/drafts", data={"text": "x"}, headers=JSON).status_code == 403
    crossing: httpx.Response = ada.post(
        "/drafts", data={"text": "x", "csrf": csrf(ada)}, headers={"sec-fetch-site": "cross-site"}
    )
    assert crossing.status_code == 403
