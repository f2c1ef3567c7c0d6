"""A blogger's evening: a thread with pictures for tomorrow, seen in the queue, and out on time while nobody looks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from perron.kit.ids import born
from perron.text.days import short_day
from tests.browser.conftest import Opener
from tests.browser.flows import PHONE, PLAIN, Way, go_through, send, until, with_script
from tests.clients.clock import Clock
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow
PARIS = ZoneInfo("Europe/Paris")
BEFORE, LATE = timedelta(seconds=3), timedelta(seconds=30)
"""How long before the hour the clock is set, so that one sees whether something comes too early; and what is late."""


@pytest.fixture
def evening(clocked: tuple[Served, Clock]) -> tuple[Served, Clock]:
    """A server on which it is nine in the evening in Paris: of today, or of tomorrow when that is over."""
    today = datetime.now(PARIS)
    tonight = datetime.combine(today, time(21), PARIS)
    clocked[1].set_to(tonight if tonight > today else tonight + timedelta(days=1))
    return clocked


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
    page = open_browser(served, signed_in=me.name, at="/write", **way)
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
    expect(button).to_have_text(f"Publier le {short_day(morning, 'fr')} à 09:30")
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
    page = open_browser(served, signed_in=me.name, at="/write", **PLAIN)
    go_through(page.locator('form.composer button[name="do"][value="add"]').first)
    texts = ("À l’heure dite", "et dans l’ordre")
    for n, text in enumerate(texts):
        page.locator('form.composer textarea[name^="text"]').nth(n).fill(text)
    later = clock.now().astimezone(PARIS).replace(second=0, microsecond=0) + timedelta(hours=1)
    go_through(plan(page, later))
    kept(page, later, 2)
    posts = comes_out(me, page, clock, later)
    assert [re.sub("<.*?>", "", one["content"]) for one in posts] == [*texts]


def test_the_queue_is_brought_into_another_order_by_mouse(town: Served, open_browser: Opener) -> None:
    me, queue = town.person("blanche"), "/api/perron/v1/queue"
    me.call(
        "PUT", "/api/perron/v1/slots", json={"zone": "UTC", "slots": [{"day": n, "time": "09:30"} for n in range(7)]}
    )
    for text in ("Un", "Deux", "Trois"):
        me.post(queue, {"posts": [{"status": text}]})
    times = [one["at"]["local"] for one in me.get(queue)["planned"]]
    page = open_browser(town, signed_in=me.name, at="/queue")
    waiting = page.locator("ol.line > li")
    with page.expect_response("**/queue/order"):
        waiting.filter(has_text="Trois").drag_to(waiting.filter(has_text="Un"), target_position={"x": 40, "y": 4})
    expect(waiting.first).to_contain_text("Trois")
    expect(page.locator("main .aloud")).to_have_text("Place 1 sur 3")
    planned = me.get(queue)["planned"]
    assert [one["posts"][0]["params"]["text"] for one in planned] == ["Trois", "Un", "Deux"]
    assert [one["at"]["local"] for one in planned] == times


# -- from day to day --------------------------------------------------------------------------------------------------


@pytest.fixture
def two_days(town: Served) -> tuple[Person, str, str, str]:
    """Somebody who has planned something for a Wednesday amid a month; its id, that day, and the Friday after."""
    me = town.person("eugenie")
    days = (datetime.now(PARIS) + timedelta(days=14 + n) for n in range(62))
    wednesday = next(day for day in days if day.weekday() == 2 and 8 <= day.day <= 21)
    at = {"local": f"{wednesday:%Y-%m-%d}T09:30", "zone": "UTC"}
    made = me.post("/api/perron/v1/threads", {"posts": [{"status": "Le marché"}], "at": at})
    return me, made["id"], f"{wednesday:%Y-%m-%d}", f"{wednesday + timedelta(days=2):%Y-%m-%d}"


def middle(one: Locator) -> tuple[float, float]:
    box = one.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def by_mouse(page: Page, mark: Locator, goal: Locator) -> None:
    page.mouse.move(*middle(mark))
    page.mouse.down()
    page.mouse.move(*middle(goal), steps=6)
    expect(goal).to_have_class(re.compile("over"))
    page.mouse.up()


def by_finger(page: Page, mark: Locator, goal: Locator) -> None:
    cdp = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", middle(mark))
    expect(mark).to_have_class(re.compile("carried"))
    expect(goal).to_be_visible()
    for _ in range(2):
        touch("touchMove", middle(goal))
    expect(goal).to_have_class(re.compile("over"))
    touch("touchEnd")


def by_keys(page: Page, mark: Locator, goal: Locator) -> None:
    mark.focus()
    for key in ("Space", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(goal).to_have_class(re.compile("over"))
    page.keyboard.press("Enter")
    expect(mark).to_be_focused()


@pytest.mark.parametrize("hand", [by_mouse, by_finger, by_keys])
def test_what_is_planned_is_carried_to_another_day(
    town: Served, open_browser: Opener, two_days: tuple[Person, str, str, str], hand: Callable[..., None]
) -> None:
    me, id_, day, other = two_days
    page = open_browser(
        town, signed_in=me.name, at=f"/calendar?month={day[:7]}", width="phone" if hand is by_finger else "desk"
    )
    mark, goal = page.locator(f'.mark[data-id="{id_}"]'), page.locator(f'[data-day="{other}"]')
    mark.focus()
    with page.expect_response("**/day"):
        hand(page, mark, goal)
    expect(goal.locator(".mark")).to_have_count(1)
    expect(page.locator("#said")).to_contain_text("Elle est maintenant au vendredi")
    assert page.url.endswith(f"/calendar?month={day[:7]}"), "the link was not followed"
    assert me.get(f"/api/perron/v1/threads/{id_}")["at"]["local"] == f"{other}T09:30"


def test_what_is_let_go_of_elsewhere_stands_where_it_was(
    town: Served, open_browser: Opener, two_days: tuple[Person, str, str, str]
) -> None:
    me, id_, day, _ = two_days
    page = open_browser(town, signed_in=me.name, at=f"/calendar?week={day}")
    mark = page.locator(f'[data-day="{day}"] .mark')
    mark.focus()
    for key in ("Space", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(mark).to_be_focused()
    page.mouse.move(*middle(mark))
    page.mouse.down()
    page.mouse.move(*middle(page.locator("h1")), steps=4)
    page.mouse.up()
    expect(page.locator("#said")).to_contain_text("restée à sa place")
    me.call("DELETE", f"/api/perron/v1/threads/{id_}")
    for key in ("Space", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text("n’est plus prévue")
    expect(mark).to_have_count(1)
    go_through(mark)
    expect(page).to_have_url(re.compile("/scheduled#s"))


def test_one_press_says_it_as_two_accounts_and_another_takes_it_back(town: Served, open_browser: Opener) -> None:
    me = town.person("gaspard")
    page = open_browser(town, signed_in=me.name, at="/accounts/new", **PHONE)
    page.locator('input[name="username"]').fill("gaspards_shop")
    send(page, "/accounts/new")
    page.goto("/home")
    form = page.locator("form.composer").first
    form.locator('textarea[name="text"]').fill("Le marché ouvre à huit heures")
    fold = form.locator("details.elsewhere")
    fold.locator("summary").click()
    fold.locator('input[name="also"]').check()
    go_through(fold.locator('button[value="look"]'))
    expect(page.locator(".chorus .hint").first).to_contain_text("29 caractères")
    page.locator(".chorus textarea").fill("La boutique vous attend à huit heures")
    go_through(page.locator('form.composer button[type="submit"].main'))
    bar = page.locator("form.undo")
    expect(bar).to_contain_text("Fait aussi au nom de 1 autre compte")
    box = bar.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
    go_through(bar.get_by_role("button", name="Tout annuler"))
    expect(page.locator('textarea[name="text"]')).to_have_value("Le marché ouvre à huit heures")
    expect(page.locator(".chorus textarea")).to_have_value("La boutique vous attend à huit heures")
    for name in (me.name, "gaspards_shop"):
        page.goto(f"/@{name}")
        expect(page.locator("main article.post")).to_have_count(0)
