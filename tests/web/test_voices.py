"""Several accounts of one person: opening one more, changing which one speaks, and their colours."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import perron
from perron.people.members import let_speak
from perron.people.profile import COLORS
from perron.people.queries import add_membership

from .conftest import Browser, Site, hidden, inside

SAFETY = "/settings/safety"


def signed_in(site: Site) -> Browser:
    site.person("ada")
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    return browser


def open_paper(browser: Browser, **more: str) -> httpx.Response:
    given = {"username": "gazette", "display_name": "La Gazette", "kind": "brand", "color": "ochre"} | more
    return browser.fill(browser.get("/accounts/new"), at="/accounts/new", **given)


def speaks(browser: Browser) -> str:
    found = re.search(r'<summary class="voice".*?<bdi class="acct">@(\w+)</bdi>', browser.get("/home").text, re.DOTALL)
    assert found
    return found[1]


def test_ada_opens_a_paper_and_speaks_for_it_at_once(site: Site) -> None:
    browser = signed_in(site)
    assert open_paper(browser).headers["location"] == "/settings/profile"
    assert speaks(browser) == "gazette"
    page = browser.get("/@gazette")
    assert page.status_code == 200 and "La Gazette" in page.text
    home = browser.get("/home").text
    assert "tint-ochre" in home and "tint-shutter" in home and 'aria-current="true"' in home


def test_whoever_also_speaks_for_a_paper_older_than_their_account_comes_in_as_themselves(site: Site) -> None:
    _, paper = site.person("gazette")
    ada, _ = site.person("ada")
    site.store.write(lambda tx: let_speak(tx, ada.id, paper.id, "editor"))
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    assert speaks(browser) == "ada"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"username": "ada"}, "taken"),
        ({"username": "admin"}, "reserved"),
        ({"username": "a b"}, "letters without accents"),
        ({"username": ""}, "choose a name"),
        ({"kind": "king"}, "not one of the choices"),
        ({"color": "red"}, "not one of the choices"),
        ({"display_name": "x" * 101}, "at most 100"),
    ],
)
def test_what_cannot_be_opened_comes_back_with_every_word(site: Site, given: dict[str, str], says: str) -> None:
    browser = signed_in(site)
    refused = open_paper(browser, **given)
    assert refused.status_code == 422 and says in refused.text and speaks(browser) == "ada"
    if "display_name" not in given:
        assert "La Gazette" in refused.text


def test_one_person_has_twelve_accounts_at_most(open_site: Callable[..., Site]) -> None:
    site = open_site(rate_limit="off")
    browser = signed_in(site)
    opened = [open_paper(browser, username=f"paper{n}").status_code for n in range(12)]
    assert opened == [303] * 11 + [403]


def test_accounts_are_not_opened_by_the_dozen(site: Site) -> None:
    browser = signed_in(site)
    assert [open_paper(browser, username=f"paper{n}").status_code for n in range(6)] == [303] * 5 + [429]


def switch(browser: Browser, account_id: int | str, **more: str) -> httpx.Response:
    data = {"csrf": hidden(browser.get("/home")), "account_id": str(account_id)} | more
    return browser.post("/switch", data=data)


def test_each_browser_keeps_its_own_choice(site: Site) -> None:
    browser, other = signed_in(site), site.browser()
    open_paper(browser)
    other.sign_in()
    assert (speaks(browser), speaks(other)) == ("gazette", "ada")
    ada = re.findall(r'name="account_id" value="(\d+)"', browser.get("/home").text)[0]
    switched = switch(browser, ada, next="/explore")
    assert switched.headers["location"] == "/explore" and speaks(browser) == "ada"
    assert switch(browser, ada, next="//evil.test").headers["location"] == "/"


def test_what_was_written_in_one_name_is_not_sent_in_another(site: Site) -> None:
    browser = signed_in(site)
    old = hidden(browser.get("/write"))
    cookie = browser.session
    open_paper(browser)
    sent = browser.post("/post", data={"csrf": old, "text": "From the tab of before"})
    assert sent.status_code == 403 and "From the tab" not in browser.get("/@gazette").text
    before = site.browser()
    before.cookies.set("perron_session", cookie)
    assert not inside(before), "the cookie of before is worth nothing"


def test_nobody_speaks_for_an_account_that_is_not_theirs(site: Site) -> None:
    browser = signed_in(site)
    _, bea = site.person("bea")
    for account_id in (bea.id, 7, "x", ""):
        refused = switch(browser, account_id)
        assert refused.status_code == 400 and "cannot act for this account" in refused.text
    assert speaks(browser) == "ada"
    color = browser.post(
        f"/settings/accounts/{bea.id}/color", data={"csrf": hidden(browser.get("/home")), "color": "sea"}
    )
    nothing = browser.post("/settings/accounts/7/color", data={"csrf": hidden(browser.get("/home")), "color": "sea"})
    assert color.status_code == nothing.status_code == 404


def test_an_analyst_looks_and_does_not_act(site: Site) -> None:
    ada, _ = site.person("ada")
    _, bea = site.person("bea")
    site.store.write(lambda tx: add_membership(tx, ada.id, bea.id, "analyst"))
    browser = site.browser()
    browser.sign_in()
    assert switch(browser, bea.id).status_code == 303 and speaks(browser) == "bea"
    token = hidden(browser.get("/home"))
    assert browser.post("/post", data={"csrf": token, "text": "Not hers to say"}).status_code == 403
    assert browser.post(f"/settings/accounts/{bea.id}/color", data={"csrf": token, "color": "sea"}).status_code == 403
    assert "you may read for it" in browser.get("/settings/accounts").text


def test_a_colour_is_chosen_among_eight(site: Site) -> None:
    browser = signed_in(site)
    page = browser.get("/settings/accounts")
    at = re.findall(r'action="(/settings/accounts/\d+/color)"', page.text)[0]
    assert page.text.count('name="color"') == 8
    assert browser.fill(page, at=at, color="lavender").status_code == 303
    assert "tint-lavender" in browser.get("/home").text
    assert browser.fill(page, at=at, color="#ff0000").status_code == 422


def test_the_proof_goes_along_when_one_changes_account(site: Site) -> None:
    browser = signed_in(site)
    open_paper(browser)
    assert browser.get(f"{SAFETY}/app").status_code == 200


def test_strangers_and_those_who_wait_see_none_of_it(open_site: Callable[..., Site]) -> None:
    site = open_site(registration="approval")
    pages = [SAFETY, f"{SAFETY}/app", f"{SAFETY}/passkeys/new", "/settings/sessions", "/settings/accounts"]
    stranger = site.browser()
    for path in [*pages, "/accounts/new", "/confirm"]:
        assert stranger.get(path).headers["location"].startswith("/sign-in?"), path
    site.person("dirk", policy="approval", reason="?")
    waiting = site.browser()
    waiting.sign_in("dirk@perron.test")
    assert [waiting.get(path).status_code for path in [*pages, "/accounts/new"]] == [403] * 6


# -- colours that can be read ------------------------------------------------------------------------------------------


def lightness(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((lightness(one), lightness(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_colour_can_be_read_by_day_and_by_night() -> None:
    styles = Path(perron.__file__).parent / "web/styles"
    tokens, mine = (styles / "00-tokens.css").read_text(), (styles / "70-safety.css").read_text()
    pair = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
    tints = {name: (day, night) for name, day, night in re.findall(rf"\.tint-(\w+) \{{\s*--tint: {pair}", mine)}
    assert tuple(tints) == COLORS
    for ground in ("paper", "raised"):
        found = re.search(rf"--{ground}: {pair}", tokens)
        assert found
        for name, (day, night) in tints.items():
            assert contrast(day, found[1]) >= 4.5 and contrast(night, found[2]) >= 4.5, (name, ground)
