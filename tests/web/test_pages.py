"""The whole path with a browser that runs no script."""

import io
import re
from typing import Any
from urllib.parse import urlsplit

import html5lib
import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from perron.people.invitations import make_invitation
from perron.store.tables import metadata, users
from tests.rig import Site as Town

from .acting import faults
from .conftest import Browser, at_browser, somebody


def picture(color: str = "orange") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(out, "JPEG")
    return out.getvalue()


def words(page: httpx.Response) -> str:
    """What a page says, without its markup."""
    tree = html5lib.parse(page.text, namespaceHTMLElements=False)
    return " ".join(" ".join(tree.find("body").itertext()).split())


def follow(browser: Browser, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == 303, answer.text
    return browser.get(answer.headers["location"].partition("#")[0])


def publish(browser: Browser, text: str, *, at: str = "/home", files: Any = None, **more: str) -> httpx.Response:
    return browser.press(browser.get(at), "/post", text=text, files=files, **more)


def join(town: Town, name: str, role: str = "user") -> Browser:
    """Come in by a printed link."""
    code = town.store.write(lambda tx: make_invitation(tx, role=role))
    browser = at_browser(town)
    page = browser.get(f"/sign-up?invitation={code}")
    given = {"username": name, "email": f"{name}@perron.test", "password": "les marches au soleil"}
    assert browser.fill(page, at="/sign-up", **given).status_code == 303
    return browser


def test_from_the_printed_link_to_a_conversation_without_a_script(town: Town) -> None:
    ada, bea = join(town, "ada", role="owner"), join(town, "bea")
    with town.store.read() as db:
        roles = dict(db.connection.execute(select(users.c.email, users.c.role)).all())
    assert roles == {"ada@perron.test": "owner", "bea@perron.test": "user"}

    assert ada.get("/").headers["location"] == "/home"
    home = follow(ada, publish(ada, "Bonjour du banc #perron"))
    assert "Bonjour du banc" in words(home)

    front = at_browser(town).get("/")
    assert "Bonjour du banc" in words(front) and "<script src" not in front.text and 'type="module"' not in front.text
    assert follow(bea, bea.press(bea.get("/@ada"), accounts_act(bea, "/@ada", "follow"))).status_code == 200
    page = bea.get(link_to_post(bea.get("/home"), "ada"))
    answered = follow(bea, bea.press(page, "/post", text="@ada Bonjour aussi"))
    town.run_jobs()

    assert "Bonjour aussi" in words(answered)
    assert "bea replied to you" in words(ada.get("/notices")) and "bea follows you" in words(ada.get("/notices"))
    assert [faults(each.text) for each in (home, page, answered)] == [
        [],
        [],
        [],
    ]  # scripts of ours only add to them


def accounts_act(browser: Browser, at: str, act: str) -> str:
    found = re.search(rf"/accounts/\d+/{act}\b", browser.get(at).text)
    assert found, act
    return found[0]


def link_to_post(page: httpx.Response, handle: str) -> str:
    found = re.search(rf'href="(/@{handle}/\d+)"', page.text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"text": "a" * 501}, "This post has 513 characters; the limit is 500. Your words were kept."),
        ({"text": "x", "option": "only one"}, "A poll has 2 to 4 answers."),
        ({"text": "x", "language": "klingon!"}, "This is not a language code"),
        ({"text": "x", "visibility": "aliens"}, "This is not one of the choices."),
        ({"text": "   ", "warning": "a warning"}, "A post needs words or a picture."),
    ],
)
def test_what_is_refused_comes_back_with_every_word(town: Town, more: dict[str, str], says: str) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    answer = ada.press(ada.get("/home"), "/post", **({"warning": "Kept warning", "option": "Kept option"} | more))
    assert answer.status_code == 422 and says in words(answer)
    for typed in more.values():
        if typed not in ("aliens",) and typed.strip():
            assert typed in answer.text
    assert '<article class="post' not in ada.get("/home").text
    again = ada.press(answer, "/post", text="Good now", option="", language="en", warning="", visibility="public")
    assert again.status_code == 303


def test_as_many_characters_as_allowed_are_published(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    assert publish(ada, "a" * 500).status_code == 303


def test_a_button_pressed_twice_publishes_once(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    page = ada.get("/home")
    first, second = ada.press(page, "/post", text="Once"), ada.press(page, "/post", text="Once")
    assert first.headers["location"] == second.headers["location"]
    assert words(ada.get("/@ada")).count("Once") == 1


def test_pictures_are_published_with_their_descriptions(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    files = {"file_0": ("a.jpg", picture(), "image/jpeg"), "file_1": ("b.jpg", picture("blue"), "image/jpeg")}
    publish(ada, "Two pictures", files=files, about_0="An orange square", about_1='A "blue" one')
    page = at_browser(town).get("/@ada")
    sources = re.findall(r'<a href="(/media/[^"]+)"><img src="(/media/[^"]+)" alt="([^"]*)"', page.text)
    assert [alt for _, _, alt in sources] == ["An orange square", "A &#34;blue&#34; one"]
    assert all(at_browser(town).get(path).status_code == 200 for each in sources for path in each[:2])


def test_a_bad_file_loses_neither_words_nor_the_good_ones(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    files = {"file_0": ("a.jpg", picture(), "image/jpeg"), "file_1": ("b.jpg", b"<html>", "image/jpeg")}
    answer = publish(ada, "Kept words", files=files, about_0="Kept description")
    assert answer.status_code == 422 and "This kind of file cannot be shown here" in words(answer)
    assert "Kept words" in answer.text and "Kept description" in answer.text

    again = ada.press(
        answer, "/post", text="Kept words", **{f"description_{one}": "Better" for one in media_ids(answer)}
    )
    assert again.status_code == 303
    assert 'alt="Better"' in at_browser(town).get("/@ada").text


def media_ids(page: httpx.Response) -> list[str]:
    return re.findall(r'name="media_id" value="(\d+)"', page.text)


def test_nobody_can_take_the_file_of_another(town: Town) -> None:
    ada, bea = at_browser(town, somebody(town, "ada")), at_browser(town, somebody(town, "bea"))
    kept = publish(ada, "a" * 501, files={"file_0": ("a.jpg", picture(), "image/jpeg")})
    (media_id,) = media_ids(kept)
    stolen = publish(bea, "Mine?", media_id=media_id)
    assert stolen.status_code in (404, 422) and not media_ids(stolen)


def test_an_edit_is_dated_and_what_was_before_stays_readable(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    publish(ada, "First words")
    at = link_to_post(ada.get("/home"), "ada")
    done = ada.press(ada.get(f"{at}/edit"), f"{at}/edit", text="Better words", warning="")
    page = follow(ada, done)
    assert done.headers["location"] == at
    assert "Better words" in words(page) and "Changed 1 time" in words(page) and "First words" in words(page)
    assert at_browser(town).get(f"{at}/edit").status_code == 303
    assert at_browser(town, somebody(town, "bea")).get(f"{at}/edit").status_code == 404


def test_a_poll_is_answered_once(town: Town) -> None:
    ada, bea = at_browser(town, somebody(town, "ada")), at_browser(town, somebody(town, "bea"))
    page = ada.get("/home")
    fields = {"csrf": re.findall(r'name="csrf" value="(\w+)"', page.text)[0], "text": "Where?", "lasts": "24"}
    assert ada.post("/post", data={**fields, "option": ["Here", "There", "", ""]}).status_code == 303
    poll = bea.get(link_to_post(bea.get("/explore"), "ada"))
    act = re.findall(r"/posts/\d+/vote", poll.text)[0]
    voted = follow(bea, bea.fill(poll, at=act, choice="1"))
    assert "There your answer" in words(voted) and "1 person answered" in words(voted)
    assert bea.fill(poll, at=act, choice="0").status_code == 422


@pytest.mark.parametrize(
    ("act", "back", "shows"),
    [
        ("favourite", "unfavourite", "Take the favourite back"),
        ("boost", "unboost", "Take the boost back"),
        ("bookmark", "unbookmark", "Remove the bookmark"),
        ("mute", "unmute", "Be told of this conversation again"),
    ],
)
def test_what_one_does_with_a_post_is_seen_and_taken_back(town: Town, act: str, back: str, shows: str) -> None:
    post = somebody(town, "ada").says("Bonjour")
    bea = at_browser(town, somebody(town, "bea"))
    at = f"/@ada/{post['id']}"
    done = follow(bea, bea.press(bea.get(at), f"/posts/{post['id']}/{act}"))
    assert shows in words(done)
    assert shows not in words(follow(bea, bea.press(done, f"/posts/{post['id']}/{back}")))


def test_what_was_kept_has_pages(town: Town) -> None:
    post = somebody(town, "ada").says("Worth keeping")
    bea = at_browser(town, somebody(town, "bea"))
    for act, at in (("bookmark", "/bookmarks"), ("favourite", "/favourites")):
        assert "Worth keeping" not in words(bea.get(at))
        bea.press(bea.get("/explore"), f"/posts/{post['id']}/{act}")
        assert "Worth keeping" in words(bea.get(at))


def test_a_post_is_pinned_and_deleted(town: Town) -> None:
    person = somebody(town, "ada")
    post = person.says("Bonjour")
    ada = at_browser(town, person)
    ada.press(ada.get("/@ada"), f"/posts/{post['id']}/pin")
    assert "Pinned" in words(at_browser(town).get("/@ada"))

    page = ada.get(f"/@ada/{post['id']}")
    assert ada.press(page, f"/posts/{post['id']}/delete").headers["location"] == "/home"
    assert ada.get(f"/@ada/{post['id']}").status_code == 404


def test_nobody_deletes_the_post_of_another(town: Town) -> None:
    post = somebody(town, "ada").says("Bonjour")
    bea = at_browser(town, somebody(town, "bea"))
    page = bea.get("/home")
    csrf = re.findall(r'name="csrf" value="(\w+)"', page.text)[0]
    assert bea.post(f"/posts/{post['id']}/delete", data={"csrf": csrf}).status_code == 404
    assert bea.post(f"/posts/{post['id']}/explode", data={"csrf": csrf}).status_code == 404
    assert at_browser(town).get(f"/@ada/{post['id']}").status_code == 200


def test_who_is_locked_lets_people_in_one_by_one(town: Town) -> None:
    person = somebody(town, "ada", locked=True)
    person.says("For followers", visibility="private")
    ada, bea = at_browser(town, person), at_browser(town, somebody(town, "bea"))
    bea.press(bea.get("/@ada"), accounts_act(bea, "/@ada", "follow"))
    assert "Take the request back" in words(bea.get("/@ada"))
    town.run_jobs()

    assert "bea asks to follow you" in words(ada.get("/notices"))
    follow(ada, ada.press(ada.get("/requests"), accounts_act(ada, "/requests", "accept")))
    assert "For followers" in words(bea.get("/@ada"))
    bea.press(bea.get("/@ada"), accounts_act(bea, "/@ada", "unfollow"))
    assert "For followers" not in words(bea.get("/@ada"))


def test_who_is_blocked_does_not_come_near(town: Town) -> None:
    ada_person, bea_person = somebody(town, "ada"), somebody(town, "bea")
    post = ada_person.says("Bonjour")
    ada, bea = at_browser(town, ada_person), at_browser(town, bea_person)
    ada.press(ada.get("/@bea"), accounts_act(ada, "/@bea", "block"))
    assert bea.get(f"/@ada/{post['id']}").status_code == 404
    assert "Bonjour" not in words(bea.get("/@ada")) and '/follow"' not in bea.get("/@ada").text
    csrf = re.findall(r'name="csrf" value="(\w+)"', bea.get("/home").text)[0]
    refused = bea.post(f"/accounts/{ada_person.id}/follow", data={"csrf": csrf})
    assert refused.status_code == 403 and "This cannot be done between you two." in words(refused)


def test_a_profile_says_what_one_typed(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    typed = {
        "display_name": "Ada L.",
        "note": "Books & benches",
        "line_name": "Site",
        "line_value": "https://a.example",
    }
    files = {"avatar": ("a.jpg", picture(), "image/jpeg")}
    page = follow(ada, ada.press(ada.get("/settings/profile"), "/settings/profile", files=files, **typed))
    assert "Ada L." in words(page) and "Books & benches" in words(page) and 'href="https://a.example"' in page.text
    assert re.search(r'class="face" src="/media/', at_browser(town).get("/@ada").text)

    refused = ada.press(ada.get("/settings/profile"), "/settings/profile", **(typed | {"note": "n" * 501}))
    assert refused.status_code == 422 and "n" * 501 in refused.text
    assert "What you say of yourself has at most 500 characters." in words(refused)


def test_another_password_ends_what_was_open(town: Town) -> None:
    join(town, "ada", role="owner")
    ada, elsewhere = at_browser(town), at_browser(town)
    for each in (ada, elsewhere):
        each.sign_in(password="les marches au soleil")
    wrong = ada.press(ada.get("/settings/safety"), "/settings/password", old="not it", password="une autre phrase")
    assert wrong.status_code == 401 and "This is not your password of today." in words(wrong)
    right = {"old": "les marches au soleil", "password": "une autre phrase"}
    assert ada.press(ada.get("/settings/safety"), "/settings/password", **right).status_code == 303
    assert ada.get("/home").status_code == 200 and elsewhere.get("/home").status_code == 303


def test_notices_are_read_when_one_says_so(town: Town) -> None:
    person, bea = somebody(town, "ada"), somebody(town, "bea")
    bea.follows(person)
    town.run_jobs()
    ada = at_browser(town, person)
    assert 'class="tally">1' in ada.get("/notices").text
    assert 'class="tally">1' in ada.get("/notices").text
    assert 'class="tally">1' not in follow(ada, ada.press(ada.get("/notices"), "/notices/read")).text


def test_a_conversation_is_whole_and_in_order(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    first = ada.says("one")
    second = bea.says("two", in_reply_to_id=first["id"])
    third = ada.says("three", in_reply_to_id=second["id"])
    bea.says("four", in_reply_to_id=third["id"])
    page = at_browser(town).get(f"/@bea/{second['id']}")
    order = re.findall(r"<p>(one|two|three|four)</p>", page.text)
    assert order == ["one", "two", "three", "four"]
    assert "In this conversation" in words(page)


def test_an_address_with_another_name_leads_to_the_right_one(town: Town) -> None:
    post = somebody(town, "ada").says("Bonjour")
    somebody(town, "bea")
    browser = at_browser(town)
    assert browser.get(f"/@bea/{post['id']}").headers["location"] == f"/@ada/{post['id']}"
    assert browser.get(f"/@nobody/{post['id']}").headers["location"] == f"/@ada/{post['id']}"
    assert browser.get("/tags/ÉTÉ").headers["location"] == "/tags/ete"


def test_older_posts_are_one_link_away(town: Town) -> None:
    ada = somebody(town, "ada")
    for n in range(25):
        ada.says(f"post number {n}")
    for at in ("/@ada", "/explore", "/"):
        page = at_browser(town).get(at)
        older = re.search(r'rel="next" href="([^"]+)"', page.text)
        assert older, at
        next_page = at_browser(town).get(older[1])
        numbers = re.findall(r"post number (\d+)</p>", page.text + next_page.text)
        assert sorted(map(int, numbers)) == [*range(25)]
        assert 'rel="next"' not in next_page.text


def test_searching_finds_people_posts_and_tags(town: Town) -> None:
    ada = somebody(town, "ada")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    ada.says("La boulangère rit #pain")
    ada.says("La boulangère pleure", visibility="private")
    town.run_jobs()
    browser = at_browser(town)
    assert "rit" in words(browser.get("/search?q=boulangere")) and "pleure" not in words(
        browser.get("/search?q=boulangere")
    )
    assert "@ada" in words(browser.get("/search?q=ada")) and "@ada" in words(browser.get("/search?q=@ada@testserver"))
    assert 'href="/tags/pain"' in browser.get("/search?q=%23pain").text
    assert "Nothing was found" in words(browser.get("/search?q=zzz"))
    for odd in ('"', "*", "AND OR", "\x00", "%", "a" * 5000, "#", "@"):
        assert browser.get("/search", params={"q": odd}).status_code == 200


def test_a_post_says_its_language_and_its_meaning_to_machines(town: Town) -> None:
    post = somebody(town, "ada").says("Bonjour <b>", language="fr")
    page = at_browser(town).get(f"/@ada/{post['id']}")
    assert 'dir="auto" lang="fr"' in page.text
    assert f'<link rel="canonical" href="http://testserver/@ada/{post["id"]}">' in page.text
    assert '<meta property="og:description" content="Bonjour &lt;b&gt;">' in page.text
    assert f'<time datetime="{post["created_at"]}"' in page.text


@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere", "/@nobody", "/@nobody/1", "/@ada/1", "/@ada/x", "/@ada/99999999999999999999999", "/@%00"),
        *("/tags/%00", "/tags/123", "/tags/a b", "/@ada/-1", "/@" + "a" * 8000, "/@%c0%af"),
    ],
)
def test_there_is_a_page_in_words_for_what_is_not_there(town: Town, path: str) -> None:  # H-12, E-17
    somebody(town, "ada")
    answer = at_browser(town).get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in words(answer) and 'lang="en"' in answer.text


def test_wrong_methods_are_told_in_words(town: Town) -> None:  # H-11, H-16
    browser = at_browser(town)
    answer = browser.put("/explore")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert "does not do that" in words(answer)
    head, got = browser.head("/explore"), browser.get("/explore")
    same = ("content-type", "content-length", "cache-control", "vary", "content-security-policy")
    assert head.content == b"" and [head.headers[name] for name in same] == [got.headers[name] for name in same]


def test_a_door_opens_only_for_who_is_signed_in(town: Town) -> None:
    for path in ("/home", "/write", "/notices", "/requests", "/bookmarks", "/favourites", "/settings/profile"):
        answer = at_browser(town).get(path)
        assert urlsplit(answer.headers["location"]).path == "/sign-in", path


def test_looking_changes_nothing(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea", locked=True)
    bea.follows(ada)
    post = ada.says("Bonjour @bea")
    town.run_jobs()
    browser = at_browser(town, ada)
    browser.get("/home")
    before = everything(town)
    paths = [
        *("/", "/home", "/explore", "/search?q=bonjour", "/about", "/write", "/notices", "/requests", "/bookmarks"),
        *("/favourites", "/settings/profile", "/settings/safety", "/@ada", "/@ada/media", "/@ada/with_replies"),
        *("/@ada/followers", "/@ada/following", "/@ada.rss", "/@ada.atom", "/@bea", "/tags/x", "/tags/x.rss"),
        *(f"/@ada/{post['id']}", f"/@ada/{post['id']}/edit", "/nodeinfo/2.0", "/?lang=fr"),
        *(f"/posts/{post['id']}/delete", f"/accounts/{bea.id}/follow", "/post", "/notices/read", "/sign-out"),
    ]
    for path in paths:
        browser.get(path)
    assert everything(town) == before


def everything(town: Town) -> dict[str, list[Any]]:
    with town.store.read() as db:
        return {
            table.name: [tuple(row) for row in db.connection.execute(select(table))] for table in metadata.sorted_tables
        }


def test_what_anybody_gets_holds_nothing_of_somebody(town: Town) -> None:  # B-13
    ada, bea = somebody(town, "ada"), somebody(town, "bea_the_reader")
    bea.follows(ada)
    post = ada.says("Bonjour")
    signed_in, anybody = at_browser(town, bea), at_browser(town)
    for path in ("/", "/explore", "/@ada", f"/@ada/{post['id']}", "/about", "/tags/x"):
        for _ in range(3):
            own, open_to_all = signed_in.get(path), anybody.get(path)
            assert open_to_all.headers["cache-control"].startswith("public")
            assert {"Cookie", "Accept-Language", "HX-Request"} <= {*open_to_all.headers["vary"].split(", ")}
            assert "set-cookie" not in open_to_all.headers
            assert "bea_the_reader" not in open_to_all.text and 'name="csrf"' not in open_to_all.text
            assert own.headers["cache-control"].startswith("private") or own.status_code == 302


def test_a_page_asks_no_other_host_and_runs_nothing_of_its_own(town: Town) -> None:  # E-04
    post = somebody(town, "ada").says("https://elsewhere.example/x.png")
    for path in ("/", "/@ada", f"/@ada/{post['id']}", "/nowhere"):
        answer = at_browser(town).get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy and "object-src" not in policy and "default-src 'none'" in policy
        assert answer.headers["referrer-policy"] == "same-origin"
        tree = html5lib.parse(answer.text, namespaceHTMLElements=False)
        for element in tree.iter():
            assert not any(name.startswith("on") or name == "style" for name in dict(element.items()))
            loads = element.get("src") or (element.get("href") if element.tag == "link" else None)
            if loads and element.get("rel") != "canonical":
                assert loads.startswith("/"), loads


@pytest.mark.parametrize(("language", "says"), [("fr", "Ce qui se passe"), ("en", "What is happening")])
def test_the_front_speaks_the_language_of_the_visitor(town: Town, language: str, says: str) -> None:
    answer = at_browser(town).get("/", headers={"Accept-Language": language})
    assert says in words(answer) and f'<html lang="{language}">' in answer.text


def test_who_only_looks_for_an_account_does_not_act_for_it(town: Town) -> None:
    from sqlalchemy import update

    from perron.store.tables import memberships

    person = somebody(town, "ada")
    town.store.write(lambda tx: tx.execute(update(memberships).values(role="analyst")))
    ada = at_browser(town, person)
    page = ada.get("/home")
    assert page.status_code == 200 and 'action="/post"' not in page.text
    token = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert ada.post("/post", data={"csrf": token, "text": "As the brand"}).status_code == 403
