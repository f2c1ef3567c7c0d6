"""What people settle for themselves: browsers, a second step, accounts, looks, quiet hours, data, and leaving."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import count
from pathlib import Path
from zipfile import ZipFile

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.flows import Way, everywhere, go_through, publish, send, until, with_script
from tests.clients.server import PASSWORD, Served

pytestmark = pytest.mark.slow
NEW = count(1)


def try_to_sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the door, wherever it leads."""
    page.goto("/sign-in")
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill(password)
    go_through(page.locator('form[action="/sign-in"] button[type="submit"]'))


@everywhere
def test_another_browser_is_signed_out_from_here(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("valentine")
    here, there = open_browser(town, signed_in=me.name, **way), open_browser(town, signed_in=me.name, **way)
    here.goto("/settings/sessions")
    expect(here.locator('form[action^="/settings/sessions/"][action$="/end"]')).to_have_count(3)
    go_through(here.get_by_role("button", name="Sortir partout, sauf ici"))
    expect(here.locator('form[action^="/settings/sessions/"]')).to_have_count(1)
    there.goto("/home")
    expect(there).to_have_url(re.compile("/sign-in"))
    here.goto("/home")
    expect(here.locator("form.composer")).to_be_visible()


@everywhere
def test_a_code_of_an_app_is_asked_for_from_now_on(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("emilienne")
    page = open_browser(town, signed_in=me.name, at="/settings/safety", **way)
    go_through(page.locator('a[href="/settings/safety/app"]').first)
    page.locator("details.other-way summary").click()
    app = pyotp.TOTP(page.locator("code.code").inner_text().replace(" ", ""))
    page.locator("#code").fill(app.now())
    send(page, "/settings/safety/app")
    expect(page.locator("#codes code")).to_have_count(10)
    codes = page.locator("#codes code").all_text_contents()

    other = open_browser(town, **way)
    try_to_sign_in(other, me.email)
    other.locator("#code").fill("000000")
    send(other, "/sign-in/second")
    expect(other.locator("#wrong")).to_be_visible()
    other.locator("#code").fill(app.at(datetime.now(), counter_offset=1))
    send(other, "/sign-in/second")
    expect(other).to_have_url(re.compile("/home"))

    third = open_browser(town, **way)
    try_to_sign_in(third, me.email)
    third.locator("details.other-way summary").click()
    third.locator("#recovery").fill(codes[0])
    go_through(third.locator("details.other-way button"))
    expect(third).to_have_url(re.compile("/home"))


@everywhere
def test_one_speaks_for_a_second_account_and_sees_who_speaks(town: Served, open_browser: Opener, way: Way) -> None:
    me, second = town.person("theophile"), f"gazette{next(NEW)}"
    page = open_browser(town, signed_in=me.name, at="/accounts/new", **way)
    page.locator("#username").fill(second)
    page.locator("#display_name").fill("La Gazette du lavoir")
    page.locator('input[name="kind"][value="brand"]').check()
    send(page, "/accounts/new")
    page.goto("/home")
    speaks = page.locator("form.composer .speaking").first
    expect(speaks).to_contain_text(f"@{second}")
    publish(page, "Première page")
    expect(page.locator("main article.post").first).to_contain_text(f"@{second}")

    page.goto("/me" if way["width"] == "phone" else "/home")
    page.locator("details.voices > summary >> visible=true").first.click()
    go_through(page.locator("details.voices button.voice", has_text=f"@{me.name}").locator("visible=true").first)
    page.goto("/write")
    expect(speaks).to_contain_text(f"@{me.name}")
    expect(speaks).to_have_attribute("data-color", re.compile("."))


@everywhere
def test_looks_are_chosen_and_kept(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("hyacinthe")
    page = open_browser(town, signed_in=me.name, at="/settings/appearance", **way)
    for name, value in (("theme", "dark"), ("size", "large")):
        page.locator(f'label.pick:has(input[name="{name}"][value="{value}"])').click()
    if way["script"]:
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    send(page, "/settings/appearance")
    expect(page.get_by_role("status").first).to_contain_text("enregistré")
    other = open_browser(town, signed_in=me.name, **way)
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.locator("html")).to_have_attribute("data-size", "large")
    expect(other.locator("body")).to_have_css("background-color", "rgb(18, 22, 29)")


@everywhere
def test_hours_are_quiet(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("eugenie")
    page = open_browser(town, signed_in=me.name, at="/settings/notices", **way)
    page.locator('input[name="quiet"]').check()
    page.locator('input[name="begins"]').fill("21:30")
    page.locator('input[name="ends"]').fill("06:45")
    go_through(page.locator('form[action="/settings/notices"] button.main'))
    expect(page.get_by_role("status").first).to_contain_text("enregistré")
    page.goto("/settings/notices")
    expect(page.locator('input[name="quiet"]')).to_be_checked()
    expect(page.locator('input[name="begins"]')).to_have_value("21:30")


@everywhere
def test_the_language_is_changed_and_stays(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("marceline")
    visitor = open_browser(town, **way)
    visitor.goto("/")
    go_through(visitor.get_by_role("link", name="English").first)
    expect(visitor.get_by_role("link", name="Join").first).to_be_visible()
    visitor.goto("/explore")
    expect(visitor.locator("h1")).to_have_text("What is happening")

    page = open_browser(town, signed_in=me.name, at="/settings/language", **way)
    page.locator("#lang").select_option("en")
    send(page, "/settings/language")
    expect(page.locator("h1")).to_have_text("Language and time")
    other = open_browser(town, signed_in=me.name, **way)
    expect(other.locator("h1")).to_have_text("Home")


@with_script
def test_the_clock_of_this_device_is_offered(town: Served, open_browser: Opener, way: Way) -> None:
    page = open_browser(town, signed_in=town.person("horace").name, at="/settings/language", **way)
    page.get_by_role("button", name="Choisir ce fuseau").click()
    expect(page.locator("#zone")).to_have_value("Europe/Paris")


@everywhere
def test_an_archive_is_made_and_taken_along(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("philomene")
    me.says("À garder pour mes petits-enfants")
    page = open_browser(town, signed_in=me.name, at="/settings/data", **way)
    go_through(page.get_by_role("button", name="Demander une archive"))
    ready = page.get_by_role("link", name="Télécharger l’archive")
    if not way["script"]:
        until(page, lambda: ready.count() > 0)
    expect(ready).to_be_visible()
    with page.expect_download() as download:
        ready.click()
    with ZipFile(Path(download.value.path())) as archive:
        assert "À garder pour mes petits-enfants" in archive.read("outbox.json").decode()


@everywhere
def test_an_account_is_deleted_for_good(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("aristide")
    me.says("Adieu les marches")
    page = open_browser(town, signed_in=me.name, at="/settings/data", **way)
    go_through(page.get_by_role("link", name="Supprimer ce compte"))
    page.locator("#handle").fill(f"@{me.name}")
    page.locator("#password").fill("pas le bon")
    go_through(page.locator("form.sheet button.danger"))
    expect(page.locator("#wrong")).to_be_visible()
    expect(page.locator("#handle")).to_have_value(f"@{me.name}")
    page.locator("#password").fill(PASSWORD)
    go_through(page.locator("form.sheet button.danger"))
    expect(page.locator("main")).to_contain_text(f"@{me.name}")
    page.goto(f"/@{me.name}")
    expect(page.locator("main")).not_to_contain_text("Adieu les marches")
    try_to_sign_in(page, me.email)
    expect(page.locator("#wrong")).to_be_visible()


@everywhere
def test_a_password_is_changed_and_the_old_one_opens_no_more(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("rosalie")
    page = open_browser(town, signed_in=me.name, at="/settings/safety", **way)
    page.locator("#old").fill(PASSWORD)
    page.locator("#new").fill("quatre marches de plus")
    go_through(page.locator('form[action="/settings/password"] button').first)
    expect(page.get_by_role("status").first).to_be_visible()
    other = open_browser(town, **way)
    try_to_sign_in(other, me.email)
    expect(other.locator("#wrong")).to_be_visible()
    sign_in(other, me.email, "quatre marches de plus")


@everywhere
def test_who_is_asked_lets_followers_in_one_by_one(town: Served, open_browser: Opener, way: Way) -> None:
    me, one, two = town.person("adelaide"), town.person("gontran"), town.person("leonie")
    page = open_browser(town, signed_in=me.name, at="/settings/privacy", **way)
    page.locator('input[name="locked"]').check()
    send(page, "/settings/privacy")
    theirs = open_browser(town, signed_in=one.name, at=f"/@{me.name}", **way)
    go_through(theirs.get_by_role("button", name="Demander à suivre"))
    expect(theirs.get_by_role("button", name="Annuler la demande")).to_be_visible()
    two.follows(me)
    page.goto("/notices")
    go_through(page.locator('a[href="/requests"]').locator("visible=true").first)
    for asked, word in ((one, "Accepter"), (two, "Refuser")):
        person = page.locator("article.person", has_text=f"@{asked.name}")
        go_through(person.get_by_role("button", name=word))
    expect(page.locator("main .empty")).to_be_visible()
    page.goto(f"/@{me.name}/followers")
    expect(page.locator("main")).to_contain_text(f"@{one.name}")
    expect(page.locator("main")).not_to_contain_text(f"@{two.name}")
