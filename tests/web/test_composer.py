"""Writing with a form alone: threads, files, quotes, credit, taking back; and what scripts ask while one types."""

import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image

from perron.media.queries import media_of_account
from perron.people.preferences import change_preferences
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_pages import follow, media_ids, picture, publish, words

JSON = {"accept": "application/json"}


def csrf(browser: Browser, at: str = "/write") -> str:
    return re.findall(r'name="csrf" value="(\w+)"', browser.get(at).text)[0]


def send(browser: Browser, at: str, data: dict[str, Any], *, json: bool = False, files: Any = None) -> httpx.Response:
    return browser.post(at, data={"csrf": csrf(browser)} | data, files=files, headers=JSON if json else None)


def said(town: Town, person: Person) -> list[str]:
    """What somebody has published, newest first."""
    posts = person.get(f"/api/v1/accounts/{person.id}/statuses")
    return [re.sub("<[^>]+>", "", one["content"]) for one in posts]


def test_a_thread_is_written_with_buttons_alone(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    page = ada.press(ada.get("/write"), "/post", text="Un", do="add")
    assert page.status_code == 200 and 'name="text_1"' in page.text and "\nUn</textarea>" in page.text
    assert "Publish 2 posts" in words(page) and said(town, person) == []

    data = {"part": ["", "_1"], "text": "Un", "text_1": "Deux", "do": "up _1"}
    page = send(ada, "/post", data)
    assert page.text.index("\nDeux</textarea>") < page.text.index("\nUn</textarea>")
    data = {"part": ["_1", ""], "text": "Un", "text_1": "Deux", "key": "once"}
    assert send(ada, "/post", data).status_code == 303
    assert said(town, person) == ["Un", "Deux"]


def test_a_thread_is_published_whole_or_not_at_all(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    data = {"part": ["", "_1", "_2"], "text": "Un", "text_1": "x" * 501, "text_2": "Trois"}
    refused = send(ada, "/post", data)
    assert refused.status_code == 422 and said(town, person) == []
    second = refused.text.split('data-mark="_1"')[1].split('data-mark="_2"')[0]
    assert "This post has 501 characters" in second and "x" * 501 in second
    assert "\nUn</textarea>" in refused.text and "\nTrois</textarea>" in refused.text

    told = send(ada, "/post", data, json=True)
    assert told.status_code == 422 and told.json()["place"] == 1 and "501" in told.json()["wrong"]


def test_what_is_left_empty_in_a_thread_is_passed_over(town: Town) -> None:
    person = somebody(town, "ada")
    send(at_browser(town, person), "/post", {"part": ["", "_1", "_2"], "text": "Un", "text_1": "  ", "text_2": "Deux"})
    assert said(town, person) == ["Deux", "Un"]


def test_each_post_of_a_thread_has_its_own_files_poll_and_warning(town: Town) -> None:
    person = somebody(town, "ada")
    data = {"part": ["", "_1"], "text": "Un", "text_1": "Deux", "about_0": "A", "warning_1": "Mots rudes"}
    data |= {"option_1": ["Oui", "Non"], "lasts_1": "6", "hide_totals_1": "on"}
    assert send(
        at_browser(town, person), "/post", data, files={"file_0": ("a.jpg", picture(), "image/jpeg")}
    ).is_redirect
    second, first = person.get(f"/api/v1/accounts/{person.id}/statuses")
    assert first["media_attachments"][0]["description"] == "A" and first["poll"] is None
    assert second["spoiler_text"] == "Mots rudes" and second["media_attachments"] == []
    assert [one["title"] for one in second["poll"]["options"]] == ["Oui", "Non"]


def test_files_are_looked_at_described_and_put_in_order_before_publishing(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    files = {"file_0": ("a.jpg", picture(), "image/jpeg"), "file_1": ("b.jpg", picture("blue"), "image/jpeg")}
    page = publish(ada, "Deux", at="/write", files=files, do="look")
    first, second = media_ids(page)
    given = {
        "text": "Deux",
        "media_id": [first, second],
        f"description_{second}": "Bleu",
        f"focus_{second}": "0.5,-0.5",
    }
    page = send(ada, "/post", given | {"do": f"earlier {second}"})
    assert media_ids(page) == [second, first] and "Bleu" in page.text and 'value="0.5,-0.5"' in page.text
    page = send(ada, "/post", given | {"do": f"drop {first}"})
    assert media_ids(page) == [second]
    assert send(ada, "/post", given | {"media_id": [second]}).status_code == 303
    (post,) = person.get(f"/api/v1/accounts/{person.id}/statuses")
    (shown,) = post["media_attachments"]
    assert shown["description"] == "Bleu" and shown["meta"]["focus"] == {"x": 0.5, "y": -0.5}


def test_one_who_wants_to_be_held_to_descriptions_is(town: Town) -> None:
    person = somebody(town, "ada")
    town.store.write(lambda tx: change_preferences(tx, person.user_id, require_alt=True))
    ada = at_browser(town, person)
    files = {"file_0": ("a.jpg", picture(), "image/jpeg")}
    refused = publish(ada, "Une image", files=files)
    assert refused.status_code == 422 and "until every file is described" in words(refused)
    (media_id,) = media_ids(refused)
    kept = {"text": "Une image", "media_id": media_id, f"description_{media_id}": "Un banc"}
    assert send(ada, "/post", kept).status_code == 303


def test_a_post_is_quoted_inside_another(town: Town) -> None:
    bea, person = somebody(town, "bea"), somebody(town, "ada")
    post = bea.says("À citer")
    ada = at_browser(town, person)
    page = ada.get(f"/write?quote={post['id']}")
    assert "À citer" in words(page)
    assert ada.press(page, "/post", text="Bien dit").status_code == 303
    assert person.get(f"/api/v1/accounts/{person.id}/statuses")[0]["quote"]["quoted_status"]["id"] == post["id"]
    without = send(ada, "/post", {"text": "Seul", "quote_of": post["id"], "do": "unquote "})
    assert "À citer" not in words(without) and "Seul" in without.text


def test_what_is_not_for_you_to_see_cannot_be_quoted(town: Town) -> None:
    bea, ada = somebody(town, "bea"), at_browser(town, somebody(town, "ada"))
    hidden, gone = bea.says("Entre nous", visibility="private")["id"], "117657614395834379"
    answers = [send(ada, "/post", {"text": "Tiens", "quote_of": one}) for one in (hidden, gone)]
    assert [one.status_code for one in answers] == [404, 404]
    assert "Entre nous" not in ada.get(f"/write?quote={hidden}").text


def test_somebody_is_thanked_and_it_costs_no_characters(town: Town) -> None:
    bea, person = somebody(town, "bea"), somebody(town, "ada")
    ada = at_browser(town, person)
    page = ada.get("/write?via=bea")
    assert 'value="bea"' in page.text
    assert ada.press(page, "/post", text="x" * 500, via="@bea").status_code == 303
    town.run_jobs()
    assert bea.get("/api/v1/notifications")
    unknown = send(ada, "/post", {"text": "Merci", "via": "personne"})
    assert unknown.status_code == 422 and "Nobody of that name is known here" in words(unknown)


def test_an_answer_is_never_louder_than_what_it_answers(town: Town) -> None:
    person = somebody(town, "ada")
    bea = somebody(town, "bea", follows=person)
    post = person.says("Entre nous", visibility="private")
    page = at_browser(town, bea).get(f"/write?reply_to={post['id']}")
    offered = re.findall(r'<option value="(\w+)"', page.text.split('name="visibility"')[1].split("</select>")[0])
    assert offered == ["followers", "mentioned"] and "Reply to @ada" in words(page)


# -- taking back -------------------------------------------------------------------------------------------------------


def test_what_is_taken_back_is_found_in_the_form_again(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    files = {"file_0": ("a.jpg", picture(), "image/jpeg")}
    data = {"part": ["", "_1"], "text": "Un", "text_1": "Deux", "about_0": "Un carré", "warning_1": "Gare"}
    done = send(ada, "/post", data, files=files)
    page = follow(ada, done)
    act = re.findall(r"/posts/\d+/undo", page.text)[0]
    back = follow(ada, ada.press(page, act))
    assert said(town, person) == []
    for kept in ("Un</textarea>", "Deux</textarea>", "Un carré", 'value="Gare"'):
        assert kept in back.text
    assert send(ada, "/post", data | {"media_id": media_ids(back)[0]}).status_code == 303


def test_nobody_takes_back_the_post_of_another(town: Town) -> None:
    post = somebody(town, "ada").says("Bonjour")
    bea = at_browser(town, somebody(town, "bea"))
    assert send(bea, f"/posts/{post['id']}/undo", {}).status_code == 404
    assert send(bea, "/posts/117657614395834379/undo", {}).status_code == 404
    assert "Bonjour" in words(bea.get("/@ada"))


def test_the_offer_to_take_back_stands_for_half_a_minute_only(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    assert 'class="undo"' not in ada.get("/home?published=117657614395834379").text
    assert 'class="undo"' not in ada.get("/home?published=x").text


# -- while somebody types ----------------------------------------------------------------------------------------------


def offers(browser: Browser, typed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.get("/write/complete", params={"q": typed}).json()["offers"]
    return found


def test_people_are_offered_those_one_follows_first(town: Town) -> None:
    person, far, near = somebody(town, "ada"), somebody(town, "bea"), somebody(town, "beatrix")
    person.follows(near)
    ada = at_browser(town, person)
    assert [one["insert"] for one in offers(ada, "@be")] == ["@beatrix", "@bea"]
    assert offers(ada, "@be")[0]["face"].startswith("/avatars/")
    assert offers(ada, "@ada") == []
    far.call("POST", f"/api/v1/accounts/{person.id}/block")
    assert [one["insert"] for one in offers(ada, "@be")] == ["@beatrix"]


def test_tags_are_offered_with_their_uses_and_emoji_by_their_names(town: Town) -> None:
    somebody(town, "bea").says("Le #Marché du samedi")
    ada = at_browser(town, somebody(town, "ada"))
    assert offers(ada, "#marc") == [{"insert": "#Marché", "name": "#Marché", "more": "1 use this week"}]
    assert "🥐" in [one["insert"] for one in offers(ada, ":croiss")]
    assert offers(ada, "#") == [] and offers(ada, "@\x00") == []
    assert ada.get("/write/complete?q=x").status_code == 404
    assert at_browser(town).get("/write/complete?q=@be").status_code == 303


def test_the_language_is_told_and_no_page_is_asked_for_what_is_for_few(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    text = "Voici ce que je voulais vous dire de cette page : https://exemple.test/page"
    told = send(ada, "/write/look", {"text": text, "visibility": "followers"}).json()
    assert told == {"language": "fr", "card": None}
    card = send(ada, "/write/look", {"text": text, "visibility": "public"}).json()["card"]
    assert card["state"] == "waiting" and card["provider"] == "exemple.test"


def test_a_file_is_taken_at_once_and_shown_to_its_owner_only(town: Town) -> None:
    person = somebody(town, "ada")
    ada, bea = at_browser(town, person), at_browser(town, somebody(town, "bea"))
    taken = send(ada, "/write/files", {}, files={"file": ("a.jpg", picture(), "image/jpeg")}).json()
    assert taken["preview"].startswith("/media/") and not taken["waiting"]
    assert ada.get(f"/write/files/{taken['id']}").json() == taken
    assert bea.get(f"/write/files/{taken['id']}").status_code == 404
    refused = send(ada, "/write/files", {}, files={"file": ("a.jpg", b"<html>", "image/jpeg")})
    assert refused.status_code == 422 and "This kind of file" in refused.json()["wrong"]
    assert send(ada, "/write/files", {}).status_code == 422


# -- what is shared to us ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "text", "title"),
    [
        ({"title": "Un titre", "url": "https://exemple.test/"}, "https://exemple.test/", "Un titre"),
        ({"title": "Un titre", "text": "Lu https://exemple.test/"}, "Lu https://exemple.test/", "Un titre"),
        ({"title": "Note", "text": "Des mots"}, "Note\n\nDes mots", ""),
        ({"text": "Des mots", "url": "https://exemple.test/"}, "Des mots\n\nhttps://exemple.test/", ""),
    ],
)
def test_what_is_shared_opens_the_form(town: Town, shared: dict[str, str], text: str, title: str) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    for page in (ada.get("/share", params=shared), ada.post("/share", data=shared)):
        assert page.status_code == 200 and f">\n{text}</textarea>" in page.text
        assert f'name="card_title" value="{title}"' in page.text


def test_pictures_shared_from_a_phone_are_kept_as_a_draft(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    page = follow_to_draft(
        ada, ada.post("/share", data={"text": "Vu"}, files=[("media", ("a.jpg", picture(), "image/jpeg"))])
    )
    assert len(media_ids(page)) == 1 and ">\nVu</textarea>" in page.text
    bad = ada.post("/share", data={"text": "Vu"}, files=[("media", ("a.jpg", b"<html>", "image/jpeg"))])
    assert "This kind of file cannot be shown here" in words(bad) and ">\nVu</textarea>" in bad.text


def follow_to_draft(browser: Browser, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303 and answer.headers["location"].startswith("/write?draft=")
    return browser.get(answer.headers["location"])


def test_other_sites_share_nothing_in_somebodys_name(town: Town) -> None:
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    files = [("media", ("a.jpg", picture(), "image/jpeg"))]
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}, {"origin": "null"}):
        assert ada.post("/share", data={"text": "Piège"}, files=files, headers=headers).status_code == 403
    with town.store.read() as db:
        assert media_of_account(db, person.account.id) == []
    anybody = at_browser(town).post("/share", data={"text": "Vu"})
    assert anybody.headers["location"] == "/sign-in?next=%2Fshare%3Ftitle%3D%26text%3DVu%26url%3D"


def test_who_only_reads_for_an_account_writes_nothing(town: Town) -> None:
    visitor = at_browser(town)
    for at in ("/write", "/drafts", "/share", "/write/complete?q=@a"):
        assert visitor.get(at).headers["location"].startswith("/sign-in")


def test_a_picture_of_any_shape_is_taken(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    out = io.BytesIO()
    Image.new("RGB", (1, 900), "red").save(out, "PNG")
    taken = send(ada, "/write/files", {}, files={"file": ("a.png", out.getvalue(), "image/png")})
    assert taken.status_code == 200
