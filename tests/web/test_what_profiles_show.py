"""A profile shows what its owner wishes, and where they have moved."""

from perron.people.move import add_alias, move
from tests.api.pictures import png
from tests.rig import Person, Site
from tests.web.conftest import somebody


def with_picture(person: Person, text: str, **more: str) -> None:
    sent = person.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
    person.says(text, media_ids=[sent["id"]], **more)


def test_the_page_of_pictures_is_as_its_owner_wishes(town: Site) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    asked = bea.says("Une photo ?")
    with_picture(ada, "Les marches")
    with_picture(ada, "@bea voici", in_reply_to_id=asked["id"])
    assert town.client.get("/@ada/media").text.count("/@ada/") >= 2
    before = town.client.get("/@ada/media").text.count("<img")
    ada.call("PATCH", "/api/v1/profile", json={"show_media_replies": False})
    assert town.client.get("/@ada/media").text.count("<img") == before - 1
    assert 'href="/@ada/media"' in town.client.get("/@ada").text
    ada.call("PATCH", "/api/v1/profile", json={"show_media": False})
    assert 'href="/@ada/media"' not in town.client.get("/@ada").text


def test_a_profile_says_where_its_owner_has_moved(town: Site) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    town.store.write(lambda tx: add_alias(tx, bea.account, "ada", settings=town.settings))
    town.store.write(lambda tx: move(tx, ada.account, "bea", settings=town.settings))
    assert "Ce compte a déménagé" in town.client.get("/@ada", headers={"accept-language": "fr"}).text
    assert "Ce compte a déménagé" not in town.client.get("/@bea", headers={"accept-language": "fr"}).text
