"""Searching what is public, without an account and without a script."""

from tests.rig import Site as Town

from .conftest import at_browser, somebody
from .test_pages import words


def test_visitors_find_only_who_wishes_to_be_found(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    ada.says("Une clef au clou")
    ada.says("Une clef secrète", visibility="private")
    ada.says("Une clef discrète", visibility="unlisted")
    bea.says("Une clef sous le pot")
    town.run_jobs()
    said = words(at_browser(town).get("/search?q=clef"))
    assert "au clou" in said and not any(word in said for word in ("secrète", "discrète", "sous le pot"))
    assert "au clou" in words(at_browser(town).get("/search?q=clef+from:ada"))
    assert "Please add a word" in words(at_browser(town).get("/search?q=has:image"))


def test_operators_are_offered_without_a_script(town: Town) -> None:
    page = at_browser(town).get("/search?q=port").text
    assert '<option value="port from:ada"' in page and "<datalist" in page and "<details" in page
    assert "avec:image" in at_browser(town).get("/search", headers={"accept-language": "fr"}).text
