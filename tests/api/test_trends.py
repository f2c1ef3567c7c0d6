"""What people talk about as clients read it, and what moderators decide about it."""

from typing import Any

import pytest

from perron.moderation.audit import audit_page
from perron.moderation.settings import decide
from perron.posts.cards import change_card
from perron.posts.trends_job import recount
from perron.store.paging import Paging
from tests.rig import ALL, Person, Site
from tests.statements import statements

PAGE = "https://example.org/steps"
ADMIN = f"{ALL} admin:read admin:write"


def some(site: Site, count: int) -> list[Person]:
    people = [site.person(f"person{n}") for n in range(count)]
    for one in people:
        one.call("PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
    return people


def staff(site: Site, role: str = "moderator") -> Person:
    mod = site.person(f"the_{role}", role=role)
    mod.token = site.token(mod, ADMIN)
    mod.headers = {"authorization": f"Bearer {mod.token}"}
    return mod


def trends_are(site: Site, mode: str) -> None:
    site.store.write(lambda tx: decide(tx, None, {"trends": mode}, site.settings))
    with site.store.read() as db:
        site.site.refresh(db)


def card_is_known(site: Site, url: str = PAGE) -> int:
    from perron.posts.cards import card_for

    with site.store.read() as db:
        card = card_for(db, url)
    assert card is not None
    from dataclasses import replace

    ready = replace(card, state="ready", title="Steps", provider="Example", language="fr")
    site.store.write(lambda tx: change_card(tx, ready))
    return card.id


@pytest.fixture
def talk(site: Site) -> list[Person]:
    """Three people talk: of a tag, of a page, and about the post of the first."""
    people = some(site, 3)
    post = people[0].says("Cherries are ripe")
    for one in people:
        one.says(f"#fruit at {PAGE}")
        if one is not people[0]:
            one.post(f"/api/v1/statuses/{post['id']}/favourite")
    card_is_known(site)
    recount(site.store)
    return people


def names(found: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in found]


# -- reading -----------------------------------------------------------------------------------------------------------


def test_tags_posts_and_pages_are_read_by_anybody(site: Site, talk: list[Person]) -> None:
    for path in ("/api/v1/trends/tags", "/api/v1/trends"):
        (tag,) = site.anybody(path)
        assert tag["name"] == "fruit" and len(tag["history"]) == 7
        assert tag["history"][0]["accounts"] == tag["history"][0]["uses"] == "3"
    (post,) = site.anybody("/api/v1/trends/statuses")
    assert "Cherries" in post["content"]
    (link,) = site.anybody("/api/v1/trends/links")
    assert link["url"] == PAGE and link["title"] == "Steps" and link["history"][0]["accounts"] == "3"
    assert talk[0].get("/api/v1/trends/tags")[0]["following"] is False


def test_pages_are_counted_by_places(site: Site) -> None:
    people = some(site, 2)
    for one in people:
        one.says(" ".join(f"#tag{n}" for n in range(25)))
    recount(site.store)

    def asked(**params: Any) -> tuple[list[str], str]:
        reply = site.client.get("/api/v1/trends/tags", params=params)
        return names(reply.json()), reply.headers.get("link", "")

    first, link = asked()
    assert len(first) == 10 and "limit=10&offset=10" in link and 'rel="prev"' not in link
    second, link = asked(offset=10)
    assert len(second) == 10 and not {*first} & {*second} and 'offset=0>; rel="prev"' in link
    third, link = asked(offset=20)
    assert len(third) == 5 and 'rel="next"' not in link
    assert len(asked(limit=500)[0]) == 20
    assert asked(offset=-3)[0] == first and asked(offset=10**6)[0] == []
    assert site.client.get("/api/v1/trends/tags", params={"offset": "x"}).status_code == 422


def test_what_one_reads_comes_first(site: Site) -> None:
    ada, bea, carl, dirk = some(site, 4)
    english, french = ada.says("Steps", language="en"), bea.says("Marches", language="fr")
    for one in (carl, dirk):
        one.post(f"/api/v1/statuses/{english['id']}/favourite")
        one.post(f"/api/v1/statuses/{french['id']}/favourite")
    ada.post(f"/api/v1/statuses/{french['id']}/favourite")
    recount(site.store)
    from perron.people.preferences import change_preferences

    assert [one["language"] for one in dirk.get("/api/v1/trends/statuses")] == ["fr", "en"]
    site.store.write(lambda tx: change_preferences(tx, dirk.user_id, languages=("en",)))
    assert [one["language"] for one in dirk.get("/api/v1/trends/statuses")] == ["en", "fr"]


def test_a_server_may_show_none_of_it(site: Site, talk: list[Person]) -> None:
    trends_are(site, "off")
    for kind in ("tags", "statuses", "links"):
        assert site.anybody(f"/api/v1/trends/{kind}") == []
    site.anybody("/api/v1/timelines/link", url=PAGE, expect=404)


def test_who_is_blocked_is_not_met(site: Site, talk: list[Person]) -> None:
    talk[1].post(f"/api/v1/accounts/{talk[0].id}/block")
    assert talk[1].get("/api/v1/trends/statuses") == []
    assert len(talk[2].get("/api/v1/trends/statuses")) == 1
    assert [one["account"]["id"] for one in talk[1].get("/api/v1/timelines/link", url=PAGE)] == [talk[2].id, talk[1].id]


def test_reading_costs_the_same_for_little_and_much(site: Site) -> None:
    people = some(site, 4)

    def more(n: int) -> None:
        post = people[n % 4].says(f"#some{n} https://example.org/{n}")
        people[(n + 1) % 4].says(f"#some{n} https://example.org/{n}")
        for one in people:
            if one is not people[n % 4]:
                one.post(f"/api/v1/statuses/{post['id']}/favourite")
        card_is_known(site, f"https://example.org/{n}")

    def cost() -> list[int]:
        recount(site.store)
        return [statements(lambda kind=kind: site.anybody(f"/api/v1/trends/{kind}")) for kind in KINDS]

    KINDS = ("tags", "statuses", "links")
    more(0)
    little = cost()
    for n in range(1, 8):
        more(n)
    assert cost() == little


# -- other timelines ---------------------------------------------------------------------------------------------------


def test_the_posts_that_link_to_a_page_that_is_talked_about(site: Site, talk: list[Person]) -> None:
    hidden = site.person("hidden")
    hidden.says(f"Me too: {PAGE}")
    talk[0].says(f"For few: {PAGE}", visibility="private")
    found = site.anybody("/api/v1/timelines/link", url=PAGE)
    assert [one["account"]["id"] for one in found] == [one.id for one in reversed(talk)]
    (first,) = site.anybody("/api/v1/timelines/link", url=PAGE, limit=1)
    assert first == found[0]
    assert site.anybody("/api/v1/timelines/link", url=PAGE, max_id=first["id"]) == found[1:]

    for url in ("https://example.org/other", "", "no address"):
        site.anybody("/api/v1/timelines/link", url=url, expect=404)


def test_words_for_few_in_one_row(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    first = ada.says("@bea one", visibility="direct")["id"]
    second = bea.says("@ada two", visibility="direct", in_reply_to_id=first)["id"]
    ada.says("For everybody @bea")
    third = ada.says("@dirk three", visibility="direct")["id"]

    def ids(who: Person, **params: Any) -> list[str]:
        return [one["id"] for one in who.get("/api/v1/timelines/direct", **params)]

    assert ids(ada) == [third, second, first] and ids(bea) == [second, first] and ids(dirk) == [third]
    assert ids(ada, limit=2) == [third, second] and ids(ada, max_id=second) == [first]
    assert ids(ada, min_id=first, limit=1) == [second]
    bea.post(f"/api/v1/accounts/{ada.id}/block")
    assert ids(bea) == [second]
    site.anybody("/api/v1/timelines/direct", expect=401)


# -- reviewing ---------------------------------------------------------------------------------------------------------


def test_only_those_who_look_after_the_server_review(site: Site, talk: list[Person]) -> None:
    ada = talk[0]
    ada.headers = {"authorization": f"Bearer {site.token(ada, ADMIN)}"}
    for path in ("trends/tags", "trends/statuses", "trends/links", "trends/links/publishers", "tags", "tags/1"):
        ada.get(f"/api/v1/admin/{path}", expect=403)
    ada.post("/api/v1/admin/trends/tags/1/approve", expect=403)
    mod = staff(site)
    mod.headers = {"authorization": f"Bearer {site.token(mod, ALL)}"}
    mod.get("/api/v1/admin/trends/tags", expect=403)


def test_where_all_is_reviewed_nothing_is_shown_before(site: Site, talk: list[Person]) -> None:
    trends_are(site, "reviewed")
    recount(site.store)
    mod = staff(site)
    kinds = {"tags": "tags", "statuses": "statuses", "links": "links"}
    for kind in kinds:
        assert site.anybody(f"/api/v1/trends/{kind}") == []
    (tag,) = mod.get("/api/v1/admin/trends/tags")
    (post,) = mod.get("/api/v1/admin/trends/statuses")
    (link,) = mod.get("/api/v1/admin/trends/links")
    assert tag["requires_review"] and post["requires_review"] and link["requires_review"]
    assert tag["trendable"] is False and tag["usable"] and tag["listable"]
    (site_of_it,) = mod.get("/api/v1/admin/trends/links/publishers")
    assert site_of_it["domain"] == "example.org" and site_of_it["requested_review_at"] and site_of_it["requires_review"]

    for kind, one in (("tags", tag), ("statuses", post), ("links", link)):
        said = mod.post(f"/api/v1/admin/trends/{kind}/{one['id']}/approve")
        assert said["requires_review"] is False
        assert len(site.anybody(f"/api/v1/trends/{kind}")) == 1
    recount(site.store)
    assert names(site.anybody("/api/v1/trends/tags")) == ["fruit"]
    with site.store.read() as db:
        lines = [(one.verb, one.subject, one.label) for one in audit_page(db, Paging(limit=3))]
    assert lines == [
        ("approve_trend", "link", PAGE),
        ("approve_trend", "post", "@person0"),
        ("approve_trend", "tag", "#fruit"),
    ]


def test_what_was_rejected_stays_away(site: Site, talk: list[Person]) -> None:
    mod = staff(site)
    tag, post = site.anybody("/api/v1/trends/tags")[0], site.anybody("/api/v1/trends/statuses")[0]
    publisher = mod.get("/api/v1/admin/trends/links/publishers")[0]
    mod.post(f"/api/v1/admin/trends/tags/{tag['id']}/reject")
    mod.post(f"/api/v1/admin/trends/statuses/{post['id']}/reject")
    said = mod.post(f"/api/v1/admin/trends/links/publishers/{publisher['id']}/reject")
    assert said["trendable"] is False and said["reviewed_at"]
    for again in range(2):
        for kind in ("tags", "statuses", "links"):
            assert site.anybody(f"/api/v1/trends/{kind}") == [], (kind, again)
        recount(site.store)

    link = mod.get("/api/v1/admin/trends/links")[0]
    mod.post(f"/api/v1/admin/trends/links/{link['id']}/approve")  # this page, though not the others of its site
    assert len(site.anybody("/api/v1/trends/links")) == 1


def test_there_is_nothing_to_review_about_what_is_not_there(site: Site, talk: list[Person]) -> None:
    mod = staff(site)
    private = talk[0].says("For few", visibility="private")["id"]
    for kind in ("tags", "statuses", "links", "links/publishers"):
        for id_ in ("103000000000000001", private, "x"):
            for act in ("approve", "reject"):
                mod.post(f"/api/v1/admin/trends/{kind}/{id_}/{act}", expect=404)
    mod.get("/api/v1/admin/tags/103000000000000001", expect=404)
    mod.put("/api/v1/admin/tags/103000000000000001", {"usable": False}, expect=404)


def test_a_tag_is_taken_out_of_use(site: Site, talk: list[Person]) -> None:
    mod = staff(site)
    id_ = site.anybody("/api/v1/trends/tags")[0]["id"]
    assert mod.get(f"/api/v1/admin/tags/{id_}")["name"] == "fruit"
    assert id_ in [one["id"] for one in mod.get("/api/v1/admin/tags")]
    assert names(talk[0].get("/api/v2/search", q="fru", type="hashtags")["hashtags"]) == ["fruit"]

    said = mod.put(f"/api/v1/admin/tags/{id_}", {"usable": False, "listable": False, "display_name": "FRUIT"})
    assert (said["usable"], said["listable"], said["name"]) == (False, False, "FRUIT")
    assert site.anybody("/api/v1/trends/tags") == []
    assert talk[0].says("#fruit")["tags"] == []
    assert talk[0].get("/api/v2/search", q="fru", type="hashtags")["hashtags"] == []

    mod.put(f"/api/v1/admin/tags/{id_}", {"display_name": "Plums"}, expect=422)
    assert mod.get(f"/api/v1/admin/tags/{id_}")["name"] == "FRUIT"
    assert mod.put(f"/api/v1/admin/tags/{id_}", {"trendable": False, "usable": True, "listable": True})["usable"]
    assert site.anybody("/api/v1/trends/tags") == []
    mod.put(f"/api/v1/admin/tags/{id_}", {"trendable": True})
    assert names(site.anybody("/api/v1/trends/tags")) == ["FRUIT"]


def test_a_tag_of_which_something_was_said_is_not_forgotten(site: Site, ada: Person) -> None:
    mod, post = staff(site), ada.says("#bad")
    id_ = post and site.anybody("/api/v1/tags/bad")["id"]
    mod.put(f"/api/v1/admin/tags/{id_}", {"usable": False})
    ada.delete(f"/api/v1/statuses/{post['id']}")
    assert ada.says("#bad")["tags"] == []
