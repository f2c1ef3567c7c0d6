"""A blogger's evening: a thread with pictures for tomorrow, seen in the queue; and one that comes out on time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from perron.kit.ids import born
from tests.browser.conftest import Opener
from tests.browser.flows import Way, everywhere, go_through, until, with_script
from tests.clients.server import Served

pytestmark = pytest.mark.slow
PARIS = ZoneInfo("Europe/Paris")


def picture(n: int) -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (64, 48), (30 * n, 120, 90)).save(out, "PNG")
    return {"name": f"{n}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def open_later(page: Page) -> None:
    page.locator("form.composer details.later > summary").first.click()


@with_script
def test_a_thread_of_seven_with_pictures_waits_for_tomorrow_morning(
    town: Served, open_browser: Opener, way: Way
) -> None:
    me = town.person("clementine")
    page = open_browser(town, signed_in=me.name, **way)
    page.goto("/write")
    form = page.locator("form.composer").first
    for n in range(1, 8):
        if n > 1:
            form.locator('button[data-tool="add"]').click()
        part = form.locator("fieldset.part").nth(n - 1)
        part.locator("textarea").first.fill(f"{n}/7 : les marches du village")
        if n % 2:
            with page.expect_file_chooser() as chooser:
                form.locator('button[data-tool="files"]').click()
            chooser.value.set_files([picture(n)])
            expect(part.locator("li.file img")).to_have_count(1)
    tomorrow = (datetime.now(PARIS) + timedelta(days=1)).strftime("%Y-%m-%dT09:30")
    open_later(page)
    form.locator('input[name="zone"]').fill("Europe/Paris")
    form.locator('input[name="later"]').fill(tomorrow)
    expect(form.locator('button[type="submit"].main')).to_have_text("Publier à 09:30")
    go_through(form.locator('button[type="submit"].main'))

    kept = page.locator("li.draft")
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("09:30")
    expect(kept).to_contain_text("7 publications")
    (planned,) = me.get("/api/perron/v1/threads")
    assert planned["at"]["local"] == tomorrow and planned["at"]["zone"] == "Europe/Paris"
    assert [len(one["media_attachments"]) for one in planned["posts"]] == [1, 0, 1, 0, 1, 0, 1]

    page.goto("/queue")
    for day in range(7):
        page.locator(f'textarea[name="day_{day}"]').fill("09:30\n18:00")
    page.locator('form.week input[name="zone"]').fill("Europe/Paris")
    go_through(page.get_by_role("button", name="Garder ces heures"))
    page.goto("/scheduled")
    go_through(page.get_by_role("button", name="Au prochain créneau libre"))
    expect(page.locator("ol.line li")).to_have_count(1)
    expect(page.locator("ol.line li")).to_contain_text("1/7 : les marches du village")
    page.goto("/calendar?week=" + me.get("/api/perron/v1/threads")[0]["at"]["local"][:10])
    expect(page.locator(".calendar .mark")).to_contain_text("1/7")


@everywhere
def test_a_shorter_one_comes_out_on_time(town: Served, open_browser: Opener, way: Way) -> None:
    me = town.person("firmin")
    at = datetime.now(PARIS).replace(second=0, microsecond=0) + timedelta(minutes=1)
    if at - datetime.now(PARIS) < timedelta(seconds=40):
        at += timedelta(minutes=1)
    page = open_browser(town, signed_in=me.name, **way)
    page.goto("/write")
    form = page.locator("form.composer").first
    if way["script"]:
        form.locator('button[data-tool="add"]').click()
    else:
        go_through(form.locator('button[name="do"][value="add"]'))
        form = page.locator("form.composer").first
    for n, text in enumerate(("À l’heure dite", "et dans l’ordre")):
        form.locator('textarea[name^="text"]').nth(n).fill(text)
    open_later(page)
    form.locator('input[name="zone"]').fill("Europe/Paris")
    form.locator('input[name="later"]').fill(at.strftime("%Y-%m-%dT%H:%M"))
    go_through(form.locator('button[type="submit"].main'))
    expect(page.locator("li.draft")).to_contain_text("2 publications")

    page.wait_for_timeout(max(0.0, (at - datetime.now(PARIS)).total_seconds()) * 1000)
    page.goto(f"/@{me.name}/with_replies")
    until(page, lambda: page.locator("main article.post", has_text="et dans l’ordre").count() == 1)
    posts = me.get(f"/api/v1/accounts/{me.id}/statuses")[::-1]
    assert [re.sub("<.*?>", "", one["content"]) for one in posts] == ["À l’heure dite", "et dans l’ordre"]
    assert posts[1]["in_reply_to_id"] == posts[0]["id"]
    assert all(born(int(one["id"])) / 1000 >= at.timestamp() for one in posts)
