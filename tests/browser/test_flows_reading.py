"""How people read: they search, follow, make lists, keep things away, and find their place again."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.flows import Way, everywhere, go_through, more, path_of, post_with, send, with_script
from tests.clients.server import Served

pytestmark = pytest.mark.slow
SOON = 1.4
"""Seconds; a little less than `js/keys.js` waits for a second key."""


def look_for(page: Page, words: str) -> None:
    """Type into the field of the search, send it, and wait for what was found."""
    page.locator('main input[name="q"]').fill(words)
    go_through(page.locator("main form.searching button"))


@everywhere
def test_a_search_is_narrowed_with_operators(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in="ada", at="/search", **way)
    page.locator("details.operators summary").click()
    expect(page.locator("details.operators")).to_contain_text("de:ada")
    look_for(page, "marché")
    who = page.locator("main article.post a.who .acct")
    assert len(set(who.all_inner_texts())) > 1
    look_for(page, "marché de:marche")
    assert set(who.all_inner_texts()) == {"@marche"}
    look_for(page, "marché -de:marche")
    found = set(who.all_inner_texts())
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
    go_through(page.get_by_role("button", name="Suivre"))
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    page.goto("/home")
    expect(post_with(page, "Le pot au lait")).to_be_visible()

    page.goto("/lists")
    page.locator('input[name="title"]').fill("Fables")
    send(page, "/lists")
    page.goto(f"/@{other.name}")
    page.locator("header.profile details.menu > summary").click()
    go_through(page.get_by_role("link", name="Ranger dans des listes"))
    page.get_by_label("Fables").check()
    go_through(page.locator("main form.sheet button.main"))
    page.goto("/lists")
    go_through(page.get_by_role("link", name="Fables").first)
    expect(post_with(page, "Le pot au lait")).to_be_visible()


@everywhere
def test_a_tag_that_is_followed_comes_home(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("jeannot"), town.person("colin")
    tag = f"fontaine{me.name}"
    post = other.says(f"L’eau chante #{tag}")
    page = open_browser(town, signed_in=me.name, at=path_of(post, town), **way)
    go_through(page.locator(".chosen .text").get_by_role("link", name=tag))
    go_through(page.get_by_role("button", name="Suivre ce mot-dièse"))
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()
    other.says(f"Elle chante encore #{tag}")
    page.goto("/home")
    expect(post_with(page, "Elle chante encore")).to_be_visible()
    page.goto("/followed-tags")
    go_through(page.get_by_role("button", name=f"Ne plus suivre #{tag}"))
    expect(page.locator("main")).not_to_contain_text(tag)


def make_filter(page: Page, word: str, action: str) -> None:
    """A filter for one word, at home."""
    page.goto("/settings/filters")
    go_through(page.get_by_role("link", name="Créer un filtre"))
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
    go_through(more(post_with(page, "Demandez le journal").first).get_by_role("button", name=f"@{other.name}").first)
    page.goto("/home")
    expect(post_with(page, "Demandez le journal")).to_have_count(0)
    page.goto(f"/@{other.name}")
    page.locator("header.profile details.menu > summary").click()
    go_through(page.get_by_role("button", name="Ne plus masquer"))
    page.goto("/home")
    expect(post_with(page, "Demandez le journal")).to_be_visible()


STILL = """() => new Promise((done) => {
    let before = "", same = 0;
    const look = () => {
        const now = `${document.body.scrollHeight} ${scrollY}`;
        same = now === before ? same + 1 : 0;
        before = now;
        same > 30 ? done(true) : requestAnimationFrame(look);
    };
    look();
})"""
"""The page has found its shape: nothing moves for half a second."""


@with_script
def test_what_is_new_waits_above_and_the_page_does_not_jump(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("lubin"), town.person("babette")
    me.follows(other)
    for n in range(15):
        other.says(f"Avant {n}")
    page = open_browser(town, signed_in=me.name, **way)
    page.wait_for_function(STILL)
    page.evaluate("document.fonts.ready.then(() => scrollTo(0, 700))")
    page.wait_for_function(STILL)
    top = "(id) => Math.round(document.getElementById(id).getBoundingClientRect().top)"
    seen = in_sight(page)
    before = page.evaluate(top, seen)
    page.evaluate("document.documentElement.style.overflowAnchor = 'none'")  # as where browsers do not mend a jump
    for n in range(3):
        other.says(f"Nouveau {n}")
    button = page.locator("button.fresh")
    expect(button).to_have_text("Voir 3 nouvelles publications")
    expect(page).to_have_title(re.compile(r"^\(3\) "))
    assert page.evaluate(top, seen) == before
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
    while (known := posts.count()) <= first + 20:
        posts.last.scroll_into_view_if_needed()
        expect(posts.nth(known)).to_be_attached()
    expect(page.locator("main .stream[aria-busy]")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => scrollBy(0, -3000))")
    kept = in_sight(page)
    there = "(id) => document.getElementById(id).getBoundingClientRect().top"
    page.evaluate(f"(id) => scrollBy(0, ({there})(id) - 200)", kept)
    top = page.evaluate(there, kept)
    go_through(page.locator(f"#{kept} a.when").first)
    expect(page).to_have_url(re.compile("/@"))
    page.go_back()
    expect(page).to_have_url(re.compile("/home"))
    expect(page.locator(f"#{kept}")).to_be_in_viewport()
    page.wait_for_function(f"([id, top]) => Math.abs(({there})(id) - top) < 30", arg=[kept, top])


def in_sight(page: Page) -> str:
    """The first post that is wholly seen."""
    found = page.wait_for_function(
        "() => [...document.querySelectorAll('article.post')].find((o) => o.getBoundingClientRect().top > 90)?.id"
    )
    return str(found.json_value())


def test_posts_are_walked_through_with_keys(town: Served, open_browser: Opener) -> None:
    me, other = town.person("perrin"), town.person("mathurine")
    me.follows(other)
    for words in ("Un", "Deux", "Trois"):
        other.says(words)
    page = open_browser(town, signed_in=me.name)
    keys = page.keyboard
    keys.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    for key, words in (("j", "Trois"), ("j", "Deux"), ("k", "Trois")):
        keys.press(key)
        expect(post_with(page, words).locator("a.when")).to_be_focused()
    post = post_with(page, "Trois").first
    for key, act, pressed in (("d", "bookmark", True), ("b", "boost", True), ("b", "boost", False)):
        keys.press(key)
        button = post.locator(f'[data-act="{act}"]')
        expect(button).to_be_focused()
        expect(post.locator(f'[data-act="{act}"][aria-pressed="true"]')).to_have_count(int(pressed))
        expect(post.locator("form.acts[aria-busy]")).to_have_count(0)
    keys.press("o")
    page.wait_for_url(re.compile("/@"))
    keys.press("q")
    page.wait_for_url(re.compile("/write[?]quote="))
    page.goto("/bookmarks")
    expect(post_with(page, "Trois")).to_be_visible()
    for key, path in (("h", "/home"), ("n", "/notices"), ("e", "/explore")):
        press_both(page, "g", key)
        page.wait_for_url(f"**{path}")


def press_both(page: Page, first: str, second: str) -> None:
    """One key, and another soon enough to belong to it; where this machine was not quick enough, both again."""
    for _ in range(20):
        page.goto("/bookmarks")
        began = time.monotonic()
        page.keyboard.press(first)
        page.keyboard.press(second)
        if time.monotonic() - began < SOON:
            return
    raise AssertionError("no two keys can be pressed within a second here")
