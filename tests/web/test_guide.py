"""The guide: the same pages in both languages, and nothing in them that is not there."""

import re

from perron.web.assets import assets
from perron.web.open.guide import FOLDER, leaves
from tests.web.conftest import Site


def test_both_languages_have_the_same_pages() -> None:
    names = [[path.name for path in sorted((FOLDER / locale).glob("*.md"))] for locale in ("fr", "en")]
    assert names[0] == names[1] and len(names[0]) >= 9


def test_every_page_opens_in_both_languages(site: Site) -> None:
    browser = site.browser()
    for locale in ("fr", "en"):
        contents = browser.get("/guide", params={"lang": locale}).text
        for name, leaf in leaves(locale).items():
            assert f'href="/guide/{name}"' in contents
            page = browser.get(f"/guide/{name}", params={"lang": locale})
            assert page.status_code == 200 and leaf.title in page.text


def test_a_page_that_is_not_there_is_not_found(site: Site) -> None:
    assert site.browser().get("/guide/nowhere").status_code == 404


def test_pictures_of_the_guide_are_there() -> None:
    for locale in ("fr", "en"):
        for path in (FOLDER / locale).glob("*.md"):
            for name in re.findall(r"\]\((images/[^)]+)\)", path.read_text()):
                assert name in assets(), f"{path.name}: {name}"


def test_every_page_begins_with_a_title_and_a_sentence() -> None:
    for locale in ("fr", "en"):
        for leaf in leaves(locale).values():
            assert leaf.title and leaf.lead.endswith(".") and leaf.html.startswith("<h2>")
