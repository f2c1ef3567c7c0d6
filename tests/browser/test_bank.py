"""The media bank in a browser: what a reporter sends from a phone is at the desk in a moment, without loading anew."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

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
    desk = open_browser(town, signed_in=me.name)
    desk.goto("/bank/boxes")
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
