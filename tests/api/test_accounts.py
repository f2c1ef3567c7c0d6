"""Accounts: joining, profiles, finding people, following those who ask to be asked."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from perron.kit.settings import Settings
from perron.people.scopes import read_scopes
from perron.people.standing import delete_account
from perron.people.tokens import issue_token
from perron.store.tables import metadata
from tests.api.pictures import png
from tests.rig import Person, Site


@pytest.fixture
def app_token(site: Site) -> str:
    return site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes("read write")))


def ask(site: Site, token: str, method: str, path: str, **more: Any) -> Any:
    return site.client.request(method, path, headers={"authorization": f"Bearer {token}"}, **more)


JOINING = {
    "username": "lea",
    "email": "lea@example.org",
    "password": "correct horse",
    "agreement": "true",
    "locale": "fr-FR",
}


def test_an_app_registers_and_asks_who_it_is(site: Site, app_token: str) -> None:
    for sent in (
        {"json": {"client_name": "Elk", "redirect_uris": ["a.b:/x", "https://e.example/"], "scopes": "read write"}},
        {"data": {"client_name": "Elk", "redirect_uris": "a.b:/x\nhttps://e.example/", "scopes": "read write"}},
        {"data": {"client_name": "Elk", "redirect_uris[]": ["a.b:/x", "https://e.example/"], "scopes": "read write"}},
    ):
        made = site.client.post("/api/v1/apps", **sent)  # type: ignore[arg-type]
        assert made.status_code == 200, made.text
        told = made.json()
        assert told["redirect_uris"] == ["a.b:/x", "https://e.example/"]
        assert told["redirect_uri"] == "a.b:/x\nhttps://e.example/"
        assert told["client_id"] and told["client_secret"] and told["vapid_key"]
        assert told["name"] == "Elk" and told["scopes"] == ["read", "write"]
    known = ask(site, app_token, "GET", "/api/v1/apps/verify_credentials").json()
    assert known["name"] == "rig" and "client_secret" not in known


def test_an_app_that_asks_for_the_unknown_is_refused(site: Site) -> None:
    sent = {"client_name": "x", "redirect_uris": "https://e.example/", "scopes": "read everything"}
    assert site.client.post("/api/v1/apps", json=sent).status_code == 422
    assert site.client.post("/api/v1/apps", json={"client_name": "x", "redirect_uris": ""}).status_code == 422


def test_somebody_joins_from_an_app_and_speaks_at_once(site: Site, app_token: str) -> None:
    joined = ask(site, app_token, "POST", "/api/v1/accounts", data=JOINING)
    assert joined.status_code == 200, joined.text
    token = joined.json()["access_token"]
    own = ask(site, token, "GET", "/api/v1/accounts/verify_credentials").json()
    assert own["acct"] == "lea" and own["source"]["language"] == "fr"
    assert ask(site, token, "POST", "/api/v1/statuses", json={"status": "Me voici"}).status_code == 200


def test_what_is_wrong_with_joining_is_said_field_by_field(site: Site, ada: Person, app_token: str) -> None:
    def wrong(**changes: str) -> Any:
        reply = ask(site, app_token, "POST", "/api/v1/accounts", json={**JOINING, **changes})
        assert reply.status_code == 422, reply.text
        return {field: found[0]["error"] for field, found in reply.json()["details"].items()}

    assert wrong(username="Ada") == {"username": "ERR_TAKEN"}
    assert wrong(username="a b") == {"username": "ERR_INVALID"}
    assert wrong(username="") == {"username": "ERR_BLANK"}
    assert wrong(username="admin") == {"username": "ERR_RESERVED"}
    assert wrong(email="nowhere") == {"email": "ERR_INVALID"}
    assert wrong(password="short") == {"password": "ERR_TOO_SHORT"}
    assert wrong(agreement="false") == {"agreement": "ERR_ACCEPTED"}


def test_only_an_app_for_itself_can_let_somebody_join(site: Site, ada: Person) -> None:
    assert site.client.post("/api/v1/accounts", json=JOINING).status_code == 401
    ada.post("/api/v1/accounts", JOINING, expect=403)


def test_who_waits_for_approval_is_answered_nothing_yet(tmp_path: Path) -> None:
    with Site.opened(tmp_path / "data", registration="approval") as site:
        token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes("read write")))
        joined = ask(site, token, "POST", "/api/v1/accounts", json=JOINING)
        assert joined.status_code == 200
        mine = joined.json()["access_token"]
        assert ask(site, mine, "GET", "/api/v1/timelines/home").status_code == 403
    with Site.opened(tmp_path / "other", registration="closed") as site:
        token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes("read write")))
        assert ask(site, token, "POST", "/api/v1/accounts", json=JOINING).status_code == 403


SHAPES = [
    {"json": {"fields_attributes": [{"name": "Site", "value": "x"}, {"name": "Ville", "value": "Lyon"}]}},
    {"json": {"fields_attributes": {"0": {"name": "Site", "value": "x"}, "1": {"name": "Ville", "value": "Lyon"}}}},
    {
        "data": {
            "fields_attributes[0][name]": "Site",
            "fields_attributes[0][value]": "x",
            "fields_attributes[1][name]": "Ville",
            "fields_attributes[1][value]": "Lyon",
        }
    },
    {
        "data": {
            "fields_attributes[0][name]": "Site",
            "fields_attributes[0][value]": "x",
            "fields_attributes[1][name]": "Ville",
            "fields_attributes[1][value]": "Lyon",
        },
        "files": {"avatar": ("a.png", png(), "image/png")},
    },
]


@pytest.mark.parametrize("sent", SHAPES)
def test_a_profile_is_the_same_whichever_way_it_is_sent(ada: Person, sent: dict[str, Any]) -> None:
    changed = ada.call("PATCH", "/api/v1/accounts/update_credentials", **sent)
    assert [(one["name"], one["value"]) for one in changed["source"]["fields"]] == [("Site", "x"), ("Ville", "Lyon")]
    assert ("/media/" in changed["avatar"]) is ("files" in sent)


def test_a_profile_changes_only_in_what_is_sent(ada: Person, dirk: Person) -> None:
    def change(**sent: Any) -> Any:
        return ada.call("PATCH", "/api/v1/accounts/update_credentials", json=sent)

    change(display_name="Ada L.", note="Je compte.\nhttps://example.org", bot=True, locked="true", discoverable=True)
    change(source={"privacy": "private", "sensitive": True, "language": "en"}, hide_collections=True, indexable=True)
    seen = dirk.get(f"/api/v1/accounts/{ada.id}")
    assert (seen["display_name"], seen["bot"], seen["locked"], seen["discoverable"]) == ("Ada L.", True, True, True)
    assert seen["note"].startswith("<p>Je compte.<br") and seen["indexable"] and seen["hide_collections"]
    assert "source" not in seen
    chosen = ada.get("/api/v1/preferences")
    assert chosen["posting:default:visibility"] == "private" and chosen["posting:default:sensitive"] is True
    assert chosen["posting:default:language"] == "en"
    assert ada.says("Entre nous")["visibility"] == "private"
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "x" * 101}, expect=422)
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"source": {"privacy": "moon"}}, expect=422)
    assert change(display_name="")["display_name"] == ""


def test_pictures_of_a_profile_come_and_go_and_are_never_null(site: Site, ada: Person) -> None:
    before = ada.get("/api/v1/accounts/verify_credentials")
    assert before["avatar"].startswith("http") and before["header"].startswith("http")
    files = {"avatar": ("a.png", png(), "image/png"), "header": ("h.png", png(300, 100), "image/png")}
    with_both = ada.call("PATCH", "/api/v1/accounts/update_credentials", files=files)
    assert with_both["avatar"] != before["avatar"] and with_both["header"] != before["header"]
    assert ada.delete("/api/v1/profile/avatar")["avatar"] == before["avatar"]
    assert ada.delete("/api/v1/profile/header")["header"] == before["header"]
    wrong = {"avatar": ("a.png", b"no picture", "image/png")}
    ada.call("PATCH", "/api/v1/accounts/update_credentials", files=wrong, expect=422)


def test_a_picture_for_a_refused_profile_is_not_kept(site: Site, ada: Person) -> None:
    kept = site.settings.data / "media"
    files = {"avatar": ("a.png", png(), "image/png")}
    ada.call("PATCH", "/api/v1/accounts/update_credentials", files=files, data={"display_name": "x" * 200}, expect=422)
    assert [path for path in kept.rglob("*") if path.is_file()] == []


def test_people_are_found_by_the_beginning_of_their_names(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Élise Brûlé"})

    def found(who: Person, q: str, **more: Any) -> list[str]:
        return [one["acct"] for one in who.get("/api/v1/accounts/search", q=q, **more)]

    assert found(bea, "élise") == found(bea, "eli") == found(bea, "BRUL") == found(bea, "@ada") == ["ada"]
    assert found(bea, "ada@localhost:8000") == ["ada"]
    assert found(dirk, "ada", following="true") == []
    assert found(bea, "ada", following="true") == ["ada"]
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Rose"})
    assert found(bea, "elise") == [] and found(bea, "rose") == ["ada"]
    assert found(bea, '"*( OR') == [] and found(bea, "") == []


def test_whom_one_follows_is_found_first(site: Site, ada: Person) -> None:
    for handle in ("marie_a", "marie_b", "marie_c"):
        site.person(handle)
    marie = site.person("marie_d")
    ada.follows(marie)
    found = [one["acct"] for one in ada.get("/api/v1/accounts/search", q="marie", limit=2)]
    assert found == ["marie_d", "marie_a"]
    exact = [one["acct"] for one in ada.get("/api/v1/accounts/search", q="marie_b", limit=1)]
    assert exact == ["marie_b"]


def test_a_locked_account_lets_in_whom_it_chooses(site: Site, dirk: Person) -> None:
    cleo, emil = site.person("cleo", locked=True), site.person("emil")
    assert dirk.follows(cleo)["requested"] and not dirk.follows(cleo)["following"]
    emil.follows(cleo)
    cleo.says("Pour les miens", visibility="private")
    site.run_jobs()
    assert sorted(cleo.notices()) == [("follow_request", "dirk"), ("follow_request", "emil")]
    assert dirk.home() == []
    assert cleo.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 2
    assert cleo.post(f"/api/v1/follow_requests/{dirk.id}/authorize")["followed_by"]
    assert not cleo.post(f"/api/v1/follow_requests/{emil.id}/reject")["followed_by"]
    site.run_jobs()
    assert cleo.get("/api/v1/follow_requests") == []
    assert dirk.home() == ["Pour les miens"] and emil.home() == []
    assert ("follow", "dirk") in cleo.notices()


def test_a_request_is_granted_as_it_was_made(site: Site, dirk: Person) -> None:
    cleo = site.person("cleo", locked=True)
    dirk.post(f"/api/v1/accounts/{cleo.id}/follow", {"reblogs": False, "notify": True, "languages": ["fr"]})
    cleo.post(f"/api/v1/follow_requests/{dirk.id}/authorize")
    between = dirk.get("/api/v1/accounts/relationships", **{"id[]": cleo.id})[0]
    assert between["notifying"] and not between["showing_reblogs"] and between["languages"] == ["fr"]


def test_who_is_gone_is_neither_found_nor_counted(site: Site, ada: Person, bea: Person) -> None:
    cleo = site.person("cleo", locked=True)
    bea.follows(cleo)
    site.store.write(lambda tx: delete_account(tx, bea.account))
    assert ada.get("/api/v1/accounts/search", q="bea") == []
    assert ada.get("/api/v1/accounts/verify_credentials")["followers_count"] == 0
    assert cleo.get("/api/v1/accounts/verify_credentials")["source"]["follow_requests_count"] == 0
    bea.get("/api/v1/timelines/home", expect=401)


def test_who_unlocks_lets_in_everybody_who_asked(site: Site, dirk: Person) -> None:
    cleo = site.person("cleo", locked=True)
    dirk.follows(cleo)
    cleo.call("PATCH", "/api/v1/accounts/update_credentials", json={"locked": False})
    site.run_jobs()
    assert cleo.get("/api/v1/follow_requests") == []
    own = cleo.get("/api/v1/accounts/verify_credentials")
    assert own["followers_count"] == 1 and own["source"]["follow_requests_count"] == 0


def test_few_may_join_from_one_address_in_half_an_hour(tmp_path: Path) -> None:
    site = Site(Settings(data=tmp_path / "data", rate_limit="on", workers="off"))
    with site.client:
        token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes("read write")))
        told = [
            ask(site, token, "POST", "/api/v1/accounts", json={**JOINING, "username": f"p{n}", "email": f"p{n}@b.fr"})
            for n in range(6)
        ]
    assert [one.status_code for one in told] == [200] * 5 + [429]
    assert int(told[-1].headers["retry-after"]) > 0


def test_familiar_followers_are_those_one_follows(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    dirk.follows(bea)
    found = dirk.get("/api/v1/accounts/familiar_followers", **{"id[]": [ada.id, bea.id]})
    assert [(one["id"], [each["acct"] for each in one["accounts"]]) for one in found] == [
        (ada.id, ["bea"]),
        (bea.id, []),
    ]


def test_the_directory_shows_who_wishes_to_be_discovered(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    for one in (ada, dirk):
        one.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
    ada.says("Coucou")
    assert [one["acct"] for one in site.anybody("/api/v1/directory")] == ["ada", "dirk"]
    assert [one["acct"] for one in site.anybody("/api/v1/directory", order="new", local="true")] == ["dirk", "ada"]
    bea.post(f"/api/v1/accounts/{dirk.id}/block")
    assert [one["acct"] for one in bea.get("/api/v1/directory")] == ["ada"]
    assert site.anybody("/api/v1/directory", offset=1, limit=1)[0]["acct"] == "dirk"


def test_servers_are_kept_away_and_let_near_again(site: Site, ada: Person) -> None:
    from perron.people.queries import add_account

    far = site.store.write(lambda tx: add_account(tx, "zoe", domain="far.example"))
    ada.post(f"/api/v1/accounts/{far.id}/follow")
    ada.post("/api/v1/domain_blocks", {"domain": "Far.Example"})
    assert ada.get("/api/v1/domain_blocks") == ["far.example"]
    between = ada.get("/api/v1/accounts/relationships", **{"id[]": str(far.id)})[0]
    assert between["domain_blocking"] and not between["following"]
    ada.post("/api/v1/domain_blocks", {"domain": "not a domain"}, expect=422)
    ada.post("/api/v1/domain_blocks", {"domain": site.settings.domain}, expect=422)
    ada.delete("/api/v1/domain_blocks", {"domain": "far.example"})
    assert ada.get("/api/v1/domain_blocks") == []


def test_a_deleted_account_leaves_nothing_behind(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    post = ada.says("Qui reste ?", poll={"options": ["moi", "personne"], "expires_in": 600})
    bea.says("@ada moi", in_reply_to_id=post["id"])
    bea.post(f"/api/v1/statuses/{post['id']}/favourite")
    bea.post(f"/api/v1/polls/{post['id']}/votes", {"choices": [0]})
    bea.post("/api/v2/filters", {"title": "bruit", "context": ["home"], "keywords_attributes": [{"keyword": "bruit"}]})
    bea.post("/api/v1/lists", {"title": "à lire"})
    site.run_jobs()

    site.store.write(lambda tx: delete_account(tx, bea.account))
    site.run_jobs()

    left = dirk.get(f"/api/v1/statuses/{post['id']}")
    assert (left["replies_count"], left["favourites_count"]) == (0, 0)
    assert ada.notices() == []
    assert dirk.get(f"/api/v1/accounts/{bea.id}", expect=404)["error"]
    with site.store.read() as db:
        rows = {
            (table.name, column): db.execute(
                select(func.count()).select_from(table).where(table.c[column] == bea.account.id)
            ).scalar()
            for table in metadata.tables.values()
            for column in ("account_id", "owner_id", "author_id", "from_id", "follower_id", "target_id")
            if column in table.c
        }
        assert {name: count for name, count in rows.items() if count} == {}
