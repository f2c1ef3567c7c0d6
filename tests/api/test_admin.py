"""What moderators do through the API, and who may not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from perron.entities.admin_accounts import admin_accounts
from perron.entities.admin_reports import admin_reports
from perron.moderation.appeal import appeal, grant
from perron.moderation.look_up import Sought, look_up
from perron.moderation.model import Moderator
from perron.moderation.promote import change_role
from perron.moderation.queries import appeals_page, reports_sought
from perron.people.invitations import make_invitation, note_guest
from perron.people.queries import find_account
from perron.store.paging import Paging
from perron.store.tables import audit, strikes
from tests.api.pictures import png
from tests.refusals.asking import NAMED, routes
from tests.rig import ALL, Person, Site
from tests.statements import statements

RULES = ("Speak with people, not about them.", "No advertising.")
EVERYTHING = f"{ALL} admin:read admin:write"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, rules=RULES) as one:
        yield one


@pytest.fixture
def mona(site: Site) -> Person:
    """She looks after the others."""
    return site.person("mona", role="moderator", scopes=EVERYTHING)


@pytest.fixture
def olga(site: Site) -> Person:
    """The server is hers."""
    return site.person("olga", role="owner", scopes=EVERYTHING)


def decided(site: Site) -> list[str]:
    """What the audit says was done, oldest first."""
    with site.store.read() as db:
        return [row.verb for row in db.execute(select(audit.c.verb).order_by(audit.c.id))]


def account(mona: Person, who: Person) -> Any:
    return mona.get(f"/api/v1/admin/accounts/{who.id}")


# -- from a report to an appeal ----------------------------------------------------------------------------------------


def test_a_report_is_seen_taken_decided_appealed_and_undone(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    post = dirk.says("Carpets")
    told = {"account_id": dirk.id, "status_ids": [post["id"]], "category": "spam", "comment": "Again"}
    made = ada.post("/api/v1/reports", told)

    (seen,) = mona.get("/api/v1/admin/reports")
    assert seen["id"] == made["id"] and seen["comment"] == "Again" and seen["category"] == "spam"
    assert seen["account"]["account"]["acct"] == "ada" and seen["target_account"]["email"] == "dirk@example.org"
    assert [one["content"] for one in seen["statuses"]] == ["<p>Carpets</p>"]
    path = f"/api/v1/admin/reports/{made['id']}"
    changed = mona.put(path, {"category": "violation", "rule_ids": ["2"]})
    assert changed["category"] == "violation" and [one["text"] for one in changed["rules"]] == [RULES[1]]
    assert mona.post(f"{path}/assign_to_self")["assigned_account"]["username"] == "mona"

    mona.post(
        f"/api/v1/admin/accounts/{dirk.id}/action", {"type": "silence", "report_id": made["id"], "text": "No carpets."}
    )

    closed = mona.get(path)
    assert closed["action_taken"] and closed["action_taken_by_account"]["username"] == "mona"
    assert mona.get("/api/v1/admin/reports") == []
    assert [one["id"] for one in mona.get("/api/v1/admin/reports", resolved="true")] == [made["id"]]
    assert account(mona, dirk)["silenced"]
    (notice,) = dirk.get("/api/v1/notifications", types="moderation_warning")
    warning = notice["moderation_warning"]
    assert warning["action"] == "silence" and warning["text"] == f"No carpets.\n\n• {RULES[1]}"

    site.store.write(lambda tx: appeal(tx, dirk.account, int(warning["id"]), "They are flying ones."))
    with site.store.read() as db:
        (waiting,) = appeals_page(db, "open", Paging())
    by = Moderator(mona.user_id, mona.account.id, "moderator")
    site.store.write(lambda tx: grant(tx, by, waiting.id, "Indeed."))

    assert not account(mona, dirk)["silenced"]
    verbs = ["classify_report", "take_report", "limit", "close_report", "grant_appeal", "undo_limit"]
    assert decided(site) == verbs
    assert mona.post(f"{path}/reopen")["action_taken"] is False
    assert mona.post(f"{path}/unassign")["assigned_account"] is None
    assert mona.post(f"{path}/resolve")["action_taken"]


def test_a_report_is_for_moderators_and_about_what_is_there(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    made = ada.post("/api/v1/reports", {"account_id": dirk.id})
    path = f"/api/v1/admin/reports/{made['id']}"

    assert mona.get("/api/v1/admin/reports", account_id=dirk.id) == []
    assert len(mona.get("/api/v1/admin/reports", account_id=ada.id, target_account_id=dirk.id)) == 1
    mona.put(path, {"category": "envy"}, expect=422)
    mona.put(path, {"category": "violation", "rule_ids": ["9"]}, expect=422)
    for verb in ("assign_to_self", "unassign", "resolve", "reopen"):
        mona.post(f"/api/v1/admin/reports/12345/{verb}", expect=404)
    assert decided(site) == []


# -- decisions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "shown", "undoing", "verbs"),
    [
        ("silence", "silenced", "unsilence", ["limit", "undo_limit"]),
        ("disable", "disabled", "enable", ["disable", "undo_disable"]),
        ("suspend", "suspended", "unsuspend", ["suspend", "undo_suspend"]),
        ("sensitive", "sensitized", "unsensitive", ["veil", "undo_veil"]),
    ],
)
def test_what_is_decided_is_undone(
    site: Site, dirk: Person, mona: Person, kind: str, shown: str, undoing: str, verbs: list[str]
) -> None:
    path = f"/api/v1/admin/accounts/{dirk.id}"

    assert mona.post(f"{path}/action", {"type": kind, "rule_ids": ["2"]}) == {}

    assert account(mona, dirk)[shown] is True
    assert mona.post(f"{path}/{undoing}")[shown] is False
    assert decided(site) == verbs
    again = mona.post(f"{path}/{undoing}", expect=403 if kind == "suspend" else 200)
    assert kind == "suspend" or again[shown] is False
    assert decided(site) == verbs


def test_an_app_that_knows_no_rules_can_decide_and_the_person_is_told_so(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    path = f"/api/v1/admin/accounts/{dirk.id}/action"
    bare = ada.post("/api/v1/reports", {"account_id": dirk.id})
    mona.post(path, {"type": "none", "report_id": bare["id"]})
    mona.post(path, {"type": "silence", "text": "Trop de liens"})
    site.run_jobs()
    told = [one["moderation_warning"] for one in dirk.get("/api/v1/notifications", types=["moderation_warning"])]
    assert [one["action"] for one in told] == ["silence", "none"]
    assert told[0]["text"] == "Trop de liens" and "appel" in told[1]["text"]


def test_a_decision_names_a_rule_and_says_its_words(site: Site, ada: Person, dirk: Person, mona: Person) -> None:
    path = f"/api/v1/admin/accounts/{dirk.id}/action"
    bare = ada.post("/api/v1/reports", {"account_id": dirk.id})
    mona.post(path, {"type": "none", "rule_ids": ["7"]}, expect=422)
    mona.post(path, {"type": "banish", "rule_ids": ["1"]}, expect=422)
    mona.post(path, {"rule_ids": ["1"]}, expect=422)
    mona.post(path, {"type": "none", "rule_ids": ["1"], "report_id": "123"}, expect=404)
    mona.post("/api/v1/admin/accounts/123/action", {"type": "none", "rule_ids": ["1"]}, expect=404)
    assert decided(site) == []

    mona.post(
        path, {"type": "none", "rule_ids": ["1", "2"], "send_email_notification": False, "warning_preset_id": "1"}
    )

    with site.store.read() as db:
        assert db.execute(select(strikes.c.action, strikes.c.text)).one() == ("warn", "\n".join(RULES))
    assert [one["id"] for one in mona.get("/api/v1/admin/reports")] == [bare["id"]]
    mona.post(path, {"type": "silence", "rule_ids": ["1"]})
    assert mona.get("/api/v1/admin/reports") == []


def test_a_veil_covers_every_picture_and_is_lifted(site: Site, ada: Person, dirk: Person, mona: Person) -> None:
    def shows(text: str, **more: Any) -> str:
        sent = dirk.call("POST", "/api/v2/media", files={"file": ("a.png", png(), "image/png")})
        return str(dirk.says(text, media_ids=[sent["id"]], **more)["id"])

    before, words = shows("Look"), dirk.says("Only words")["id"]
    own = shows("Careful", sensitive=True)
    assert not ada.get(f"/api/v1/statuses/{before}")["sensitive"]

    mona.post(f"/api/v1/admin/accounts/{dirk.id}/action", {"type": "sensitive", "rule_ids": ["2"]})

    assert ada.get(f"/api/v1/statuses/{before}")["sensitive"]
    site.run_jobs()
    after = shows("Look again")
    assert [ada.get(f"/api/v1/statuses/{one}")["sensitive"] for one in (before, own, after, words)] == [True] * 3 + [
        False
    ]
    mona.post(f"/api/v1/admin/accounts/{dirk.id}/unsensitive")
    assert not ada.get(f"/api/v1/statuses/{before}")["sensitive"]
    site.run_jobs()
    assert [ada.get(f"/api/v1/statuses/{one}")["sensitive"] for one in (before, own, after)] == [False, True, False]


def test_sign_ups_are_let_in_or_turned_away(site: Site, mona: Person) -> None:
    waits, other = site.person("waits", state="pending", reason="I write."), site.person("other", state="pending")
    assert account(mona, waits)["approved"] is False and account(mona, waits)["invite_request"] == "I write."
    assert [one["username"] for one in mona.get("/api/v1/admin/accounts", pending="true")] == ["other", "waits"]

    assert mona.post(f"/api/v1/admin/accounts/{waits.id}/approve")["approved"] is True
    gone = mona.post(f"/api/v1/admin/accounts/{other.id}/reject")

    assert gone["username"] == "other" and gone["approved"] is False
    mona.get(f"/api/v1/admin/accounts/{other.id}", expect=404)
    for verb in ("approve", "reject"):
        assert (
            mona.post(f"/api/v1/admin/accounts/{waits.id}/{verb}", expect=403)["error"] == "This action is not allowed"
        )
    assert decided(site) == ["approve", "turn_away"]


def test_only_what_was_suspended_is_deleted_and_only_by_who_runs_the_server(
    site: Site, dirk: Person, mona: Person, olga: Person
) -> None:
    path = f"/api/v1/admin/accounts/{dirk.id}"
    olga.delete(path, expect=403)
    mona.post(f"{path}/action", {"type": "suspend", "rule_ids": ["2"]})
    mona.delete(path, expect=403)

    assert olga.delete(path)["suspended"] is True

    olga.get(path, expect=404)
    assert decided(site) == ["suspend", "delete_account"]


# -- looking accounts up -----------------------------------------------------------------------------------------------


def names(found: list[Any]) -> list[str]:
    return [one["username"] for one in found]


def test_accounts_are_found_by_what_applies_to_them(
    site: Site, ada: Person, dirk: Person, mona: Person, olga: Person
) -> None:
    guest = site.person("guest")
    code = site.store.write(lambda tx: make_invitation(tx, user_id=ada.user_id))
    site.store.write(lambda tx: note_guest(tx, guest.user_id, code))
    for who, kind in ((dirk, "silence"), (ada, "sensitive"), (guest, "disable")):
        mona.post(f"/api/v1/admin/accounts/{who.id}/action", {"type": kind, "rule_ids": ["2"]})
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Ada 100% Lovelace"})

    def v1(**asked: Any) -> list[str]:
        return names(mona.get("/api/v1/admin/accounts", **asked))

    def v2(**asked: Any) -> list[str]:
        return names(mona.get("/api/v2/admin/accounts", **asked))

    everybody = ["guest", "olga", "mona", "dirk", "ada"]
    assert v1() == v2() == v1(local="true") == v2(origin="local") == everybody
    assert v1(remote="true") == v2(origin="remote") == v1(by_domain="far.example") == []
    assert v1(silenced="true") == v2(status="silenced") == ["dirk"]
    assert v1(sensitized="true") == v2(status="sensitized") == ["ada"]
    assert v1(disabled="true") == v2(status="disabled") == ["guest"]
    assert v1(suspended="true") == v1(pending="true") == v2(status="suspended") == []
    assert "guest" not in v1(active="true") and len(v2(status="active")) == 4
    assert v1(staff="true") == v2(permissions="staff") == ["olga", "mona"]
    assert v2(**{"role_ids[]": ["3"]}) == ["olga"] and v2(**{"role_ids[]": ["-99", "1"]}) == [
        "guest",
        "mona",
        "dirk",
        "ada",
    ]
    assert v1(username="ad") == v1(display_name="lovelace") == v1(display_name="100%") == ["ada"]
    assert v1(username="a_a") == v1(display_name="_") == []
    assert v1(email="DIRK@example.org") == ["dirk"] and v1(email="dirk") == []
    assert v2(invited_by=ada.id) == ["guest"] and v1(ip="203.0.113.9") == []
    assert v1(silenced="true", staff="true") == []
    assert v1(limit="2") == ["guest", "olga"] and v1(limit="2", max_id=olga.id) == ["mona", "dirk"]
    assert account(mona, guest)["invited_by_account_id"] == ada.id
    for wrong in ({"origin": "moon"}, {"status": "loud"}, {"permissions": "all"}):
        mona.get("/api/v2/admin/accounts", expect=422, **wrong)


def test_pages_lead_on_with_what_was_asked(site: Site, mona: Person) -> None:
    for number in range(3):
        site.person(f"new{number}", state="pending")
    asked = "/api/v2/admin/accounts?limit=2&status=pending&origin=local"
    reply = site.client.get(asked, headers=mona.headers)
    following = reply.links["next"]["url"]
    assert names(reply.json()) == ["new2", "new1"]
    assert "status=pending" in following and "origin=local" in following
    assert names(site.client.get(following, headers=mona.headers).json()) == ["new0"]


def test_an_app_may_ask_for_what_moderators_can(site: Site) -> None:
    asked = {"client_name": "Desk", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    wanted = "read admin:read admin:write:reports admin:write:ip_blocks"
    made = site.client.post("/api/v1/apps", json={**asked, "scopes": wanted})
    assert made.status_code == 200 and {*made.json()["scopes"]} == {*wanted.split()}
    assert site.client.post("/api/v1/apps", json={**asked, "scopes": "admin"}).status_code == 422


def test_moderators_learn_no_more_of_people_than_pages_tell(
    site: Site, ada: Person, mona: Person, olga: Person
) -> None:
    site.client.get("/api/v1/timelines/home", headers={**ada.headers, "x-forwarded-for": "198.51.100.7"})

    told = account(mona, ada)

    assert told["email"] == "ada@example.org" and told["ip"] is None and told["ips"] == []
    assert set(told) == {
        *("id", "username", "domain", "created_at", "email", "ip", "ips", "role", "confirmed", "approved", "disabled"),
        *("silenced", "suspended", "sensitized", "locale", "invite_request", "account"),
    }
    assert account(mona, olga)["role"]["name"] == "Owner"


# -- who may not -------------------------------------------------------------------------------------------------------

ADMIN = [route for route in routes() if "/admin/" in route.path]


def test_whoever_does_not_look_after_the_server_is_refused_everywhere(site: Site, ada: Person) -> None:
    headers = {"authorization": f"Bearer {site.token(ada, EVERYTHING)}"}
    assert len(ADMIN) > 50
    for route in ADMIN:
        path = NAMED.sub(ada.id, route.path)
        reply = site.client.request(route.method, path, headers=headers)
        assert (reply.status_code, reply.json()) == (403, {"error": "This action is not allowed"}), path
        short = {"authorization": f"Bearer {site.token(ada, 'read write')}"}
        assert site.client.request(route.method, path, headers=short).status_code == 403


def test_a_role_that_is_taken_back_opens_nothing_any_more(site: Site, mona: Person, olga: Person) -> None:
    mona.get("/api/v1/admin/reports")
    by = Moderator(olga.user_id, olga.account.id, "owner")
    site.store.write(lambda tx: change_role(tx, by, mona.account.id, "user"))
    assert mona.get("/api/v1/admin/reports", expect=403)["error"] == "This action is not allowed"


def test_nobody_decides_about_whose_role_is_not_below_theirs(site: Site, mona: Person, olga: Person) -> None:
    anton = site.person("anton", role="admin", scopes=EVERYTHING)
    max_ = site.person("max", role="moderator", scopes=EVERYTHING)
    for by, about in ((mona, olga), (mona, anton), (mona, max_), (mona, mona), (anton, olga), (olga, olga)):
        path = f"/api/v1/admin/accounts/{about.id}"
        by.post(f"{path}/action", {"type": "suspend", "rule_ids": ["1"]}, expect=403)
        for verb in ("approve", "reject", "enable", "unsilence", "unsuspend", "unsensitive"):
            by.post(f"{path}/{verb}", expect=403)
        by.delete(path, expect=403)
        with site.store.read() as db:
            found = find_account(db, about.account.id)
        assert found is not None and found.state == "active"
    assert decided(site) == []


def test_who_reaches_the_machine_is_decided_by_those_who_run_it(site: Site, mona: Person, olga: Person) -> None:
    kinds = ("email_domain_blocks", "canonical_email_blocks", "ip_blocks")
    for kind in kinds:
        mona.get(f"/api/v1/admin/{kind}", expect=403)
        mona.post(
            f"/api/v1/admin/{kind}", {"domain": "x.example", "email": "a@x.example", "ip": "203.0.113.1"}, expect=403
        )
        mona.get(f"/api/v1/admin/{kind}/1", expect=403)
        mona.delete(f"/api/v1/admin/{kind}/1", expect=403)
        assert olga.get(f"/api/v1/admin/{kind}") == []
    mona.post("/api/v1/admin/canonical_email_blocks/test", {"email": "a@x.example"}, expect=403)
    assert decided(site) == []


def test_the_number_of_statements_does_not_grow_with_a_page(
    site: Site, ada: Person, dirk: Person, mona: Person
) -> None:
    def cost() -> tuple[int, int]:
        links = site.site.links
        with site.store.read() as db:
            db.forget()
            open_ = statements(
                lambda: admin_reports(links, db, site.settings, reports_sought(db, Paging(), state="open"))
            )
            db.forget()
            return open_, statements(lambda: admin_accounts(links, db, look_up(db, Sought(), Paging())))

    def filed(n: int) -> None:
        for number in range(n):
            post = dirk.says(f"Carpet {number}")
            ada.post("/api/v1/reports", {"account_id": dirk.id, "status_ids": [post["id"]], "rule_ids": ["2"]})

    filed(1)
    few = cost()
    filed(4)
    for number in range(5):
        site.person(f"more{number}")
    assert cost() == few
