"""How people read: they search, follow, make lists, keep things away, and find their place again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.flows import Way, everywhere, more, path_of, post_with, with_script
from tests.clients.server import Served

pytestmark = pytest.mark.slow


def look_for(page: Page, words: str) -> None:
    """Type into the field of the search and send it."""
    page.locator('main input[name="q"]').fill(words)
    page.locator("main form.searching button").click()


@everywhere
def test_a_search_is_narrowed_with_operators(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in="ada", **way)
    page.goto("/search")
    page.locator("details.operators summary").click()
    expect(page.locator("details.operators")).to_contain_text("de:ada")
    look_for(page, "marché")
    everybody = page.locator("main article.post a.who .acct").all_inner_texts()
    assert len(set(everybody)) > 1
    look_for(page, "marché de:marche")
    assert set(page.locator("main article.post a.who .acct").all_inner_texts()) == {"@marche"}
    look_for(page, "marché -de:marche")
    found = set(page.locator("main article.post a.who .acct").all_inner_texts())
    assert found and "@marche" not in found
    look_for(page, "avec:image")
    expect(page.locator("main .notice")).to_contain_text("Ajoutez")
    look_for(page, "xyzzyx")
    expect(page.locator("main .empty")).to_be_visible()


@everywhere
def test_who_is_followed_comes_home_and_stands_in_a_list(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("suzon"), town.person("perrette")
    other.says("Le pot au lait")
    page = open_browser(town, signed_in=me.name, **way)
    expect(post_with(page, "Le pot au lait")).to_have_count(0)
    page.goto(f"/@{other.name}")
    page.get_by_role("button", name="Suivre").click()
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    page.goto("/home")
    expect(post_with(page, "Le pot au lait")).to_be_visible()

    page.goto("/lists")
    page.locator('input[name="title"]').fill("Fables")
    send_list = page.locator('form[action="/lists"] button.main')
    send_list.click()
    page.goto(f"/@{other.name}")
    page.locator("header.profile details.menu > summary").click()
    page.get_by_role("link", name="Ranger dans des listes").click()
    page.get_by_label("Fables").check()
    page.locator("main form.sheet button.main").click()
    page.goto("/lists")
    page.get_by_role("link", name="Fables").first.click()
    expect(post_with(page, "Le pot au lait")).to_be_visible()


@everywhere
def test_a_tag_that_is_followed_comes_home(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("jeannot"), town.person("colin")
    tag = f"fontaine{me.name}"
    post = other.says(f"L’eau chante #{tag}")
    page = open_browser(town, signed_in=me.name, **way)
    page.goto(path_of(post, town))
    page.locator(".chosen .text").get_by_role("link", name=tag).click()
    page.get_by_role("button", name="Suivre ce mot-dièse").click()
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    other.says(f"Elle chante encore #{tag}")
    page.goto("/home")
    expect(post_with(page, "Elle chante encore")).to_be_visible()
    page.goto("/followed-tags")
    page.get_by_role("button", name=f"Ne plus suivre #{tag}").click()
    expect(page.locator("main")).not_to_contain_text(tag)


def make_filter(page: Page, word: str, action: str) -> None:
    """A filter for one word, at home."""
    page.goto("/settings/filters")
    page.get_by_role("link", name="Créer un filtre").click()
    page.locator('input[name="word"]').first.fill(word)
    page.locator('input[name="context"][value="home"]').check()
    page.locator(f'input[name="action"][value="{action}"]').check()
    page.locator("main form.sheet button.main").first.click()
    page.wait_for_url("**/settings/filters")


@everywhere
def test_a_filter_warns_or_hides(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("toinon"), town.person("blaise")
    me.follows(other)
    for word in ("tomate", "courge", "poireau"):
        other.says(f"Parlons {word}")
    page = open_browser(town, signed_in=me.name, **way)
    make_filter(page, "tomate", "warn")
    make_filter(page, "courge", "hide")
    page.goto("/home")
    expect(post_with(page, "Parlons poireau")).to_be_visible()
    expect(post_with(page, "Parlons courge")).to_have_count(0)
    veil = page.locator("main article.post details.veil", has_text="tomate")
    expect(veil.get_by_text("Parlons tomate")).to_be_hidden()
    veil.locator("summary").click()
    expect(veil.get_by_text("Parlons tomate")).to_be_visible()


@everywhere
def test_somebody_is_muted_and_heard_again(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("gaspard"), town.person("crieur")
    me.follows(other)
    other.says("Demandez le journal")
    page = open_browser(town, signed_in=me.name, **way)
    more(post_with(page, "Demandez le journal").first).get_by_role("button", name=f"@{other.name}").first.click()
    page.goto("/home")
    expect(post_with(page, "Demandez le journal")).to_have_count(0)
    page.goto(f"/@{other.name}")
    page.locator("header.profile details.menu > summary").click()
    page.get_by_role("button", name="Ne plus masquer").click()
    page.goto("/home")
    expect(post_with(page, "Demandez le journal")).to_be_visible()


@with_script
def test_what_is_new_waits_above_and_the_page_does_not_jump(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("lubin"), town.person("babette")
    me.follows(other)
    for n in range(15):
        other.says(f"Avant {n}")
    page = open_browser(town, signed_in=me.name, **way)
    page.evaluate("scrollTo(0, 700)")
    page.wait_for_timeout(300)
    seen = "[...document.querySelectorAll('article.post')].find((one) => one.getBoundingClientRect().top > 90)"
    before = page.evaluate(f"[{seen}.id, Math.round({seen}.getBoundingClientRect().top)]")
    for n in range(3):
        other.says(f"Nouveau {n}")
    button = page.locator("button.fresh")
    expect(button).to_have_text("Voir 3 nouvelles publications")
    expect(page).to_have_title(re.compile(r"^\(3\) "))
    assert page.evaluate(f"[{seen}.id, Math.round({seen}.getBoundingClientRect().top)]") == before
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("main article.post").first).to_contain_text("Nouveau 2")
    expect(page.locator("main article.post").nth(2)).to_contain_text("Nouveau 0")
    expect(button).to_have_count(0)


@with_script
def test_the_place_is_kept_when_one_comes_back(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in="ada", **way)
    posts = page.locator("main article.post")
    first = posts.count()
    for _ in range(12):
        page.mouse.wheel(0, 4000)
        page.wait_for_timeout(120)
        if posts.count() > first + 40:
            break
    assert posts.count() > first + 20
    page.mouse.wheel(0, -3000)
    page.wait_for_timeout(300)
    middle = "[...document.querySelectorAll('article.post')].find((one) => one.getBoundingClientRect().top > 90)"
    kept, top = page.evaluate(f"[{middle}.id, {middle}.getBoundingClientRect().top]")
    page.locator(f"#{kept} a.when").first.click()
    expect(page).to_have_url(re.compile("/@"))
    page.go_back()
    expect(page).to_have_url(re.compile("/home"))
    expect(page.locator(f"#{kept}")).to_be_in_viewport()
    page.wait_for_timeout(300)
    assert abs(page.locator(f"#{kept}").bounding_box()["y"] - top) < 30  # type: ignore[index]


def test_posts_are_walked_through_with_keys(town: Served, open_browser: Opener) -> None:
    page = open_browser(town, signed_in="ada")
    keys = page.keyboard
    keys.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    keys.press("j")
    first = page.evaluate("document.activeElement.closest('article.post').id")
    keys.press("j")
    assert page.evaluate("document.activeElement.closest('article.post').id") != first
    keys.press("k")
    assert page.evaluate("document.activeElement.closest('article.post').id") == first
    for key, act, pressed in (("d", "bookmark", "true"), ("b", "boost", "true"), ("b", "boost", None)):
        keys.press(key)
        button = page.locator(f'#{first} [data-act="{act}"]')
        if pressed:
            expect(button).to_have_attribute("aria-pressed", pressed)
        else:
            expect(button).not_to_have_attribute("aria-pressed", "true")
        expect(page.locator(f"#{first} form.acts[aria-busy]")).to_have_count(0)
    keys.press("o")
    expect(page).to_have_url(re.compile("/@"))
    expect(page.locator("form.composer.alive")).to_be_visible()
    keys.press("q")
    expect(page).to_have_url(re.compile("/write[?]quote="))
    page.goto("/bookmarks")
    expect(page.locator(f"#{first}")).to_be_visible()
    keys.press("g")
    keys.press("h")
    expect(page).to_have_url(re.compile("/home"))
    expect(page.locator("form.composer.alive")).to_be_visible()
    keys.press("g")
    keys.press("n")
    expect(page).to_have_url(re.compile("/notices"))
    page.wait_for_load_state()
    page.wait_for_timeout(300)
    keys.press("g")
    keys.press("e")
    expect(page).to_have_url(re.compile("/explore"))
