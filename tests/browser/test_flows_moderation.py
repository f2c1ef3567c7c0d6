"""From a report to a decision that its person reads, appeals against, and sees undone; and what a limit hides."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener
from tests.browser.flows import Way, everywhere, go_through, more, path_of, post_with
from tests.clients.server import Served

pytestmark = pytest.mark.slow


def report(page: Page, post: str, served: Served) -> None:
    """Report a post from its menu, for a broken rule."""
    page.goto(post)
    go_through(more(page.locator(".chosen article.post")).get_by_role("link", name="Signaler à la modération"))
    page.locator('input[name="category"][value="violation"]').check()
    page.locator('input[name="rule"]').first.check()
    page.locator('textarea[name="comment"]').fill("Ce n’est pas aimable.")
    page.get_by_role("button", name="Envoyer le signalement").click()
    page.wait_for_url("**/report/sent**")


def decide(page: Page, action: str, words: str) -> None:
    """Fill in the form at the end of a report or of an account."""
    form = page.locator("form.deciding")
    form.locator(f'input[name="action"][value="{action}"]').check()
    form.locator('input[name="rule"]').first.check()
    form.locator('textarea[name="text"]').fill(words)
    go_through(form.locator("button.main"))


@everywhere
def test_a_report_becomes_a_decision_an_appeal_and_is_undone(town: Served, open_browser: Opener, way: Way) -> None:
    accused, witness = town.person("edgar"), town.person("noemie")
    post = accused.says("Vos géraniums sont affreux")
    report(open_browser(town, signed_in=witness.name, **way), path_of(post, town), town)

    host = open_browser(town, signed_in="hortense", at="/manage/reports", **way)
    go_through(host.locator("article.entry", has_text=accused.name).locator('a[href*="/manage/reports/"]'))
    expect(host.locator("article.evidence")).to_contain_text("géraniums")
    go_through(host.get_by_role("button", name="Prendre"))
    decide(host, "limit", "Parlez des fleurs, pas des gens.")
    host.goto("/manage/reports")
    expect(host.locator("article.entry", has_text=accused.name)).to_have_count(0)

    theirs = open_browser(town, signed_in=accused.name, at="/notices", **way)
    go_through(theirs.locator("article.told-of").locator('a[href="/settings/standing"]'))
    decision = theirs.locator("article.entry")
    expect(decision).to_contain_text("Parlez des fleurs")
    expect(decision.locator("ul li").first).to_be_visible()
    decision.locator("details.appealing summary").click()
    decision.locator('textarea[name="text"]').fill("Je parlais de mes géraniums.")
    go_through(decision.locator("details.appealing button.main"))
    expect(theirs.locator("article.entry")).to_contain_text("Je parlais de mes géraniums.")

    host.goto("/manage/appeals")
    appeal = host.locator("article.entry", has_text="Je parlais de mes géraniums.").filter(has_text=accused.name)
    appeal.first.locator('textarea[name="words"]').fill("C’est vrai.")
    go_through(appeal.first.locator("button.main"))
    theirs.goto("/settings/standing")
    expect(theirs.locator("article.entry")).to_contain_text("C’est vrai.")
    expect(theirs.locator("article.entry")).to_have_class(re.compile("past"))
    host.goto(f"/manage/audit?q={accused.name}")
    expect(host.locator("main")).to_contain_text(accused.name)


def meets(visitor: Page, words: str, *, times: int = 1) -> None:
    """A visitor, who has just come, comes upon what somebody said without looking for them; or does not."""
    visitor.goto("/explore")
    expect(visitor.locator("main article.post").first).to_be_visible()
    expect(post_with(visitor, words)).to_have_count(times)


@everywhere
def test_who_is_limited_is_met_by_followers_only(town: Served, open_browser: Opener, way: Way) -> None:
    loud, friend = town.person("barnabe"), town.person("celestine")
    words = f"Mes tisanes à moitié prix chez {loud.name}"
    friend.follows(loud)
    loud.says(words)
    meets(open_browser(town, **way), words)

    host = open_browser(town, signed_in="hortense", at="/manage/accounts", **way)
    host.locator('input[name="q"]').fill(loud.name)
    go_through(host.locator("form.looking button").first)
    go_through(host.locator("article.entry a.whom", has_text=loud.name))
    decide(host, "limit", "Pas de réclame à la chaîne.")
    expect(host.locator("form.deeds", has_text="Lever")).to_be_visible()

    visitor = open_browser(town, **way)
    meets(visitor, words, times=0)
    visitor.goto(f"/@{loud.name}")
    expect(visitor.locator("h1")).to_contain_text(loud.name)
    theirs = open_browser(town, signed_in=friend.name, **way)
    expect(post_with(theirs, words)).to_be_visible()
    go_through(host.locator("form.deeds", has_text="Lever").locator("button"))
    expect(host.locator("form.deeds", has_text="Lever")).to_have_count(0)
    meets(open_browser(town, **way), words)
