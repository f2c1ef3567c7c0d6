"""Pictures of a post, large: by keys and by buttons, with what is said of each; a link where there is no script."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.axe import is_sound
from tests.browser.conftest import Opener
from tests.browser.flows import PLAIN, Way, path_of, post_with, with_script
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow
SAID = ("Une marche au soleil", "Une marche à l’ombre", "")


def shows(me: Person, words: str) -> Any:
    """A post with three pictures, of which the last has no description."""
    media = []
    for n, said in enumerate(SAID):
        out = BytesIO()
        Image.new("RGB", (1600, 1200 - 300 * n), (60 * n, 120, 90)).save(out, "PNG")
        more = {"data": {"description": said}} if said else {}
        made = me.call("POST", "/api/v2/media", files={"file": (f"{n}.png", out.getvalue(), "image/png")}, **more)
        media.append(made["id"])
    return me.says(words, media_ids=media)


def seen(page: Page, place: int) -> str:
    """What is said of the picture in the middle of the window, which comes to be the one at this place; and that it
    is the large one, all of it."""
    page.wait_for_function(
        """(place) => {
          const album = document.querySelector(".pictures .album");
          return Math.abs(album.scrollLeft - place * album.clientWidth) < 1;
        }""",
        arg=place,
    )
    found: list[Any] = page.evaluate(
        """async () => {
          const figure = document.elementFromPoint(innerWidth / 2, innerHeight / 2 - 40).closest("figure");
          const image = figure.querySelector("img");
          await image.decode();
          const { top, left, right, bottom } = image.getBoundingClientRect();
          const whole = top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight;
          return [image.alt, whole, image.naturalWidth];
        }"""
    )
    assert found[1:] == [True, 1600]
    return str(found[0])


@with_script
def test_pictures_are_seen_large_one_after_the_other(town: Served, open_browser: Opener, front: Path, way: Way) -> None:
    me = town.person("suzon")
    shows(me, "Trois marches")
    page = open_browser(town, signed_in=me.name, **way)
    page.add_init_script(path=front / "axe.min.js")
    page.goto("/home")
    links = post_with(page, "Trois marches").locator(".media figure > a")
    links.nth(1).click()
    dialog = page.locator("dialog#pictures")
    expect(dialog).to_be_visible()
    assert seen(page, 1) == SAID[1]
    expect(dialog.locator("figcaption").nth(1)).to_be_in_viewport()
    is_sound(page, f"pictures-{way['width']}")
    page.keyboard.press("ArrowLeft")
    assert seen(page, 0) == SAID[0]
    expect(dialog.get_by_role("button", name="Image précédente")).to_be_disabled()
    for place in (1, 2):
        dialog.get_by_role("button", name="Image suivante").click()
        assert seen(page, place) == SAID[place]
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(links.nth(1)).to_be_focused()


def test_without_a_script_a_picture_leads_to_its_file(town: Served, open_browser: Opener) -> None:
    me = town.person("colin")
    post = shows(me, "Trois autres")
    page = open_browser(town, signed_in=me.name, at=path_of(post, town), **PLAIN)
    leads = page.locator(".chosen .media figure > a").first.get_attribute("href")
    assert leads and page.request.get(leads).headers["content-type"].startswith("image/")
