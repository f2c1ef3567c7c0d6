"""Reports and what follows from them, as apps see it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from perron.moderation.appeal import appeal
from perron.moderation.decide import decide
from perron.moderation.domains import Meeting, meet_domain
from perron.moderation.model import Decision, Moderator
from tests.rig import Person, Site

RULES = ("Speak with people, not about them.", "No advertising.")


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, rules=RULES) as one:
        yield one


@pytest.fixture
def mona(site: Site) -> Person:
    return site.person("mona", role="moderator")


def as_moderator(mona: Person) -> Moderator:
    return Moderator(mona.user_id, mona.account.id, "moderator")


def test_a_report_has_the_shape_that_apps_expect(site: Site, ada: Person, dirk: Person) -> None:
    post, secret = dirk.says("Carpets"), dirk.says("For my followers", visibility="private")

    made = ada.post(
        "/api/v1/reports",
        {
            "account_id": dirk.id,
            "status_ids": [post["id"], secret["id"]],
            "comment": "Again",
            "forward": True,
            "category": "violation",
            "rule_ids": ["2"],
        },
    )

    account = made.pop("target_account")
    assert account["acct"] == "dirk" and made.pop("id") and made.pop("created_at")
    assert made == {
        "action_taken": False,
        "action_taken_at": None,
        "category": "violation",
        "comment": "Again",
        "forwarded": False,
        "status_ids": [post["id"]],
        "rule_ids": ["2"],
    }
    assert ada.post("/api/v1/reports", {"account_id": dirk.id, "rule_ids": ["1"]})["category"] == "violation"
    assert ada.post("/api/v1/reports", {"account_id": dirk.id})["category"] == "other"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 404),
        ({"account_id": "12345"}, 404),
        ({"comment": "x" * 1001}, 422),
        ({"category": "envy"}, 422),
        ({"rule_ids": ["7"]}, 422),
    ],
)
def test_a_report_that_cannot_be_taken_is_refused(
    site: Site, ada: Person, dirk: Person, body: dict[str, object], status: int
) -> None:
    given = body if status == 404 else {"account_id": dirk.id} | body
    ada.post("/api/v1/reports", given, expect=status)


def test_nobody_reports_themself_or_without_the_scope(site: Site, ada: Person, dirk: Person) -> None:
    ada.post("/api/v1/reports", {"account_id": ada.id}, expect=403)
    reader = site.token(ada, "read")
    reply = site.client.post(
        "/api/v1/reports", json={"account_id": dirk.id}, headers={"authorization": f"Bearer {reader}"}
    )
    assert reply.status_code == 403


def test_moderators_are_told_of_the_report_and_the_person_of_the_decision(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    post = dirk.says("Carpets")
    made = ada.post("/api/v1/reports", {"account_id": dirk.id, "status_ids": [post["id"]], "comment": "Again"})
    site.run_jobs()

    [told] = mona.get("/api/v1/notifications")
    assert (told["type"], told["account"]["acct"], told["report"]["id"]) == ("admin.report", "ada", made["id"])

    decision = Decision("sensitive", "Please mark such pictures.", (2,), (int(post["id"]),), int(made["id"]))
    strike = site.store.write(lambda tx: decide(tx, as_moderator(mona), dirk.account.id, decision, site.settings))
    site.store.write(lambda tx: appeal(tx, dirk.account, strike.id, "It was mild."))

    [heard] = dirk.get("/api/v1/notifications")
    warning = heard["moderation_warning"]
    assert heard["type"] == "moderation_warning" and heard["account"]["acct"] == "dirk"
    assert warning["action"] == "mark_statuses_as_sensitive" and warning["status_ids"] == [post["id"]]
    assert warning["text"] == "Please mark such pictures.\n\n• No advertising."
    assert warning["appeal"] == {"text": "It was mild.", "state": "pending"}
    assert site.anybody(f"/api/v1/statuses/{post['id']}")["sensitive"] is True


def test_a_report_is_for_moderators_only_also_when_they_no_longer_are(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    from perron.people.users import change_user_role

    ada.post("/api/v1/reports", {"account_id": dirk.id, "comment": "Again"})
    site.run_jobs()
    site.store.write(lambda tx: change_user_role(tx, mona.user_id, "user"))
    assert mona.get("/api/v1/notifications") == []


def test_a_limited_account_is_left_out_of_public_timelines_and_not_of_homes(
    site: Site, ada: Person, bea: Person, dirk: Person, mona: Person
) -> None:
    ada.says("Bonjour #marches")
    decision = Decision("limit", "Enough.", (2,))
    site.store.write(lambda tx: decide(tx, as_moderator(mona), ada.account.id, decision, site.settings))

    assert site.anybody("/api/v1/timelines/public") == site.anybody("/api/v1/timelines/tag/marches") == []
    assert bea.home() == ["Bonjour #marches"]
    assert len(dirk.get(f"/api/v1/accounts/{ada.id}/statuses")) == 1
    assert site.anybody(f"/api/v1/accounts/{ada.id}")["limited"] is True


def test_servers_kept_at_a_distance_are_listed(site: Site, mona: Person) -> None:
    def meet(domain: str, **more: object) -> None:
        meeting = Meeting(**more)  # type: ignore[arg-type]
        site.store.write(lambda tx: meet_domain(tx, as_moderator(mona), domain, meeting, here=site.settings.domain))

    meet("far.example", severity="suspend", public_comment="Spam", obscured=True)
    meet("loud.example", severity="silence", private_comment="Ask Olga")
    meet("fine.example", severity="none", reject_media=True)

    assert site.anybody("/api/v1/instance/domain_blocks") == [
        {
            "domain": "far.*****le",
            "digest": sha256(b"far.example").hexdigest(),
            "severity": "suspend",
            "comment": "Spam",
        },
        {
            "domain": "loud.example",
            "digest": sha256(b"loud.example").hexdigest(),
            "severity": "silence",
            "comment": None,
        },
    ]
