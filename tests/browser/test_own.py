"""What scripts add to one's own pages: a talk that was seen is read, a picture is shown before it is kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api.pictures import png
from tests.browser.conftest import Opener
from tests.browser.flows import go_through
from tests.clients.server import Served

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_talk_that_was_seen_is_read(town: Served, open_browser: Opener, width: str) -> None:
    one, other = open_browser(town, width=width, signed_in="camille"), open_browser(town, signed_in="nadia")
    one.goto("/messages/new?to=@nadia")
    one.locator('textarea[name="text"]').fill(f"Un mot du {width}")
    go_through(one.get_by_role("button", name="Envoyer"))
    expect(one.locator(".bubble.own").last).to_contain_text(f"Un mot du {width}")

    other.goto("/messages")
    talk = other.locator(".talks > li", has_text=f"Un mot du {width}")
    expect(talk).to_contain_text("nouveau")
    with other.expect_response(lambda answer: answer.url.endswith("/read")):
        talk.locator("a").click()
    expect(other.locator(".have-read")).to_be_hidden()
    other.goto("/messages")
    expect(talk).to_be_visible()
    expect(talk).not_to_contain_text("nouveau")


def test_a_picture_is_shown_before_it_is_kept_and_lines_are_added(
    town: Served, open_browser: Opener, tmp_path: Path
) -> None:
    page = open_browser(town, width="phone", signed_in="camille")
    picture = tmp_path / "moi.png"
    picture.write_bytes(png())
    page.goto("/settings/profile")
    page.locator("#avatar").set_input_files(picture)
    expect(page.locator('img[data-shows="avatar"]')).to_have_attribute("src", re.compile("^blob:"))

    lines = page.locator('input[name="line_name"]')
    before, more = lines.count(), page.get_by_role("button", name="Une ligne de plus")
    for _ in range(8 - before):
        more.click()
    expect(more).to_be_hidden()
    expect(lines).to_have_count(8)
    lines.last.fill("Lavoir")
    page.locator('input[name="line_value"]').last.fill("https://lavoir.example")
    go_through(page.get_by_role("button", name="Enregistrer le profil"))
    page.goto("/settings/profile")
    assert "Lavoir" in lines.evaluate_all("all => all.map(one => one.value)")
