"""Decks on pages, without a script: begun, filled, arranged by the size of the screen, torn off, read."""

import re

import httpx
import pytest

from perron.suite.atelier.deck.queries import decks_of
from tests.rig import Person
from tests.rig import Site as Town

from .acting import faults
from .conftest import Browser, at_browser, hidden, somebody
from .test_pages import words


@pytest.fixture
def person(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def ada(town: Town, person: Person) -> Browser:
    return at_browser(town, person)


def begin(browser: Browser, name: str = "Matin", chosen: str = "") -> str:
    """Begin a deck; its address."""
    token = hidden(browser.get("/deck/new"))
    answer = browser.post("/deck", data={"csrf": token, "name": name, "set": chosen}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def send(browser: Browser, path: str, **fields: str) -> httpx.Response:
    token = hidden(browser.get("/deck/new"))
    return browser.post(path, data={"csrf": token, **fields}, follow_redirects=False)


def add(browser: Browser, deck: str, what: str, of: str = "") -> httpx.Response:
    return send(browser, f"{deck}/columns", what=what, of=of)


def columns(page: httpx.Response) -> list[str]:
    """The kinds of the columns of a page, from left to right."""
    return re.findall(r'<section class="column[^>]*data-kind="(\w+)"', page.text)


def posts(page: httpx.Response, column: int) -> list[str]:
    """The ids of the posts in a column, from above."""
    return re.findall(rf'<article class="post" id="c{column}-p(\d+)"', page.text)


def test_an_empty_deck_teaches_and_offers_columns_to_begin_with(town: Town, person: Person, ada: Browser) -> None:
    page = ada.get("/deck")
    assert page.status_code == 200 and {"Blogger", "Community manager", "Journalist"} <= set(
        re.findall(r"<h2[^>]*>([^<]+)</h2>", page.text)
    )
    deck = begin(ada, "Journalist", "journalist")
    page = ada.get(deck)
    assert columns(page) == ["home", "public", "notices"] and faults(page.text) == []
    assert ada.get("/deck", follow_redirects=False).headers["location"] == deck
    empty = ada.get(begin(ada))
    assert columns(empty) == [] and "No column yet" in words(empty)


def test_what_somebody_has_is_taken_up_in_the_first_columns(town: Town, person: Person, ada: Browser) -> None:
    made = person.post("/api/v1/lists", {"title": "Voisins"})
    person.post("/api/v1/tags/March%C3%A9/follow")
    page = ada.get(begin(ada, "J", "journalist"))
    assert columns(page) == ["home", "list", "tag", "public", "notices"]
    assert f'data-of="{made["id"]}"' in page.text and "#Marché" in words(page)
    page = ada.get(begin(ada, "M", "manager"))
    assert columns(page) == ["notices", "search", "notices", "scheduled", "tag", "public"]


def test_columns_of_all_kinds_are_added_and_show_what_they_say(town: Town, person: Person, ada: Browser) -> None:
    bea = somebody(town, "bea")
    person.follows(bea)
    made = person.post("/api/v1/lists", {"title": "Voisins"})
    person.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [bea.id]})
    said = bea.says("Un #marché au petit port @ada")
    town.run_jobs()
    deck = begin(ada)
    kinds = ["home", f"list:{made['id']}", "tag", "account", "public:here", "notices:mentions", "scheduled", "search"]
    typed = {"tag": "#Marché", "account": "@bea", "search": "port from:bea"}
    for kind in kinds:
        assert add(ada, deck, kind, typed.get(kind, "")).status_code == 303
    page = ada.get(deck)
    assert columns(page) == [one.partition(":")[0] for one in kinds]
    for number in (1, 2, 3, 4, 5, 8):
        assert posts(page, number) == [said["id"]], number
    assert f'id="c6-np{said["id"]}"' in page.text and "Nothing is planned" in words(page)
    assert faults(page.text) == []
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids)), "the same post in several columns has several names"


def test_what_makes_no_column_is_said_where_it_was_typed(town: Town, ada: Browser) -> None:
    deck = begin(ada)
    for kind, of, why in (
        ("tag", "deux mots", "not a tag"),
        ("account", "@nobody", "Nobody here is called so"),
        ("search", "", "needs to know"),
    ):
        answer = add(ada, deck, kind, of)
        assert answer.status_code == 422 and why in words(answer) and of in answer.text
    assert add(ada, deck, "list:17").status_code == 404
    assert columns(ada.get(deck)) == []


def test_a_column_leaves_out_what_it_is_told_to(town: Town, person: Person, ada: Browser) -> None:
    bea, dirk = somebody(town, "bea"), somebody(town, "dirk")
    person.follows(bea)
    plain = bea.says("Des mots")
    foreign = dirk.says("Ailleurs")
    boost = bea.post(f"/api/v1/statuses/{foreign['id']}/reblog")
    answer = bea.says("Réponse", in_reply_to_id=foreign["id"])
    deck = begin(ada)
    add(ada, deck, "account", "bea")
    everything = [answer["id"], foreign["id"], plain["id"]]
    assert posts(ada.get(deck), 1) == everything and boost["id"]
    send(ada, f"{deck}/columns/1", do="save", boosts="on", tells="nothing", title="Béa")
    page = ada.get(deck)
    assert posts(page, 1) == [foreign["id"], plain["id"]]
    assert "Béa" in words(page) and 'data-tells="nothing"' in page.text
    send(ada, f"{deck}/columns/1", do="save", replies="on")
    assert posts(ada.get(deck), 1) == [answer["id"], plain["id"]]
    send(ada, f"{deck}/columns/1", do="save", replies="on", boosts="on", media="on")
    page = ada.get(deck)
    assert posts(page, 1) == [] and "Nothing that this column lets through" in words(page)


def test_each_screen_keeps_its_own_order_and_widths(town: Town, person: Person, ada: Browser) -> None:
    deck = begin(ada)
    for kind in ("home", "notices", "public"):
        add(ada, deck, kind)
    send(ada, f"{deck}/columns/3", do="left", screen="wide")
    send(ada, f"{deck}/columns/1", do="broad", screen="wide")
    send(ada, f"{deck}/columns/1", do="right", screen="phone")
    ada.cookies.set("perron_screen", "wide")
    page = ada.get(deck)
    assert columns(page) == ["home", "public", "notices"]
    assert '<section class="column is-broad" id="c1"' in page.text
    ada.cookies.set("perron_screen", "phone")
    page = ada.get(deck)
    assert columns(page)[0] != "home" and '<section class="column is-broad" id="c1"' in page.text


def test_an_order_that_is_behind_overwrites_nothing(town: Town, person: Person, ada: Browser) -> None:
    deck = begin(ada)
    for kind in ("home", "notices", "public"):
        add(ada, deck, kind)
    with town.store.read() as db:
        version = decks_of(db, person.user_id, person.account.id)[0].version
    path = f"{deck}/order"
    assert send(ada, path, order="3,1,2", screen="laptop", version=str(version)).status_code == 303
    assert columns(ada.get(deck)) == ["public", "home", "notices"]
    refused = send(ada, path, order="1,2,3", screen="laptop", version=str(version))
    assert refused.status_code == 409 and "arranged elsewhere" in refused.text
    assert columns(ada.get(deck)) == ["public", "home", "notices"]


def test_a_column_goes_into_a_window_of_its_own_and_comes_back(town: Town, person: Person, ada: Browser) -> None:
    deck = begin(ada)
    said = person.says("Bonjour")
    for kind in ("home", "notices"):
        add(ada, deck, kind)
    answer = send(ada, f"{deck}/columns/1", do="apart", screen="laptop")
    assert answer.headers["location"] == f"{deck}/columns/1"
    assert columns(ada.get(deck)) == ["notices"] and f'href="{deck}/columns/1"' in ada.get(deck).text
    own = ada.get(f"{deck}/columns/1")
    assert columns(own) == ["home"] and posts(own, 1) == [said["id"]] and faults(own.text) == []
    send(ada, f"{deck}/columns/1", do="back", screen="laptop")
    assert columns(ada.get(deck)) == ["home", "notices"]
    send(ada, f"{deck}/columns/1", do="remove")
    assert columns(ada.get(deck)) == ["notices"] and ada.get(f"{deck}/columns/1").status_code == 404


def test_what_has_come_is_asked_for_all_columns_at_once(town: Town, person: Person, ada: Browser) -> None:
    deck = begin(ada)
    add(ada, deck, "home")
    add(ada, deck, "public")
    add(ada, deck, "notices")
    first, second = person.says("un"), person.says("deux")
    piece = ada.get(f"{deck}/fresh?c1={first['id']}&c2=0&c3=0&c99=1", headers={"HX-Request": "true"})
    assert posts(piece, 1) == [second["id"]] and posts(piece, 2) == [second["id"], first["id"]]
    assert 'data-column="99"' not in piece.text and "data-whole" in piece.text
    assert f'value="{deck}#p{second["id"]}"' in piece.text, "whoever acts there comes back to the deck"


def test_a_deck_is_renamed_and_removed_and_is_nobody_elses(town: Town, ada: Browser) -> None:
    deck = begin(ada, "Matin")
    assert send(ada, f"{deck}/name", name="Soir").status_code == 303
    assert "Soir" in words(ada.get(deck))
    dirk = at_browser(town, somebody(town, "dirk"))
    assert dirk.get(deck).status_code == 404 and dirk.get(f"{deck}/add").status_code == 404
    assert send(dirk, f"{deck}/columns", what="home").status_code == 404
    send(ada, f"{deck}/remove")
    assert ada.get(deck).status_code == 404
    assert at_browser(town).get(deck, follow_redirects=False).headers["location"].startswith("/sign-in")
