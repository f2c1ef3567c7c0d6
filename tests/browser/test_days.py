"""Whole days of people: the first minutes of somebody new, a day with keys alone, an evening without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.api.pictures import png
from tests.browser.conftest import Opener, sign_in
from tests.clients.server import PASSWORD, Served

pytestmark = pytest.mark.slow


def publish(page: Page, text: str) -> None:
    """Write into the composer of this page and send it."""
    form = page.locator("form.composer").first
    form.locator('textarea[name="text"]').first.fill(text)
    form.locator('button[type="submit"].main').first.click()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_somebody_new_is_answered_within_minutes(town: Served, open_browser: Opener, width: str) -> None:
    new, other = open_browser(town, width=width), open_browser(town, signed_in="nadia")
    name = f"noe{width}"

    new.goto("/")
    new.get_by_role("link", name="Rejoindre").first.click()
    new.locator('input[name="username"]').fill(name)
    new.locator('input[name="email"]').fill(f"{name}@example.org")
    new.locator('input[name="password"]').fill("trois marches au soleil")
    new.locator('form[action="/sign-up"] button[type="submit"]').click()
    new.wait_for_url("**/home**")
    publish(new, "Bonjour à toutes et à tous, je suis Noé et je viens d’arriver.")
    expect(new.locator("main article.post").first).to_contain_text("je suis Noé")

    other.goto("/explore")
    post = other.locator("main article.post", has_text="je suis Noé").first
    post.locator('[data-act="reply"]').click()
    publish(other, f"@{name} Bienvenue sur les marches")
    expect(other.locator("main article.post", has_text="Bienvenue sur les marches").first).to_be_visible()

    badge = new.locator('[data-way="notices"] .n .tally')
    expect(badge).to_have_text("1")
    new.locator('[data-way="notices"]').click()
    expect(new.locator("main")).to_contain_text("Bienvenue sur les marches")


def test_a_day_with_the_keyboard_alone(town: Served, open_browser: Opener, tmp_path: Path) -> None:
    page = open_browser(town)
    town.person("lecteur")
    picture = tmp_path / "marches.png"
    picture.write_bytes(png())
    page.goto("/sign-in")
    keys = page.keyboard
    reach(page, 'input[name="email"]')
    keys.type("camille@example.org")
    reach(page, 'input[name="password"]')
    keys.type(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/home")

    keys.press("j")
    keys.press("j")
    assert page.evaluate("document.activeElement.closest('article.post') !== null")
    with page.expect_response("**/favourite"):
        keys.press("f")
    keys.press("r")
    page.wait_for_url("**#reply")
    reach(page, 'form.composer textarea[name="text"]')
    keys.press("End")
    keys.type("Je réponds sans souris.")
    keys.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("Je réponds sans souris.")

    page.goto("/home")
    keys.press("n")
    page.wait_for_url("**/write")
    reach(page, 'form.composer textarea[name="text"]')
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
    button = page.locator('form.between button[formaction$="/follow"], form.between button[formaction$="/unfollow"]')
    before = button.first.get_attribute("formaction")
    reach(page, f'button[formaction="{before}"]')
    keys.press("Enter")
    page.wait_for_load_state()
    assert page.locator("form.between button").first.get_attribute("formaction") != before

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
    post = page.locator("main article.post", has_text="Sans script, tout va bien.").first
    expect(post).to_be_visible()
    post.locator("a.when").click()
    publish(page, "Et je me réponds.")
    expect(page.locator("main")).to_contain_text("Et je me réponds.")
    page.locator('[data-act="favourite"]').first.click()
    expect(page.locator('[data-act="favourite"][aria-pressed="true"]')).to_have_count(1)
    page.goto("/home")
    page.get_by_role("link", name="Plus ancien").click()
    assert "max_id=" in page.url and page.locator("main article.post").count() > 5
    page.goto("/notices")
    expect(page.locator("h1")).to_be_visible()
    page.goto("/me")
    page.locator('form[action="/sign-out"] button').first.click()
    page.goto("/home")
    assert "/sign-in" in page.url
