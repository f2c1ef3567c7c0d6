"""The day of a community manager, in a real browser: an organisation, six brands, three editors, one analyst; twenty
places of a series; three variants under embargo of which all go out by one press; the inbox; a pause; the report."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import is_sound
from tests.browser.conftest import Opener
from tests.browser.flows import go_through, until
from tests.clients.clock import Clock
from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow
HOUSES = "/api/perron/v1/organisations"
BRANDS = ("une", "vingtetun", "football", "golf", "velo", "moteurs")
COLORS = ("lavender", "ochre", "brick", "sea", "olive")
WINNERS = ("Les rouges", "Les bleus", "Les verts")
PLACES = 20


def speak_for(page: Page, house: str, brand: str) -> None:
    page.goto(f"/organisations/{house}")
    card = page.locator(".brand-card", has_text=f"@{brand}")
    if card.locator("button").count():
        go_through(card.locator("button"))
    expect(page.locator(".brand-card", has_text=f"@{brand}")).to_contain_text("Vous parlez pour elle")


def hand_in(page: Page, text: str, variant_of: str, embargo: datetime) -> None:
    page.goto("/write")
    form = page.locator("form.composer").first
    form.locator('textarea[name^="text"]').first.fill(text)
    form.locator("details.later", has_text="Pour approbation").locator("summary").click()
    form.locator('input[name="bundle"]').fill(variant_of)
    form.locator('input[name="embargo"]').fill(f"{embargo:%Y-%m-%dT%H:%M}")
    go_through(form.get_by_role("button", name="Proposer pour approbation").first)
    expect(page.locator("main")).to_contain_text(text)


def approve_all(page: Page, house: str, how_many: int) -> None:
    for _ in range(how_many):
        page.goto(f"/organisations/{house}/approvals")
        row = page.locator(".submission", has_text="attend un regard").first
        go_through(row.get_by_role("link", name="La voir").first)
        go_through(page.get_by_role("button", name="Approuver", exact=True))


def release_all(page: Page, house: str) -> None:
    """All variants at once, by one press."""
    page.goto(f"/organisations/{house}/approvals")
    for box in page.locator('input[name="submission"]').all():
        box.check()
    go_through(page.get_by_role("button", name="Publier ce qui est choisi"))


def begin_series(page: Page) -> list[str]:
    """A column on each working day; when its places are."""
    page.goto("/series")
    page.locator("#n-name").fill("#WTF")
    page.locator("#n-tag").fill("WTF")
    page.locator("#n-time").fill("18:00")
    page.locator("#n-zone").fill("Europe/Paris")
    page.locator("#n-template").fill("Le #WTF du jour :")
    go_through(page.get_by_role("button", name="Commencer"))
    links = page.locator("ul.coming li a").evaluate_all("all => all.map((one) => one.search)")
    return [re.search(r"at=([^&]+)", one)[1] for one in links]  # type: ignore[index]


def fill_places(page: Page, places: list[str]) -> None:
    """The first by its place, the others by a table that somebody wrote elsewhere; all of it stands in the series."""
    series = page.url
    go_through(page.locator("ul.coming").get_by_role("link", name="L’écrire").first)
    words = page.locator("form.composer textarea").first
    expect(words).to_have_value("Le #WTF du jour :")
    words.press("End")
    words.press_sequentially(" un pneu.")
    go_through(page.locator("form.composer button.main").first)
    lines = [f"{one[:10]};{one[11:16]};Europe/Paris;#WTF;Le #WTF du {n}" for n, one in enumerate(places[1:PLACES])]
    page.goto("/table")
    page.locator("#table").fill("\n".join(["date;heure;fuseau;rubrique;texte", *lines]))
    go_through(page.get_by_role("button", name="Regarder d’abord"))
    go_through(page.get_by_role("button", name="Tout prévoir"))
    page.goto(series)
    expect(page.locator("ul.coming").get_by_role("link", name="écrite", exact=True)).to_have_count(PLACES)


def answer_first(other: Page, pen: Page) -> None:
    """Somebody writes an answer in the inbox, and a colleague sees that before it is sent."""
    other.goto("/inbox")
    until(other, lambda: other.locator(".ticket").count() > 0)
    ticket = other.locator(".ticket").first
    ticket.locator("details.to-answer > summary").click()
    with other.expect_response(lambda answer: answer.url.endswith("/writing")):
        ticket.locator('textarea[name="text"]').fill("Sur la place, dès 18 h.")
    pen.goto("/inbox")
    expect(pen.locator(".ticket .writing").first).to_contain_text("écrit une réponse")
    is_sound(pen, "inbox-phone")
    is_sound(other, "inbox-dark")
    go_through(ticket.locator("button.main"))
    other.goto("/inbox?state=answered")
    expect(other.locator(".ticket").first).to_contain_text("première réponse en")


def pause_and_go_on(page: Page, house: str) -> None:
    """One press stops all brands; then one thing goes on, and the others wait."""
    page.goto(f"/organisations/{house}/pause")
    football = page.locator("table.pausing tr", has_text="@football").locator("td")
    expect(football.nth(1)).to_have_text("1")  # how often it was mentioned in the last hour
    expect(page.locator("table.pausing tr", has_text="@velo").locator("td").first).to_have_text(str(PLACES))
    go_through(page.get_by_role("button", name="Suspendre tout ce qui est prévu pour les marques choisies"))
    expect(page.locator("table.pausing")).to_contain_text("en pause")
    held = page.locator("ul.held > li")
    expect(held).to_have_count(PLACES)
    is_sound(page, "pause-desk")
    go_through(held.first.get_by_role("button", name="La laisser repartir"))
    expect(held).to_have_count(PLACES - 1)
    expect(page.locator("table.pausing tr", has_text="@velo").locator("td").first).to_have_text("1 et 19 retenues")


def read_report(page: Page, house: str, brand: str) -> None:
    """Whoever may only look reads the sheet, and takes it along as a table."""
    page.goto(f"/organisations/{house}/figures")
    for box in page.locator('form.sheet input[name="brand"]').all():
        box.set_checked(brand in (box.locator("xpath=..").text_content() or ""))
    go_through(page.get_by_role("button", name="Montrer ces chiffres"))
    row = page.locator(".figures-sheet tr", has_text="Publications parues")
    expect(row.locator("td")).to_have_count(1)
    expect(row.locator("td")).to_contain_text("4")  # three variants, and an answer
    is_sound(page, "figures-desk")
    with page.expect_download() as took:
        page.get_by_role("button", name="Télécharger en CSV").click()
    assert "@football,posts,4,number" in took.value.path().read_text()


def test_the_day_of_a_community_manager(clocked: tuple[Served, Clock], open_browser: Opener, front: Path) -> None:
    served, clock = clocked
    chief, reader = served.person("cheffe"), served.person("lectrice")
    editors, analyst = [served.person(f"plume{n}") for n in range(3)], served.person("chiffres")

    def opened(who: Person, width: str = "desk") -> Page:
        page = open_browser(served, width=width, signed_in=who.email)
        page.add_init_script(path=front / "axe.min.js")
        return page

    desk = opened(chief)
    house, brands = found_house(desk, chief)
    bring_in_all(chief, editors, analyst, house, [one["id"] for one in brands.values()])
    desk.goto(f"/organisations/{house}")
    expect(desk.locator(".brand-card")).to_have_count(6)
    is_sound(desk, "brands-desk")
    desk.goto(f"/organisations/{house}/people")
    expect(desk.locator(".colleague")).to_have_count(5)
    is_sound(desk, "people-desk")

    third = opened(editors[2])
    speak_for(third, house, "velo")
    fill_places(third, begin_series(third))
    is_sound(third, "series-desk")

    pen, other = opened(editors[0], "phone"), opened(editors[1])
    speak_for(pen, house, "football")
    is_sound(pen, "brands-phone")
    whistle = clock.now().replace(second=0) + timedelta(hours=2)
    for winner in WINNERS:
        hand_in(pen, f"{winner} ont gagné.", "La finale", whistle)
    is_sound(pen, "submission-phone")
    approve_all(other, house, len(WINNERS))
    is_sound(other, "submission-dark")
    other.goto(f"/organisations/{house}/approvals")
    expect(other.locator(".bundle")).to_contain_text("une fois l’embargo levé")
    expect(other.get_by_role("button", name="Publier ce qui est choisi")).to_have_count(0)
    is_sound(other, "approvals-dark")
    football = brands["football"]["id"]
    assert reader.get(f"/api/v1/accounts/{football}/statuses") == []
    clock.set_to(whistle)
    release_all(other, house)
    said = [one["content"] for one in reader.get(f"/api/v1/accounts/{football}/statuses")]
    assert sorted(said) == sorted(f"<p>{winner} ont gagné.</p>" for winner in WINNERS)

    looks = opened(analyst)
    speak_for(looks, house, "football")
    refused = looks.request.post("/post", form={"text": "Moi aussi"}, headers={"origin": served.origin})
    assert refused.status == 403 and "pas agir en son nom" in refused.text()

    reader.says("@football où voit-on le match ?")
    speak_for(other, house, "football")
    answer_first(other, pen)
    pause_and_go_on(desk, house)
    read_report(looks, house, "Football")
    desk.goto(f"/organisations/{house}/settings")
    is_sound(desk, "settings-desk")
    desk.goto(f"/organisations/{house}/journal")
    expect(desk.locator(".audit")).to_contain_text("a publié ce qui était approuvé")
    is_sound(desk, "journal-desk")


def found_house(desk: Page, chief: Person) -> tuple[str, dict[str, Any]]:
    """A house and its first brand by hand, the others by the API: its id, and the account of each by name."""
    desk.goto("/organisations")
    desk.locator("#name").fill("La maison")
    go_through(desk.get_by_role("button", name="Fonder cette organisation"))
    house = desk.url.rpartition("/")[2]
    desk.locator("#username").fill(BRANDS[0])
    go_through(desk.get_by_role("button", name="Ouvrir cette marque"))
    for name, color in zip(BRANDS[1:], COLORS, strict=True):
        chief.post(f"{HOUSES}/{house}/brands", {"username": name, "display_name": name.title(), "color": color})
    made = [one["account"] for one in chief.get(f"{HOUSES}/{house}/brands")]
    return house, {one["username"]: one for one in made}


def bring_in_all(chief: Person, editors: list[Person], analyst: Person, house: str, brands: list[str]) -> None:
    for who, role in [*((one, "editor") for one in editors), (analyst, "analyst")]:
        roles = [{"account_id": one, "role": role} for one in brands]
        url = chief.post(f"{HOUSES}/{house}/invitations", {"brands": roles})["url"]
        who.post(f"{HOUSES}/join", {"code": url.rpartition("/")[2]})
