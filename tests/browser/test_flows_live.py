"""What happens while one looks: talks and notices that come by themselves, a page without a network, sharing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.api.pictures import png
from tests.browser.conftest import Opener
from tests.browser.flows import PLAIN, Way, go_through, with_script
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow


def begin_talk(page: Page, other: Person, words: str) -> None:
    """Write to somebody in private."""
    page.goto(f"/@{other.name}")
    page.locator("header.profile details.menu > summary").click()
    go_through(page.get_by_role("link", name="Écrire en privé"))
    page.locator('textarea[name="text"]').fill(words)
    go_through(page.get_by_role("button", name="Envoyer"))


def answer(page: Page, words: str) -> None:
    """Say something in the talk that is open."""
    page.locator('#answer textarea[name="text"]').fill(words)
    go_through(page.get_by_role("button", name="Envoyer"))


@with_script
def test_two_talk_back_and_forth_without_reloading(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person("martine"), town.person("lucette")
    mine, theirs = open_browser(town, signed_in=me.name, **way), open_browser(town, signed_in=friend.name, **way)
    theirs.goto("/messages")
    begin_talk(mine, friend, "Vous venez au lavoir ?")
    expect(theirs.locator(".talks > li")).to_contain_text("lavoir")
    go_through(theirs.locator(".talks > li a"))
    answer(theirs, "J’arrive.")
    expect(mine.locator(".bubble").last).to_contain_text("J’arrive.")
    mine.locator('#answer textarea[name="text"]').fill("Je commence à répon")
    answer(theirs, "Avec le savon.")
    expect(mine.locator(".bubble").last).to_contain_text("Avec le savon.")
    expect(mine.locator('#answer textarea[name="text"]')).to_have_value("Je commence à répon")
    answer(mine, "Parfait.")
    expect(theirs.locator(".bubble").last).to_contain_text("Parfait.")
    expect(theirs.locator(".bubble")).to_have_count(4)
    expect(theirs.locator(".bubbles .day")).to_have_count(1)


@pytest.mark.parametrize("way", [PLAIN], ids=["without a script"])
def test_two_talk_without_a_script(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person("martine"), town.person("lucette")
    mine, theirs = open_browser(town, signed_in=me.name, **way), open_browser(town, signed_in=friend.name, **way)
    begin_talk(mine, friend, "Vous venez au lavoir ?")
    theirs.goto("/messages")
    go_through(theirs.locator(".talks > li a"))
    answer(theirs, "J’arrive.")
    mine.reload()
    expect(mine.locator(".bubble").last).to_contain_text("J’arrive.")
    go_through(mine.get_by_role("button", name="Marquer comme lu"))
    mine.goto("/messages")
    expect(mine.locator(".talks > li")).not_to_have_class(re.compile("unseen"))


@with_script
def test_notices_come_while_one_looks_and_are_read_once_seen(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person("germain"), town.person("odette")
    post = me.says("La cloche est fêlée")
    page = open_browser(town, signed_in=me.name, **way)
    tally = page.locator('[data-way="notices"] .n')
    expect(tally).to_be_hidden()
    friend.post(f"/api/v1/statuses/{post['id']}/favourite")
    expect(tally).to_be_visible()
    expect(tally.locator(".tally")).to_have_text("1")
    go_through(page.locator('[data-way="notices"]'))
    expect(page.locator("article.told-of.unseen")).to_contain_text("favori")
    expect(tally).to_be_hidden()
    friend.follows(me)
    button = page.locator("button.fresh")
    expect(button).to_have_text("Voir 1 nouvelle notification")
    expect(tally.locator(".tally")).to_have_text("1")
    go_through(button)
    expect(page.locator("article.told-of")).to_have_count(2)
    expect(page.locator("article.told-of").first).to_contain_text(friend.name)


@with_script
def test_what_changes_before_a_page_listens_is_heard_all_the_same(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person("gilberte"), town.person("armand")
    me.follows(friend)
    post = friend.says("La fanfare répète")
    page = open_browser(town, signed_in=me.name, **way)

    def meanwhile(route: Route) -> None:
        """The page is there, and asks to be told what changes."""
        friend.edits(post, "La fanfare se repose")
        friend.says("Demain aussi")
        route.continue_()

    page.goto("about:blank")  # the first page listens no more
    page.route("**/live?*", meanwhile, times=1)
    page.goto("/home")
    expect(page.locator(f"#p{post['id']}")).to_contain_text("La fanfare se repose")
    expect(page.locator("button.fresh")).to_be_visible()


@with_script
def test_a_post_that_is_changed_or_gone_changes_and_goes(town: Served, open_browser: Opener, way: Way) -> None:
    me, friend = town.person("fernand"), town.person("yvonne")
    me.follows(friend)
    post = friend.says("Il fait beua")
    page = open_browser(town, signed_in=me.name, **way)
    article = page.locator(f"#p{post['id']}")
    expect(article).to_contain_text("Il fait beua")
    friend.edits(post, "Il fait beau")
    expect(article).to_contain_text("Il fait beau")
    friend.deletes(post)
    expect(article).to_have_count(0)


@with_script
def test_without_a_network_there_is_still_a_page(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in="camille", **way)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    page.goto("/explore")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text("connexion")
    expect(page.locator("body")).to_have_css("background-color", "rgb(247, 244, 238)")
    page.context.set_offline(False)
    go_through(page.locator("main a, main button").first)
    expect(page.locator("form.composer, article.post").first).to_be_visible()


@with_script
def test_something_is_shared_to_perron(town: Served, open_browser: Opener, way: Way, tmp_path: Path) -> None:
    page = open_browser(town, signed_in="camille", at="/share?title=Les+marches&url=https://example.org/marches", **way)
    words = page.locator('form.composer textarea[name^="text"]').first
    expect(words).to_have_value(re.compile("https://example.org/marches"))

    picture = tmp_path / "vue.png"
    picture.write_bytes(png())
    page.goto("/offline")
    page.evaluate(
        """() => { const form = document.createElement("form");
        form.method = "post"; form.action = "/share"; form.enctype = "multipart/form-data"; form.id = "system";
        form.innerHTML = '<input name="title"><input name="text"><input name="url"><input type="file" name="media">';
        document.querySelector("main").append(form); }"""
    )
    page.locator("#system [name=text]").fill("La vue d’en haut")
    page.locator("#system [name=media]").set_input_files(picture)
    with page.expect_navigation():
        page.evaluate("document.getElementById('system').submit()")
    expect(page).to_have_url(re.compile("/write[?]draft="))
    expect(words).to_have_value("La vue d’en haut")
    expect(page.locator("form.composer .file[data-file]")).to_have_count(1)


@with_script
def test_a_browser_finds_that_perron_can_be_installed(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in="camille", **way)
    page.evaluate("navigator.serviceWorker.ready")
    cdp = page.context.new_cdp_session(page)
    manifest: dict[str, Any] = cdp.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert cdp.send("Page.getInstallabilityErrors")["installabilityErrors"] in (
        [],
        [{"errorId": "in-incognito", "errorArguments": []}],
    )
    told = page.request.get(manifest["url"]).json()
    assert told["lang"] == "fr" and told["display"] == "standalone"
    for icon in told["icons"]:
        assert page.request.get(icon["src"]).headers["content-type"] == icon["type"]
    for shortcut in told["shortcuts"]:
        assert page.request.get(shortcut["url"]).ok
