"""Decks through the API: kept for one user and one account, by the size of the screen, and never overwritten unseen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit import json
from perron.kit.errors import Refused
from perron.people.members import let_speak
from perron.people.standing import delete_account
from perron.suite.atelier.deck import arrange
from perron.suite.atelier.deck.model import KINDS, SCREENS, TELLS, WIDTHS, Arrangement, Column, Place
from perron.suite.atelier.deck.queries import decks_of
from perron.suite.atelier.deck.read import arrangement_kept, arrangement_said, read_columns, read_layouts
from tests.rig import Person, Site

DECKS = "/api/perron/v1/decks"
HOME, TAG = {"kind": "home"}, {"kind": "tag", "of": "#Marché", "only_media": True}


def kinds(deck: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["kind"], one["of"]) for one in deck["columns"]]


def test_a_deck_is_kept_and_found_again(ada: Person) -> None:
    assert ada.get(DECKS) == []
    made = ada.post(DECKS, {"name": " Matin ", "columns": [HOME, TAG]})
    assert (made["name"], made["version"], kinds(made)) == ("Matin", 1, [("home", ""), ("tag", "marche")])
    assert made["layouts"] == {}
    plain = {"title": "", "only_media": False, "boosts": True, "replies": True, "tells": "mark"}
    assert made["columns"][0] == {"id": "1", "kind": "home", "of": "", **plain}
    assert made["columns"][1]["only_media"] is True
    assert ada.get(f"{DECKS}/{made['id']}") == made and ada.get(DECKS) == [made]


def test_each_size_of_screen_has_its_own_order(ada: Person) -> None:
    made = ada.post(DECKS, {"name": "Matin", "columns": [HOME, TAG]})
    wide = [{"column": "2", "width": "broad", "apart": False}, {"column": "1", "width": "narrow", "apart": True}]
    changed = ada.put(f"{DECKS}/{made['id']}", {"version": 1, "layouts": {"wide": wide}})
    assert (changed["version"], changed["layouts"]) == (2, {"wide": wide})
    assert changed["columns"] == made["columns"]
    phone = [{"column": "1"}, {"column": "9"}]
    both = ada.put(f"{DECKS}/{made['id']}", {"version": 2, "layouts": {"wide": wide, "phone": phone}})
    assert both["layouts"]["phone"] == [{"column": "1", "width": "medium", "apart": False}]


def test_who_is_behind_is_told_and_overwrites_nothing(ada: Person) -> None:
    made = ada.post(DECKS, {"name": "Matin", "columns": [HOME]})
    path = f"{DECKS}/{made['id']}"
    ada.put(path, {"version": 1, "columns": [HOME, TAG]})
    refused = ada.put(path, {"version": 1, "columns": []}, expect=409)
    assert "arranged elsewhere" in refused["error"]
    assert kinds(ada.get(path)) == [("home", ""), ("tag", "marche")]
    again = ada.put(path, {"version": 1, "columns": [HOME, TAG]})
    assert again["version"] == 2, "the same twice is no quarrel"
    ada.put(path, {"name": "Soir"}, expect=422)


def test_a_deck_is_of_one_user_and_one_account(site: Site, ada: Person, dirk: Person) -> None:
    made = ada.post(DECKS, {"name": "Matin", "columns": [HOME]})
    path = f"{DECKS}/{made['id']}"
    assert dirk.get(DECKS) == []
    dirk.get(path, expect=404)
    dirk.put(path, {"version": 1, "name": "Mien"}, expect=404)
    dirk.delete(path, expect=404)
    reader = {"headers": {"authorization": f"Bearer {site.token(ada, 'read')}"}}
    assert ada.call("GET", path, **reader) == made
    ada.call("DELETE", path, expect=403, **reader)
    assert ada.delete(path) == {}
    ada.get(path, expect=404)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"name": " "}, "needs a name"),
        ({"name": "n" * 61}, "at most 60"),
        ({"columns": [{"kind": "weather"}]}, "one of: home"),
        ({"columns": [{"kind": "list"}]}, "needs to know"),
        ({"columns": [{"kind": "list", "of": "mine"}]}, "named by its id"),
        ({"columns": [{"kind": "tag", "of": "two words"}]}, "not a tag"),
        ({"columns": [{"kind": "notices", "of": "loud"}]}, "one of: all"),
        ({"columns": [{"kind": "home", "tells": "siren"}]}, "one of: mark"),
        ({"columns": [{"kind": "home", "id": "1"}, {"kind": "home", "id": "1"}]}, "same id"),
        ({"columns": [HOME] * 31}, "at most 30"),
        ({"columns": "home"}, "records"),
        ({"layouts": {"cinema": []}}, "of these sizes"),
        ({"layouts": {"wide": [{"column": "1", "width": "huge"}]}, "columns": [HOME]}, "one of: narrow"),
        ({"layouts": {"wide": "1"}}, "list of records"),
    ],
)
def test_what_makes_no_sense_is_refused(ada: Person, wish: dict[str, Any], why: str) -> None:
    assert why in ada.post(DECKS, {"name": "Matin", **wish}, expect=422)["error"]
    assert ada.get(DECKS) == []


def test_whoever_may_only_look_has_columns_of_their_own(site: Site, ada: Person, dirk: Person) -> None:
    ada.post(DECKS, {"name": "Matin"})
    site.store.write(lambda tx: let_speak(tx, dirk.user_id, ada.account.id, "analyst"))
    analyst = Person(
        site, ada.account, dirk.user_id, site.token(Person(site, ada.account, dirk.user_id, ""), "read write")
    )
    assert analyst.get(DECKS) == [], "those of another user"
    made = analyst.post(DECKS, {"name": "Chiffres", "columns": [HOME]})
    assert analyst.put(f"{DECKS}/{made['id']}", {"version": 1, "name": "Mots"})["name"] == "Mots"
    assert dirk.get(DECKS) == [], "those for another account"
    assert analyst.delete(f"{DECKS}/{made['id']}") == {}


def test_there_are_not_too_many_decks(ada: Person) -> None:
    for n in range(20):
        ada.post(DECKS, {"name": f"Deck {n}"})
    assert "Remove one" in ada.post(DECKS, {"name": "one more"}, expect=422)["error"]


def test_decks_go_with_their_account(site: Site, ada: Person, dirk: Person) -> None:
    ada.post(DECKS, {"name": "Matin"})
    dirk.post(DECKS, {"name": "Soir"})
    site.store.write(lambda tx: delete_account(tx, ada.account))
    site.run_jobs()
    with site.store.read() as db:
        assert decks_of(db, ada.user_id, ada.account.id) == []
        assert [one.name for one in decks_of(db, dirk.user_id, dirk.account.id)] == ["Soir"]


# -- arranging, without a server ---------------------------------------------------------------------------------------

SUBJECTS = {"list": "12", "account": "34", "tag": "marche", "search": "petit port", "notices": "mentions"}
columns = st.builds(
    lambda kind, media, boosts, replies, tells: {
        "kind": kind,
        "of": SUBJECTS.get(kind, ""),
        "only_media": media,
        "boosts": boosts,
        "replies": replies,
        "tells": tells,
    },
    st.sampled_from(KINDS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(TELLS),
)
places = st.builds(Place, st.integers(0, 12), st.sampled_from(WIDTHS), st.booleans())
acts = st.one_of(
    st.tuples(st.just("moved"), st.sampled_from(SCREENS), st.integers(0, 12), st.integers(-3, 3)),
    st.tuples(st.just("ordered"), st.sampled_from(SCREENS), st.lists(st.integers(0, 12))),
    st.tuples(st.just("placed"), st.sampled_from(SCREENS), st.lists(places)),
    st.tuples(st.just("without_column"), st.integers(0, 12)),
)


@given(st.lists(columns, max_size=10), st.lists(acts, max_size=8))
def test_whatever_is_done_every_column_stands_once_on_every_screen(raw: list[Any], done: list[Any]) -> None:
    held = Arrangement(read_columns(raw))
    for name, *how in done:
        held = getattr(arrange, name)(held, *how)
    for screen in SCREENS:
        shown = [one.column for one in arrange.places_on(held, screen)]
        assert sorted(shown) == sorted(one.id for one in held.columns)
    assert arrangement_kept(json.encode_text(arrangement_said(held))) == held


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(("id", "kind", "of", "x")), inner),
    max_leaves=12,
)


@given(st.lists(anything, max_size=6), st.dictionaries(st.sampled_from((*SCREENS, "x")), anything, max_size=3))
def test_whatever_comes_in_is_understood_or_refused(raw: list[Any], layouts: dict[str, Any]) -> None:
    try:
        found = read_columns(raw)
        held = Arrangement(found, read_layouts(layouts, found))
    except Refused as refusal:
        assert str(refusal)
    else:
        assert arrangement_kept(json.encode_text(arrangement_said(held))) == held


def test_a_screen_that_was_never_arranged_is_like_the_nearest() -> None:
    held = Arrangement((Column(1, "home"), Column(2, "notices"), Column(3, "public")))
    held = arrange.moved(held, "wide", 3, -2)
    held = arrange.standing(held, "wide", 1, width="broad", apart=True)
    assert [one.column for one in arrange.places_on(held, "laptop")] == [3, 1, 2]
    assert arrange.places_on(held, "laptop")[1] == Place(1, "broad"), (
        "in the deck again: its window is on the other screen"
    )
    held = arrange.with_column(arrange.moved(held, "laptop", 3, 1), Column(4, "scheduled"))
    assert [one.column for one in arrange.places_on(held, "wide")] == [3, 1, 2, 4]
    assert [one.column for one in arrange.places_on(held, "laptop")] == [1, 3, 2, 4]
