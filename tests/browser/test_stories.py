"""Stories in a browser: told on a phone from the first word to the last, moved and kept by keys, read as slides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import COLOURS, WIDER, broken
from tests.browser.conftest import Opener
from tests.browser.flows import go_through, more, post_with
from tests.clients.server import Person, Served
from tests.suite.stories.telling import picture

pytestmark = pytest.mark.slow
STORIES = "/api/perron/v1/stories"


def words_in(person: Person, story: str) -> list[str]:
    return [one.get("text", one["type"]) for one in person.get(f"{STORIES}/{story}")["items"]]


def test_a_story_is_told_on_a_phone_from_the_first_word_to_the_last(town: Served, open_browser: Opener) -> None:
    author, teller = town.person("auteur"), town.person("conteuse")
    author.says("Les premières cerises du marché")
    page = open_browser(town, width="phone", signed_in=teller.name, at=f"/@{author.name}")
    more(post_with(page, "Les premières cerises").first).get_by_role("button", name="Garder pour un récit").click()
    expect(page.locator("#said")).to_contain_text("Gardé pour un récit")
    page.goto("/stories/basket")
    page.locator('input[name="clip"]').check()
    page.locator("#title").fill("Un matin au marché")
    go_through(page.locator(".basket button.main"))
    page.locator('.put-in textarea[name="text"]').fill("Tout a commencé tôt.")
    go_through(page.locator(".put-in button.main"))
    go_through(page.locator(".row").last.get_by_role("link", name="Modifier"))
    page.locator(".row-acts textarea").fill("Tout a commencé très tôt.")
    expect(page.locator("[data-said]")).to_have_text("Gardé")
    page.reload()
    expect(page.locator(".at-desk")).to_contain_text("très tôt")
    assert page.evaluate(WIDER) <= 0
    go_through(page.get_by_role("link", name="Publier…"))
    expect(page.locator("main")).to_contain_text(author.name)
    go_through(page.get_by_role("button", name="Publier et les prévenir"))
    go_through(page.get_by_role("link", name="Lire le récit"))
    expect(page.locator(".press")).to_contain_text("Les premières cerises du marché")


def test_items_are_moved_by_keys_and_by_the_mouse(town: Served, open_browser: Opener) -> None:
    teller = town.person("conteuse")
    items = [{"type": "text", "text": word} for word in ("un", "deux", "trois")]
    story = teller.post(STORIES, {"title": "Trois mots", "items": items})["id"]
    page = open_browser(town, signed_in=teller.name, at=f"/stories/{story}")
    rows = page.locator(".at-desk > .row")
    rows.nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#said")).to_contain_text("Déplacé")
    assert words_in(teller, story) == ["un", "trois", "deux"]
    with page.expect_response(lambda one: "/items/" in one.url):
        rows.nth(0).locator(".grip").drag_to(rows.nth(2).locator(".handles"))
    assert words_in(teller, story) == ["trois", "deux", "un"]
    rows.nth(0).focus()
    with page.expect_navigation():
        page.keyboard.press("Control+z")
    assert words_in(teller, story) == ["un", "trois", "deux"]


def test_slides_are_turned_by_keys_and_nothing_moves_by_itself(town: Served, open_browser: Opener) -> None:
    teller = town.person("conteuse")
    items = [{"type": "text", "text": word} for word in ("un", "deux", "trois")]
    made = teller.post(STORIES, {"title": "Trois mots", "items": items})
    at = teller.post(f"{STORIES}/{made['id']}/publish")["url"].removeprefix(town.origin)
    page = open_browser(town, width="desk")
    page.goto(f"{at}/slides")
    seen = page.locator(".slide")
    expect(seen.nth(0)).to_be_in_viewport(ratio=0.5)
    page.wait_for_timeout(600)
    expect(seen.nth(1)).not_to_be_in_viewport()
    for place in (1, 2, 3):
        page.keyboard.press("ArrowRight")
        expect(seen.nth(place)).to_be_in_viewport(ratio=0.5)
    page.keyboard.press("ArrowLeft")
    expect(seen.nth(2)).to_be_in_viewport(ratio=0.5)
    plain = open_browser(town, script=False)
    plain.goto(f"{at}/slides")
    plain.locator('.slide a[rel="next"]').first.click()
    expect(plain.locator(".slide").nth(1)).to_be_in_viewport(ratio=0.5)


def test_a_reader_is_taken_back_to_where_they_were(town: Served, open_browser: Opener) -> None:
    teller = town.person("conteuse")
    items = [{"type": "text", "text": f"Mot {n}. " + "Le marché du samedi se raconte debout. " * 40} for n in range(6)]
    made = teller.post(STORIES, {"title": "Un long matin", "items": items})
    at = teller.post(f"{STORIES}/{made['id']}/publish")["url"].removeprefix(town.origin)
    page = open_browser(town, width="phone")
    page.goto(at)
    expect(page.locator("[data-resume]")).to_be_hidden()
    fourth = page.locator(".press > .pr-item").nth(3)
    place = fourth.get_attribute("id") or ""
    with page.expect_request(lambda one: one.post_data == f'{{"item":"{place[1:]}"}}') as said:
        fourth.evaluate("one => one.scrollIntoView()")
    assert "cookie" not in said.value.headers and said.value.url.endswith("/read")
    page.goto(at)
    back = page.get_by_role("link", name="Reprendre où vous en étiez")
    back.click()
    expect(fourth).to_be_in_viewport()
    page.goto(f"{at}/slides")
    page.get_by_role("link", name="Reprendre où vous en étiez").click()
    expect(page.locator(f"#s-{place}")).to_be_in_viewport(ratio=0.5)


def test_axe_finds_nothing_in_a_story_nor_at_its_desk(town: Served, open_browser: Opener, front: Path) -> None:
    author, teller = town.person("auteur"), town.person("conteuse")
    items = [
        {"type": "heading", "text": "Le matin"},
        {"type": "post", "id": author.says("Des cerises")["id"]},
        {"type": "text", "text": "Des mots entre deux"},
        {"type": "quotation", "text": "On reste", "who": "Une voisine"},
    ]
    made = teller.post(STORIES, {"title": "Un matin", "items": items})
    at = teller.post(f"{STORIES}/{made['id']}/publish")["url"].removeprefix(town.origin)
    desk = f"/stories/{made['id']}"
    own = (
        desk,
        f"{desk}?after=0",
        f"{desk}/people",
        *(f"/stories{one}" for one in ("", "/basket", "/quoted", "/works", "/sources")),
        f"{desk}/figures",
        f"{desk}/rival",
    )
    page = open_browser(town, width="phone", signed_in=teller.name)
    page.add_init_script(path=front / "axe.min.js")
    for address in (at, f"{at}/slides", f"{at}/print", *own):
        page.goto(address)
        assert faults(page) == [], address


def test_another_look_is_seen_before_it_is_kept(town: Served, open_browser: Opener) -> None:
    teller = town.person("conteuse")
    story = teller.post(STORIES, {"title": "Trois mots", "items": [{"type": "text", "text": "un"}]})["id"]
    page = open_browser(town, signed_in=teller.name, at=f"/stories/{story}")
    page.locator(".desk-head summary").click()
    page.locator("#theme").select_option("dusk")
    page.locator("#accent").fill("#aa3300")
    page.locator("#title").fill("Quatre mots")
    expect(page.locator(".press.pr-dusk .pr-title")).to_have_text("Quatre mots")
    expect(page.locator('link[href="/themes/dusk-aa3300.css"]')).to_have_count(1)
    page.locator("#cover").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator('.pr-head img[src^="blob:"]')).to_be_visible()
    assert teller.get(f"{STORIES}/{story}")["title"] == "Trois mots"


def faults(page: Page) -> list[str]:
    """What axe finds by day and by night, and a page that is wider than its window."""
    wide = [f"{page.url} is too wide"] if page.evaluate(WIDER) > 0 else []
    return [*wide, *broken(page, "light", []), *broken(page, "dark", COLOURS)]


COUNT_WRITES = """() => {
  window.writes = 0;
  const count = (records) => records.forEach((one) => { writes += one.addedNodes.length });
  new MutationObserver(count).observe(document.querySelector("[data-desk]"), { childList: true, subtree: true });
}"""


def test_among_five_hundred_items_a_move_is_as_little_work_as_among_fifty(
    town: Served, open_browser: Opener, record_property: Callable[[str, object], None]
) -> None:
    """What is counted is what the page is made to do, not how fast this machine does it; the time is only said."""
    teller = town.person("conteuse")
    found = {}
    for size in (50, 500):
        items = [{"type": "text", "text": str(n)} for n in range(size)]
        story = teller.post(STORIES, {"title": f"{size} mots", "items": items})["id"]
        page = open_browser(town, signed_in=teller.name, at=f"/stories/{story}")
        page.evaluate(COUNT_WRITES)
        found[size] = by_keys, by_mouse = moved_by_keys(page), moved_by_the_mouse(page)
        wanted = [str(n) for n in range(size)]
        wanted.insert(size - 5, wanted.pop())
        wanted.insert(3, wanted.pop(0))
        assert words_in(teller, story) == wanted
        record_property(f"milliseconds of script for a move among {size}", (by_keys[1], by_mouse[1]))
        print(f"{size}: by keys {by_keys}, by the mouse {by_mouse} (writes, milliseconds of script a move)")
    assert found[50][0][0] == found[500][0][0] == 4, "four rows were passed by keys, each by one write"
    assert max(found[50][1][0], found[500][1][0]) <= 8, "the mouse passes three rows, on whichever way"


def moved_by_keys(page: Page) -> tuple[int, float]:
    """The last item is moved up four times; what that made the page write, and milliseconds of script for each."""
    page.locator(".at-desk > .row").last.focus()
    return counted(page, 4, lambda: [moved(page, lambda: page.keyboard.press("Alt+ArrowUp")) for _ in range(4)])


def moved_by_the_mouse(page: Page) -> tuple[int, float]:
    """The first item is dragged over three others."""
    rows = page.locator(".at-desk > .row")
    rows.nth(0).scroll_into_view_if_needed()
    return counted(page, 1, lambda: moved(page, lambda: drag(page, rows.nth(0), rows.nth(3))))


def drag(page: Page, row: Locator, to: Locator) -> None:
    """By the grip, into the lower half of another row, as a hand does: on the way there is more than one place."""
    row.locator(".grip").hover()
    page.mouse.down()
    box = to.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] * 0.3, steps=6)
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] * 0.9, steps=4)
    page.mouse.up()


def moved(page: Page, move: Callable[[], None]) -> None:
    with page.expect_response(lambda one: "/items/" in one.url):
        move()


def counted(page: Page, moves: int, act: Callable[[], object]) -> tuple[int, float]:
    """What an act made the page write, and milliseconds of script for each of its moves."""
    line = page.context.new_cdp_session(page)
    line.send("Performance.enable")

    def spent() -> float:
        told = {one["name"]: one["value"] for one in line.send("Performance.getMetrics")["metrics"]}
        return float(told["ScriptDuration"])

    page.evaluate("() => { writes = 0 }")
    before = spent()
    act()
    return page.evaluate("() => writes"), round(1000 * (spent() - before) / moves, 2)
