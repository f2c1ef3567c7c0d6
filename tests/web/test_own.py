"""One's own pages with a browser that runs no script: notices, talks, lists, what is kept away, the profile."""

import re
from typing import Any

import pytest

from perron.people.users import change_user_role
from perron.store.paging import NEWEST, Paging
from perron.timelines.conversations import conversations_page
from perron.timelines.filters import filters_of
from perron.timelines.lists import lists_of, lists_with
from perron.timelines.notice_pages import unread_count
from perron.timelines.notice_policy import Policy, policy_of
from perron.timelines.notices import notify
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_pages import follow, picture
from .test_pages import words as read_words


def words(page: Any) -> str:
    """What a page says, with commas where they belong."""
    return re.sub(r" ([,.])", r"\1", read_words(page))


def gone(browser: Browser, path: str, data: dict[str, str] | None = None) -> None:
    """What is at this address answers exactly as what does not exist."""
    token = re.search(r'name="csrf" value="([^"]+)"', browser.get("/me").text)
    assert token
    sent = {"csrf": token[1]} | (data or {})
    nowhere = re.sub(r"\d+", "123456789", path)
    if data is None:
        found, missing = browser.get(path), browser.get(nowhere)
    else:
        found, missing = browser.post(path, data=sent), browser.post(nowhere, data=sent)
    assert found.status_code == missing.status_code == 404
    plain = [re.sub(r"\d{6,}", "", words(each)) for each in (found, missing)]
    assert plain[0] == plain[1]


@pytest.fixture
def people(town: Town) -> tuple[Person, Person, Person]:
    ada = somebody(town, "ada")
    return ada, somebody(town, "bea", follows=ada), somebody(town, "dirk")


People = tuple[Person, Person, Person]


# -- notices -----------------------------------------------------------------------------------------------------------


def test_favourites_of_a_post_are_told_in_one_sentence_with_their_faces(town: Town, people: People) -> None:
    ada, bea, dirk = people
    post = ada.says("Bonjour du banc")
    for one in (bea, dirk, somebody(town, "cy")):
        one.post(f"/api/v1/statuses/{post['id']}/favourite")
    town.run_jobs()
    page = at_browser(town, ada).get("/notices")
    assert "cy, dirk and bea favourited your post" in words(page)
    assert page.text.count('class="told-of about-favourite') == 1
    found = re.search(r'<p class="faces".*?</p>', page.text, re.DOTALL)
    assert found and found[0].count("<img") == 3
    assert "bea follows you" in words(page)

    for n in range(3):
        somebody(town, f"p{n}").post(f"/api/v1/statuses/{post['id']}/favourite")
    town.run_jobs()
    assert "p2, p1 and 4 others favourited your post" in words(at_browser(town, ada).get("/notices"))


def test_tabs_show_one_kind_each_and_keep_their_address(town: Town, people: People) -> None:
    ada, bea, dirk = people
    post = ada.says("Bonjour")
    dirk.says("@ada salut")
    dirk.post(f"/api/v1/statuses/{post['id']}/reblog")
    town.run_jobs()
    browser = at_browser(town, ada)
    shows = {
        "": ("dirk boosted", "dirk mentioned", "bea follows"),
        "mentions": ("dirk mentioned",),
        "echoes": ("dirk boosted",),
        "follows": ("bea follows",),
        "rest": (),
    }
    for only, told in shows.items():
        page = browser.get("/notices", params={"only": only} if only else {})
        said = words(page)
        assert [one for one in shows[""] if one in said] == list(told)
        assert re.search(rf'<a href="/notices{f"[?]only={only}" if only else ""}" aria-current="page"', page.text)
    assert "Nothing of this kind" in words(browser.get("/notices?only=rest"))
    assert browser.get("/notices?only=aliens").status_code == 404


def test_every_kind_is_told_in_a_sentence_with_a_mark(town: Town, people: People) -> None:
    ada, bea, dirk = people
    mine, theirs = int(ada.says("Mine")["id"]), int(dirk.says("Theirs @ada")["id"])
    says = {
        "mention": (theirs, "dirk mentioned you"),
        "status": (theirs, "dirk published"),
        "reblog": (mine, "dirk boosted your post"),
        "follow": (0, "dirk follows you"),
        "follow_request": (0, "dirk asks to follow you"),
        "favourite": (mine, "dirk favourited your post"),
        "poll": (theirs, "A poll by dirk in which you voted has ended"),
        "update": (theirs, "dirk changed a post that you boosted"),
        "quote": (theirs, "dirk quoted your post"),
        "quoted_update": (theirs, "dirk changed a post that you quoted"),
        "credit": (theirs, "dirk named you as the source of a post"),
        "admin.sign_up": (0, "dirk has joined this server"),
        "admin.report": (0, "dirk has reported something to the moderators"),
        "moderation_warning": (0, "The moderators have decided something about your account"),
        "severed_relationships": (0, "Some of your follows have ended"),
    }

    def tell(tx: Any) -> None:
        change_user_role(tx, ada.user_id, "moderator")  # some are only for those who look after the server
        for type_, (post_id, _) in says.items():
            notify(tx, ada.account.id, type_, dirk.account.id, post_id)

    town.store.write(tell)
    page = at_browser(town, ada).get("/notices")
    for _, sentence in says.values():
        assert sentence in words(page)
    assert page.text.count('<span class="kind') == len(says)
    assert "Something happened" not in words(page)


def test_new_ones_are_marked_until_they_are_read(town: Town, people: People) -> None:
    ada, _, dirk = people
    town.run_jobs()
    browser = at_browser(town, ada)
    page = browser.get("/notices")
    assert page.text.count('<span class="newly">') == 1 and "New since" not in words(page)
    assert follow(browser, browser.fill(page, at="/notices/read")).text.count('<span class="newly">') == 0

    dirk.says("@ada salut")
    town.run_jobs()
    page = browser.get("/notices?only=mentions")
    assert "New since" in words(page)
    assert follow(browser, browser.fill(page, at="/notices/read")).url.query == b"only=mentions"
    with town.store.read() as db:
        assert unread_count(db, ada.account.id, 0) == 2
    assert "Mark all as read" not in words(browser.get("/notices"))
    assert "Earlier" not in words(browser.get("/notices"))


def test_a_mention_is_answered_quoted_boosted_and_favourited_from_the_notice(town: Town, people: People) -> None:
    ada, _, dirk = people
    post = dirk.says("@ada un mot")
    town.run_jobs()
    browser = at_browser(town, ada)
    page = browser.get("/notices")
    assert f'href="/@dirk/{post["id"]}#reply"' in page.text
    assert f'href="/write?quote={post["id"]}"' in page.text
    for act in ("boost", "favourite"):
        assert browser.press(page, f"/posts/{post['id']}/{act}").status_code == 303
    after = dirk.get(f"/api/v1/statuses/{post['id']}")
    assert (after["reblogs_count"], after["favourites_count"]) == (1, 1)


def test_one_notice_is_dismissed_and_nobody_dismisses_anothers(town: Town, people: People) -> None:
    ada, _, dirk = people
    dirk.says("@ada un")
    dirk.says("@ada deux")
    town.run_jobs()
    browser = at_browser(town, ada)
    page = browser.get("/notices")
    act = re.search(r"/notices/\d+/dismiss", page.text)
    assert act
    stranger = at_browser(town, dirk)
    token = re.search(r'name="csrf" value="([^"]+)"', stranger.get("/home").text)
    assert token and stranger.post(act[0], data={"csrf": token[1]}).status_code == 303
    assert "deux" in words(browser.get("/notices"))
    said = words(follow(browser, browser.fill(page, at=act[0])))
    assert "deux" not in said and "un" in said


def test_who_is_kept_apart_waits_on_a_page_of_its_own(town: Town, people: People) -> None:
    ada, bea, dirk = people
    browser = at_browser(town, ada)
    page = browser.get("/settings/reach")
    saved = browser.fill(page, at="/settings/reach", not_followed="filter", new_accounts="nonsense")
    assert "Your choice is kept" in words(follow(browser, saved))
    with town.store.read() as db:
        assert policy_of(db, ada.account.id) == Policy(
            not_followed="filter", private_mentions="filter", limited_accounts="filter"
        )

    dirk.says("@ada je te connais ?")
    bea.says("@ada coucou")
    town.run_jobs()
    assert "dirk mentioned" not in words(browser.get("/notices"))
    assert "2 people you do not know are kept apart" in words(browser.get("/notices"))
    apart = browser.get("/notices/requests")
    assert "je te connais" in words(apart) and "coucou" in words(apart)
    assert browser.press(apart, f"/notices/requests/{dirk.id}/accept").status_code == 303
    assert browser.press(apart, f"/notices/requests/{bea.id}/dismiss").status_code == 303
    assert "dirk mentioned you" in words(browser.get("/notices"))
    assert "Nobody is kept apart" in words(browser.get("/notices/requests"))
    dirk.says("@ada encore")
    town.run_jobs()
    assert "encore" in words(browser.get("/notices"))


# -- who asks to follow ------------------------------------------------------------------------------------------------


def test_several_are_let_in_or_refused_at_once(town: Town) -> None:
    ada = somebody(town, "ada", locked=True)
    asking = [somebody(town, name, follows=ada) for name in ("bea", "cy", "dirk", "eve")]
    browser = at_browser(town, ada)
    page = browser.get("/requests")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    sent = {"csrf": token[1], "act": "accept", "who": [asking[0].id, asking[1].id, ada.id, "x"]}
    assert browser.post("/requests", data=sent).status_code == 303
    assert browser.press(browser.get("/requests"), f"/accounts/{asking[3].id}/accept").status_code == 303
    assert browser.post("/requests", data=sent | {"act": "reject", "who": asking[2].id}).status_code == 303
    followers = [one["username"] for one in ada.get(f"/api/v1/accounts/{ada.id}/followers")]
    assert sorted(followers) == ["bea", "cy", "eve"]
    assert "Nobody asks to follow you" in words(browser.get("/requests"))
    assert browser.post("/requests", data=sent | {"act": "eat"}).status_code == 404


# -- talks -------------------------------------------------------------------------------------------------------------


def talk(town: Town, person: Person) -> int:
    with town.store.read() as db:
        return conversations_page(db, person.account.id, Paging(below=NEWEST))[0].id


def test_a_talk_is_begun_answered_and_goes_on_in_one_place(town: Town, people: People) -> None:
    ada, bea, dirk = people
    mine, theirs = at_browser(town, ada), at_browser(town, bea)
    page = mine.get("/messages/new?to=@bea")
    assert 'value="@bea"' in page.text
    begun = follow(mine, mine.fill(page, at="/messages", to="@bea@testserver", text="Un café ?"))
    assert "Un café" in words(begun) and "@bea Un café" not in words(begun)
    town.run_jobs()

    listed = theirs.get("/messages")
    assert "ada new Un café ?" in words(listed)
    answered = follow(
        theirs, theirs.fill(theirs.get(f"/messages/{talk(town, bea)}"), at=f"/messages/{talk(town, bea)}", text="Oui")
    )
    town.run_jobs()
    assert answered.text.count('<li class="bubble own"') == 1 and answered.text.count('<li class="bubble"') == 1
    assert "new" not in words(theirs.get("/messages")).split("ada", 1)[1].split("Oui")[0]
    assert "bea new Oui" in words(mine.get("/messages"))

    page = mine.get("/messages/new")
    mine.fill(page, at="/messages", to="bea", text="À dix heures")
    with town.store.read() as db:
        assert len(conversations_page(db, ada.account.id, Paging(below=NEWEST))) == 1
    assert words(mine.get("/messages")).count("À dix heures") == 1
    assert "Un café" not in words(at_browser(town, dirk).get("/messages"))
    assert "Un café" not in words(at_browser(town).get("/@ada"))


def test_a_talk_among_several_is_answered_to_all_of_them(town: Town, people: People) -> None:
    ada, bea, dirk = people
    browser = at_browser(town, ada)
    browser.fill(browser.get("/messages/new"), at="/messages", to="@bea, @dirk", text="À trois")
    town.run_jobs()
    stranger = at_browser(town, dirk)
    at = f"/messages/{talk(town, dirk)}"
    stranger.fill(stranger.get(at), at=at, text="Présent")
    town.run_jobs()
    assert "Présent" in words(at_browser(town, bea).get(f"/messages/{talk(town, bea)}"))
    assert "Présent" in words(browser.get(f"/messages/{talk(town, ada)}"))


def test_words_are_kept_when_a_message_is_refused(town: Town, people: People) -> None:
    ada, bea, _ = people
    browser = at_browser(town, ada)
    for to, text, says in (
        ("@nobody", "Kept words", "Nobody is called @nobody here"),
        (" ", "Kept words", "Name somebody first"),
        ("@bea", " ", "There are no words yet"),
        ("@bea", "a" * 500, "the limit is 500"),
    ):
        answer = browser.fill(browser.get("/messages/new"), at="/messages", to=to, text=text)
        assert answer.status_code == 422 and says in words(answer) and text.strip() in answer.text
    browser.fill(browser.get("/messages/new"), at="/messages", to="@bea", text="Bonjour")
    at = f"/messages/{talk(town, ada)}"
    answer = browser.fill(browser.get(at), at=at, text="b" * 600)
    assert answer.status_code == 422 and "b" * 600 in answer.text and "Bonjour" in words(answer)


def test_a_talk_is_read_unread_and_removed_from_ones_own_side_only(town: Town, people: People) -> None:
    ada, bea, _ = people
    ada.says("@bea psst", visibility="direct")
    town.run_jobs()
    browser, at = at_browser(town, bea), f"/messages/{talk(town, bea)}"
    assert "Messages 1 new" in words(browser.get("/me"))
    assert browser.fill(browser.get(at), at=f"{at}/read").status_code == 303
    assert "Mark as not read" in words(browser.get(at)) and "Messages 1 new" not in words(browser.get("/me"))
    assert browser.press(browser.get(at), f"{at}/unread").status_code == 303
    assert "Mark as read" in words(browser.get(at))
    assert browser.press(browser.get(at), f"{at}/remove").status_code == 303
    assert browser.get(at).status_code == 404
    assert "psst" in words(at_browser(town, ada).get(f"/messages/{talk(town, ada)}"))


def test_nobody_reads_answers_or_removes_anothers_talk(town: Town, people: People) -> None:
    ada, bea, dirk = people
    ada.says("@bea psst", visibility="direct")
    town.run_jobs()
    at, stranger = f"/messages/{talk(town, bea)}", at_browser(town, dirk)
    gone(stranger, at)
    gone(stranger, at, {"text": "Moi aussi"})
    for act in ("read", "unread", "remove"):
        gone(stranger, f"{at}/{act}", {})
    assert at_browser(town, bea).get(at).status_code == 200


# -- lists and tags ----------------------------------------------------------------------------------------------------


def test_a_list_is_made_filled_read_changed_and_removed(town: Town, people: People) -> None:
    ada, bea, dirk = people
    browser = at_browser(town, bea)
    edit = follow(browser, browser.fill(browser.get("/lists"), at="/lists", title="Voisins"))
    with town.store.read() as db:
        (made,) = lists_of(db, bea.account.id)
    at = f"/lists/{made.id}"
    assert "Nobody is in this list yet" in words(edit)
    assert "is called so" in words(browser.get(f"{at}/edit?q=dirk"))  # she does not follow him
    found = browser.get(f"{at}/edit?q=ada")
    assert follow(browser, browser.fill(found, at=f"{at}/add", who=ada.id)).status_code == 200
    assert browser.fill(found, at=f"{at}/add", who=ada.id).status_code == 303  # twice is no harm
    ada.says("Bonjour la liste")
    dirk.says("Pas dans la liste")
    assert "Bonjour la liste" in words(browser.get(at)) and "Pas dans" not in words(browser.get(at))

    page = browser.get(f"{at}/edit")
    changed = browser.fill(page, at=f"{at}/edit", title="Amis", replies="none", exclusive="on")
    assert changed.headers["location"] == at
    with town.store.read() as db:
        (made,) = lists_of(db, bea.account.id)
    assert (made.title, made.replies, bool(made.exclusive)) == ("Amis", "none", True)
    refused = browser.fill(page, at=f"{at}/edit", title=" ", replies="none")
    assert refused.status_code == 422 and "has 1 to 256 characters" in words(refused)
    browser.fill(browser.get(f"{at}/edit"), at=f"{at}/drop", who=ada.id)
    assert "Nobody is in this list" in words(browser.get(at))
    assert browser.fill(browser.get(f"{at}/edit"), at=f"{at}/remove").status_code == 303
    assert browser.get(at).status_code == 404
    assert browser.fill(browser.get("/lists"), at="/lists", title="").status_code == 422


def test_somebody_is_put_in_lists_from_their_profile(town: Town, people: People) -> None:
    ada, bea, dirk = people
    made = [bea.post("/api/v1/lists", {"title": title})["id"] for title in ("Un", "Deux")]
    browser = at_browser(town, bea)
    at = f"/lists/with/{ada.id}"
    assert f'href="{at}"' in browser.get("/@ada").text
    answer = browser.fill(browser.get(at), at=at, list=made[1])
    assert answer.headers["location"] == "/@ada"
    with town.store.read() as db:
        assert [one.title for one in lists_with(db, bea.account.id, ada.account.id)] == ["Deux"]
    browser.fill(browser.get(at), at=at, list=made[0])
    with town.store.read() as db:
        assert [one.title for one in lists_with(db, bea.account.id, ada.account.id)] == ["Un"]
    assert "Follow this account first" in words(browser.get(f"/lists/with/{dirk.id}"))
    assert browser.get("/lists/with/77").status_code == 404


def test_nobody_reads_or_changes_anothers_list(town: Town, people: People) -> None:
    ada, bea, dirk = people
    made = bea.post("/api/v1/lists", {"title": "Secrète"})["id"]
    stranger, at = at_browser(town, dirk), f"/lists/{made}"
    gone(stranger, at)
    gone(stranger, f"{at}/edit")
    gone(stranger, f"{at}/edit", {"title": "x", "replies": "list"})
    gone(stranger, f"{at}/remove", {})
    for act in ("add", "drop"):
        gone(stranger, f"{at}/{act}", {"who": ada.id})
    with town.store.read() as db:
        assert [one.title for one in lists_of(db, bea.account.id)] == ["Secrète"]


def test_a_tag_is_followed_from_its_page_and_from_the_list(town: Town, people: People) -> None:
    ada, _, dirk = people
    dirk.says("Au marché #Marché")
    browser = at_browser(town, ada)
    page = browser.get("/tags/marche")
    assert follow(browser, browser.fill(page, at="/tags/marche/follow")).status_code == 200
    assert "Unfollow" in words(browser.get("/tags/marche"))
    assert "#Marché 1 post in a week" in words(browser.get("/followed-tags"))
    assert "Au marché" in words(browser.get("/home"))
    browser.fill(browser.get("/followed-tags"), at="/followed-tags/follow", name="#Jardin")
    listed = browser.get("/followed-tags")
    assert "quiet this week" in words(listed)
    browser.fill(listed, at="/tags/marche/unfollow")
    assert "Marché" not in words(browser.get("/followed-tags"))
    assert "Follow this tag" not in words(at_browser(town).get("/tags/marche"))
    for name in ("", "not a tag"):
        assert browser.fill(listed, at="/followed-tags/follow", name=name).status_code == 404


# -- what is kept away -------------------------------------------------------------------------------------------------


def send(browser: Browser, page: Any, at: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    return browser.post(at, data={"csrf": token[1]} | fields)


def test_a_filter_is_made_told_in_a_sentence_changed_and_removed(town: Town, people: People) -> None:
    ada, bea, _ = people
    browser = at_browser(town, bea)
    page = browser.get("/settings/filters/new")
    given = {
        "word_id": ["0", "0", "0"],
        "word": ["football", "", "Coupe du monde"],
        "whole": ["0"],
        "context": ["home"],
    }
    assert (
        send(browser, page, "/settings/filters/new", action="hide", lasts="86400", title="", **given).status_code == 303
    )
    said = words(browser.get("/settings/filters"))
    assert "Posts with “football”, “Coupe du monde” are hidden at home and in lists" in said and "It ends on" in said
    ada.says("Du football ce soir")
    ada.says("Footballeurs du monde")
    home = words(browser.get("/home"))
    assert "Du football" not in home and "Footballeurs" in home

    with town.store.read() as db:
        (made,) = filters_of(db, bea.account.id)
    assert (made.title, made.action, [one.whole_word for one in made.keywords]) == ("football", "hide", [True, False])
    at = f"/settings/filters/{made.id}"
    page = browser.get(at)
    assert f'value="{made.keywords[0].id}"' in page.text and "as before" in words(page)
    given = {"word_id": [str(one.id) for one in made.keywords] + ["0"], "word": ["", "mondial", "ballon"]}
    more = {"context": ["home", "public"], "action": "warn", "lasts": "-1", "title": "Sport"}
    assert send(browser, page, at, **given, **more).status_code == 303
    with town.store.read() as db:
        (after,) = filters_of(db, bea.account.id)
    assert sorted(one.keyword for one in after.keywords) == ["ballon", "mondial"]
    assert (after.expires_at, after.contexts, after.title) == (made.expires_at, ("home", "public"), "Sport")
    assert send(browser, browser.get(at), f"{at}/remove").status_code == 303
    assert "A filter keeps posts" in words(browser.get("/settings/filters"))


def test_what_was_typed_into_a_refused_filter_comes_back(town: Town, people: People) -> None:
    browser = at_browser(town, people[0])
    page = browser.get("/settings/filters/new?word=spoiler")
    assert 'value="spoiler"' in page.text
    at = "/settings/filters/new"
    nowhere = send(browser, page, at, word_id="0", word="Kept", title="Kept title", action="hide")
    assert nowhere.status_code == 422 and "Choose at least one place" in words(nowhere)
    assert 'value="Kept"' in nowhere.text and 'value="Kept title"' in nowhere.text
    empty = send(browser, page, at, word_id="0", word=" ", context="home", title="Kept title")
    assert empty.status_code == 422 and "needs a word" in words(empty) and 'value="Kept title"' in empty.text
    long = send(browser, page, at, word_id="0", word="a" * 513, context="home", title="x")
    assert long.status_code == 422 and "at most 512" in words(long)


def test_nobody_reads_or_changes_anothers_filter(town: Town, people: People) -> None:
    _, bea, dirk = people
    made = bea.post("/api/v2/filters", {"title": "À moi", "context": ["home"]})["id"]
    stranger, at = at_browser(town, dirk), f"/settings/filters/{made}"
    gone(stranger, at)
    gone(stranger, at, {"title": "x", "word": "y", "word_id": "0", "context": "home"})
    gone(stranger, f"{at}/remove", {})
    with town.store.read() as db:
        assert [one.title for one in filters_of(db, bea.account.id)] == ["À moi"]


def test_people_are_muted_for_a_while_or_for_good_and_blocked(town: Town, people: People) -> None:
    ada, bea, dirk = people
    browser = at_browser(town, ada)
    browser.fill(browser.get("/settings/mutes"), at="/settings/mutes", who="@dirk", lasts="3600", notices="on")
    page = browser.get("/settings/mutes")
    assert "Until" in words(page) and "notices too" in words(page)
    assert [one["username"] for one in ada.get("/api/v1/mutes")] == ["dirk"]
    browser.fill(page, at="/settings/mutes", who="bea@testserver", lasts="0")
    assert "For good · notices still arrive" in words(browser.get("/settings/mutes"))
    assert browser.press(browser.get("/settings/mutes"), f"/accounts/{dirk.id}/unmute").status_code == 303

    for at, name, says in (
        ("/settings/mutes", "@nobody", "Nobody is called @nobody here"),
        ("/settings/blocks", "@nobody", "Nobody is called @nobody here"),
        ("/settings/blocks", "@ada", "This cannot be done between you two"),
    ):
        refused = browser.fill(browser.get(at), at=at, who=name)
        assert refused.status_code == 422 and says in words(refused) and f'value="{name}"' in refused.text
    browser.fill(browser.get("/settings/blocks"), at="/settings/blocks", who="bea")
    assert "bea" in words(browser.get("/settings/blocks"))
    assert bea.get("/api/v1/accounts/relationships", id=[ada.id])[0]["following"] is False
    assert browser.press(browser.get("/settings/blocks"), f"/accounts/{bea.id}/unblock").status_code == 303
    assert "You have blocked nobody" in words(browser.get("/settings/blocks"))


def test_servers_are_hidden_and_heard_again(town: Town, people: People) -> None:
    browser = at_browser(town, people[0])
    page = browser.get("/settings/domains")
    browser.fill(page, at="/settings/domains/block", domain="https://Far.example/")
    listed = browser.get("/settings/domains")
    assert "far.example" in words(listed)
    assert send(browser, listed, "/settings/domains/unblock", domain="far.example").status_code == 303
    assert "No server is hidden" in words(browser.get("/settings/domains"))
    for name, says in (("testserver", "the server you are on"), ("not a name", "not the name of a server")):
        refused = browser.fill(page, at="/settings/domains/block", domain=name)
        assert refused.status_code == 422 and says in words(refused) and name in refused.text


# -- the profile, and the menu -----------------------------------------------------------------------------------------


def test_a_profile_is_finished_in_three_steps_and_rests(town: Town, people: People) -> None:
    browser, at = at_browser(town, people[0]), "/settings/profile"
    assert "0 of 3" in words(browser.get(at))
    assert send(browser, browser.get(at), at, note="Je parle d’oliviers.").status_code == 303
    assert "1 of 3" in words(browser.get(at))
    lines = {"line_name": ["Site", "Ville"], "line_value": ["https://ada.example", "Nîmes"]}
    send(browser, browser.get(at), at, note="Oliviers", **lines)
    page = browser.get(at)
    assert "2 of 3" in words(page) and page.text.count('name="line_name"') == 4
    files = {"avatar": ("a.jpg", picture(), "image/jpeg")}
    described = {"avatar_description": "A woman under an olive tree", "header_description": "Hills"}
    browser.press(page, at, note="Oliviers", line_name="Site", line_value="ada.example", files=files, **described)
    page = browser.get(at)
    assert "3 of 3" in words(page) and "to do" not in words(page)
    assert people[0].get(f"/api/v1/accounts/{people[0].id}")["avatar_description"] == "A woman under an olive tree"
    assert 'value="Hills"' in page.text

    many = {"line_name": [f"L{n}" for n in range(7)], "line_value": ["x"] * 7}
    send(browser, page, at, **many)
    assert browser.get(at).text.count('name="line_name"') == 8


def test_the_menu_leads_to_everything_that_is_ones_own(town: Town, people: People) -> None:
    browser = at_browser(town, people[0])
    page = browser.get("/me")
    for path in set(re.findall(r'<li><a href="(/[^"#]+)"', page.text)):
        assert browser.get(path).status_code in (200, 302), path
    assert browser.fill(page, at="/sign-out").status_code == 303
    assert browser.get("/me").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/me",
            "/notices",
            "/notices/requests",
            "/settings/reach",
            "/requests",
            "/messages",
            "/messages/new",
        ),
        *("/messages/1", "/lists", "/lists/1", "/lists/1/edit", "/lists/with/1", "/followed-tags", "/bookmarks"),
        *("/favourites", "/settings/filters", "/settings/filters/new", "/settings/filters/1", "/settings/mutes"),
        *("/settings/blocks", "/settings/domains", "/settings/profile"),
    ],
)
def test_ones_own_pages_are_for_those_who_are_signed_in(town: Town, path: str) -> None:
    answer = at_browser(town).get(path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
