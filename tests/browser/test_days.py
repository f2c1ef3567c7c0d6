"""Whole days of people: the first minutes of somebody new, a day with keys alone, an evening without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.pictures import png
from tests.browser.conftest import Opener, sign_in
from tests.browser.flows import go_through, post_with, publish
from tests.clients.server import PASSWORD, Served

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_somebody_new_is_answered_within_minutes(town: Served, open_browser: Opener, width: str) -> None:
    new, other = open_browser(town, width=width), open_browser(town, signed_in="nadia")
    name = f"noe{width}"

    new.goto("/")
    go_through(new.get_by_role("link", name="Rejoindre").first)
    new.locator('input[name="username"]').fill(name)
    new.locator('input[name="email"]').fill(f"{name}@example.org")
    new.locator('input[name="password"]').fill("trois marches au soleil")
    new.locator('form[action="/sign-up"] button[type="submit"]').click()
    new.wait_for_url("**/home**")
    publish(new, "Bonjour à toutes et à tous, je suis Noé et je viens d’arriver.")
    expect(new.locator("main article.post").first).to_contain_text("je suis Noé")

    other.goto("/explore")
    go_through(post_with(other, "je suis Noé").first.locator('[data-act="reply"]'))
    publish(other, f"@{name} Bienvenue sur les marches")

    badge = new.locator('[data-way="notices"] .n .tally')
    expect(badge).to_have_text("1")
    go_through(new.locator('[data-way="notices"]'))
    expect(new.locator("main")).to_contain_text("Bienvenue sur les marches")


def test_a_day_with_the_keyboard_alone(town: Served, open_browser: Opener, tmp_path: Path) -> None:
    me, other = town.person("lecteur"), town.person("voisine")
    me.follows(other)
    for words in ("Le pain est cuit", "Le lavoir est plein", "La cloche sonne"):
        other.says(words)
    page = open_browser(town)
    picture = tmp_path / "marches.png"
    picture.write_bytes(png())
    page.goto("/sign-in")
    keys = page.keyboard
    reach(page, 'input[name="email"]')
    keys.type(me.email)
    reach(page, 'input[name="password"]')
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/home")

    for words in ("La cloche sonne", "Le lavoir est plein"):
        keys.press("j")
        expect(post_with(page, words).locator("a.when")).to_be_focused()
    keys.press("f")
    expect(post_with(page, "Le lavoir est plein").locator('[data-act="favourite"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    keys.press("r")
    page.wait_for_url("**#reply")
    reach(page, 'form.composer.alive textarea[name="text"]')
    keys.press("End")
    keys.type("Je réponds sans souris.")
    with page.expect_navigation():
        keys.press("Control+Enter")
    expect(post_with(page, "Je réponds sans souris.").first).to_be_visible()

    page.goto("/home")
    keys.press("n")
    page.wait_for_url("**/write")
    reach(page, 'form.composer.alive textarea[name="text"]')
    keys.type("Une image, au clavier.")
    page.locator('form.composer input[type="file"]').first.set_input_files(picture)
    alt = page.locator('form.composer textarea[name^="description"], form.composer input[name^="description"]').first
    expect(alt).to_be_visible()
    reach(page, f'[name="{alt.get_attribute("name")}"]')
    keys.type("Trois marches de pierre.")
    keys.press("Control+Enter")
    page.wait_for_url("**/home**")
    mine = page.locator("main article.post", has_text="Une image, au clavier.").first
    expect(mine.locator("img[alt='Trois marches de pierre.']")).to_have_count(1)

    page.goto("/home")
    keys.press("/")
    page.wait_for_url("**/search")
    reach(page, 'main input[name="q"]')
    keys.type("marché")
    keys.press("Enter")
    page.wait_for_url("**q=march**")
    expect(page.locator("main article.post").first).to_be_visible()

    page.goto("/@karim")
    reach(page, 'form.between button[formaction$="/follow"]')
    with page.expect_navigation():
        keys.press("Enter")
    expect(page.locator('form.between button[formaction$="/unfollow"]')).to_be_attached()
    expect(page.locator('form.between button[formaction$="/follow"]')).to_have_count(0)

    reach(page, 'form[action="/sign-out"] button')
    keys.press("Enter")
    page.wait_for_url(town.origin + "/")


def reach(page: Page, selector: str, most: int = 400) -> None:
    """Go to something by Tab alone, as a person would; it must be seen to be there."""
    for _ in range(most):
        if page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def test_an_evening_without_scripts(town: Served, open_browser: Opener, tmp_path: Path) -> None:
    page = open_browser(town, width="phone", script=False)
    sign_in(page, "clara")
    publish(page, "Sans script, tout va bien.")
    go_through(post_with(page, "Sans script, tout va bien.").first.locator("a.when"))
    publish(page, "Et je me réponds.")
    go_through(page.locator('[data-act="favourite"]').first)
    expect(page.locator('[data-act="favourite"][aria-pressed="true"]')).to_have_count(1)
    page.goto("/home")
    page.get_by_role("link", name="Plus ancien").click()
    page.wait_for_url("**max_id=*")
    expect(page.locator("main article.post").nth(5)).to_be_visible()
    page.goto("/notices")
    expect(page.locator("h1")).to_be_visible()
    page.goto("/me")
    go_through(page.locator('form[action="/sign-out"] button').first)
    page.goto("/home")
    expect(page).to_have_url(re.compile("/sign-in"))
