"""What those who run a server do, and how everybody else sees it."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import expect

from perron.jobs import queue
from perron.kit.time import DAY, now
from perron.store import Tx
from tests.api.pictures import png
from tests.browser.conftest import Opener
from tests.browser.flows import Way, everywhere, go_through, publish, send
from tests.clients.server import Served

pytestmark = pytest.mark.slow
NEW = count(1)


@everywhere
def test_an_announcement_is_shown_until_it_was_read(town: Served, open_browser: Opener, way: Way) -> None:
    owner, page = open_browser(town, signed_in="bruno", **way), open_browser(town, signed_in="bea", **way)
    words = f"Le puits est fermé le {next(NEW)}."
    owner.goto("/manage/announcements")
    owner.locator('textarea[name="text"]').fill(words)
    go_through(owner.get_by_role("button", name="Annoncer", exact=True).first)
    expect(owner.locator(".things li", has_text=words)).to_be_visible()
    page.goto("/home")
    strip = page.locator("section.announced", has_text=words)
    go_through(strip.get_by_role("button", name="J’ai lu"))
    expect(strip).to_have_count(0)
    page.goto("/home")
    expect(page.locator("form.composer")).to_be_visible()
    expect(strip).to_have_count(0)


@everywhere
def test_an_emoji_is_added_and_written(town: Served, open_browser: Opener, way: Way, tmp_path: Path) -> None:
    owner, name = open_browser(town, signed_in="bruno", **way), f"cloche{next(NEW)}"
    picture = tmp_path / "cloche.png"
    picture.write_bytes(png())
    owner.goto("/manage/emojis")
    owner.locator('input[name="picture"]').set_input_files(picture)
    owner.locator('input[name="shortcode"]').fill(name)
    send(owner, "/manage/emojis")
    expect(owner.locator(".things.emojis li", has_text=f":{name}:")).to_be_visible()
    page = open_browser(town, signed_in=town.person("sonneur").name, **way)
    publish(page, f"Elle sonne :{name}: midi")
    post = page.locator("main article.post", has_text="Elle sonne").first
    expect(post.locator(f'img[alt=":{name}:"]')).to_be_visible()


@everywhere
def test_the_name_of_the_server_changes_at_once(town: Served, open_browser: Opener, way: Way) -> None:
    def title() -> str:
        visitor = open_browser(town, **way)
        visitor.goto("/")
        expect(visitor).to_have_title(found := visitor.locator("h1").inner_text())
        return found

    owner, before, name = open_browser(town, signed_in="bruno", **way), title(), f"Les Marches {next(NEW)}"
    owner.goto("/manage/server")
    owner.locator('input[name="title"]').fill(name)
    send(owner, "/manage/server")
    try:
        assert title() == name
    finally:
        owner.goto("/manage/server")
        row = owner.locator('form[action="/manage/server/forget"]', has=owner.locator('[value="title"]'))
        go_through(row.locator("button"))
    assert title() == before


@everywhere
def test_a_rule_is_added_moved_and_dropped(town: Served, open_browser: Opener, way: Way) -> None:
    owner, visitor = open_browser(town, signed_in="bruno", **way), open_browser(town, **way)
    rule = f"On salue le chat numéro {next(NEW)}."
    owner.goto("/manage/rules")
    owner.locator("#text").fill(rule)
    send(owner, "/manage/rules")
    visitor.goto("/rules")
    expect(visitor.locator("ol.ruled li").last).to_contain_text(rule)
    go_through(owner.locator("ol.numbered li", has_text=rule).locator('button[formaction$="/up"]'))
    expect(owner.locator("ol.numbered li").last).not_to_contain_text(rule)
    mine = owner.locator("ol.numbered li", has_text=rule)
    mine.locator("details.change summary").click()
    go_through(mine.locator('button[formaction$="/drop"]'))
    expect(owner.locator("ol.numbered li", has_text=rule)).to_have_count(0)


@everywhere
def test_a_server_gets_a_rule_that_everybody_reads(town: Served, open_browser: Opener, way: Way) -> None:
    owner, domain = open_browser(town, signed_in="bruno", **way), f"reclame{next(NEW)}.example"
    owner.goto("/manage/domains")
    owner.locator('input[name="domain"]').fill(domain)
    owner.locator('input[name="severity"][value="suspend"]').check()
    owner.locator('textarea[name="public_comment"]').fill("Réclame à toute heure.")
    send(owner, "/manage/domains")
    entry = owner.locator("article.entry", has_text=domain)
    expect(entry).to_contain_text("Réclame")
    visitor = open_browser(town, **way)
    visitor.goto("/about")
    expect(visitor.locator("main")).to_contain_text(domain)
    go_through(entry.get_by_role("button"))
    expect(owner.locator("article.entry", has_text=domain)).to_have_count(0)


@everywhere
def test_a_job_that_failed_is_tried_again(town: Served, open_browser: Opener, way: Way) -> None:
    def give_up(tx: Tx) -> None:
        queue.put(tx, "PostPublished", {"post_id": 1}, due=now() + DAY)
        job = next(one for one in queue.owed(tx, given_up=False) if one.payload == {"post_id": 1})
        queue.later(tx, job.id, at=0, tries=12, why="La pendule est arrêtée", given_up=True)

    town.beside.store.write(give_up)
    owner = open_browser(town, signed_in="bruno", at="/manage/jobs", **way)
    failed = owner.locator(".things li", has_text="La pendule est arrêtée").first
    go_through(failed.get_by_role("button", name="Réessayer"))
    expect(owner.locator(".things li", has_text="12 essais")).to_have_count(0)
