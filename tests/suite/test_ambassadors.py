"""What ambassadors go by: guidelines, a meeting, pictures they take along as their own; results without names."""

from typing import Any

import pytest

from perron.media.prune import prune
from perron.posts.model import Draft
from perron.posts.publish import publish
from tests.refusals.world import picture
from tests.rig import Person, Site
from tests.suite.test_approvals import Team

AT = "/api/perron/v1/organisations"
WHEN = {"meets_at": "2031-05-01T18:00", "zone": "Europe/Paris"}


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def upload(person: Person) -> str:
    file = {"file": ("bridge.png", picture(), "image/png")}
    made: str = person.call("POST", "/api/v2/media", files=file)["id"]
    return made


def with_picture(team: Team) -> dict[str, Any]:
    body = {"media_id": upload(team.people["bea"]), "description": "The bridge at dusk", "credit": "Rol"}
    found: dict[str, Any] = team.people["bea"].post(f"{AT}/{team.house}/kit/pictures", body)
    return found


def test_a_kit_says_what_to_go_by(team: Team) -> None:
    kit = f"{AT}/{team.house}/kit"
    assert team.people["nils"].get(kit)["guidelines"] == ""
    team.people["bea"].put(kit, {"guidelines": "Be yourself.", "meeting": "At the bridge", **WHEN})
    told = team.people["bea"].put(kit, {"url": "https://house.example/kit"})
    assert (told["guidelines"], told["meeting"], told["url"]) == (
        "Be yourself.",
        "At the bridge",
        "https://house.example/kit",
    )
    assert (told["meets"]["local"], told["meets"]["zone"]) == ("2031-05-01T18:00", "Europe/Paris")
    assert team.people["nils"].get(kit) == told
    for wrong in ({"url": "javascript:x"}, {"guidelines": "x" * 4001}, {"meets_at": "soon", "zone": "Europe/Paris"}):
        team.people["bea"].put(kit, wrong, expect=422)


@pytest.mark.parametrize(
    ("who", "changes", "reads"), [("ada", 200, 200), ("bea", 200, 200), ("olga", 403, 200), ("dirk", 404, 404)]
)
def test_each_role_changes_a_kit_or_goes_by_it(team: Team, who: str, changes: int, reads: int) -> None:
    one = with_picture(team)["pictures"][0]["id"]
    person, kit = team.people[who], f"{AT}/{team.house}/kit"
    person.put(kit, {"guidelines": "Otherwise"}, expect=changes)
    body = {"media_id": upload(person), "description": "Mine"}
    person.post(f"{kit}/pictures", body, expect=changes)
    person.get(kit, expect=reads)
    person.post(f"{kit}/take", {"ids": [one]}, expect=reads)
    person.delete(f"{kit}/pictures/{one}", expect=changes)


def test_a_picture_is_taken_along_as_ones_own_and_outlives_the_kit(team: Team) -> None:
    kit, nils = f"{AT}/{team.house}/kit", team.people["nils"]
    one = with_picture(team)["pictures"][0]
    assert (one["description"], one["credit"]) == ("The bridge at dusk", "Rol")
    (mine,) = nils.post(f"{kit}/take", {"ids": [one["id"]]})
    assert mine["id"] != one["id"] and mine["description"] == "The bridge at dusk (Rol)"
    said = nils.says("Our bridge", media_ids=[mine["id"]])
    team.people["bea"].delete(f"{kit}/pictures/{one['id']}")
    team.site.run_jobs()
    prune(team.site.store, team.site.site.files)
    shown = nils.get(f"/api/v1/statuses/{said['id']}")["media_attachments"][0]
    assert team.site.client.get(shown["url"]).status_code == 200
    nils.post(f"{kit}/take", {"ids": [one["id"]]}, expect=404)
    assert nils.get(kit)["pictures"] == []


def test_results_are_told_all_together_and_not_of_too_few(team: Team) -> None:
    kit = f"{AT}/{team.house}/kit"

    def says(who: str, tied_to: str = "House") -> None:
        draft = Draft(f"We of {who}", tie="employer", tied_to=tied_to)
        team.write(lambda tx: publish(tx, team.people[who].account, draft, team.site.settings))

    for who in ("ada", "bea", "carl", "olga"):
        says(who)
    says("dirk")  # works there, as he says; he is none of them
    says("nils", "Another house")
    nothing = {"days": 90, "people": None, "posts": None, "echoes": None, "answers": None}
    assert team.people["bea"].get(kit)["results"] == nothing
    says("nils")
    says("nils")
    shown = team.site.anybody(f"/api/v1/accounts/{team.people['nils'].id}/statuses")[0]
    team.people["dirk"].post(f"/api/v1/statuses/{shown['id']}/favourite")
    found = team.people["bea"].get(kit)["results"]
    assert (found["people"], found["posts"], found["echoes"], found["answers"]) == (5, 6, 1, 0)
