"""Notifications in groups: what is told as one, how pages of them lie side by side, and what else they carry."""

from typing import Any

import pytest

from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store.tables import accounts, notices
from perron.timelines.notices import group_key, notify
from tests.rig import Person, Site
from tests.statements import statements

V2 = "/api/v2/notifications"
V1 = "/api/v1/notifications"


@pytest.fixture
def crowd(site: Site) -> list[int]:
    """People from elsewhere."""
    made = [first_id_at(now() - 90 * DAY) + k for k in range(12)]

    def join(tx: Any) -> None:
        for k, id_ in enumerate(made):
            values = {"id": id_, "handle": f"p{k}@far.example", "username": f"p{k}", "domain": "far.example"}
            tx.execute(accounts.insert().values(**values))

    site.store.write(join)
    return made


def tell(site: Site, whom: Person, *what: tuple[str, int, int]) -> None:
    """Notices (type, by, about) one after the other, the oldest first, all within one span of groups."""
    begin = (now() - 3 * DAY) // (12 * 3_600_000) * (12 * 3_600_000)

    def write(tx: Any) -> None:
        for k, (type_, by, about) in enumerate(what):
            id_ = first_id_at(begin + k * 1000)
            row = {"id": id_, "account_id": whom.account.id, "type": type_, "from_id": by, "about_id": about}
            tx.execute(notices.insert().values(**row, group_key=group_key(id_, type_, about), filtered=False))

    site.store.write(write)


def told(found: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["type"], one["notifications_count"]) for one in found["notification_groups"]]


def test_what_is_about_the_same_is_told_as_one(site: Site, ada: Person, dirk: Person, crowd: list[int]) -> None:
    post = int(ada.says("Bonjour")["id"])
    theirs = int(dirk.says("@ada salut")["id"])
    site.run_jobs()
    ada.post(f"{V1}/clear")
    tell(
        site,
        ada,
        *(("favourite", one, post) for one in crowd),
        ("mention", dirk.account.id, theirs),
        *(("follow", one, 0) for one in crowd[:2]),
        ("reblog", crowd[0], post),
    )
    found = ada.get(V2)
    assert told(found) == [("reblog", 1), ("follow", 2), ("mention", 1), ("favourite", 12)]
    assert sorted(one["id"] for one in found["statuses"]) == sorted([str(post), str(theirs)])
    newest = [str(one) for one in reversed(crowd)]
    favourites = found["notification_groups"][3]
    assert favourites["sample_account_ids"] == newest[:8] and favourites["status_id"] == str(post)
    named = {id_ for one in found["notification_groups"] for id_ in one["sample_account_ids"]}
    assert {one["id"] for one in found["accounts"]} == named and "partial_accounts" not in found
    ids = [one["id"] for one in ada.get(V1)]
    assert (favourites["page_max_id"], favourites["page_min_id"]) == (ids[4], ids[15])
    assert favourites["most_recent_notification_id"] == ids[4]
    assert favourites["latest_page_notification_at"] == ada.get(f"{V1}/{ids[4]}")["created_at"]

    alone = ada.get(V2, **{"grouped_types[]": "follow", "types[]": ["favourite", "follow"]})
    assert told(alone) == [("follow", 2), *[("favourite", 1)] * 12]
    assert alone["notification_groups"][1]["group_key"] == f"ungrouped-{ids[4]}"
    assert told(ada.get(V2, **{"exclude_types[]": ["favourite", "mention"]})) == [("reblog", 1), ("follow", 2)]
    assert told(ada.get(V2, account_id=str(crowd[0]))) == [("reblog", 1), ("follow", 1), ("favourite", 1)]


def test_the_faces_of_a_group_are_made_short_when_asked(site: Site, ada: Person, crowd: list[int]) -> None:
    post = int(ada.says("Bonjour")["id"])
    tell(site, ada, *(("favourite", one, post) for one in crowd))
    found = ada.get(V2, expand_accounts="partial_avatars")
    assert [one["id"] for one in found["accounts"]] == [str(crowd[-1])]
    assert [one["id"] for one in found["partial_accounts"]] == [str(one) for one in crowd[-2:-9:-1]]
    shown = {"id", "acct", "url", "avatar", "avatar_static", "avatar_description", "locked", "bot"}
    assert {*found["partial_accounts"][0]} == shown
    assert "allowed values" in ada.get(V2, expand_accounts="none", expect=422)["error"]


def test_a_group_is_opened_read_and_dismissed(site: Site, ada: Person, dirk: Person, crowd: list[int]) -> None:
    post = int(ada.says("Bonjour")["id"])
    tell(site, ada, *(("favourite", one, post) for one in crowd))
    (group,) = ada.get(V2)["notification_groups"]
    at = f"{V2}/{group['group_key']}"
    (one,) = ada.get(at)["notification_groups"]
    assert one == {name: value for name, value in group.items() if "page" not in name}
    everybody = [str(one) for one in reversed(crowd)]
    assert [one["id"] for one in ada.get(f"{at}/accounts")] == everybody
    reply = site.client.get(f"{at}/accounts?limit=5", headers=ada.headers)
    assert [one["id"] for one in reply.json()] == everybody[:5]
    assert [one["id"] for one in ada.call("GET", reply.links["next"]["url"])] == everybody[5:10]

    newest = f"{V2}/ungrouped-{group['most_recent_notification_id']}"
    assert told(ada.get(newest)) == [("favourite", 1)] and len(ada.get(f"{newest}/accounts")) == 1
    dirk.get(at, expect=404)
    assert dirk.get(f"{at}/accounts") == [] and dirk.post(f"{at}/dismiss") == {}
    ada.post(f"{newest}/dismiss")
    assert told(ada.get(V2)) == [("favourite", 11)]
    ada.post(f"{at}/dismiss")
    assert ada.get(V2) == {"accounts": [], "statuses": [], "notification_groups": []}
    ada.get(at, expect=404)
    for strange in ("ungrouped-", "nothing", f"follow-{'9' * 19}", "follow-1-2-3", "a%00b-1"):
        ada.get(f"{V2}/{strange}", expect=404)


@pytest.mark.parametrize("limit", [1, 2, 3, 40])
def test_pages_downwards_tell_of_every_notice(site: Site, ada: Person, crowd: list[int], limit: int) -> None:
    """A group that reaches over the end of a page comes again below, with what is below."""
    one, other = (int(ada.says(text)["id"]) for text in ("Un", "Deux"))
    deeds = [("favourite", by, about) for by in crowd[:6] for about in (one, other)]
    tell(site, ada, *deeds, *(("follow", by, 0) for by in crowd[:2]))
    spans, path = [], f"{V2}?limit={limit}"
    while path:
        reply = site.client.get(path, headers=ada.headers)
        for group in reply.json()["notification_groups"]:
            spans.append((group["group_key"], int(group["page_min_id"]), int(group["page_max_id"])))
        path = reply.links.get("next", {}).get("url", "")
    for notice in ada.get(V1):
        inside = [span for span in spans if span[0] == notice["group_key"] and span[1] <= int(notice["id"]) <= span[2]]
        assert len(inside) >= 1, notice["id"]
    whole = ada.get(V2)["notification_groups"]
    assert {key: low for key, low, _ in reversed(spans)}.keys() == {group["group_key"] for group in whole}


def test_what_is_new_is_told_of_whole_groups(site: Site, ada: Person, crowd: list[int]) -> None:
    post = int(ada.says("Bonjour")["id"])
    tell(site, ada, *(("favourite", one, post) for one in crowd), *(("follow", one, 0) for one in crowd[:3]))
    ids = [one["id"] for one in ada.get(V1)]
    for way in ("since_id", "min_id"):
        found = ada.get(V2, **{way: ids[5]})["notification_groups"]
        assert [(one["notifications_count"], one["page_min_id"], one["page_max_id"]) for one in found] == [
            (3, ids[2], ids[0]),
            (12, ids[4], ids[3]),
        ]
    found = ada.get(V2, min_id=ids[5], limit=1)["notification_groups"]
    assert [(one["notifications_count"], one["page_min_id"], one["page_max_id"]) for one in found] == [
        (11, ids[4], ids[4])
    ]
    assert ada.get(V2, min_id=ids[0])["notification_groups"] == []


def test_unread_ones_are_counted_by_what_is_asked(site: Site, ada: Person, dirk: Person, crowd: list[int]) -> None:
    post = int(ada.says("Bonjour")["id"])
    theirs = int(dirk.says("@ada salut")["id"])
    site.run_jobs()
    ada.post(f"{V1}/clear")
    tell(
        site,
        ada,
        *(("favourite", one, post) for one in crowd),
        *(("follow", one, 0) for one in crowd[:3]),
        ("mention", dirk.account.id, theirs),
    )
    ids = [one["id"] for one in ada.get(V1)]
    for asked, single, grouped in (
        ({}, 16, 3),
        ({"limit": 2}, 2, 2),
        ({"types[]": "favourite"}, 12, 1),
        ({"exclude_types[]": "favourite"}, 4, 2),
        ({"account_id": str(crowd[0])}, 2, 2),
        ({"grouped_types[]": "follow"}, 16, 14),
    ):
        assert ada.get(f"{V1}/unread_count", **asked) == {"count": single}
        assert ada.get(f"{V2}/unread_count", **asked) == {"count": grouped}
    ada.post("/api/v1/markers", {"notifications": {"last_read_id": ids[2]}})
    assert ada.get(f"{V1}/unread_count") == ada.get(f"{V2}/unread_count") == {"count": 2}


def test_a_page_goes_on_upwards_through_types_that_are_not_asked_for(
    site: Site, ada: Person, dirk: Person, crowd: list[int]
) -> None:
    """Reading from the oldest on, a page is full although others lie between."""
    post = int(ada.says("Bonjour")["id"])
    tell(
        site,
        ada,
        ("follow", crowd[0], 0),
        *(("favourite", one, post) for one in crowd),
        *(("follow", one, 0) for one in crowd[1:3]),
    )
    found = ada.get(V1, min_id="1", limit=2, **{"types[]": "follow"})
    assert [one["account"]["id"] for one in found] == [str(crowd[1]), str(crowd[0])]


@pytest.mark.parametrize("path", [V1, V2, "/api/v1/notifications/requests", "/api/v1/conversations"])
def test_a_page_costs_as_many_statements_however_long_it_is(
    site: Site, ada: Person, crowd: list[int], path: str
) -> None:
    post = int(ada.says("Bonjour")["id"])
    people = [site.person(name) for name in ("eve", "finn", "gus", "hal")]
    ada.call("PATCH", "/api/v2/notifications/policy", json={"for_not_following": "accept"})

    def cost(count: int) -> int:
        found: list[Any] = []
        site.store.reader().forget()
        asked = statements(lambda: found.append(ada.get(path)))
        shown = found[0]["notification_groups"] if isinstance(found[0], dict) else found[0]
        assert len(shown) >= count
        return asked

    for one in people[:1]:
        one.says("@ada un mot", visibility="direct")
        one.post(f"/api/v1/statuses/{post}/favourite")
    site.run_jobs()
    few = cost(1)
    for one in people[1:]:
        one.says("@ada un mot", visibility="direct")
        one.post(f"/api/v1/statuses/{ada.says('Encore')['id']}/favourite")
    site.run_jobs()
    assert cost(4) <= few


# -- what is carried beside --------------------------------------------------------------------------------------------


def test_whoever_looks_after_the_server_is_told_who_joins(site: Site, ada: Person) -> None:
    from perron.people.users import change_user_role

    site.store.write(lambda tx: change_user_role(tx, ada.user_id, "moderator"))
    for name in ("eve", "finn"):
        joins(site, name)
    site.run_jobs()
    assert ada.notices() == [("admin.sign_up", "finn"), ("admin.sign_up", "eve")]
    (group,) = ada.get(V2)["notification_groups"]
    assert (group["type"], group["notifications_count"]) == ("admin.sign_up", 2)
    words = ada.get(V1, **{"supported_types[]": "mention"})[0]["fallback"]
    assert "finn" in words["title"] and 'class="h-card"' in words["title"] and words["details"] is None
    assert "fallback" not in ada.get(V1)[0]
    assert "fallback" not in ada.get(V1, **{"supported_types[]": "admin.sign_up"})[0]
    assert "fallback" in ada.get(V2, **{"supported_types[]": "mention"})["notification_groups"][0]

    site.store.write(lambda tx: change_user_role(tx, ada.user_id, "user"))
    assert ada.get(V1) == [] and ada.get(V2)["notification_groups"] == []


def joins(site: Site, name: str) -> None:
    from perron.people.join import join

    site.store.write(lambda tx: join(tx, username=name, email=f"{name}@example.org", password_hash="hash"))


def test_who_keeps_a_server_away_is_told_what_ended(site: Site, ada: Person, crowd: list[int]) -> None:
    from perron.people.counts import count
    from perron.store.tables import follows

    def tie(tx: Any) -> None:
        rows = [(ada.account.id, crowd[0]), (ada.account.id, crowd[1]), (crowd[0], ada.account.id)]
        for k, (follower, target) in enumerate(rows):
            tx.execute(follows.insert().values(follower_id=follower, target_id=target, id=k + 1))
            count(tx, follower, "following_count", 1)
            count(tx, target, "followers_count", 1)

    ada.post("/api/v1/domain_blocks", {"domain": "nobody.example"})
    site.store.write(tie)
    ada.post("/api/v1/domain_blocks", {"domain": "far.example"})
    site.run_jobs()
    (notice,) = ada.get(V1)
    event = notice["event"]
    assert (notice["type"], notice["account"]["id"]) == ("severed_relationships", ada.id)
    assert (event["type"], event["target_name"], event["purged"]) == ("user_domain_block", "far.example", False)
    assert (event["followers_count"], event["following_count"]) == (1, 2)
    (group,) = ada.get(V2)["notification_groups"]
    assert group["event"] == event


def test_each_report_and_each_decision_is_told(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    from perron.people.users import change_user_role

    site.store.write(lambda tx: change_user_role(tx, ada.user_id, "moderator"))
    for words in ("Un", "Deux"):
        bea.post("/api/v1/reports", {"account_id": dirk.id, "comment": words})
    site.run_jobs()
    found = [one["report"]["comment"] for one in ada.get(V1, **{"types[]": "admin.report"})]
    assert found == ["Deux", "Un"]
    groups = ada.get(V2, **{"types[]": "admin.report"})["notification_groups"]
    assert [one["report"]["comment"] for one in groups] == found


def test_a_changed_post_is_told_anew_to_those_who_quoted_it(site: Site, ada: Person, bea: Person) -> None:
    post = ada.says("Bonjour")
    bea.says("Voyez", quoted_status_id=post["id"])
    site.run_jobs()
    seen = []
    for words in ("Bonsoir", "Bonne nuit"):
        ada.put(f"/api/v1/statuses/{post['id']}", {"status": words})
        site.run_jobs()
        (one,) = bea.get(V1, **{"types[]": "quoted_update"})
        seen.append(one["id"])
    assert seen[0] != seen[1]
    assert one["status"]["quote"]["quoted_status"]["id"] == post["id"] and one["account"]["id"] == ada.id


def test_a_collection_that_is_gone_is_not_told_of(site: Site, ada: Person, dirk: Person) -> None:
    site.store.write(
        lambda tx: notify(tx, ada.account.id, "added_to_collection", dirk.account.id, about_id=dirk.account.id)
    )
    assert ada.get(V1) == [] and ada.get(V2)["notification_groups"] == []
