"""The first minutes of somebody new, at the pace of people: 6 characters a second, and 1.5 seconds of thought before
each click.

With `real` the pace is waited for, as with a stop-watch in the hand; without it is only counted, and added to what the
server and the browser take.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

CHARACTERS, THOUGHT = 6, 1.5
READING = 15.0
"""Seconds for the rules, and for a look at the first posts."""
GREETING = "Bonjour à toutes et à tous, je viens d’arriver. Qui connaît un bon pain par ici ?"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that somebody did, and when it was done: seconds since the front page was asked for."""

    who: str
    what: str
    clicks: int
    at: float


@dataclass(slots=True)
class Watch:
    """A stop-watch; what people would take longer than machines is waited for, or counted."""

    real: bool
    began: float = field(default_factory=time.monotonic)
    counted: float = 0.0
    steps: list[Step] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began + self.counted

    def take(self, seconds: float) -> None:
        """Let so much time pass."""
        if self.real:
            time.sleep(seconds)
        else:
            self.counted += seconds

    def note(self, who: str, what: str, *, clicks: int = 0) -> None:
        """Write a step down."""
        self.steps.append(Step(who, what, clicks, self.seconds))

    @property
    def clicks(self) -> int:
        """All of them."""
        return sum(one.clicks for one in self.steps)


def click(watch: Watch, where: Locator) -> None:
    """Think, then click."""
    watch.take(THOUGHT)
    where.click()


def type_in(watch: Watch, where: Locator, text: str) -> None:
    """Click into a field and type."""
    click(watch, where)
    if watch.real:
        where.press_sequentially(text, delay=1000 / CHARACTERS)
    else:
        where.press_sequentially(text)
        watch.take(len(text) / CHARACTERS)


def first_steps(new: Page, other: Page, name: str, watch: Watch) -> None:
    """From the front page to a first post that somebody else has answered. `other` is signed in and reads."""
    new.goto("/")
    watch.take(READING)
    watch.note("new", "reads the front page")
    with new.expect_navigation():
        click(watch, new.locator("main").get_by_role("link", name="Rejoindre"))
    watch.take(READING)
    watch.note("new", "“Rejoindre”; reads the rules", clicks=1)
    type_in(watch, new.locator('input[name="username"]'), name)
    type_in(watch, new.locator('input[name="email"]'), f"{name}@example.org")
    type_in(watch, new.locator('input[name="password"]'), "trois marches au soleil")
    watch.note("new", "a name, an address, a password", clicks=3)
    with new.expect_navigation():
        click(watch, new.locator('form[action="/sign-up"] button[type="submit"]'))
    form = new.locator("form.composer").first
    expect(form).to_be_visible()
    watch.note("new", "“Rejoindre”: is in, and finds the form to write in", clicks=1)
    type_in(watch, form.locator('textarea[name^="text"]').first, GREETING)
    watch.note("new", "writes a first post", clicks=1)
    with new.expect_navigation():
        click(watch, form.locator('button[type="submit"].main'))
    expect(new.locator("main article.post", has_text=GREETING).first).to_be_visible()
    watch.note("new", "“Publier”: it is published", clicks=1)

    with other.expect_navigation():
        click(watch, other.locator('[data-way="explore"]'))
    post = other.locator("main article.post", has_text=GREETING).first
    expect(post).to_be_visible()
    watch.take(len(GREETING) / 15)
    watch.note("other", "“Explorer”: meets the post and reads it", clicks=1)
    with other.expect_navigation():
        click(watch, post.locator('[data-act="reply"]'))
    answer = other.locator("form.composer").first.locator('textarea[name^="text"]').first
    expect(answer).to_be_visible()
    answer.press("End")
    words = "Bienvenue. Essayez celui de la place, il ouvre à sept heures."
    type_in(watch, answer, words)
    watch.note("other", "“Répondre”, and writes", clicks=2)
    with other.expect_navigation():
        click(watch, other.locator('form.composer button[type="submit"].main').first)
    expect(other.locator("main article.post", has_text=words).first).to_be_visible()
    watch.note("other", "“Répondre à …”: it is published", clicks=1)

    way = new.locator('[data-way="notices"]')
    expect(way.locator(".n .tally")).to_have_text("1")
    watch.note("new", "sees the 1 appear beside “Notifications”")
    with new.expect_navigation():
        click(watch, way)
    expect(new.locator("main article.told-of").first).to_contain_text(re.compile("Bienvenue"))
    watch.note("new", "“Notifications”: reads the answer", clicks=1)


def table(watch: Watch) -> str:
    """The steps as a table in Markdown."""
    people = {"new": "somebody new", "other": "somebody else"}
    rows = [f"| {one.at:.0f} s | {people[one.who]} | {one.what} | {one.clicks or ''} |" for one in watch.steps]
    return "\n".join(["| at | who | does | clicks |", "|---:|---|---|---:|", *rows])
