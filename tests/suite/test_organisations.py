"""An organisation: brands without number, roles that hold at once, people who come and go, all of it written down."""

from typing import Any

import pytest
from sqlalchemy import update

from perron.people.members import role_of
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.store.tables import organisation_invitations, users
from tests.rig import ALL, Person, Site

HOUSES = "/api/perron/v1/organisations"


def found(person: Person, name: str = "L’Estrade") -> str:
    made: str = person.post(HOUSES, {"name": name})["id"]
    return made


def brand(person: Person, house: str, name: str) -> dict[str, Any]:
    made: dict[str, Any] = person.post(f"{HOUSES}/{house}/brands", {"username": name, "display_name": name.title()})
    return made


def asked_in(host: Person, guest: Person, house: str, **how: Any) -> None:
    url = host.post(f"{HOUSES}/{house}/invitations", how)["url"]
    guest.post(f"{HOUSES}/join", {"code": url.rpartition("/")[2]})


def speaking(site: Site, person: Person, account: dict[str, Any]) -> Person:
    """Somebody with a token for a brand, as an app would get it."""
    account_id = int(account["id"])
    token = site.store.write(lambda tx: issue_token(tx, site.app_id, person.user_id, account_id, read_scopes(ALL)))
    with site.store.read() as db:
        from perron.people.queries import find_account

        found_account = find_account(db, account_id)
    assert found_account
    return Person(site, found_account, person.user_id, token)


def verbs(person: Person, house: str) -> list[str]:
    return [one["verb"] for one in person.get(f"{HOUSES}/{house}/journal")]


def test_fifteen_brands_and_no_end(site: Site) -> None:
    ada = site.person("ada")
    house = found(ada)
    for n in range(15):
        brand(ada, house, f"brand{n}")
    listed = ada.get(f"{HOUSES}/{house}/brands")
    assert len(listed) == 15 and {one["role"] for one in listed} == {"owner"}
    assert verbs(ada, house)[-2:] == ["open_brand", "found"]


def test_what_is_not_ones_own_is_not_there(site: Site) -> None:
    ada, bea, dirk = site.person("ada"), site.person("bea"), site.person("dirk")
    house = found(ada)
    gazette = brand(ada, house, "gazette")["account"]
    asked_in(ada, bea, house)
    for path in ("", "/brands", "/members", "/journal", "/invitations"):
        dirk.get(f"{HOUSES}/{house}{path}", expect=404)
    dirk.post(f"{HOUSES}/{house}/brands", {"username": "mine"}, expect=404)
    for call, body in (("brands", {"username": "mine"}), ("invitations", {})):
        told = bea.post(f"{HOUSES}/{house}/{call}", body, expect=403)
        assert told["error"] == "Only an owner of the organisation may do this."
    bea.delete(f"{HOUSES}/{house}/brands/{gazette['id']}", expect=403)
    bea.delete(f"{HOUSES}/{house}/members/{ada.user_id}", expect=403)
    bea.call("PATCH", f"{HOUSES}/{house}/members/{bea.user_id}", json={"role": "owner"}, expect=403)
    other = found(dirk, "Elsewhere")
    dirk.post(f"{HOUSES}/{other}/brands", {"account_id": gazette["id"]}, expect=404)
    roles = [{"account_id": gazette["id"], "role": "owner"}]
    dirk.call("PATCH", f"{HOUSES}/{other}/members/{dirk.user_id}", json={"brands": roles}, expect=404)


def test_a_role_for_each_brand_that_holds_at_once(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    house = found(ada)
    paper, radio = (brand(ada, house, name)["account"] for name in ("paper", "radio"))
    roles = [{"account_id": paper["id"], "role": "editor"}, {"account_id": radio["id"], "role": "analyst"}]
    asked_in(ada, bea, house, brands=roles)
    at_paper, at_radio = speaking(site, bea, paper), speaking(site, bea, radio)
    at_paper.says("From the paper")
    assert "may read for this account" in at_radio.says("From the radio", expect=403)["error"]

    roles = [{"account_id": paper["id"], "role": ""}, {"account_id": radio["id"], "role": "author"}]
    ada.call("PATCH", f"{HOUSES}/{house}/members/{bea.user_id}", json={"brands": roles})
    at_paper.says("Not any more", expect=401)
    assert "hand in" in at_radio.says("Not yet", expect=403)["error"]
    lines = ada.get(f"{HOUSES}/{house}/journal", account_id=radio["id"])
    assert lines[0]["verb"] == "give_role" and lines[0]["detail"] == {"before": "analyst", "after": "author"}
    assert lines[0]["by"]["acct"] == "ada"


def test_who_goes_is_out_everywhere_at_once(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    house = found(ada)
    accounts = [brand(ada, house, name)["account"] for name in ("paper", "radio")]
    asked_in(ada, bea, house, brands=[{"account_id": one["id"], "role": "editor"} for one in accounts])
    speakers = [speaking(site, bea, one) for one in accounts]
    bea.delete(f"{HOUSES}/{house}/members/{bea.user_id}")
    for one in speakers:
        one.get("/api/v1/timelines/home", expect=401)
    bea.get("/api/v1/timelines/home")
    bea.get(f"{HOUSES}/{house}", expect=404)
    assert verbs(ada, house)[0] == "leave"
    assert "needs an owner" in ada.delete(f"{HOUSES}/{house}/members/{ada.user_id}", expect=403)["error"]


def test_a_link_is_for_so_many_and_a_letter_for_one(site: Site) -> None:
    ada, bea, dirk = site.person("ada"), site.person("bea"), site.person("dirk")
    house = found(ada)
    code = ada.post(f"{HOUSES}/{house}/invitations", {"uses": 1})["url"].rpartition("/")[2]
    bea.post(f"{HOUSES}/join", {"code": code})
    dirk.post(f"{HOUSES}/join", {"code": code}, expect=404)
    ada.post(f"{HOUSES}/{house}/invitations", {"email": "dirk@example.org"})
    site.run_jobs()
    (letter,) = (site.settings.data / "mail").glob("*.eml")
    text = letter.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"").decode()
    code = text.partition("/join/")[2][:22]
    assert "another address" in bea.post(f"{HOUSES}/join", {"code": code}, expect=403)["error"]
    assert dirk.post(f"{HOUSES}/join", {"code": code})["role"] == "member"


def test_an_invitation_ends_by_time_and_by_hand(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    house = found(ada)
    made = [ada.post(f"{HOUSES}/{house}/invitations", {"uses": 5}) for _ in range(2)]
    ada.delete(f"{HOUSES}/{house}/invitations/{made[0]['id']}")
    site.store.write(lambda tx: tx.execute(update(organisation_invitations).values(expires_at=1)))
    for one in made:
        bea.post(f"{HOUSES}/join", {"code": one["url"].rpartition("/")[2]}, expect=404)
    assert ada.get(f"{HOUSES}/{house}/invitations") == []


def steps(site: Site, person: Person, on: bool) -> None:
    from perron.jobs import emit
    from perron.people.model import SafetyChanged

    def work(tx: Any) -> None:
        tx.execute(update(users).where(users.c.id == person.user_id).values(recovery='["x"]' if on else "[]"))
        emit(tx, SafetyChanged(person.user_id, "app" if on else "off", 1))

    site.store.write(work)
    site.run_jobs()


def test_without_a_second_step_one_speaks_for_no_brand_where_one_is_asked_for(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    house = found(ada)
    paper = brand(ada, house, "paper")["account"]
    asked_in(ada, bea, house, brands=[{"account_id": paper["id"], "role": "editor"}])
    at_paper = speaking(site, bea, paper)
    change = {"two_factor_required": True}
    assert "your own sign-in first" in ada.call("PATCH", f"{HOUSES}/{house}", json=change, expect=403)["error"]
    steps(site, ada, True)
    ada.call("PATCH", f"{HOUSES}/{house}", json=change)
    at_paper.says("Without a second step", expect=401)
    assert [one["held"] for one in ada.get(f"{HOUSES}/{house}/members")] == [False, True]
    steps(site, bea, True)
    speaking(site, bea, paper).says("With one")
    steps(site, bea, False)
    with site.store.read() as db:
        assert role_of(db, bea.user_id, int(paper["id"])) is None


def test_a_brand_goes_and_its_people_with_it(site: Site) -> None:
    ada, bea = site.person("ada"), site.person("bea")
    house = found(ada)
    paper = brand(ada, house, "paper")["account"]
    asked_in(ada, bea, house, brands=[{"account_id": paper["id"], "role": "editor"}])
    at_paper = speaking(site, bea, paper)
    ada.delete(f"{HOUSES}/{house}/brands/{paper['id']}")
    at_paper.says("Not any more", expect=401)
    speaking(site, ada, paper).says("Mine alone")
    assert ada.get(f"{HOUSES}/{house}/brands") == []


def test_initials_stand_under_posts_only_where_the_team_wishes(site: Site) -> None:
    ada = site.person("ada")
    house = found(ada)
    paper = brand(ada, house, "paper")["account"]
    at_paper = speaking(site, ada, paper)
    from perron.suite.teams.organise import set_initials

    site.store.write(lambda tx: set_initials(tx, ada.user_id, int(house), "AL"))
    assert "AL" not in at_paper.says("Unsigned")["content"]
    ada.call("PATCH", f"{HOUSES}/{house}/brands/{paper['id']}", json={"byline": True})
    assert at_paper.says("Signed")["content"] == "<p>Signed ^AL</p>"


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_an_organisation_needs_a_name(site: Site, name: str) -> None:
    site.person("ada").post(HOUSES, {"name": name}, expect=422)
