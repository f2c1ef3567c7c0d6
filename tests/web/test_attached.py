"""What a post carries along, on pages: via, card and quote, for whoever looks."""

import re
from typing import Any

from perron.posts.cards import Card, card_for, change_card
from tests.rig import Person
from tests.rig import Site as Town
from tests.web.conftest import Browser, at_browser, somebody


def page_of(browser: Browser, post: dict[str, Any]) -> str:
    return browser.get(f"/@{post['account']['acct']}/{post['id']}").text


def people(town: Town) -> tuple[Person, Person, Person]:
    ada = somebody(town, "ada")
    return ada, somebody(town, "bea", follows=ada), somebody(town, "dirk")


def test_a_quote_stands_inside_the_post_in_all_its_states(town: Town) -> None:
    ada, bea, dirk = people(town)
    said = ada.says("Bonjour du banc")
    made = dirk.says("À lire", quoted_status_id=said["id"])
    anybody, hers = at_browser(town), at_browser(town, bea)

    assert "Bonjour du banc" in page_of(anybody, made)
    assert f'href="/@ada/{said["id"]}"' in page_of(anybody, made)
    bea.post(f"/api/v1/accounts/{ada.id}/mute")
    assert "whom you have muted" in page_of(hers, made)
    assert "Bonjour du banc" not in page_of(hers, made)
    bea.post(f"/api/v1/accounts/{ada.id}/unmute")
    bea.post(f"/api/v1/accounts/{ada.id}/block")
    assert "whom you have blocked" in page_of(hers, made)
    assert "Bonjour du banc" not in page_of(hers, made)
    bea.post(f"/api/v1/accounts/{ada.id}/unblock")
    ada.post(f"/api/v1/accounts/{bea.id}/block")
    assert "is not for you to see" in page_of(hers, made)
    assert "Bonjour du banc" not in page_of(hers, made)
    assert "Bonjour du banc" in page_of(anybody, made)
    ada.delete(f"/api/v1/statuses/{said['id']}")
    assert "has been deleted" in page_of(anybody, made)


def test_the_author_takes_the_post_out_of_a_quote_and_nobody_else_does(town: Town) -> None:
    ada, bea, dirk = people(town)
    said = ada.says("Bonjour du banc")
    made = dirk.says("À lire", quoted_status_id=said["id"])
    act = f"/posts/{made['id']}/unquote"

    for other in (bea, dirk, None):
        browser = at_browser(town, other)
        assert act not in page_of(browser, made)
        csrf = re.search(r'name="csrf" value="(\w+)"', browser.get("/sign-in" if other is None else "/home").text)
        assert csrf
        answer = browser.post(act, data={"csrf": csrf[1], "next": "/"})
        assert answer.status_code == (303 if other is None else 403)
    assert "Bonjour du banc" in page_of(at_browser(town), made)

    browser = at_browser(town, ada)
    page = browser.get(f"/@dirk/{made['id']}")
    assert browser.fill(page, at=act).headers["location"] == f"/@dirk/{made['id']}#p{made['id']}"
    assert "does not wish their post to be quoted here" in page_of(at_browser(town), made)
    assert "Bonjour du banc" not in page_of(at_browser(town), made)


def test_the_quotes_of_a_post_have_a_page_on_which_its_author_decides(town: Town) -> None:
    ada, bea, dirk = people(town)
    said = ada.says("Bonjour du banc")
    dirk.says("À lire absolument", quoted_status_id=said["id"])
    dirk.says("Entre nous", quoted_status_id=said["id"], visibility="private")
    path = f"/@ada/{said['id']}/quotes"

    for reader in (None, bea, ada):
        shown = at_browser(town, reader).get(path).text
        assert "À lire absolument" in shown
        assert "Entre nous" not in shown
        assert ("Who may quote this post" in shown) == (reader is ada)
    browser = at_browser(town, ada)
    browser.fill(browser.get(path), at=f"/posts/{said['id']}/quoting", policy="nobody")
    assert 'value="nobody" checked' in browser.get(path).text
    dirk.says("x", quoted_status_id=said["id"], expect=403)
    theirs = at_browser(town, dirk)
    csrf = re.search(r'name="csrf" value="(\w+)"', theirs.get("/home").text)
    assert csrf
    assert theirs.post(f"/posts/{said['id']}/quoting", data={"csrf": csrf[1], "policy": "public"}).status_code == 404


def test_the_page_of_quotes_of_a_hidden_post_is_as_if_it_were_not(town: Town) -> None:
    ada, bea, dirk = people(town)
    said = ada.says("entre nous", visibility="private")
    assert at_browser(town, bea).get(f"/@ada/{said['id']}/quotes").status_code == 200
    for reader in (dirk, None):
        browser = at_browser(town, reader)
        hidden = browser.get(f"/@ada/{said['id']}/quotes")
        assert hidden.status_code == 404
        assert hidden.text.replace(said["id"], "") == browser.get("/@ada/123/quotes").text.replace("123", "")
    assert at_browser(town).get(f"/@bea/{said['id']}/quotes").status_code == 404


def test_only_what_may_be_quoted_offers_it(town: Town) -> None:
    ada, bea, dirk = people(town)
    said = ada.says("Bonjour", quote_approval_policy="followers")
    link = f'href="/write?quote={said["id"]}"'
    assert link in page_of(at_browser(town, bea), said)
    assert link in page_of(at_browser(town, ada), said)
    assert link not in page_of(at_browser(town, dirk), said)


def test_whoever_is_thanked_is_named_under_the_post(town: Town) -> None:
    ada, bea, _ = people(town)
    made = ada.says("Lu ce matin", via="bea")
    assert re.search(r'class="via">\s*via <a href="/@bea"><bdi>@bea</bdi>', page_of(at_browser(town), made))
    assert 'class="via"' not in page_of(at_browser(town), ada.says("sans"))


def test_a_card_is_shown_with_nothing_from_elsewhere(town: Town) -> None:
    ada, _, _ = people(town)
    url = "https://far.example/page?a=1&b=<2>"
    made = ada.says("https://far.example/page?a=1&b=", card_title="Mon titre")
    with town.store.read() as db:
        card = card_for(db, made["card"]["url"])
    assert card is not None and url
    nasty = '<script>alert(1)</script>"'
    town.store.write(
        lambda tx: change_card(
            tx,
            Card(card.id, card.url, "ready", title=nasty, description=nasty, provider=nasty, author=nasty),
        )
    )
    page = page_of(at_browser(town), made)
    assert '<strong class="card-title">Mon titre</strong>' in page
    assert "<script>alert" not in page
    assert 'rel="nofollow noopener noreferrer"' in page
    assert not re.search(r'<img[^>]*src="(?:https?:)?//', page)


def test_what_is_quoted_stays_within_its_veil(town: Town) -> None:
    ada, bea, _ = people(town)
    said = ada.says("la fin du film", spoiler_text="Le film d’hier")
    made = bea.says("Oh", quoted_status_id=said["id"])
    shown = page_of(at_browser(town), made)
    assert "Le film d’hier" in shown and "la fin du film" not in shown
