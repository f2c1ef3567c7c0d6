"""A blogger's evening: a thread with pictures for tomorrow, seen in the queue, and out on time while nobody looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from perron.kit.ids import born
from tests.browser.conftest import Opener
from tests.browser.flows import PLAIN, Way, go_through, until, with_script
from tests.clients.clock import Clock, served_by_a_clock
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow
PARIS = ZoneInfo("Europe/Paris")
BEFORE, LATE = timedelta(seconds=3), timedelta(seconds=30)
"""How long before the hour the clock is set, so that one sees whether something comes too early; and what is late."""


@pytest.fixture
def evening(tmp_path: Path) -> Iterator[tuple[Served, Clock]]:
    """A server of its own on which it is nine in the evening in Paris: of today, or of tomorrow when that is over."""
    with served_by_a_clock(tmp_path / "data") as (served, clock):
        today = datetime.now(PARIS)
        tonight = datetime.combine(today, time(21), PARIS)
        clock.set_to(tonight if tonight > today else tonight + timedelta(days=1))
        yield served, clock


def picture(n: int) -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (64, 48), (30 * n, 120, 90)).save(out, "PNG")
    return {"name": f"{n}.png", "mimeType": "image/png", "buffer": out.getvalue()}


def plan(page: Page, at: datetime) -> Locator:
    """Say in the open form that it is for then, by the clock of Paris; its button."""
    form = page.locator("form.composer").first
    form.locator("details.later > summary").first.click()
    form.locator('input[name="zone"]').fill("Europe/Paris")
    form.locator('input[name="later"]').fill(at.strftime("%Y-%m-%dT%H:%M"))
    return form.locator('button[type="submit"].main')


def kept(page: Page, at: datetime, posts: int) -> None:
    """What is planned stands on the page: when, and how much it is."""
    one = page.locator("li.draft")
    expect(one).to_have_count(1)
    expect(one).to_contain_text(f"{at:%H:%M}")
    expect(one).to_contain_text(f"{posts} publications")


def comes_out(me: Person, page: Page, clock: Clock, at: datetime) -> list[dict[str, Any]]:
    """The night passes; what stands on somebody's page once the hour has come, the oldest first."""
    clock.set_to(at - BEFORE)
    page.goto(f"/@{me.name}/with_replies")
    until(page, lambda: page.locator("main article.post").count() > 0)
    posts: list[dict[str, Any]] = me.get(f"/api/v1/accounts/{me.id}/statuses")[::-1]
    for one in posts:
        out = datetime.fromtimestamp(born(int(one["id"])) / 1000, UTC)
        assert at <= out < at + LATE, out
    assert [one["in_reply_to_id"] for one in posts[1:]] == [one["id"] for one in posts[:-1]]
    assert me.get("/api/perron/v1/threads") == []
    return posts


@with_script
def test_a_thread_of_seven_with_pictures_waits_for_tomorrow_morning(
    evening: tuple[Served, Clock], open_browser: Opener, way: Way
) -> None:
    served, clock = evening
    me = served.person("clementine")
    page = open_browser(served, signed_in=me.name, **way)
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
    morning = datetime.combine(clock.now().astimezone(PARIS) + timedelta(days=1), time(9, 30), PARIS)
    button = plan(page, morning)
    expect(button).to_have_text("Publier à 09:30")
    go_through(button)
    kept(page, morning, 7)
    (planned,) = me.get("/api/perron/v1/threads")
    assert (planned["at"]["local"], planned["at"]["zone"]) == (f"{morning:%Y-%m-%dT%H:%M}", "Europe/Paris")
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
    expect(page.locator("ol.line li time")).to_contain_text("09:30")
    page.goto(f"/calendar?week={morning:%Y-%m-%d}")
    expect(page.locator(f'.calendar [data-day="{morning:%Y-%m-%d}"] .mark')).to_contain_text("1/7")

    posts = comes_out(me, page, clock, morning)
    assert [re.sub("<.*?>", "", one["content"])[:3] for one in posts] == [f"{n}/7" for n in range(1, 8)]
    assert [len(one["media_attachments"]) for one in posts] == [1, 0, 1, 0, 1, 0, 1]


def test_a_shorter_one_without_a_script_comes_out_on_time(evening: tuple[Served, Clock], open_browser: Opener) -> None:
    served, clock = evening
    me = served.person("firmin")
    page = open_browser(served, signed_in=me.name, **PLAIN)
    page.goto("/write")
    go_through(page.locator('form.composer button[name="do"][value="add"]').first)
    texts = ("À l’heure dite", "et dans l’ordre")
    for n, text in enumerate(texts):
        page.locator('form.composer textarea[name^="text"]').nth(n).fill(text)
    later = clock.now().astimezone(PARIS).replace(second=0, microsecond=0) + timedelta(hours=1)
    go_through(plan(page, later))
    kept(page, later, 2)
    posts = comes_out(me, page, clock, later)
    assert [re.sub("<.*?>", "", one["content"]) for one in posts] == [*texts]
