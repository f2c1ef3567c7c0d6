"""The day of a community manager, in a real browser: an organisation, six brands, three editors, one analyst; three
variants under embargo of which all go out by one press; a pause; the inbox."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import COLOURS, WIDER, broken
from tests.browser.conftest import Opener
from tests.browser.flows import go_through
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow
HOUSES = "/api/perron/v1/organisations"
BRANDS = ("une", "vingtetun", "football", "golf", "velo", "moteurs")
SHOTS = os.environ.get("TEST_PICTURES", "")
"""A folder in which pictures of the pages are left, to be looked at."""


def picture(page: Page, name: str) -> None:
    """Look at a page: axe finds nothing, and it is no wider than its window."""
    found = [*broken(page, "light", []), *broken(page, "dark", COLOURS)]
    assert found == [] and page.evaluate(WIDER) <= 0, (name, found)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def speak_for(page: Page, house: str, brand: str) -> None:
    page.goto(f"/organisations/{house}")
    card = page.locator(".brand-card", has_text=f"@{brand}")
    if card.locator("button").count():
        go_through(card.locator("button"))
    expect(page.locator(".brand-card", has_text=f"@{brand}")).to_contain_text("Vous parlez pour elle")


def hand_in(page: Page, text: str, variant_of: str = "") -> None:
    page.goto("/write")
    form = page.locator("form.composer").first
    form.locator('textarea[name^="text"]').first.fill(text)
    if variant_of:
        form.locator("details.later", has_text="Pour approbation").locator("summary").click()
        form.locator('input[name="bundle"]').fill(variant_of)
    go_through(form.get_by_role("button", name="Proposer pour approbation").first)
    expect(page.locator("main")).to_contain_text(text)


def test_the_day_of_a_community_manager(empty: Served, open_browser: Opener, front: Path) -> None:
    chief, reader = empty.person("cheffe"), empty.person("lectrice")
    editors, analyst = [empty.person(f"plume{n}") for n in range(3)], empty.person("chiffres")

    def opened(email: str, width: str = "desk") -> Page:
        page = open_browser(empty, width=width, signed_in=email)
        page.add_init_script(path=front / "axe.min.js")
        return page

    desk = opened(chief.email)
    desk.goto("/organisations")
    desk.locator("#name").fill("La maison")
    go_through(desk.get_by_role("button", name="Fonder cette organisation"))
    house = desk.url.rpartition("/")[2]
    desk.locator("#username").fill(BRANDS[0])
    go_through(desk.get_by_role("button", name="Ouvrir cette marque"))
    brands = [chief.get(f"{HOUSES}/{house}/brands")[0]["account"]]
    colors = ("lavender", "ochre", "brick", "sea", "olive")
    for name, color in zip(BRANDS[1:], colors, strict=True):
        brand = chief.post(f"{HOUSES}/{house}/brands", {"username": name, "display_name": name.title(), "color": color})
        brands.append(brand["account"])
    bring_in_all(chief, editors, analyst, house, [one["id"] for one in brands])
    desk.goto(f"/organisations/{house}")
    expect(desk.locator(".brand-card")).to_have_count(6)
    picture(desk, "brands-desk")
    desk.goto(f"/organisations/{house}/people")
    expect(desk.locator(".colleague")).to_have_count(5)
    picture(desk, "people-desk")

    pen = opened(editors[0].email, "phone")
    speak_for(pen, house, "football")
    picture(pen, "brands-phone")
    for winner in ("Les rouges", "Les bleus", "Les verts"):
        hand_in(pen, f"{winner} ont gagné.", "La finale")
    picture(pen, "submission-phone")

    other = opened(editors[1].email)
    for _ in range(3):
        other.goto(f"/organisations/{house}/approvals")
        row = other.locator(".submission", has_text="attend un regard").first
        go_through(row.get_by_role("link", name="La voir").first)
        go_through(other.get_by_role("button", name="Approuver", exact=True))
    picture(other, "submission-dark")
    other.goto(f"/organisations/{house}/approvals")
    picture(other, "approvals-dark")
    for box in other.locator('input[name="submission"]').all():
        box.check()
    go_through(other.get_by_role("button", name="Publier ce qui est choisi"))
    football = next(one for one in brands if one["username"] == "football")
    assert len(reader.get(f"/api/v1/accounts/{football['id']}/statuses")) == 3

    looks = open_browser(empty, signed_in=analyst.email)
    speak_for(looks, house, "football")
    refused = looks.request.post("/post", form={"text": "Moi aussi"}, headers={"origin": empty.origin})
    assert refused.status == 403 and "pas agir en son nom" in refused.text()

    reader.says("@football où voit-on le match ?")
    speak_for(other, house, "football")
    other.goto("/inbox")
    for _ in range(100):
        if other.locator(".ticket").count():
            break
        other.wait_for_timeout(200)
        other.reload()
    ticket = other.locator(".ticket").first
    ticket.locator("details.answering > summary").click()
    with other.expect_response(lambda answer: answer.url.endswith("/writing")):
        ticket.locator('textarea[name="text"]').fill("Sur la place, dès 18 h.")
    pen.goto("/inbox")
    expect(pen.locator(".ticket .writing").first).to_contain_text("écrit une réponse")
    picture(pen, "inbox-phone")
    picture(other, "inbox-dark")
    go_through(ticket.locator("button.main"))
    other.goto("/inbox?state=answered")
    expect(other.locator(".ticket").first).to_contain_text("première réponse en")

    desk.goto(f"/organisations/{house}/pause")
    go_through(desk.get_by_role("button", name="Suspendre tout ce qui est prévu pour les marques choisies"))
    expect(desk.locator("table.pausing")).to_contain_text("en pause")
    picture(desk, "pause-desk")
    desk.goto(f"/organisations/{house}/settings")
    picture(desk, "settings-desk")
    desk.goto(f"/organisations/{house}/journal")
    expect(desk.locator(".audit")).to_contain_text("a publié ce qui était approuvé")
    picture(desk, "journal-desk")


def bring_in_all(chief: Person, editors: list[Person], analyst: Person, house: str, brands: list[str]) -> None:
    for who, role in [*((one, "editor") for one in editors), (analyst, "analyst")]:
        roles = [{"account_id": one, "role": role} for one in brands]
        url = chief.post(f"{HOUSES}/{house}/invitations", {"brands": roles})["url"]
        who.post(f"{HOUSES}/join", {"code": url.rpartition("/")[2]})
