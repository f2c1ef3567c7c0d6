"""Addresses with which nobody joins, networks that are kept away, servers that are blocked or allowed."""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from perron.moderation.gate import Gate
from perron.moderation.networks import IpBlock, end_ip_blocks
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.store.tables import audit, ip_blocks, users
from tests.rig import ALL, Person, Site

RULES = ("No advertising.",)
FAR, NEAR = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    with Site.opened(tmp_path / "data", database, rules=RULES, registration="open") as one:
        yield one


@pytest.fixture
def olga(site: Site) -> Person:
    """The server is hers."""
    return site.person("olga", role="owner", scopes=f"{ALL} admin:read admin:write")


def decided(site: Site) -> list[str]:
    with site.store.read() as db:
        return [row.verb for row in db.execute(select(audit.c.verb).order_by(audit.c.id))]


def joins(site: Site, email: str, address: str = NEAR, name: str = "") -> Any:
    """Somebody joins by an app; what they are answered."""
    token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes(ALL)))
    given = {"username": name or email.partition("@")[0].replace(".", "").replace("+", "_"), "email": email}
    more = {"password": "correct horse battery", "agreement": True, "locale": "en"}
    headers = {"authorization": f"Bearer {token}"}
    return at(site, address).post("/api/v1/accounts", json={**given, **more}, headers=headers)


def at(site: Site, address: str) -> TestClient:
    """Somebody at an address."""
    return TestClient(site.app, base_url=site.settings.public_origin, client=(address, 50000))


def state_of(site: Site, email: str) -> str | None:
    with site.store.read() as db:
        return db.execute(select(users.c.state).where(users.c.email == email)).scalar()


# -- addresses ---------------------------------------------------------------------------------------------------------


def test_nobody_joins_with_an_address_of_a_domain_that_is_kept_out(site: Site, olga: Person) -> None:
    path = "/api/v1/admin/email_domain_blocks"
    made = olga.post(path, {"domain": "Throwaway.example"})
    assert made["domain"] == "throwaway.example" and made["allow_with_approval"] is False
    assert len(made["history"]) == 7 and {one["uses"] for one in made["history"]} == {"0"}

    for email in ("eve@throwaway.example", "eve@mail.throwaway.example"):
        answer = joins(site, email)
        assert answer.status_code == 422 and answer.json()["details"]["email"][0]["error"] == "ERR_BLOCKED"
        assert state_of(site, email) is None
    assert joins(site, "fay@notthrowaway.example").status_code == 200

    seen = olga.get(f"{path}/{made['id']}")
    assert [one["uses"] for one in seen["history"]][:2] == ["2", "0"] and olga.get(path) == [seen]
    assert olga.post(path, {"domain": "throwaway.example"}, expect=422)["error"].endswith("has already been taken")
    assert olga.post(path, {}, expect=422)["error"] == "Validation failed: Domain can't be blank"
    olga.post(path, {"domain": "no domain"}, expect=422)
    assert olga.delete(f"{path}/{made['id']}") == {}
    olga.delete(f"{path}/{made['id']}", expect=404)
    assert joins(site, "eve@throwaway.example").status_code == 200
    assert decided(site) == ["keep_out_email_domain", "let_email_domain_in"]


def test_with_some_domains_one_waits_for_a_moderator(site: Site, olga: Person) -> None:
    olga.post("/api/v1/admin/email_domain_blocks", {"domain": "often.example", "allow_with_approval": True})

    assert joins(site, "eve@often.example").status_code == 200

    assert state_of(site, "eve@often.example") == "pending"
    (waiting,) = olga.get("/api/v1/admin/accounts", pending="true")
    assert olga.post(f"/api/v1/admin/accounts/{waiting['id']}/approve")["approved"] is True


def test_an_address_is_kept_out_however_it_is_spelt(site: Site, olga: Person) -> None:
    path = "/api/v1/admin/canonical_email_blocks"
    made = olga.post(path, {"email": "E.ve+news@Far.example"})
    assert made["canonical_email_hash"] == sha256(b"eve@far.example").hexdigest()

    for email in ("eve@far.example", "e.v.e@far.example", "eve+again@far.example"):
        assert joins(site, email).status_code == 422
    assert olga.post(f"{path}/test", {"email": "EVE+x@far.example"}) == [made] == olga.get(path)
    assert olga.post(f"{path}/test", {"email": "fay@far.example"}) == []
    assert olga.get(f"{path}/{made['id']}") == made
    olga.post(path, {"email": "eve@far.example"}, expect=422)
    olga.post(path, {"canonical_email_hash": made["canonical_email_hash"]}, expect=422)
    for wrong in ({}, {"email": "nobody"}, {"canonical_email_hash": "abc"}):
        olga.post(path, wrong, expect=422)
    olga.post(f"{path}/test", {}, expect=422)
    assert olga.delete(f"{path}/{made['id']}") == {}
    assert joins(site, "eve@far.example").status_code == 200
    with site.store.read() as db:
        assert "far.example" not in str(db.execute(select(audit)).all())


def test_whoever_is_suspended_does_not_come_back_with_another_spelling(site: Site, olga: Person, dirk: Person) -> None:
    path = f"/api/v1/admin/accounts/{dirk.id}"
    olga.post(f"{path}/action", {"type": "suspend", "rule_ids": ["1"]})
    assert joins(site, "dirk+again@example.org").status_code == 422

    olga.post(f"{path}/unsuspend")
    assert joins(site, "dirk+again@example.org").status_code == 200
    assert olga.get("/api/v1/admin/canonical_email_blocks") == []


def test_nobody_moves_to_an_address_that_is_kept_out(site: Site, olga: Person, dirk: Person) -> None:
    from perron.people.change_address import change_address
    from perron.people.kept_out import KeptOut
    from perron.people.users import user_as_stored

    olga.post("/api/v1/admin/email_domain_blocks", {"domain": "throwaway.example"})
    with pytest.raises(KeptOut):
        site.store.write(
            lambda tx: change_address(
                tx, user_as_stored(tx, dirk.user_id), "dirk@throwaway.example", settings=site.settings
            )
        )


# -- networks ----------------------------------------------------------------------------------------------------------

BLOCKS = "/api/v1/admin/ip_blocks"


def test_a_network_is_not_answered_by_any_door(site: Site, olga: Person) -> None:
    assert at(site, FAR).get("/").status_code == 200

    made = olga.post(BLOCKS, {"ip": "203.0.113.77/24", "severity": "no_access", "comment": "Scraping"})

    assert made["ip"] == "203.0.113.0/24" and made["expires_at"] is None and made["comment"] == "Scraping"
    far = at(site, FAR)
    for path in ("/", "/about", "/static/css/base.css", "/sign-in", "/api/v1/streaming"):
        assert far.get(path, headers=olga.headers).status_code == 403, path
    refused = far.get("/api/v2/instance")
    assert refused.status_code == 403 and "network" in refused.json()["error"]
    assert far.head("/").status_code == 403 and far.post("/sign-in").status_code == 403
    with pytest.raises(Exception), far.websocket_connect("/api/v1/streaming?stream=public"):  # noqa: B017
        pass
    assert far.get("/health").status_code == 200
    assert at(site, NEAR).get("/").status_code == 200 and at(site, "2001:db8::1").get("/").status_code == 200

    assert olga.delete(f"{BLOCKS}/{made['id']}") == {}
    assert at(site, FAR).get("/").status_code == 200
    assert decided(site) == ["block_network", "unblock_network"]


def test_from_some_networks_nobody_joins_and_from_others_one_waits(site: Site, olga: Person) -> None:
    closed = olga.post(BLOCKS, {"ip": FAR, "severity": "sign_up_block"})
    olga.post(BLOCKS, {"ip": "2001:db8:1:2::/64", "severity": "sign_up_requires_approval"})

    assert at(site, FAR).get("/").status_code == 200
    answer = joins(site, "eve@far.example", FAR)
    assert answer.status_code == 403 and "network" in answer.json()["error"]
    assert joins(site, "fay@far.example", "2001:db8:1:2:3::4").status_code == 200
    assert joins(site, "gus@far.example", NEAR).status_code == 200
    assert [state_of(site, f"{one}@far.example") for one in ("eve", "fay", "gus")] == [None, "pending", "active"]

    olga.put(f"{BLOCKS}/{closed['id']}", {"severity": "sign_up_requires_approval"})
    assert joins(site, "eve@far.example", FAR).status_code == 200
    assert state_of(site, "eve@far.example") == "pending"


def test_what_holds_for_a_network_is_listed_changed_and_ends(site: Site, olga: Person) -> None:
    first = olga.post(BLOCKS, {"ip": "2001:DB8::/32", "severity": "no_access", "expires_in": 3600})
    second = olga.post(BLOCKS, {"ip": "::ffff:203.0.113.9", "severity": "sign_up_block"})
    assert (first["ip"], second["ip"]) == ("2001:db8::/32", "203.0.113.9/32")
    assert first["expires_at"] and olga.get(f"{BLOCKS}/{first['id']}") == first
    assert olga.get(BLOCKS) == [second, first] and olga.get(BLOCKS, limit="1") == [second]

    changed = olga.put(f"{BLOCKS}/{first['id']}", {"comment": "Bots", "expires_in": 0})
    assert changed == {**first, "comment": "Bots", "expires_at": None}
    assert olga.put(f"{BLOCKS}/{first['id']}", {"ip": "192.0.2.0/24"})["ip"] == "192.0.2.0/24"

    soon = olga.put(f"{BLOCKS}/{first['id']}", {"expires_in": 1})
    assert at(site, "192.0.2.5").get("/health").status_code == 200 and at(site, "192.0.2.5").get("/").status_code == 403
    _pass(site, int(soon["id"]))
    assert at(site, "192.0.2.5").get("/").status_code == 200
    olga.get(f"{BLOCKS}/{first['id']}", expect=404)
    site.store.write(end_ip_blocks)
    with site.store.read() as db:
        assert [row.id for row in db.execute(select(ip_blocks.c.id))] == [int(second["id"])]


def _pass(site: Site, block_id: int) -> None:
    """Let the end of a measure come."""
    site.store.write(lambda tx: tx.execute(ip_blocks.update().where(ip_blocks.c.id == block_id).values(expires_at=1)))
    with site.store.read() as db:
        site.site.refresh(db)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"severity": "no_access"}, "Ip is not an address"),
        ({"ip": "far.example", "severity": "no_access"}, "Ip is not an address"),
        ({"ip": "203.0.113.0/99", "severity": "no_access"}, "Ip is not an address"),
        ({"ip": "203.0.113.1"}, "Severity can't be blank"),
        ({"ip": "203.0.113.1", "severity": "torment"}, "Severity is not included"),
        ({"ip": "203.0.113.1", "severity": "no_access", "expires_in": -5}, "Expires in"),
        ({"ip": "203.0.113.1", "severity": "no_access", "comment": "x" * 501}, "comment"),
        ({"ip": "192.0.2.0/24", "severity": "no_access"}, "Ip has already been taken"),
    ],
)
def test_what_cannot_be_decided_about_a_network(site: Site, olga: Person, given: dict[str, Any], says: str) -> None:
    olga.post(BLOCKS, {"ip": "192.0.2.77/24", "severity": "sign_up_block"})
    assert says in olga.post(BLOCKS, given, expect=422)["error"]
    assert len(olga.get(BLOCKS)) == 1


def test_nobody_shuts_themselves_out(site: Site, olga: Person) -> None:
    here = at(site, NEAR)
    for network in (NEAR, "198.51.100.0/24", "0.0.0.0/0"):
        given = {"ip": network, "severity": "no_access"}
        answer = here.post(BLOCKS, json=given, headers=olga.headers)
        assert answer.status_code == 422 and "yourself" in answer.json()["error"]
    made = olga.post(BLOCKS, {"ip": NEAR, "severity": "sign_up_block"})
    answer = here.put(f"{BLOCKS}/{made['id']}", json={"severity": "no_access"}, headers=olga.headers)
    assert answer.status_code == 422 and here.get("/").status_code == 200


def test_asking_the_gate_costs_next_to_nothing() -> None:
    def cost() -> float:
        began = time.perf_counter()
        for _ in range(10_000):
            assert not gate.refuses(FAR)
        return (time.perf_counter() - began) / 10_000

    gate = Gate()
    assert cost() < 5e-6

    gate.hold(IpBlock(id_, f"10.{id_ // 256}.{id_ % 256}.0/24", "no_access", "", None) for id_ in range(10_000))
    assert cost() < 100e-6


def test_of_several_measures_the_strictest_holds() -> None:
    gate = Gate()
    gate.hold(
        [
            IpBlock(1, "203.0.113.0/24", "sign_up_block", "", None),
            IpBlock(2, "203.0.0.0/16", "sign_up_requires_approval", "", None),
            IpBlock(3, "203.0.113.7/32", "no_access", "", None),
            IpBlock(4, "203.0.113.8/32", "no_access", "", 1),
            IpBlock(5, "2001:db8::/32", "no_access", "", None),
        ]
    )
    met = {one: gate.severity(one) for one in ("203.0.113.7", "203.0.113.8", "203.0.7.1", "198.51.100.7", "nowhere")}
    assert [*met.values()] == ["no_access", "sign_up_block", "sign_up_requires_approval", "", ""]
    assert gate.refuses("203.0.113.7") and gate.refuses("::ffff:203.0.113.7") and gate.refuses("[2001:db8::5]:443")
    assert not gate.refuses("203.0.113.8") and not gate.refuses("0.0.0.5") and not gate.refuses("::5")


# -- other servers -----------------------------------------------------------------------------------------------------


def test_servers_are_blocked_changed_and_met_again(site: Site, olga: Person) -> None:
    path = "/api/v1/admin/domain_blocks"
    made = olga.post(
        path, {"domain": "Bad.example", "severity": "suspend", "private_comment": "Spam", "obfuscate": True}
    )
    assert made.pop("id") and made.pop("created_at")
    assert made == {
        "domain": "bad.example",
        "digest": sha256(b"bad.example").hexdigest(),
        "severity": "suspend",
        "reject_media": False,
        "reject_reports": False,
        "private_comment": "Spam",
        "public_comment": None,
        "obfuscate": True,
    }
    (listed,) = olga.get(path)
    for domain in ("bad.example", "sub.bad.example"):
        conflict = olga.post(path, {"domain": domain}, expect=422)
        assert conflict["existing_domain_block"] == listed and "bad.example" in conflict["error"]
    changed = olga.put(f"{path}/{listed['id']}", {"severity": "noop", "reject_media": True})
    assert changed == {**listed, "severity": "noop", "reject_media": True} == olga.get(f"{path}/{listed['id']}")
    assert olga.post(path, {}, expect=422)["error"] == "Validation failed: Domain can't be blank"
    for wrong in ({"domain": "x y"}, {"domain": "x.example", "severity": "odd"}, {"domain": site.settings.domain}):
        olga.post(path, wrong, expect=422)
    assert olga.delete(f"{path}/{listed['id']}") == {}
    for call in (olga.get, olga.delete):
        call(f"{path}/{listed['id']}", expect=404)
    assert decided(site) == ["meet_domain", "change_domain", "forget_domain"]


def test_servers_are_allowed(site: Site, olga: Person) -> None:
    path = "/api/v1/admin/domain_allows"
    made = olga.post(path, {"domain": "good.example"})
    assert made["domain"] == "good.example" and olga.post(path, {"domain": "GOOD.example"}) == made
    assert olga.get(path) == [made] and olga.get(f"{path}/{made['id']}") == made
    assert olga.post(path, {}, expect=422)["error"] == "Validation failed: Domain can't be blank"
    assert olga.delete(f"{path}/{made['id']}") == made
    olga.delete(f"{path}/{made['id']}", expect=404)
    assert olga.get(path) == [] and decided(site) == ["allow_server", "disallow_server"]
