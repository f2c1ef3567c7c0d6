"""Who is kept out, decided with a browser that runs no script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from perron.moderation.queries import facts_of
from perron.store.tables import audit
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody

PAGES = ("/manage/allowed", "/manage/addresses", "/manage/networks")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with Town.opened(
        tmp_path / "town", origin="http://testserver", locale="en", registration="open", rules=("No advertising.",)
    ) as one:
        yield one


@pytest.fixture
def owner(town: Town) -> Browser:
    return at_browser(town, somebody(town, "olga", role="owner"))


def decided(town: Town) -> list[str]:
    with town.store.read() as db:
        return [row.verb for row in db.execute(select(audit.c.verb).order_by(audit.c.id))]


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_page_says_so_and_leads_on(owner: Browser, path: str) -> None:
    page = owner.get(path)
    assert page.status_code == 200 and 'class="empty"' in page.text and f'href="{path}"' in page.text


def test_who_may_open_them(town: Town) -> None:
    plain, mona = somebody(town, "ada"), somebody(town, "mona", role="moderator")
    for path in PAGES:
        assert at_browser(town, plain).get(path).status_code == 404
        assert at_browser(town).get(path).status_code in (303, 404)
        assert at_browser(town, mona).get(path).status_code == (200 if path == "/manage/allowed" else 403)
    reports = at_browser(town, mona).get("/manage/reports").text
    assert "/manage/allowed" in reports and "/manage/networks" not in reports and "/manage/addresses" not in reports


def test_a_domain_is_kept_out_and_let_in(town: Town, owner: Browser) -> None:
    page = owner.get("/manage/addresses")
    assert owner.press(page, "/manage/addresses/domain", domain="Throwaway.example").status_code == 303
    page = owner.get("/manage/addresses")
    assert "@throwaway.example" in page.text and "Nobody joins with it" in page.text

    again = owner.press(page, "/manage/addresses/domain", domain="throwaway.example")
    assert (
        again.status_code == 422 and "on the list already" in again.text and 'value="throwaway.example"' in again.text
    )

    stranger = at_browser(town)
    form = stranger.get("/sign-up")
    given = {"username": "eve", "email": "eve@throwaway.example", "password": "les marches au soleil"}
    refused = stranger.fill(form, at="/sign-up", **given)
    assert refused.status_code == 422 and "Nobody can join with this e-mail address" in refused.text
    assert "1 person met with it" in owner.get("/manage/addresses").text

    asked = owner.press(page, "/manage/addresses/ask#ask", asked="x@mail.throwaway.example")
    assert "Nobody joins with this address." in asked.text
    asked = owner.press(page, "/manage/addresses/ask#ask", asked="x@far.example")
    assert "one can join with this address" in asked.text

    drop = next(one for one in page.text.split('"') if one.startswith("/manage/addresses/domain/"))
    assert owner.press(page, drop).status_code == 303
    assert "@throwaway.example" not in owner.get("/manage/addresses").text
    assert decided(town) == ["keep_out_email_domain", "let_email_domain_in"]


def test_an_address_is_kept_out_by_its_digest(town: Town, owner: Browser) -> None:
    page = owner.get("/manage/addresses")
    assert owner.press(page, "/manage/addresses/one", email="not an address").status_code == 422
    assert owner.press(page, "/manage/addresses/one", email="E.ve@far.example").status_code == 303
    page = owner.get("/manage/addresses")
    assert "far.example" not in page.text.replace('placeholder="someone@far.example"', "").replace(
        'placeholder="far.example"', ""
    )
    drop = next(one for one in page.text.split('"') if one.startswith("/manage/addresses/one/"))
    assert owner.press(page, drop).status_code == 303
    assert decided(town) == ["keep_out_address", "let_address_in"]
    assert owner.press(page, drop).status_code == 404


def test_a_network_is_decided_about_changed_and_left_alone(town: Town, owner: Browser) -> None:
    page = owner.get("/manage/networks")
    given = {"network": "203.0.113.9/24", "severity": "sign_up_block", "lasts": "604800", "comment": "Bots"}
    assert owner.press(page, "/manage/networks", **given).status_code == 303
    page = owner.get("/manage/networks")
    assert "203.0.113.0/24" in page.text and "until" in page.text and "Bots" in page.text

    wrong = owner.press(page, "/manage/networks", network="nowhere", severity="no_access", comment="Kept words")
    assert wrong.status_code == 422 and "no address such as" in wrong.text and "Kept words" in wrong.text

    change = next(one for one in page.text.split('"') if one.startswith("/manage/networks?change="))
    form = owner.get(change.partition("#")[0])
    assert "As it was decided" in form.text and 'value="203.0.113.0/24"' in form.text
    changed = {"network": "203.0.113.0/24", "severity": "no_access", "lasts": "as_it_is", "comment": "Bots"}
    assert owner.press(form, "/manage/networks", **changed).status_code == 303
    page = owner.get("/manage/networks")
    assert "Nobody is answered who comes from there" in page.text and " · until " in page.text

    drop = next(one for one in page.text.split('"') if one.startswith("/manage/networks/"))
    assert owner.press(page, drop).status_code == 303
    assert decided(town) == ["block_network", "change_network", "unblock_network"]
    said = owner.get("/manage/audit").text
    assert all(words in said for words in ("decided about a network", "changed what holds for a network"))


def test_servers_are_allowed(town: Town, owner: Browser) -> None:
    page = owner.get("/manage/allowed")
    assert owner.press(page, "/manage/allowed", domain="no domain").status_code == 422
    assert owner.press(page, "/manage/allowed", domain="good.example").status_code == 303
    page = owner.get("/manage/allowed")
    drop = next(one for one in page.text.split('"') if one.startswith("/manage/allowed/"))
    assert "good.example" in page.text and owner.press(page, drop).status_code == 303
    assert decided(town) == ["allow_server", "disallow_server"]


def test_pictures_are_veiled_and_shown_again_on_the_page_of_an_account(town: Town, owner: Browser) -> None:
    dirk: Person = somebody(town, "dirk")
    path = f"/manage/accounts/{dirk.id}"
    page = owner.get(path)
    assert "Veil all pictures" in page.text
    decision = {"action": "veil", "rule": "1", "text": "Please mark such pictures."}
    assert owner.press(page, f"{path}/decide", **decision).status_code == 303
    page = owner.get(path)
    assert "All its pictures are veiled." in page.text
    told = at_browser(town, dirk).get("/settings/standing").text
    assert "Your pictures, clips and sounds are shown behind a veil." in told and "Please mark such pictures." in told

    assert owner.press(page, f"{path}/lift").status_code == 303

    with town.store.read() as db:
        assert not (facts_of(db, dirk.account.id) or {})["sensitized"]
    assert decided(town) == ["veil", "undo_veil"]


def test_the_pages_speak_french(town: Town) -> None:
    owner = at_browser(town, town.person("odile", role="owner", locale="fr"))
    for path, said in zip(PAGES, ("Serveurs autorisés", "Adresses électroniques", "Réseaux"), strict=True):
        assert f"<h1>{said}</h1>" in owner.get(path).text
