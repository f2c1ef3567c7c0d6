"""The same said as several accounts at once: all of them or none, each in its own words, once; taken back together."""

from typing import Any

import pytest
from sqlalchemy import select

from perron.kit.time import DAY, HOUR, iso, now
from perron.media.queries import media_as_stored, remove_abandoned
from perron.people.members import end_speaking
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.posts.planned import Scheduled, scheduled_of
from perron.store.tables import chorus_lines, media
from perron.suite.atelier.chorus.queries import forget_choruses
from perron.suite.teams.submissions import approved_of, open_submissions
from tests.rig import Person, Site
from tests.suite.test_approvals import Team
from tests.web.test_pages import picture

API = "/api/perron/v1"
LATER = {"local": "2031-05-01T08:30", "zone": "Europe/Paris"}


class Press:
    """A house with two papers; bea edits both and olga hands in for both, each with an application let in for all."""

    def __init__(self, site: Site) -> None:
        self.team = Team(site)
        self.site, self.paper = site, self.team.paper
        self.radio = self.team.brand("radio")

    def at(self, who: str, account: Any) -> Person:
        """Somebody with a token for an account."""
        user_id = self.team.user(who)
        scopes = read_scopes("read write")
        token = self.team.write(lambda tx: issue_token(tx, self.site.app_id, user_id, account.id, scopes))
        return Person(self.site, account, user_id, token)

    def planned(self, account: Any) -> list[Scheduled]:
        found: list[Scheduled] = self.team.read(lambda db: scheduled_of(db, account.id))
        return found

    def said(self, account: Any) -> list[str]:
        listed = self.site.anybody(f"/api/v1/accounts/{account.id}/statuses")
        return [one["content"].removeprefix("<p>").removesuffix("</p>") for one in listed]

    def cleared(self) -> None:
        """What is in no post any more is cleared away, as after two days."""
        self.team.write(lambda tx: remove_abandoned(tx, older_than=now() + 2 * DAY))
        self.site.run_jobs()

    def lines(self) -> int:
        return len(self.team.read(lambda db: db.execute(select(chorus_lines)).all()))


@pytest.fixture
def press(site: Site) -> Press:
    return Press(site)


def says(who: Person, *others: Any, expect: int = 200, key: str = "", **more: Any) -> Any:
    accounts = [one if isinstance(one, dict) else {"id": str(one.id)} for one in others]
    body = {"posts": [{"status": "Tonight on the square"}], "accounts": accounts, **more}
    headers = {"idempotency-key": key} if key else {}
    return who.post(f"{API}/threads", body, expect=expect, headers=headers)


def test_each_account_says_it_and_in_its_own_words(press: Press) -> None:
    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    own = {"id": str(press.radio.id), "texts": ["", "On the air at eight"], "language": "en"}
    thread = [{"status": "Tonight on the square"}, {"status": "Doors at seven"}]
    made = says(bea, own, posts=thread)
    (other,) = made["also_as"]
    assert (other["acct"], other["kind"]) == ("radio", "post")
    assert press.said(press.paper) == ["Doors at seven", "Tonight on the square"]
    assert press.said(press.radio) == ["On the air at eight", "Tonight on the square"]
    second = press.site.anybody(f"/api/v1/accounts/{press.radio.id}/statuses")[0]
    assert second["in_reply_to_id"] == other["id"] and second["language"] == "en"


def test_what_is_planned_together_is_known_together_and_ends_alone_or_together(press: Press) -> None:
    bea = press.at("bea", press.paper)
    radio = press.at("bea", press.radio)
    first = says(bea, press.radio, at=LATER)
    second = says(bea, press.radio, at=LATER)
    assert [one["acct"] for one in second["also_as"]] == ["radio"]
    assert [one["acct"] for one in radio.get(f"{API}/threads")[0]["also_as"]] == ["paper"]
    assert len(press.planned(press.paper)) == len(press.planned(press.radio)) == 2

    bea.delete(f"{API}/threads/{first['id']}")
    assert len(press.planned(press.paper)) == 1 and len(press.planned(press.radio)) == 2
    alone = radio.get(f"{API}/threads/{first['also_as'][0]['id']}")
    assert alone["also_as"] == []

    bea.delete(f"{API}/threads/{second['id']}?all=true")
    assert not press.planned(press.paper) and [one.id for one in press.planned(press.radio)] == [int(alone["id"])]
    press.team.write(forget_choruses)
    assert press.lines() == 1
    radio.delete(f"{API}/threads/{alone['id']}")
    press.team.write(forget_choruses)
    assert press.lines() == 0


def test_it_takes_the_next_free_slot_of_each_queue(press: Press) -> None:
    bea, radio = press.at("bea", press.paper), press.at("bea", press.radio)
    bea.put(f"{API}/slots", {"zone": "Europe/Paris", "slots": [{"day": 0, "time": "09:00"}]})
    body = {"posts": [{"status": "In the queue"}], "accounts": [{"id": radio.id}]}
    told = bea.post(f"{API}/queue", body, expect=422)["error"]
    assert told.startswith("As @radio: There are no slots yet.") and not press.planned(press.paper)
    radio.put(f"{API}/slots", {"zone": "Europe/Paris", "slots": [{"day": 2, "time": "18:00"}]})
    bea.post(f"{API}/queue", body)
    (one,), (other,) = press.planned(press.paper), press.planned(press.radio)
    assert one.wall and other.wall and (one.wall.local[11:16], other.wall.local[11:16]) == ("09:00", "18:00")
    assert [each["also_as"][0]["acct"] for each in bea.get(f"{API}/queue")["planned"]] == ["radio"]


def test_all_of_it_or_nothing(press: Press) -> None:
    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    too_long = {"id": str(press.radio.id), "texts": ["x" * 600]}
    told = says(bea, too_long, expect=422)["error"]
    assert told.startswith("As @radio: ") and "600" in told
    assert says(bea, too_long, at=LATER, expect=422)["error"].startswith("As @radio: ")
    assert press.said(press.paper) == [] and not press.planned(press.paper) and press.lines() == 0


def test_once_for_each_account_however_often_it_is_sent(press: Press) -> None:
    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    own = {"id": str(press.radio.id), "texts": ["On the air"]}
    first = says(bea, own, key="once")
    assert says(bea, own, key="once")["also_as"] == first["also_as"]
    assert says(bea, own, own, {"id": str(press.paper.id)}, key="once")["statuses"][0]["id"] == first["id"]
    assert press.said(press.paper) == ["Tonight on the square"] and press.said(press.radio) == ["On the air"]
    planned = says(bea, press.radio, key="later", at=LATER)
    says(bea, press.radio, key="later", at=LATER)
    assert len(press.planned(press.radio)) == 1 and press.planned(press.paper)[0].id == int(planned["id"])


@pytest.mark.parametrize("who", ["ada", "bea", "olga", "nils", "dirk"])
def test_each_role_does_what_it_may(press: Press, who: str) -> None:
    own = press.team.people[who]
    if who != "dirk":
        press.at(who, press.paper)
    if who in ("nils", "dirk"):
        expect = 403
        told = says(own, press.paper, at=LATER, expect=expect)["error"]
        assert "You may read for this account" in told if who == "nils" else "was not let in" in told
        assert not press.planned(own.account) and not press.planned(press.paper)
        return
    made = says(own, press.paper, at=LATER)["also_as"][0]
    assert made["kind"] == ("submission" if who == "olga" else "plan")
    assert len(press.planned(own.account)) == 1 and len(press.planned(press.paper)) == (who != "olga")
    if who == "olga":
        (handed,) = press.team.read(lambda db: open_submissions(db, press.team.house, press.team.user("olga")))
        assert handed.id == int(made["id"]) and handed.due == press.planned(own.account)[0].due
        own.delete(f"{API}/threads/{press.planned(own.account)[0].id}?all=true")
        assert press.team.one(handed.id).state == "withdrawn"


def test_an_application_speaks_for_the_accounts_it_was_let_in_for(press: Press) -> None:
    bea = press.at("bea", press.paper)
    assert "was not let in" in says(bea, press.radio, expect=403)["error"]
    user_id, scopes = press.team.user("bea"), read_scopes("read")
    press.team.write(lambda tx: issue_token(tx, press.site.app_id, user_id, press.radio.id, scopes))
    assert "was not let in" in says(bea, press.radio, expect=403)["error"]
    assert press.said(press.paper) == []


def test_who_was_removed_meanwhile_publishes_where_they_still_may(press: Press) -> None:
    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    says(bea, press.radio, at=LATER)
    press.team.write(lambda tx: end_speaking(tx, press.team.user("bea"), press.radio.id))
    press.team.at_once()
    assert press.said(press.paper) == ["Tonight on the square"] and press.said(press.radio) == []
    assert "may no longer publish" in press.planned(press.radio)[0].error
    says(press.at("bea", press.paper), {"id": str(press.radio.id)}, expect=403)


def test_nobody_hears_of_accounts_in_which_they_have_no_role(press: Press) -> None:
    bea = press.at("bea", press.paper)
    own = press.team.people["bea"]
    says(bea, own.account, at=LATER)
    carl = press.at("carl", press.paper)
    (seen,) = carl.get(f"{API}/threads")
    assert seen["also_as"] == []
    carl.delete(f"{API}/threads/{seen['id']}?all=true")
    assert not press.planned(press.paper) and len(press.planned(own.account)) == 1


def test_files_are_each_accounts_own_and_share_what_they_show(press: Press) -> None:
    bea = press.at("bea", press.paper)
    radio = press.at("bea", press.radio)
    about = {"description": "The square at dusk"}
    file = bea.call("POST", "/api/v2/media", files={"file": ("a.jpg", picture(), "image/jpeg")}, data=about)
    press.site.run_jobs()
    posts = [{"status": "Look", "media_ids": [file["id"]]}]
    made = says(bea, press.radio, posts=posts, at={"local": "2031-05-01T08:30", "zone": "UTC"})
    (copied,) = press.planned(press.radio)[0].media
    assert copied != int(file["id"])
    one, other = (press.team.read(lambda db, id_=id_: media_as_stored(db, id_)) for id_ in (int(file["id"]), copied))
    assert (other.file, other.description, other.account_id) == (one.file, one.description, press.radio.id)

    press.team.at_once()
    shown = press.site.anybody(f"/api/v1/accounts/{press.paper.id}/statuses")[0]
    bea.delete(f"/api/v1/statuses/{shown['id']}")
    press.cleared()
    (kept,) = press.site.anybody(f"/api/v1/accounts/{press.radio.id}/statuses")
    assert press.site.client.get(kept["media_attachments"][0]["url"]).status_code == 200
    radio.delete(f"/api/v1/statuses/{kept['id']}")
    press.cleared()
    assert press.site.client.get(kept["media_attachments"][0]["url"]).status_code == 404
    assert not press.team.read(lambda db: db.execute(select(media.c.id)).all())
    assert made["posts"][0]["media_attachments"][0]["id"] == file["id"]


def test_what_came_out_yesterday_is_told_apart_again(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    says(bea, press.radio)
    press.team.write(forget_choruses)
    assert press.lines() == 2
    monkeypatch.setattr("perron.suite.atelier.chorus.queries.now", lambda: now() + 25 * HOUR)
    press.team.write(forget_choruses)
    assert press.lines() == 0


def test_a_pause_holds_each_brand_that_is_paused(press: Press) -> None:
    from perron.suite.teams import crisis

    bea = press.at("bea", press.paper)
    press.at("bea", press.radio)
    press.team.write(lambda tx: crisis.pause(tx, press.team.user("ada"), press.team.house, [press.radio.id]))
    says(bea, press.radio, scheduled_at=iso(now() + HOUR))
    press.team.at_once()
    assert press.said(press.paper) == ["Tonight on the square"] and press.said(press.radio) == []
    assert press.planned(press.radio)[0].held == ("crisis",)
    assert not press.team.read(lambda db: approved_of(db, press.radio.id))
