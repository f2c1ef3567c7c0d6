"""Pages: every list is walked both ways by its Link headers, whole and without a repeat."""

import re
from typing import Any

from tests.rig import Person, Site

LINK = re.compile(r'<([^>]+)>; rel="(next|prev)"')


def page(person: Person, url: str) -> tuple[list[Any], dict[str, str]]:
    reply = person.site.client.get(url, headers=person.headers)
    assert reply.status_code == 200, reply.text
    return reply.json(), {rel: found for found, rel in LINK.findall(reply.headers.get("link", ""))}


def walk(person: Person, path: str, key: str = "id") -> list[str]:
    """All ids from the newest to the oldest by `next`, checked against the way back by `prev`."""
    down: list[str] = []
    items, links = page(person, path)
    last = links
    while items:
        down += [str(one[key]) for one in items]
        last = links
        items, links = page(person, links["next"])
    up: list[str] = []
    items, links = page(person, last["prev"]) if last else ([], {})
    while items:
        up = [str(one[key]) for one in items] + up
        items, links = page(person, links["prev"])
    assert len(down) == len(set(down)), path
    if up:
        assert up == down[: len(up)], path
        assert len(down) - len(up) <= 40
    return down


def test_three_hundred_posts_are_walked_both_ways(site: Site, ada: Person, bea: Person) -> None:
    said = [ada.says(f"Numéro {number} #marche")["id"] for number in range(300)]
    newest_first = said[::-1]
    for path in (
        "/api/v1/timelines/home?limit=37",
        "/api/v1/timelines/public?limit=40",
        "/api/v1/timelines/public?local=true&limit=23",
        "/api/v1/timelines/tag/marche?limit=40",
        f"/api/v1/accounts/{ada.id}/statuses?limit=31",
    ):
        assert walk(bea, path) == newest_first, path


def test_a_page_names_what_was_asked_for_in_its_links(ada: Person, bea: Person) -> None:
    for number in range(3):
        ada.says(f"Numéro {number}")
    _, links = page(bea, "/api/v1/timelines/public?local=true&limit=2")
    assert "local=true" in links["next"] and "limit=2" in links["next"] and "max_id=" in links["next"]
    assert "min_id=" in links["prev"]


def test_since_and_min_take_the_two_ends(ada: Person, bea: Person) -> None:
    ids = [ada.says(f"Numéro {number}")["id"] for number in range(10)]
    newest = [one["id"] for one in bea.get("/api/v1/timelines/home", since_id=ids[2], limit=3)]
    nearest = [one["id"] for one in bea.get("/api/v1/timelines/home", min_id=ids[2], limit=3)]
    between = [one["id"] for one in bea.get("/api/v1/timelines/home", since_id=ids[2], max_id=ids[5])]
    assert newest == ids[:6:-1]
    assert nearest == ids[5:2:-1]
    assert between == [ids[4], ids[3]]


def test_marks_people_and_notices_are_walked_too(site: Site, ada: Person, bea: Person) -> None:
    ids = [ada.says(f"Numéro {number}")["id"] for number in range(50)]
    kept = ids[::2]
    for id_ in kept:
        bea.post(f"/api/v1/statuses/{id_}/favourite")
        bea.post(f"/api/v1/statuses/{id_}/bookmark")
    site.run_jobs()
    assert walk(bea, "/api/v1/favourites?limit=7") == kept[::-1]
    assert walk(bea, "/api/v1/bookmarks?limit=7") == kept[::-1]
    assert len(walk(ada, "/api/v1/notifications?limit=7")) == 26
    assert len(walk(ada, "/api/v1/notifications?limit=7&types[]=favourite")) == 25
    crowd = [site.person(f"p{number}", follows=ada) for number in range(12)]
    expected = [one.id for one in crowd[::-1]] + [bea.id]
    assert walk(ada, f"/api/v1/accounts/{ada.id}/followers?limit=5") == expected


def test_what_a_viewer_may_not_see_leaves_no_hole_in_a_walk(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    shown = []
    for number in range(60):
        made = ada.says(f"Numéro {number}", visibility="private" if number % 3 else "public")
        if number % 3 == 0:
            shown.append(made["id"])
    assert walk(dirk, f"/api/v1/accounts/{ada.id}/statuses?limit=7") == shown[::-1]
    assert len(walk(bea, f"/api/v1/accounts/{ada.id}/statuses?limit=7")) == 60


def test_what_is_no_id_finds_nothing_and_breaks_nothing(ada: Person) -> None:
    ada.says("Un")
    assert ada.get("/api/v1/timelines/home", max_id="abc") == []
    for wrong in ("0", "-1", "abc", "9" * 30, "1e3", "%00"):
        ada.get(f"/api/v1/statuses/{wrong}", expect=404)
        ada.get(f"/api/v1/accounts/{wrong}", expect=404)
        ada.get(f"/api/v1/media/{wrong}", expect=404)
        ada.get(f"/api/v1/lists/{wrong}", expect=404)
        ada.get(f"/api/v2/filters/{wrong}", expect=404)


def test_keeping_is_taken_back(ada: Person, bea: Person) -> None:
    id_ = ada.says("Un")["id"]
    assert bea.post(f"/api/v1/statuses/{id_}/bookmark")["bookmarked"]
    assert not bea.post(f"/api/v1/statuses/{id_}/unbookmark")["bookmarked"]
    assert bea.get("/api/v1/bookmarks") == []
    assert bea.post(f"/api/v1/statuses/{id_}/favourite")["favourites_count"] == 1
    assert bea.post(f"/api/v1/statuses/{id_}/unfavourite")["favourites_count"] == 0
    assert bea.get("/api/v1/favourites") == []


def test_markers_remember_how_far_one_has_read(ada: Person) -> None:
    first, second = ada.says("Un")["id"], ada.says("Deux")["id"]
    saved = ada.post("/api/v1/markers", {"home": {"last_read_id": first}})
    assert [*saved] == ["home"] and saved["home"]["last_read_id"] == first
    ada.call("POST", "/api/v1/markers", data={"home[last_read_id]": second, "notifications[last_read_id]": "77"})
    both = ada.get("/api/v1/markers", **{"timeline[]": ["home", "notifications"]})
    assert both["home"]["last_read_id"] == second and both["notifications"]["last_read_id"] == "77"
    assert both["home"]["version"] > saved["home"]["version"] and both["home"]["updated_at"].endswith("Z")
    assert [*ada.get("/api/v1/markers", **{"timeline[]": "home"})] == ["home"]
    ada.post("/api/v1/markers", {"home": {"last_read_id": "x"}}, expect=422)


def test_what_is_unread_is_counted(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    id_ = ada.says("Un")["id"]
    for one in (bea, dirk):
        one.post(f"/api/v1/statuses/{id_}/favourite")
    site.run_jobs()
    assert ada.get("/api/v1/notifications/unread_count")["count"] == 3
    assert ada.get("/api/v2/notifications/unread_count")["count"] == 2
    newest = ada.get("/api/v1/notifications", limit=1)[0]["id"]
    ada.post("/api/v1/markers", {"notifications": {"last_read_id": newest}})
    assert ada.get("/api/v1/notifications/unread_count")["count"] == 0


def test_conversations_are_read_unread_and_let_go(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    first = ada.says("@bea entre nous", visibility="direct")
    site.run_jobs()
    (seen,) = bea.get("/api/v1/conversations")
    assert seen["unread"] and [one["acct"] for one in seen["accounts"]] == ["ada"]
    assert seen["last_status"]["id"] == first["id"]
    assert not ada.get("/api/v1/conversations")[0]["unread"]
    assert dirk.get("/api/v1/conversations") == []
    answer = bea.says("@ada oui", visibility="direct", in_reply_to_id=first["id"])
    site.run_jobs()
    (side,) = ada.get("/api/v1/conversations")
    assert side["unread"] and side["last_status"]["id"] == answer["id"]
    assert not ada.post(f"/api/v1/conversations/{side['id']}/read")["unread"]
    assert ada.post(f"/api/v1/conversations/{side['id']}/unread")["unread"]
    bea.post(f"/api/v1/conversations/{side['id']}/read", expect=404)
    assert ada.delete(f"/api/v1/conversations/{side['id']}") == {}
    assert ada.get("/api/v1/conversations") == [] and len(bea.get("/api/v1/conversations")) == 1


def test_conversations_are_paged_by_their_last_post(site: Site, ada: Person) -> None:
    people = [site.person(f"p{number}") for number in range(7)]
    last = [ada.says(f"@{one.account.handle} bonjour", visibility="direct")["id"] for one in people]
    site.run_jobs()
    found, url = [], "/api/v1/conversations?limit=3"
    while True:
        items, links = page(ada, url)
        if not items:
            break
        found += [one["last_status"]["id"] for one in items]
        url = links["next"]
    assert found == last[::-1]
