"""When there is more to do than time: pages say so, and nobody loses their words."""

import re

import pytest

from tests.rig import Site as Town

from .conftest import Site, at_browser, hidden, inside, somebody
from .test_composer import JSON, csrf, said

QUEUE = {"fr": "Les messages acceptés sont en file", "en": "Posts that were accepted are in the queue"}
WAITS = {"fr": "votre tour viendra", "en": "yours has to wait"}


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_form_that_is_not_taken_comes_back_with_its_words(town: Town, locale: str) -> None:
    town.app.admission.gauge.stop()
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    ada.headers["accept-language"] = locale
    ada.post("/language", data={"csrf": csrf(ada), "lang": locale, "next": "/"})
    form = ada.get("/write")
    town.store.pace.full = True
    page = ada.press(form, "/post", text="Bonsoir à tous")
    assert page.status_code == 503 and int(page.headers["retry-after"]) >= 1
    assert "\nBonsoir à tous</textarea>" in page.text and WAITS[locale] in page.text and QUEUE[locale] in page.text
    town.store.pace.full = False
    assert ada.press(page, "/post", text="Bonsoir à tous").status_code == 303
    assert said(town, person) == ["Bonsoir à tous"]


def test_a_script_is_told_when_to_send_again_and_the_key_stays(town: Town) -> None:
    town.app.admission.gauge.stop()
    person = somebody(town, "ada")
    ada = at_browser(town, person)
    form = ada.get("/write").text
    data = {"csrf": csrf(ada), "part": "", "text": "Bonsoir", "key": re.findall(r'name="key" value="([^"]+)"', form)[0]}
    town.store.pace.full = True
    told = ada.post("/post", data=data, headers=JSON)
    assert told.status_code == 503 and told.json()["after"] == int(told.headers["retry-after"]) >= 1
    town.store.pace.full = False
    for _ in range(2):  # the second, as if the first answer had been lost
        assert ada.post("/post", data=data, headers=JSON).status_code == 200
    assert said(town, person) == ["Bonsoir"]


def test_those_who_are_here_are_told_that_many_are_and_visitors_pages_stay_as_they_were(town: Town) -> None:
    town.app.admission.gauge.stop()
    ada = at_browser(town, somebody(town, "ada"))
    assert 'class="notice queue"' not in ada.get("/home").text
    town.site.saturation.pressure = 0.45
    assert 'class="notice queue" role="status"' in ada.get("/home").text
    town.site.saturation.pressure = 0.0
    assert 'class="notice queue"' not in ada.get("/home").text


def test_the_way_in_stays_open_while_writes_are_refused(site: Site) -> None:
    site.person("ada")
    site.store.pace.full = True
    browser = site.browser()
    assert browser.sign_in().status_code == 303 and inside(browser)
    assert (
        browser.post("/post", data={"csrf": hidden(browser.get("/write")), "part": "", "text": "x"}).status_code == 503
    )
    site.store.pace.full = False
