"""What goes out is what somebody said yes to; whatever is changed has to be looked at again."""

import json as plain_json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from perron.kit.errors import Invalid, NotAllowed, NotFound, Refused
from perron.kit.time import HOUR, now
from perron.people.members import let_speak
from perron.posts.drafts import Behind, keep_draft
from perron.posts.model import Draft
from perron.posts.queries import find_post
from perron.posts.scheduled import schedule
from perron.posts.writers import writers_of
from perron.store.tables import jobs, scheduled_posts, submissions
from perron.suite.teams import approve, crisis, organise, review
from perron.suite.teams.queries import change_brand_role, change_colleague
from perron.suite.teams.submissions import Submission, history_of, submission_as_stored
from tests.rig import Person, Site


class Team:
    """ada decides; bea and carl edit, olga hands in, nils reads; all for one paper."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.people = {name: site.person(name) for name in ("ada", "bea", "carl", "olga", "nils", "dirk")}
        self.house = self.write(lambda tx: organise.found(tx, self.user("ada"), "House"))
        self.paper = self.brand("paper")

    def user(self, name: str) -> int:
        return self.people[name].user_id

    def write(self, work: Callable[[Any], Any]) -> Any:
        return self.site.store.write(work)

    def read(self, work: Callable[[Any], Any]) -> Any:
        with self.site.store.read() as db:
            return work(db)

    def brand(self, name: str) -> Any:
        from perron.people.users import user_as_stored

        def work(tx: Any) -> Any:
            account = organise.open_brand(tx, user_as_stored(tx, self.user("ada")), self.house, name)
            for who, role in (("bea", "editor"), ("carl", "editor"), ("olga", "author"), ("nils", "analyst")):
                change_colleague(tx, self.house, self.user(who), "member")
                change_brand_role(tx, self.house, account.id, self.user(who), role)
                let_speak(tx, self.user(who), account.id, role)
            return account

        return self.write(work)

    def hands_in(self, who: str, text: str, **how: Any) -> int:
        made: int = self.write(
            lambda tx: approve.submit(tx, self.user(who), self.paper.id, {"parts": [{"text": text}]}, **how)
        )
        return made

    def one(self, id_: int) -> Submission:
        found: Submission = self.read(lambda db: submission_as_stored(db, id_))
        return found

    def printed(self, id_: int) -> str:
        found: str = self.read(lambda db: approve.print_of(db, submission_as_stored(db, id_)))  # type: ignore[arg-type]
        return found

    def approves(self, who: str, id_: int, seen: str = "") -> None:
        self.write(lambda tx: approve.approve(tx, self.user(who), id_, seen or self.printed(id_)))

    def releases(self, who: str, *ids: int) -> dict[int, list[int]]:
        made: dict[int, list[int]] = self.write(lambda tx: approve.release(tx, self.user(who), ids))
        return made

    def rewrites(self, id_: int, text: str, who: str = "carl") -> None:
        draft = self.one(id_).draft_id
        body = {"parts": [{"text": text}]}
        self.write(lambda tx: keep_draft(tx, self.user(who), self.paper.id, body, draft_id=draft))

    def out(self) -> list[str]:
        listed = self.site.anybody(f"/api/v1/accounts/{self.paper.id}/statuses")
        return [one["content"].removeprefix("<p>").removesuffix("</p>") for one in listed]

    def count(self) -> int:
        """How many posts are out, as a member sees it: what is shown to anybody may be a second old when many ask."""
        return int(self.people["bea"].get(f"/api/v1/accounts/{self.paper.id}")["statuses_count"])

    def at_once(self) -> None:
        """Let everything that has a time be due, and do it."""

        def work(tx: Any) -> None:
            tx.execute(update(jobs).values(due=1))
            tx.execute(update(submissions).where(submissions.c.due.is_not(None)).values(due=1))
            tx.execute(update(scheduled_posts).values(due=1))

        self.write(work)
        self.site.run_jobs()


@pytest.fixture
def team(site: Site) -> Team:
    return Team(site)


def test_an_author_hands_in_and_another_publishes(team: Team) -> None:
    id_ = team.hands_in("olga", "Front page")
    with pytest.raises(NotAllowed):
        team.approves("olga", id_)
    with pytest.raises(Invalid, match="not approved"):
        team.releases("bea", id_)
    team.approves("bea", id_)
    (posts,) = team.releases("carl", id_).values()
    assert team.out() == ["Front page"] and team.one(id_).state == "published"
    assert team.read(lambda db: writers_of(db, posts)) == {posts[0]: team.user("olga")}
    said = team.read(lambda db: history_of(db, id_))
    assert [(one.verb, one.user_id) for one in said] == [
        ("submitted", team.user("olga")),
        ("approved", team.user("bea")),
        ("released", team.user("carl")),
    ]
    assert len({one.fingerprint for one in said}) == 1


@pytest.mark.parametrize("who", ["olga", "nils", "dirk"])
def test_who_may_not_publish_neither_approves_nor_releases(team: Team, who: str) -> None:
    id_ = team.hands_in("olga", "Front page")
    seen, user = team.printed(id_), team.user(who)
    for work in (
        lambda tx: approve.approve(tx, user, id_, seen),
        lambda tx: approve.release(tx, user, [id_]),
        lambda tx: approve.ask_for_changes(tx, user, id_, "No"),
        lambda tx: review.make_link(tx, user, id_, "Client"),
    ):
        with pytest.raises((NotAllowed, NotFound)):
            team.write(work)
    if who != "olga":
        with pytest.raises((NotAllowed, NotFound)):
            team.write(lambda tx: approve.submit(tx, user, team.paper.id, {"parts": [{"text": "Mine"}]}))
        with pytest.raises((NotAllowed, NotFound)):
            team.write(lambda tx: approve.withdraw(tx, user, id_))


def test_four_eyes_see_who_changed_it_last(team: Team) -> None:
    id_ = team.hands_in("bea", "Mine")
    with pytest.raises(NotAllowed, match="Four eyes"):
        team.approves("bea", id_)
    team.rewrites(id_, "Carl was here", "carl")
    with pytest.raises(NotAllowed, match="Four eyes"):
        team.approves("carl", id_)
    team.approves("ada", id_)
    own = team.hands_in("bea", "Alone")
    four = {"four_eyes": False, "byline": False}
    team.write(lambda tx: organise.set_brand(tx, team.user("ada"), team.house, team.paper.id, **four))
    team.approves("bea", own)


def test_what_is_changed_after_it_was_looked_at_is_not_approved(team: Team) -> None:
    id_ = team.hands_in("olga", "As it was")
    seen = team.printed(id_)
    team.rewrites(id_, "As it is")
    with pytest.raises(Behind):
        team.approves("bea", id_, seen)
    assert team.one(id_).state == "waiting"


def test_what_is_changed_after_it_was_approved_does_not_go_out(team: Team) -> None:
    by_hand, by_clock = (team.hands_in("olga", text, **how) for text, how in (("A", {}), ("B", {"due": now() + HOUR})))
    for id_ in (by_hand, by_clock):
        team.approves("bea", id_)
        team.rewrites(id_, "Something else")
    with pytest.raises(Behind):
        team.releases("bea", by_hand)
    team.at_once()
    assert team.out() == [] and team.one(by_clock).state == "waiting" and team.one(by_clock).error


def test_other_files_words_of_files_and_times_are_another_thing(team: Team, tmp_path: Path) -> None:
    from tests.api.pictures import png

    olga = team.people["olga"]
    from perron.people.scopes import read_scopes
    from perron.people.tokens import issue_token

    token = team.write(
        lambda tx: issue_token(tx, team.site.app_id, olga.user_id, team.paper.id, read_scopes("read write"))
    )
    at_paper = Person(team.site, team.paper, olga.user_id, token)
    sent = at_paper.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
    team.site.run_jobs()
    body = {"parts": [{"text": "Look", "media": [{"id": sent["id"]}]}]}
    id_ = team.write(lambda tx: approve.submit(tx, olga.user_id, team.paper.id, body))
    before = team.printed(id_)
    at_paper.put(f"/api/v1/media/{sent['id']}", {"description": "A steeple"})
    described = team.printed(id_)
    how = {"draft_id": team.one(id_).draft_id, "due": now() + HOUR}
    team.write(lambda tx: approve.submit(tx, olga.user_id, team.paper.id, body, **how))
    assert len({before, described, team.printed(id_)}) == 3


def test_one_variant_or_all_of_them_go_out_in_one_act(team: Team) -> None:
    ids = [team.hands_in("olga", f"Winner {n}", bundle="Final") for n in range(3)]
    for id_ in ids[:2]:
        team.approves("bea", id_)
    with pytest.raises(Invalid):
        team.releases("bea", *ids)
    assert team.out() == []
    team.approves("bea", ids[2])
    team.releases("bea", *ids)
    assert sorted(team.out()) == ["Winner 0", "Winner 1", "Winner 2"]


def test_nothing_goes_out_before_its_embargo(team: Team) -> None:
    id_ = team.hands_in("olga", "Not before six", embargo=now() + HOUR)
    team.approves("bea", id_)
    with pytest.raises(Invalid, match="embargo"):
        team.releases("bea", id_)


def test_it_goes_out_by_itself_when_its_time_comes(team: Team) -> None:
    id_ = team.hands_in("olga", "At nine", due=now() + HOUR)
    team.site.run_jobs()
    assert team.out() == []
    seen = team.printed(id_)
    team.approves("bea", id_, seen)
    team.approves("carl", id_, seen)  # twice is once

    def soon(tx: Any) -> None:  # its time is part of what was approved: both are moved
        tx.execute(update(submissions).where(submissions.c.id == id_).values(due=1))
        one = submission_as_stored(tx, id_)
        assert one is not None
        seen = approve.print_of(tx, one)
        tx.execute(update(submissions).where(submissions.c.id == id_).values(approved=seen))
        tx.execute(update(jobs).values(due=1))

    team.write(soon)
    team.site.run_jobs()
    assert team.out() == ["At nine"]


def test_a_client_reads_one_thing_and_answers(team: Team) -> None:
    id_ = team.hands_in("olga", "For the sponsor")
    team.write(lambda tx: approve.comment(tx, team.user("bea"), id_, "Between us", inside=True))
    code = team.write(lambda tx: review.make_link(tx, team.user("bea"), id_, "Client"))
    team.write(lambda tx: review.answer(tx, code, "Very good", agrees=True))
    one, name = team.read(lambda db: review.find_review(db, code))
    assert (one.id, name, one.state) == (id_, "Client", "waiting")
    outside = [line.text for line in team.read(lambda db: history_of(db, id_)) if not line.inside]
    assert outside == ["Very good"]
    with pytest.raises(NotFound):
        team.read(lambda db: review.find_review(db, "x" * 22))


def test_one_press_holds_everything_and_each_thing_goes_on_by_itself(team: Team) -> None:
    other = team.brand("radio")
    ada, at = team.user("ada"), now() + HOUR

    def planned(tx: Any, account: Any, text: str) -> int:
        return schedule(tx, account, Draft(text), at, team.site.settings)

    first, second = (team.write(lambda tx, text=text: planned(tx, team.paper, text)) for text in ("One", "Two"))
    elsewhere = team.write(lambda tx: planned(tx, other, "Elsewhere"))
    approved = team.hands_in("olga", "Three", due=at)
    team.approves("bea", approved)
    held = team.write(lambda tx: crisis.pause(tx, ada, team.house, [team.paper.id]))
    assert held == 3
    team.write(lambda tx: planned(tx, team.paper, "Planned meanwhile"))
    team.at_once()
    assert team.out() == [] and [one.id for one in team.read(lambda db: crisis.held_of(db, other.id))] == []
    assert len(team.site.anybody(f"/api/v1/accounts/{other.id}/statuses")) == 1 and elsewhere
    assert len(team.read(lambda db: crisis.held_of(db, team.paper.id))) == 3

    def later(tx: Any) -> None:
        tx.execute(update(scheduled_posts).values(due=now() + HOUR))
        crisis.end_pause(tx, ada, team.house, team.paper.id)
        crisis.resume_one(tx, ada, team.house, team.paper.id, plan=first)

    team.write(later)
    team.at_once()
    still = [one.id for one in team.read(lambda db: crisis.held_of(db, team.paper.id))]
    assert team.out() == ["One"] and second in still
    with pytest.raises((NotAllowed, NotFound)):
        team.write(lambda tx: crisis.pause(tx, team.user("nils"), team.house, [team.paper.id]))


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(["bea", "carl", "olga"]), st.sampled_from("abc")),
        st.tuples(st.just("look"), st.sampled_from(["bea", "carl"]), st.just("")),
        st.tuples(st.just("approve"), st.sampled_from(["bea", "carl", "olga"]), st.just("")),
        st.tuples(st.just("release"), st.sampled_from(["bea", "carl", "olga"]), st.just("")),
        st.tuples(st.just("hand in"), st.sampled_from(["olga", "bea"]), st.sampled_from("abc")),
        st.tuples(st.just("clock"), st.just("ada"), st.just("")),
    ),
    max_size=14,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_in_whatever_order_nothing_goes_out_that_nobody_approved(team: Team, acts: list[Any]) -> None:
    id_ = team.hands_in("olga", "start")
    looked: dict[str, str] = {}
    said_yes: set[str] = set()
    before = team.count()
    for act, who, text in acts:
        try:
            if act == "edit":
                team.rewrites(id_, text, who)
            elif act == "look":
                looked[who] = team.printed(id_)
            elif act == "approve":
                seen = looked.get(who, "")
                team.approves(who, id_, seen or "x")
                said_yes.add(seen)
            elif act == "release":
                now_is = team.printed(id_)
                team.releases(who, id_)
                assert now_is in said_yes
            elif act == "hand in":
                body = {"parts": [{"text": text}]}
                draft = team.one(id_).draft_id
                team.write(
                    lambda tx, who=who, body=body, draft=draft: approve.submit(
                        tx, team.user(who), team.paper.id, body, draft_id=draft
                    )
                )
            else:
                team.site.run_jobs()
        except Refused:
            continue
    one = team.one(id_)
    assert (team.count() > before) is (one.state == "published")
    for post_id in plain_json.loads(one.posts):
        post = team.read(lambda db, post_id=post_id: find_post(db, int(post_id), viewer=None))
        assert post is not None and one.approved in said_yes


def test_programs_hand_in_approve_and_publish(team: Team) -> None:
    olga, bea, dirk = (team.people[name] for name in ("olga", "bea", "dirk"))
    at = "/api/perron/v1/submissions"
    wanted = {"account_id": str(team.paper.id), "posts": [{"status": "One"}, {"status": "Two"}], "variants_of": "Final"}
    made = olga.post(at, wanted)
    assert (made["state"], made["posts"], made["approved"]) == ("waiting", ["One", "Two"], False)
    olga.post(f"{at}/{made['id']}/approve", {"fingerprint": made["fingerprint"]}, expect=403)
    bea.post(f"{at}/{made['id']}/approve", {"fingerprint": "x"}, expect=409)
    bea.post(f"{at}/{made['id']}/request_changes", {"text": "Shorter"})
    olga.post(f"{at}/{made['id']}/comments", {"text": "It is short"})
    assert bea.post(f"{at}/{made['id']}/approve", {"fingerprint": made["fingerprint"]})["approved"]
    assert [one["id"] for one in bea.get(f"/api/perron/v1/organisations/{team.house}/submissions")] == [made["id"]]
    (out,) = bea.post(f"{at}/release", {"submission_ids": [made["id"]]})
    assert out["state"] == "published" and len(out["published_ids"]) == 2 and len(team.out()) == 2
    verbs = [one["verb"] for one in bea.get(f"{at}/{made['id']}")["lines"]]
    assert verbs == ["submitted", "asked_for_changes", "comment", "approved", "released"]
    dirk.get(f"{at}/{made['id']}", expect=404)
    dirk.post(at, wanted, expect=404)
    gone = olga.post(at, wanted)
    assert olga.post(f"{at}/{gone['id']}/withdraw")["state"] == "withdrawn"


def test_programs_pause_and_go_on(team: Team) -> None:
    bea, nils = team.people["bea"], team.people["nils"]
    house = f"/api/perron/v1/organisations/{team.house}"
    nils.post(f"{house}/pause", {"account_ids": [str(team.paper.id)]}, expect=403)
    bea.post(f"{house}/pause", {"account_ids": [str(team.paper.id)]})
    assert bea.get(f"{house}/brands")[0]["paused_at"]
    bea.post(f"{house}/resume", {"account_id": str(team.paper.id)})
    assert bea.get(f"{house}/brands")[0]["paused_at"] is None
