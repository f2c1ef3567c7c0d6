"""Announcements: who reads them, and how people react."""

from pathlib import Path
from typing import Any

import pytest

from perron.entities.announcements import announcements_shown
from perron.media.emojis import add_emoji
from perron.moderation.announcements import Wish, announce, current, remove_announcement
from perron.people.model import Viewer
from perron.people.standing import delete_account
from tests.rig import Person, Site
from tests.statements import statements

FEED = "/api/v1/announcements"


def says(site: Site, text: str = "Bonjour", **more: Any) -> str:
    return str(site.store.write(lambda tx: announce(tx, None, Wish(text, **more))).id)


def reactions(who: Person) -> list[tuple[str, int, bool]]:
    (one,) = who.get(FEED, with_dismissed=True)
    return [(each["name"], each["count"], each["me"]) for each in one["reactions"]]


def test_reactions_are_counted_in_the_order_in_which_they_came(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    at = f"{FEED}/{says(site)}/reactions"
    for who, name in ((bea, "🎉"), (ada, "👍"), (dirk, "👍"), (ada, "👍"), (dirk, "❤")):
        assert who.put(f"{at}/{name}") == {}
    assert reactions(ada) == [("🎉", 1, False), ("👍", 2, True), ("❤️", 1, False)]
    assert dirk.delete(f"{at}/❤️") == {} and bea.delete(f"{at}/🎉") == {}
    assert reactions(dirk) == [("👍", 2, True)]


def test_an_emoji_of_this_server_is_told_with_its_picture(site: Site, ada: Person) -> None:
    site.store.write(lambda tx: add_emoji(tx, "perron", "e/perron.png"))
    at = f"{FEED}/{says(site)}/reactions"
    ada.put(f"{at}/perron")
    (one,) = ada.get(FEED)[0]["reactions"]
    assert one["url"].endswith("/media/e/perron.png") and one == one | {"name": "perron", "count": 1, "me": True}
    ada.delete(f"{at}/perron")
    assert reactions(ada) == []


@pytest.mark.parametrize("name", ["nothing", "👍👍", "1", "🇫", "<b>", "x" * 300, ":perron:"])
def test_what_is_no_emoji_is_refused(site: Site, ada: Person, name: str) -> None:
    at = f"{FEED}/{says(site)}/reactions/{name}"
    wrong = ada.call("PUT", at, expect=422)
    assert wrong == {"error": "Validation failed: Name is not a recognized emoji"}
    assert ada.call("DELETE", at, expect=422) == wrong


def test_there_are_eight_kinds_of_reactions_at_most(site: Site, ada: Person, bea: Person) -> None:
    at = f"{FEED}/{says(site)}/reactions"
    for name in "😀😁😂🤣😃😄😅😆":
        ada.put(f"{at}/{name}")
    wrong = bea.put(f"{at}/😇", expect=422)
    assert wrong == {"error": "Validation failed: Limit of different reactions reached"}
    bea.put(f"{at}/😆")
    assert len(reactions(bea)) == 8 and reactions(bea)[-1] == ("😆", 2, True)


def test_what_is_not_announced_cannot_be_reacted_to(site: Site, ada: Person) -> None:
    kept = says(site, published=False)
    over = says(site, starts_at=1, ends_at=2)
    for id_ in (kept, over, "123", "x"):
        for method in ("PUT", "DELETE"):
            assert ada.call(method, f"{FEED}/{id_}/reactions/👍", expect=404) == {"error": "Record not found"}
    ada.delete(f"{FEED}/{says(site)}/reactions/👍", expect=404)


def test_an_announcement_names_people_posts_and_tags(tmp_path: Path, database: str) -> None:
    with Site.opened(tmp_path / "data", database, origin="https://perron.test") as site:
        ada, dirk = site.person("ada"), site.person("dirk")
        open_, closed = ada.says("À tous"), ada.says("Aux miens", visibility="private")
        says(site, f"Merci @ada et @nobody : {open_['url']} {closed['url']} #fête")
        (one,) = dirk.get(FEED)
    assert [each["acct"] for each in one["mentions"]] == ["ada"]
    assert [each["id"] for each in one["statuses"]] == [open_["id"]]
    assert [each["name"] for each in one["tags"]] == ["fête"]
    assert 'class="u-url mention"' in one["content"] and one["all_day"] is False and one["read"] is False


def test_a_page_of_announcements_costs_the_same_whatever_is_on_it(site: Site, ada: Person) -> None:
    def fill(number: int) -> None:
        said = ada.says(f"Un {number}")
        ada.put(f"{FEED}/{says(site, f'@ada {number} ' + said['url'])}/reactions/👍")

    def cost() -> int:
        viewer = Viewer(ada.account, ada.user_id, 0, 0, frozenset())
        with site.store.read() as db:
            found = [one for one, _ in current(db, ada.account.id)]
            return statements(lambda: announcements_shown(site.site.links, db, found, viewer))

    fill(1)
    few = cost()
    for number in range(5):
        fill(number)
    assert cost() == few


def test_what_goes_takes_its_reactions_along(site: Site, ada: Person, bea: Person) -> None:
    first = says(site)
    for who in (ada, bea):
        who.put(f"{FEED}/{first}/reactions/👍")
    site.store.write(lambda tx: delete_account(tx, bea.account))
    site.run_jobs()
    assert reactions(ada) == [("👍", 1, True)]
    site.store.write(lambda tx: remove_announcement(tx, None, int(first)))
    says(site, "Autre")
    assert reactions(ada) == []
