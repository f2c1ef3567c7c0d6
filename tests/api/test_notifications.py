"""Notices through the routes: whom they reach, how they are read, and how they go."""

from tests.rig import Person, Site

NOTICES = "/api/v1/notifications"


def test_what_others_do_is_told(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    id_ = ada.says("Un")["id"]
    bea.post(f"/api/v1/statuses/{id_}/favourite")
    bea.post(f"/api/v1/statuses/{id_}/reblog")
    dirk.says("@ada oui", in_reply_to_id=id_)
    site.run_jobs()
    assert sorted(ada.notices()) == [("favourite", "bea"), ("follow", "bea"), ("mention", "dirk"), ("reblog", "bea")]
    first = ada.get(NOTICES, limit=1)[0]
    assert ada.get(f"{NOTICES}/{first['id']}") == first and first["status"]["id"]
    only = ada.get(NOTICES, **{"types[]": ["mention", "follow"]})
    assert sorted(one["type"] for one in only) == ["follow", "mention"]
    but = ada.get(NOTICES, **{"exclude_types[]": ["mention", "follow"]})
    assert sorted(one["type"] for one in but) == ["favourite", "reblog"]
    assert [one["type"] for one in ada.get(NOTICES, account_id=dirk.id)] == ["mention"]


def test_what_is_taken_back_is_told_no_more(site: Site, ada: Person, bea: Person) -> None:
    id_ = ada.says("Un")["id"]
    for verb in ("favourite", "reblog"):
        bea.post(f"/api/v1/statuses/{id_}/{verb}")
    site.run_jobs()
    for verb in ("unfavourite", "unreblog"):
        bea.post(f"/api/v1/statuses/{id_}/{verb}")
    site.run_jobs()
    assert ada.notices() == [("follow", "bea")]


def test_notices_are_let_go_one_by_one_or_all(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    for text in ("un", "deux", "trois"):
        dirk.says(f"@ada {text}")
    site.run_jobs()
    newest, older, *_ = ada.get(NOTICES)
    bea.post(f"{NOTICES}/{newest['id']}/dismiss", expect=404)
    ada.post(f"{NOTICES}/{newest['id']}/dismiss")
    ada.delete(f"{NOTICES}/{older['id']}")
    assert len(ada.get(NOTICES)) == 2
    ada.post(f"{NOTICES}/clear")
    assert ada.get(NOTICES) == []


def test_whoever_is_muted_or_blocked_is_not_heard(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    ada.post(f"/api/v1/accounts/{bea.id}/mute", {"notifications": True})
    ada.post(f"/api/v1/accounts/{dirk.id}/block")
    bea.says("@ada tu dors ?")
    dirk.says("@ada tu dors ?")
    site.run_jobs()
    assert ada.notices() == []


def test_a_muted_talk_is_quiet(site: Site, ada: Person, dirk: Person) -> None:
    id_ = ada.says("Un")["id"]
    assert ada.post(f"/api/v1/statuses/{id_}/mute")["muted"]
    dirk.says("@ada oui", in_reply_to_id=id_)
    site.run_jobs()
    assert ada.notices() == []
    assert not ada.post(f"/api/v1/statuses/{id_}/unmute")["muted"]
    dirk.says("@ada si", in_reply_to_id=id_)
    site.run_jobs()
    assert ada.notices() == [("mention", "dirk")]


def test_each_post_of_somebody_is_told_when_wished(site: Site, ada: Person, bea: Person) -> None:
    assert bea.post(f"/api/v1/accounts/{ada.id}/follow", {"notify": True})["notifying"]
    ada.says("Un")
    site.run_jobs()
    assert bea.notices() == [("status", "ada")]


def test_who_blocks_is_told_nothing_more_of_the_blocked(site: Site, ada: Person, dirk: Person) -> None:
    dirk.says("@ada encore moi")
    site.run_jobs()
    assert ada.notices() == [("mention", "dirk")]

    ada.post(f"/api/v1/accounts/{dirk.id}/block")
    site.run_jobs()
    assert ada.notices() == []
