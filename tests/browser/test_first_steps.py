"""How long the first minutes take, click by click; `scripts/first_steps.py` writes the same down for people to read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.first_steps import Watch, first_steps
from tests.browser.flows import go_through
from tests.clients.server import Served

pytestmark = pytest.mark.slow
MOST, MACHINES = 180.0, 60.0
"""Seconds for all of it, and how many of them are for the server and the browser. What people take is measured here;
how long those two take on a machine that is busy otherwise says nothing."""


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_first_post_is_answered_within_three_minutes(town: Served, open_browser: Opener, width: str) -> None:
    other = open_browser(town, signed_in="nadia", width=width)
    watch = Watch(real=False)
    first_steps(open_browser(town, width=width), other, f"lise_{width}", watch)
    assert watch.counted < MOST - MACHINES
    assert watch.clicks <= 13


def test_a_name_with_an_accent_is_refused_before_anything_is_lost(town: Served, open_browser: Opener) -> None:
    page = open_browser(town, width="phone")
    page.goto("/sign-up")
    page.locator('input[name="username"]').fill("Noé")
    page.locator('input[name="email"]').fill("noe-accent@example.org")
    page.locator('input[name="password"]').fill("trois marches au soleil")
    page.locator('form[action="/sign-up"] button[type="submit"]').click()
    expect(page.locator('input[name="username"]')).to_be_focused()
    expect(page.locator('input[name="password"]')).to_have_value("trois marches au soleil")
    page.locator('input[name="username"]').fill("noe_accent")
    page.locator('form[action="/sign-up"] button[type="submit"]').click()
    page.wait_for_url("**/home**")


def test_whoever_wanted_to_answer_joins_and_stands_where_they_were(town: Served, open_browser: Opener) -> None:
    page = open_browser(town, width="phone")
    page.goto("/")
    go_through(page.locator("main article.post a.when").first)
    where = page.url
    go_through(page.get_by_role("link", name="répondre").first)
    go_through(page.locator('a[href^="/sign-up"]'))
    page.locator('input[name="username"]').fill("passante")
    page.locator('input[name="email"]').fill("passante@example.org")
    page.locator('input[name="password"]').fill("trois marches au soleil")
    go_through(page.locator('form[action="/sign-up"] button[type="submit"]'))
    expect(page.locator("#reply form.composer")).to_be_visible()
    expect(page).to_have_url(re.compile(f"^{re.escape(where)}"))
