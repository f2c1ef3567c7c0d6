"""People outside do the one thing they were asked for, as long as somebody inside wishes it, and see nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from perron.kit.errors import Invalid, NotAllowed, NotFound
from perron.kit.time import now
from perron.store.tables import campaigns as campaign_rows
from perron.store.tables import guests as guest_rows
from perron.store.tables import outside_links
from perron.suite.teams import campaigns, guests, organise, sponsors
from perron.suite.teams.links import find_link, forget_outside_links
from perron.suite.teams.submissions import history_of
from tests.rig import Site
from tests.suite.test_approvals import Team

AT = "/api/perron/v1"
INSIDE = {"ada": True, "bea": True, "olga": False, "nils": False, "dirk": False}
"""Who may decide about people outside."""


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def asked(team: Team, **how: Any) -> str:
    code: str = team.write(lambda tx: guests.ask_guest(tx, team.user("bea"), team.paper.id, **{"name": "Rosa", **how}))[
        1
    ]
    return code


def writes(team: Team, code: str, text: str, about: int = 0) -> int:
    made: int = team.write(lambda tx: guests.write_as_guest(tx, code, text, submission_id=about))
    return made


# -- guests ------------------------------------------------------------------------------------------------------------


def test_a_guest_writes_an_editor_approves_and_the_post_bears_their_name(team: Team) -> None:
    id_ = writes(team, asked(team), "A letter from the hills")
    team.approves("bea", id_)
    (posts,) = team.releases("carl", id_).values()
    shown = team.site.anybody(f"/api/v1/statuses/{posts[0]}")
    assert shown["byline"] == "Rosa" and "par <bdi>Rosa</bdi>" in shown["content"]
    assert "A letter from the hills" in shown["content"]


def test_a_name_stands_only_where_the_team_wishes(team: Team) -> None:
    id_ = writes(team, asked(team, named=False), "A letter")
    team.approves("bea", id_)
    (posts,) = team.releases("carl", id_).values()
    assert team.site.anybody(f"/api/v1/statuses/{posts[0]}")["byline"] is None


def test_what_a_guest_changes_has_to_be_looked_at_again(team: Team) -> None:
    code = asked(team)
    id_ = writes(team, code, "A letter")
    seen = team.printed(id_)
    assert writes(team, code, "Another letter", id_) == id_ and team.printed(id_) != seen
    team.approves("bea", id_)
    with pytest.raises(NotAllowed, match="stays as it is"):
        writes(team, code, "Too late", id_)


def test_a_guest_writes_as_much_as_was_asked(team: Team) -> None:
    code = asked(team, posts=2)
    writes(team, code, "One")
    writes(team, code, "Two")
    with pytest.raises(NotAllowed, match="as much as you were asked for"):
        writes(team, code, "Three")


def test_a_guest_reaches_only_what_they_wrote(team: Team) -> None:
    others = writes(team, asked(team), "Rosa's")
    inside = team.hands_in("olga", "Olga's")
    code = asked(team, name="Karl")
    for id_ in (others, inside):
        with pytest.raises(NotFound):
            writes(team, code, "Mine now", id_)
        with pytest.raises(NotFound):
            team.write(lambda tx, id_=id_: guests.say_as_guest(tx, code, id_, "Hello"))


def test_what_editors_changed_themselves_they_do_not_approve(team: Team) -> None:
    id_ = writes(team, asked(team), "A letter")
    team.rewrites(id_, "A better letter", who="bea")
    with pytest.raises(NotAllowed, match="Four eyes"):
        team.approves("bea", id_)
    team.approves("carl", id_)


def test_a_link_that_was_ended_or_is_too_old_opens_nothing(team: Team) -> None:
    first, second = asked(team), asked(team)
    guest = team.read(lambda db: guests.find_guest(db, first))
    team.write(lambda tx: guests.let_guest_go(tx, team.user("bea"), team.house, guest.id))
    team.write(lambda tx: tx.execute(update(outside_links).values(expires_at=now() - 1)))
    for code in (first, second):
        with pytest.raises(NotFound, match="too old, was ended"):
            writes(team, code, "Still here")
    team.write(forget_outside_links)
    assert team.read(lambda db: db.execute(select(outside_links)).all()) == []


def test_codes_are_kept_as_hashes_and_open_one_kind_of_thing(team: Team) -> None:
    code = asked(team)
    kept = team.read(lambda db: [bytes(row[0]) for row in db.execute(select(outside_links.c.code))])
    assert code.encode() not in kept and len(kept[0]) == 32
    for kind in ("campaign", "sponsor"):
        with pytest.raises(NotFound):
            team.read(lambda db, kind=kind: find_link(db, kind, code))


# -- campaigns ---------------------------------------------------------------------------------------------------------


def begun(team: Team, *items: int) -> int:
    def work(tx: Any) -> int:
        made = campaigns.begin_campaign(tx, team.user("bea"), team.house, team.paper.id, "Summer")
        for one in items:
            campaigns.put_in(tx, team.user("bea"), made, campaigns.SUBMISSION, one)
        return made

    made: int = team.write(work)
    return made


def kept_by_dirk(team: Team, campaign_id: int) -> str:
    code: str = team.write(lambda tx: campaigns.show_outside(tx, team.user("bea"), campaign_id, "The client"))
    team.write(lambda tx: campaigns.keep_campaign(tx, team.user("dirk"), code))
    return code


def test_a_client_reads_one_campaign_and_nothing_else(team: Team) -> None:
    shown, hidden = team.hands_in("olga", "For the client"), team.hands_in("olga", "Not for the client")
    campaign, other = begun(team, shown), begun(team, hidden)
    kept_by_dirk(team, campaign)
    dirk = team.people["dirk"]
    found = dirk.get(f"{AT}/campaigns/{campaign}")
    assert found["outside"] and [one["posts"] for one in found["submissions"]] == [["For the client"]]
    assert found["submissions"][0]["by"] is None and found["links"] == []
    assert [one["id"] for one in dirk.get(f"{AT}/campaigns")] == [str(campaign)]
    of_house = ("", "/brands", "/members", "/submissions", "/journal", "/inbox", "/guests", "/campaigns", "/sponsors")
    for path in (
        *(f"{AT}/organisations/{team.house}{each}" for each in of_house),
        *(f"{AT}/campaigns/{other}", f"{AT}/submissions/{shown}", f"{AT}/inbox/{team.paper.id}"),
    ):
        assert "error" in dirk.get(path, expect=404), path
    for method, path in (
        ("PATCH", f"/campaigns/{campaign}"),
        ("DELETE", f"/campaigns/{campaign}"),
        ("POST", f"/campaigns/{campaign}/items"),
        ("POST", f"/campaigns/{campaign}/links"),
    ):
        told = dirk.call(method, f"{AT}{path}", json={}, expect=403)
        assert told["error"] == "You may read this campaign and answer, and not change it."


def test_what_a_client_says_is_read_inside_and_not_the_other_way_round(team: Team) -> None:
    id_ = team.hands_in("olga", "For the client")
    campaign = begun(team, id_)
    kept_by_dirk(team, campaign)
    team.people["bea"].post(f"{AT}/submissions/{id_}/comments", {"text": "Between us"})
    team.people["dirk"].post(
        f"{AT}/campaigns/{campaign}/comments", {"submission_id": str(id_), "text": "Larger, please"}
    )
    said = team.read(lambda db: [(one.name, one.text, bool(one.inside)) for one in history_of(db, id_) if one.text])
    assert said == [("", "Between us", True), ("The client", "Larger, please", False)]
    elsewhere = team.hands_in("olga", "Not in it")
    body = {"submission_id": str(elsewhere), "text": "Hello"}
    told = team.people["dirk"].post(f"{AT}/campaigns/{campaign}/comments", body, expect=404)
    assert told["error"] == campaigns.NOT_YOURS


def test_who_was_shown_a_campaign_is_shown_it_no_longer(team: Team) -> None:
    campaign = begun(team)
    code = kept_by_dirk(team, campaign)
    (link,) = team.people["bea"].get(f"{AT}/campaigns/{campaign}")["links"]
    team.people["bea"].delete(f"{AT}/campaigns/{campaign}/links/{link['id']}")
    with pytest.raises(NotFound):
        team.read(lambda db: campaigns.campaign_by(db, code))
    team.people["dirk"].get(f"{AT}/campaigns/{campaign}")
    team.write(lambda tx: campaigns.end_reading(tx, team.user("bea"), campaign, team.user("dirk")))
    team.people["dirk"].get(f"{AT}/campaigns/{campaign}", expect=404)


def test_only_what_is_the_brands_own_is_put_in(team: Team) -> None:
    campaign, radio = begun(team), team.brand("radio")
    own = team.people["bea"].says("My own words")
    planned = team.write(lambda tx: campaigns.begin_campaign(tx, team.user("bea"), team.house, radio.id, "Other"))
    for kind, item in (("post", own["id"]), ("submission", "7"), ("post", str(planned))):
        team.people["bea"].post(f"{AT}/campaigns/{campaign}/items", {"kind": kind, "id": item}, expect=404)
    team.people["bea"].post(f"{AT}/campaigns/{campaign}/items", {"kind": "thing", "id": "7"}, expect=422)


def test_a_brand_that_goes_takes_what_was_open_outside_with_it(team: Team) -> None:
    code = asked(team)
    campaign = begun(team)
    shown = kept_by_dirk(team, campaign)
    team.write(lambda tx: organise.let_brand_go(tx, team.user("ada"), team.house, team.paper.id))
    for table in (outside_links, guest_rows, campaign_rows):
        assert team.read(lambda db, table=table: db.execute(select(table)).all()) == []
    for work in (lambda db: guests.find_guest(db, code), lambda db: campaigns.campaign_by(db, shown)):
        with pytest.raises(NotFound):
            team.read(work)


# -- sponsors ----------------------------------------------------------------------------------------------------------


def publishes(team: Team, text: str, name: str, **more: Any) -> None:
    from perron.posts.model import Draft
    from perron.posts.publish import publish

    draft = Draft(text, tie="sponsor" if name else "", tied_to=name, **more)
    team.write(lambda tx: publish(tx, team.paper, draft, team.site.settings))


def test_a_sponsor_reads_what_became_of_their_posts_and_of_no_other(team: Team) -> None:
    publishes(team, "Paid by Roux", "Roux")
    publishes(team, "For followers", "Roux", visibility="followers")
    publishes(team, "Paid by Blanc", "Blanc")
    publishes(team, "Paid by nobody", "")
    roux = team.people["bea"].post(f"{AT}/organisations/{team.house}/sponsors", {"name": "Roux"})
    (seen,) = team.people["bea"].get(f"{AT}/sponsors/{roux['id']}/statuses")
    assert "Paid by Roux" in seen["content"]
    team.people["dirk"].post(f"/api/v1/statuses/{seen['id']}/favourite")
    (told,) = team.people["nils"].get(f"{AT}/organisations/{team.house}/sponsors")
    assert told["figures"] == {"posts": 1, "favourites": 1, "boosts": 0, "replies": 0, "quotes": 0}
    url = team.people["bea"].post(f"{AT}/sponsors/{roux['id']}/links", {"name": "Mrs Roux"})["url"]
    page = team.site.client.get(url)
    assert "Paid by Roux" in page.text and "Blanc" not in page.text and "nobody" not in page.text
    assert "For followers" not in page.text
    (link,) = team.people["bea"].get(f"{AT}/organisations/{team.house}/sponsors")[0]["links"]
    team.people["bea"].delete(f"{AT}/sponsors/{roux['id']}/links/{link['id']}")
    assert team.site.client.get(url).status_code == 404


def test_a_sponsor_is_noted_once(team: Team) -> None:
    for expect in (200, 422):
        team.people["bea"].post(f"{AT}/organisations/{team.house}/sponsors", {"name": "Roux"}, expect=expect)


# -- who decides -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [*INSIDE])
def test_each_role_does_what_it_may_with_people_outside(team: Team, who: str) -> None:
    user, house, paper = team.user(who), team.house, team.paper.id
    campaign, id_ = begun(team), team.hands_in("olga", "Words")
    sponsor = team.write(lambda tx: sponsors.add_sponsor(tx, team.user("bea"), house, "Roux"))
    code = asked(team)
    guest = team.read(lambda db: guests.find_guest(db, code)).id
    acts: list[Callable[[Any], Any]] = [
        lambda tx: guests.ask_guest(tx, user, paper, name="Rosa"),
        lambda tx: campaigns.begin_campaign(tx, user, house, paper, "Winter"),
        lambda tx: campaigns.change_campaign(tx, user, campaign, "Autumn", ""),
        lambda tx: campaigns.put_in(tx, user, campaign, "submission", id_),
        lambda tx: campaigns.take_out(tx, user, campaign, id_),
        lambda tx: campaigns.show_outside(tx, user, campaign, "Client"),
        lambda tx: campaigns.end_campaign(tx, user, campaign),
        lambda tx: sponsors.show_sponsor(tx, user, sponsor, "Roux"),
        lambda tx: sponsors.add_sponsor(tx, user, house, "Blanc"),
        lambda tx: sponsors.remove_sponsor(tx, user, sponsor),
        lambda tx: guests.let_guest_go(tx, user, house, guest),
    ]
    for act in acts:
        if INSIDE[who]:
            team.write(act)
        else:
            with pytest.raises((NotAllowed, NotFound)):
                team.write(act)


@pytest.mark.parametrize(
    "how",
    [{"name": ""}, {"name": "R" * 61}, {"posts": 0}, {"posts": 21}, {"days": 0}, {"days": 367}, {"brief": "x" * 2001}],
)
def test_what_makes_no_sense_is_refused(team: Team, how: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        asked(team, **how)
