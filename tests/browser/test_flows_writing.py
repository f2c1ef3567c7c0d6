"""What people write: quotes and credits, changes with their history, polls, threads, drafts, and taking back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.flows import PLAIN, Way, everywhere, go_through, more, path_of, post_with, publish, with_script
from tests.clients.server import Served

pytestmark = pytest.mark.slow


def pane(page: Page, name: str, way: Way) -> None:
    """Open a part of the composer: by its tool, or without a script by its summary."""
    form = page.locator("form.composer").first
    if way["script"]:
        form.locator(f'button[data-tool="{name}"]').click()
    else:
        form.locator(f'details[data-panel="{name}"] > summary').first.click()


@everywhere
def test_a_quote_is_told_and_taken_out(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("rosine"), town.person("basile")
    post = me.says("Le four à pain rallume samedi")
    page = open_browser(town, signed_in=other.name, at=path_of(post, town), **way)
    go_through(page.locator('.chosen [data-act="quote"]'))
    publish(page, "J’apporte la farine")
    expect(post_with(page, "J’apporte la farine").first.locator("blockquote.inset")).to_contain_text("four à pain")

    mine = open_browser(town, signed_in=me.name, at="/notices", **way)
    told = mine.locator("article.told-of", has_text="J’apporte la farine")
    expect(told).to_contain_text("a cité votre publication")
    go_through(told.get_by_role("button", name="Retirer ma publication d’ici"))
    mine.goto(path_of(post, town))
    go_through(more(mine.locator(".chosen article.post")).get_by_role("link", name="Citations"))
    mine.get_by_label("Moi seulement").check()
    go_through(mine.locator("form.quoters button"))

    page.goto(f"/@{other.name}")
    quoting = post_with(page, "J’apporte la farine").first
    expect(quoting).not_to_contain_text("four à pain")
    expect(quoting.locator(".inset.gone")).to_be_visible()
    page.goto(path_of(post, town))
    expect(page.locator('.chosen [data-act="quote"]')).to_have_count(0)


@everywhere
def test_who_is_thanked_is_told_and_counted(town: Served, open_browser: Opener, way: Way) -> None:
    me, source = town.person("agathe"), town.person("prosper")
    page = open_browser(town, signed_in=me.name, at="/write", **way)
    pane(page, "credit", way)
    page.locator('input[name^="via"]').first.fill(f"@{source.name}")
    post = publish(page, "Une carte postale de 1910")
    expect(post.locator(".via")).to_have_text(f"via @{source.name}")

    theirs = open_browser(town, signed_in=source.name, at="/notices", **way)
    expect(theirs.locator("article.told-of")).to_contain_text("Une carte postale")
    theirs.goto(f"/@{source.name}")
    go_through(theirs.locator("p.figures").get_by_role("link", name=re.compile("^1 ")).filter(has_text="remerciement"))
    expect(post_with(theirs, "Une carte postale de 1910")).to_be_visible()


@everywhere
def test_a_change_shows_its_date_and_what_was_there_before(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("honorine")
    page = open_browser(town, signed_in=me.name, **way)
    post = publish(page, "La kermesse est dimanche")
    go_through(more(post).get_by_role("link", name="Modifier"))
    form = page.locator("form.composer").first
    form.locator('textarea[name^="text"]').first.fill("La kermesse est samedi")
    go_through(form.locator('button[type="submit"].main'))
    expect(page.locator(".chosen .text").first).to_have_text("La kermesse est samedi")

    visitor = open_browser(town, **way)
    visitor.goto(f"/@{me.name}")
    go_through(visitor.locator("main article.post .edited a"))
    history = visitor.locator("#updates")
    expect(history.locator("li .text").last).to_contain_text("dimanche")
    expect(history.locator("li time").last).to_be_visible()


@everywhere
def test_a_poll_is_asked_and_answered(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("fanchon"), town.person("lazare")
    other.follows(me)
    page = open_browser(town, signed_in=me.name, at="/write", **way)
    pane(page, "poll", way)
    for n, answer in enumerate(("La clairette", "Le muscat")):
        page.locator('input[name^="option"]').nth(n).fill(answer)
    publish(page, "Que boit-on dimanche ?")
    expect(post_with(page, "Que boit-on").first.locator("form.poll, dl.poll")).to_be_visible()

    theirs = open_browser(town, signed_in=other.name, **way)
    poll = post_with(theirs, "Que boit-on").first
    poll.get_by_label("Le muscat").check()
    go_through(poll.get_by_role("button", name="Voter"))
    expect(post_with(theirs, "Que boit-on").first.locator("dl.poll")).to_contain_text(re.compile("100\\s%"))
    page.reload()
    expect(post_with(page, "Que boit-on").first).to_contain_text("1 personne a répondu")


@everywhere
def test_a_thread_is_published_in_order(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("victoire")
    page = open_browser(town, signed_in=me.name, at="/write", **way)
    texts = page.locator('form.composer textarea[name^="text"]')
    for n, words in enumerate(("Il était une fois", "un escalier", "de trois marches")):
        texts.nth(n).fill(words)
        if n < 2:
            if way["script"]:
                page.locator('button[data-tool="add"]').click()
            else:
                go_through(page.locator("button.add"))
            expect(texts).to_have_count(n + 2)
    button = page.locator('form.composer button[type="submit"].main')
    expect(button).to_have_text("Publier les 3")
    go_through(button)
    go_through(post_with(page, "Il était une fois").first.locator("a.when"))
    expect(page.locator(".talk article.post .text")).to_have_text(
        ["Il était une fois", "un escalier", "de trois marches"]
    )


@everywhere
def test_a_draft_is_gone_on_with_on_another_device(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("sidonie")
    page = open_browser(town, signed_in=me.name, at="/write", **way)
    page.locator('form.composer textarea[name^="text"]').first.fill("Chers voisins,")
    if way["script"]:
        expect(page.locator("form.composer .state")).to_contain_text("brouillons")
    else:
        go_through(page.locator("form.composer button.keep"))

    other = open_browser(
        town, signed_in=me.name, at="/drafts", **{**way, "width": "desk" if way["width"] == "phone" else "phone"}
    )
    go_through(other.locator(".draft a", has_text="Chers voisins"))
    words = other.locator('form.composer textarea[name^="text"]').first
    expect(words).to_have_value("Chers voisins,")
    publish(other, "Chers voisins, la fontaine coule")
    page.goto("/drafts")
    expect(page.locator(".draft")).to_have_count(0)


@everywhere
def test_what_is_taken_back_leaves_no_notice(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("clotilde"), town.person("amedee")
    page = open_browser(town, signed_in=me.name, **way)
    publish(page, f"@{other.name} à ce soir")
    go_through(page.locator("form.undo button"))
    expect(page.locator('form.composer textarea[name^="text"]').first).to_have_value(f"@{other.name} à ce soir")
    theirs = open_browser(town, signed_in=other.name, at="/notices", **way)
    expect(theirs.locator("article.told-of")).to_have_count(0)
    theirs.goto(f"/@{me.name}")
    expect(theirs.locator("main article.post")).to_have_count(0)


@with_script
def test_what_one_does_with_a_post_stays_on_the_page(town: Served, open_browser: Opener, way: Way) -> None:
    me, other = town.person("zelie"), town.person("felicien")
    me.follows(other)
    other.says("Vive le vent")
    page = open_browser(town, signed_in=me.name, **way)
    post = post_with(page, "Vive le vent").first
    for act in ("favourite", "boost", "bookmark"):
        post.locator(f'[data-act="{act}"]').click()
        expect(post.locator(f'[data-act="{act}"]')).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("/home$"))
    page.goto("/bookmarks")
    expect(post_with(page, "Vive le vent")).to_be_visible()


def test_a_change_without_a_script_keeps_its_words_when_refused(town: Served, open_browser: Opener) -> None:
    me = town.person("isidore")
    page = open_browser(town, signed_in=me.name, at="/write", **PLAIN)
    page.locator('form.composer textarea[name^="text"]').first.fill("a" * 501)
    go_through(page.locator('form.composer button[type="submit"].main'))
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.locator('form.composer textarea[name^="text"]').first).to_have_value("a" * 501)
