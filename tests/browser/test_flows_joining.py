"""How somebody comes in: by a link, after somebody agreed, or through the open door; and how they go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, sign_in
from tests.browser.flows import Way, everywhere, go_through, publish, send
from tests.clients.server import PASSWORD, Served

pytestmark = pytest.mark.slow
NEW = count(1)


@contextmanager
def joining(owner: Page, how: str) -> Iterator[None]:
    """While this lasts, one joins so."""
    owner.goto("/manage/server")
    owner.locator('select[name="registration"]').select_option(how)
    send(owner, "/manage/server")
    try:
        yield
    finally:
        owner.goto("/manage/server")
        row = owner.locator('form[action="/manage/server/forget"]', has=owner.locator('[value="registration"]'))
        go_through(row.locator("button"))


def fill_in(page: Page, name: str) -> None:
    """What one is asked before one joins."""
    page.locator('input[name="username"]').fill(name)
    page.locator('input[name="email"]').fill(f"{name}@example.org")
    page.locator('input[name="password"]').fill(PASSWORD)


@everywhere
def test_a_link_lets_somebody_in_where_others_stay_outside(town: Served, open_browser: Opener, way: Way) -> None:
    owner, host = open_browser(town, signed_in="bruno"), open_browser(town, signed_in="ada", **way)
    name = f"invitee{next(NEW)}"
    with joining(owner, "invitation"):
        host.goto("/invitations")
        go_through(host.get_by_role("button", name="Créer un lien"))
        link = host.locator("#link").input_value()

        guest = open_browser(town, **way)
        guest.goto("/")
        expect(guest.get_by_role("link", name="Rejoindre")).to_have_count(0)
        guest.goto("/sign-up")
        expect(guest.locator("main .notice")).to_contain_text("invitation")
        guest.goto(link.removeprefix(town.origin))
        fill_in(guest, name)
        send(guest, "/sign-up")
        guest.wait_for_url("**/home**")
        expect(publish(guest, f"Bonjour de {name}")).to_be_visible()

    host.goto("/invitations")
    expect(host.locator(".guests", has_text=name)).to_be_visible()


@everywhere
def test_who_asks_to_join_waits_until_somebody_agrees(town: Served, open_browser: Opener, way: Way) -> None:
    owner, guest = open_browser(town, signed_in="bruno"), open_browser(town, **way)
    name = f"candide{next(NEW)}"
    with joining(owner, "approval"):
        guest.goto("/")
        go_through(guest.locator("main").get_by_role("link", name="Demander à rejoindre"))
        fill_in(guest, name)
        guest.locator('textarea[name="reason"]').fill("J’habite en face.")
        send(guest, "/sign-up")
        expect(guest.locator("h1")).to_be_visible()
        guest.goto("/home")
        expect(guest.locator("form.composer")).to_have_count(0)

        host = open_browser(town, signed_in="hortense", at="/manage/accounts?show=waiting", **way)
        asked = host.locator("article.entry", has_text=name)
        expect(asked).to_contain_text("J’habite en face.")
        go_through(asked.get_by_role("button", name="Accepter"))
        expect(host.locator("article.entry", has_text=name)).to_have_count(0)

        guest.context.clear_cookies()
        sign_in(guest, name)
        expect(publish(guest, f"Me voilà, {name}")).to_be_visible()
