"""Decks as people work in them: columns that fill by themselves, are moved, torn off, gone through."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Opener
from tests.browser.flows import DESK, PHONE, Way, everywhere, go_through, with_script
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

DECKS = "/api/perron/v1/decks"


def deck_of(person: Person, *columns: dict[str, Any]) -> str:
    """A deck that somebody has; its address."""
    made = person.post(DECKS, {"name": "Le matin", "columns": [*columns]})
    return f"/deck/{made['id']}"


def column(page: Page, n: int) -> Locator:
    return page.locator(f"#c{n}")


def order(page: Page) -> list[str]:
    return page.locator(".deck > .column").evaluate_all("all => all.map((one) => one.dataset.column)")


def listening(page: Page, path: str) -> None:
    """Go to a deck, and wait until its columns hear what comes."""
    with page.expect_websocket() as opened, page.expect_response("**/fresh?*"):
        page.goto(path)
    assert opened.value.url.endswith("/live")


@everywhere
def test_a_deck_is_begun_filled_and_read(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("colette")
    me.says("Les pommes sont mûres")
    page = open_browser(town, signed_in=me.name, at="/deck", **way)
    go_through(page.locator("form.set").first.get_by_role("button"))
    expect(page.locator(".deck > .column")).to_have_count(4)
    expect(column(page, 1)).to_contain_text("Les pommes sont mûres")
    page.goto(page.url.partition("#")[0] + "/add")
    page.locator('input[name="of"]').first.fill("#lecture")
    go_through(page.locator("form", has=page.locator('input[name="what"][value="tag"]')).get_by_role("button"))
    expect(column(page, 5)).to_contain_text("#lecture")
    go_through(column(page, 5).locator("h2 a"))
    expect(page).to_have_url(re.compile("/tags/lecture"))


@with_script
def test_what_is_written_comes_to_every_column_that_shows_it(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person(f"rosalie_{way['width']}"), town.person("hector")
    me.follows(friend)
    made = me.post("/api/v1/lists", {"title": "Voisins"})
    me.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [friend.id]})
    path = deck_of(
        me,
        {"kind": "home"},
        {"kind": "list", "of": made["id"]},
        {"kind": "tag", "of": "fanfare"},
        {"kind": "account", "of": friend.id, "only_media": True},
        {"kind": "notices", "of": "mentions"},
    )
    page = open_browser(town, signed_in=me.name, **way)
    listening(page, path)
    post = friend.says(f"La #fanfare répète @{me.name}")
    for n in (1, 2, 3):
        expect(column(page, n).locator("article.post")).to_have_count(1)
    expect(column(page, 5).locator("article.post")).to_contain_text("répète")
    expect(column(page, 4).locator("article.post")).to_have_count(0)
    column(page, 1).locator('[data-act="favourite"]').click()
    for n in (1, 2, 3):
        expect(column(page, n).locator('[data-act="favourite"]')).to_have_attribute("aria-pressed", "true")
    friend.edits(post, "La #fanfare se repose")
    for n in (1, 2, 3):
        expect(column(page, n)).to_contain_text("se repose")
    friend.deletes(post)
    for n in (1, 2, 3):
        expect(column(page, n).locator("article.post")).to_have_count(0)


@with_script
def test_who_reads_further_down_is_not_moved(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person(f"marceline_{way['width']}"), town.person(f"leopold_{way['width']}")
    me.follows(friend)
    for n in range(30):
        friend.says(f"Phrase {n} sur les marches, assez longue pour tenir de la place dans la colonne.")
    page = open_browser(town, signed_in=me.name, **way)
    listening(page, deck_of(me, {"kind": "home"}, {"kind": "notices"}))
    scroller = column(page, 1).locator(".scroller")
    scroller.evaluate("one => one.scrollTo(0, 900)")
    expect(column(page, 1).locator("article.post")).to_have_count(30)
    friend.says("Tout nouveau")
    held = column(page, 1).locator("button.held")
    expect(held).to_contain_text("1")
    expect(column(page, 1).locator("article.post")).to_have_count(30)
    assert scroller.evaluate("one => one.scrollTop") > 800
    friend.says("Encore plus nouveau")
    expect(held).to_contain_text("2")
    held.click()
    expect(column(page, 1).locator("article.post").first).to_contain_text("Encore plus nouveau")
    expect(column(page, 1).locator("article.post")).to_have_count(32)
    assert scroller.evaluate("one => one.scrollTop") == 0


@pytest.mark.parametrize("way", [DESK, {**DESK, "script": False}], ids=["desk", "without a script"])
def test_columns_are_moved_and_made_wider(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("apolline")
    path = deck_of(me, {"kind": "home"}, {"kind": "notices"}, {"kind": "public"})
    page = open_browser(town, signed_in=me.name, at=path, **way)
    for value in ("left", "broad"):
        menu = column(page, 3).locator(".column-menu")
        if not menu.evaluate("one => one.open"):
            menu.locator("summary").click()
        menu.locator(f'button[value="{value}"]').click()
        expect(column(page, 3)).to_have_class(re.compile("is-broad" if value == "broad" else "column"))
    page.wait_for_load_state("networkidle")
    page.goto(path)
    assert order(page) == ["1", "3", "2"]
    expect(column(page, 3)).to_have_class(re.compile("is-broad"))


def test_a_column_is_dragged_and_another_screen_keeps_its_order(town: Served, open_browser: Opener) -> None:
    me = town.person("zephirin")
    path = deck_of(me, {"kind": "home"}, {"kind": "notices"}, {"kind": "public"})
    page = open_browser(town, signed_in=me.name, at=path, **DESK)
    grip, goal = column(page, 1).locator(".grip").bounding_box(), column(page, 3).bounding_box()
    assert grip and goal
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    with page.expect_response("**/order"):
        page.mouse.move(goal["x"] - 100, grip["y"] + 12, steps=5)
        page.wait_for_timeout(100)
        page.mouse.move(goal["x"] + goal["width"] - 60, grip["y"] + 12, steps=5)
        expect(page.locator(".deck > .column").last).to_have_id("c1")
        page.mouse.up()
    assert order(page) == ["2", "3", "1"]
    phone = open_browser(town, signed_in=me.name, at=path, **PHONE)
    assert order(phone) == ["2", "3", "1"], "like the nearest screen, until it is arranged itself"
    column(phone, 1).locator(".column-menu > summary").evaluate("one => one.click()")
    with phone.expect_response("**/order"):
        column(phone, 1).locator('button[value="left"]').click()
    phone.reload()
    assert order(phone) == ["2", "1", "3"]
    page.reload()
    assert order(page) == ["2", "3", "1"]


def test_a_column_stands_in_a_window_of_its_own(town: Served, open_browser: Opener) -> None:
    me = town.person("clarisse")
    page = open_browser(town, signed_in=me.name, at=deck_of(me, {"kind": "home"}, {"kind": "notices"}), **DESK)
    column(page, 1).locator(".column-menu > summary").click()
    with page.expect_popup() as popup:
        column(page, 1).locator('button[value="apart"]').click()
    own = popup.value
    expect(own.locator(".column")).to_have_count(1)
    expect(page.locator(".deck > .column")).to_have_count(1)
    expect(page.locator("form.apart")).to_have_count(1)
    me.says("Vu de l’autre écran")
    expect(own.locator("article.post")).to_contain_text("Vu de l’autre écran")
    own.locator(".column-menu > summary").click()
    own.locator('button[value="back"]').click()
    expect(page.locator(".deck > .column")).to_have_count(2)
    expect(page.locator("form.apart")).to_have_count(0)


def test_keys_lead_from_column_to_column_and_down_one(town: Served, open_browser: Opener) -> None:
    me = town.person("philomene")
    for n in range(3):
        me.says(f"Phrase {n}")
    page = open_browser(
        town,
        signed_in=me.name,
        at=deck_of(me, {"kind": "home"}, {"kind": "account", "of": me.id}, {"kind": "notices"}),
        **DESK,
    )
    at = """() => { const { activeElement: one } = document;
        return `${one.closest(".column")?.id} ${one.closest("article")?.innerText.match(/Phrase ./)?.[0] ?? ""}`; }"""
    for key, where in (
        ("2", "c2 Phrase 2"),
        ("j", "c2 Phrase 1"),
        ("ArrowLeft", "c1 Phrase 2"),
        ("ArrowRight", "c2 Phrase 2"),
        ("ArrowRight", "c3 "),
        ("1", "c1 Phrase 2"),
        ("j", "c1 Phrase 1"),
        ("k", "c1 Phrase 2"),
    ):
        page.keyboard.press(key)
        assert page.evaluate(at) == where, key


def test_on_a_phone_one_column_is_seen_and_its_tab_says_so(town: Served, open_browser: Opener) -> None:
    me = town.person("gontran")
    page = open_browser(
        town, signed_in=me.name, at=deck_of(me, {"kind": "home"}, {"kind": "notices"}, {"kind": "public"}), **PHONE
    )
    tabs = page.locator(".deck-tabs a")
    expect(tabs.nth(0)).to_have_attribute("aria-current", "true")
    expect(column(page, 2)).not_to_be_in_viewport()
    tabs.nth(1).click()
    expect(column(page, 2)).to_be_in_viewport(ratio=0.9)
    expect(tabs.nth(1)).to_have_attribute("aria-current", "true")
    page.locator(".deck").evaluate("one => one.scrollTo(2 * one.clientWidth, 0)")
    expect(tabs.nth(2)).to_have_attribute("aria-current", "true")


@with_script
def test_one_writes_and_answers_without_leaving(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person(f"eulalie_{way['width']}"), town.person("ferdinand")
    me.follows(friend)
    friend.says("Qui vient au lavoir ?")
    path = deck_of(me, {"kind": "home"}, {"kind": "notices"})
    page = open_browser(town, signed_in=me.name, **way)
    listening(page, path)
    column(page, 1).locator('[data-act="reply"]').click()
    dialog = page.locator("#desk")
    words = dialog.locator('textarea[name="text"]')
    expect(words).to_have_value(f"@{friend.name} ")
    words.press_sequentially("moi")
    dialog.locator("form.composer button.main").click()
    expect(dialog).not_to_be_visible()
    expect(column(page, 1).locator("article.post").first).to_contain_text("moi")
    expect(page.locator("form.undo")).to_be_visible()
    assert page.url.endswith(path)
    page.keyboard.press("n")
    expect(dialog.locator('textarea[name="text"]')).to_have_value("")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_a_deck_that_was_arranged_elsewhere_is_shown_anew(town: Served, open_browser: Opener) -> None:
    me = town.person("barnabe")
    path = deck_of(me, {"kind": "home"}, {"kind": "notices"}, {"kind": "public"})
    page = open_browser(town, signed_in=me.name, at=path, busy=True, **DESK)
    kept = [{"id": "3", "kind": "public"}, {"id": "1", "kind": "home"}]
    me.call("PUT", f"{DECKS}/{path.rpartition('/')[2]}", json={"version": 1, "columns": kept})
    column(page, 1).locator(".column-menu > summary").click()
    column(page, 1).locator('button[value="right"]').click()
    expect(page.locator(".toast")).to_contain_text("rangées ailleurs")
    expect(page.locator(".deck > .column")).to_have_count(2)
    assert order(page) == ["3", "1"]
