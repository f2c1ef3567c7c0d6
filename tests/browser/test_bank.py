"""The media bank in a browser: what a reporter sends from a phone is at the desk in a moment, without loading anew."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import is_sound
from tests.browser.conftest import Opener
from tests.browser.flows import go_through
from tests.clients.server import Served

pytestmark = pytest.mark.slow


def shot(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(out, "JPEG")
    return out.getvalue()


def test_what_a_reporter_sends_from_a_phone_is_seen_at_the_desk(town: Served, open_browser: Opener) -> None:
    me = town.person("martine")
    desk = open_browser(town, signed_in=me.name, at="/bank/boxes")
    desk.locator("#name").fill("Le marché")
    go_through(desk.get_by_role("button", name="L’ouvrir"))
    link = desk.locator("#link").input_value()
    phone = open_browser(town, width="phone")
    phone.goto(link[link.index("/drop/") :])
    phone.locator("#sender").fill("Zoé")
    phone.locator("#place").fill("Place haute")
    phone.locator("#line").fill("Les premières cerises")
    phone.locator("#file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shot("red")})
    go_through(phone.get_by_role("button", name="Envoyer à la rédaction"))
    expect(phone.get_by_role("status")).to_contain_text("1 fichier est à la rédaction")
    expect(desk.locator(".bank-grid > li[id]")).to_contain_text("Les premières cerises")
    expect(desk.locator(".bank-grid > li[id]")).to_contain_text("Zoé")


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_pages_of_a_bank_with_pictures_in_it_are_sound(
    town: Served, open_browser: Opener, front: Path, width: str
) -> None:
    me, bank = town.person("archives"), "/api/perron/v1/bank"
    about = {"caption": "La remise des clés", "place": "Place haute", "date": "v. 1898", "people[]": "Ada Lovelace"}
    for color in ("red", "blue"):
        file = {"file": (f"{color}.jpg", shot(color), "image/jpeg")}
        item = me.call("POST", f"{bank}/items", files=file, data=about)
    box = me.post(f"{bank}/boxes", {"name": "Le marché"})
    page = open_browser(town, signed_in=me.name, width=width)
    page.add_init_script(path=front / "axe.min.js")
    for path in ("/bank", f"/bank/items/{item['id']}", f"/bank/boxes/{box['id']}"):
        page.goto(path)
        is_sound(page, f"{path.split('/')[-2]}-{width}")
    for what in ("edit", "remove"):
        page.goto("/bank")
        for one in page.locator('input[name="id"]').all():
            one.check()
        go_through(page.locator(f'button[name="do"][value="{what}"]').first)
        is_sound(page, f"bank-{what}-{width}")
    page.goto("/bank/import")
    page.locator("#file").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": shot("green")})
    page.locator('form[action="/bank/import"] button.main').first.click()
    page.wait_for_url("**/bank/import/*")
    is_sound(page, f"bank-import-{width}")
