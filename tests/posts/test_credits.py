"""Via: whom a post thanks for the find."""

from typing import Any

import pytest

from perron.posts.credits import credits_count, credits_page
from perron.store.paging import Paging
from tests.rig import Person, Site


def owed(site: Site, person: Person) -> int:
    with site.store.read() as db:
        return credits_count(db, person.account.id)


def crediting(site: Site, person: Person, viewer: int | None = None, **paging: Any) -> list[str]:
    with site.store.read() as db:
        return [str(one) for one in credits_page(db, person.account.id, Paging(**paging), viewer=viewer)]


@pytest.mark.parametrize("via", ["bea", "@bea", " @Bea ", "@bea@localhost:8000", "bea@localhost"])
def test_whoever_is_thanked_is_named_counted_and_told(site: Site, ada: Person, bea: Person, via: str) -> None:
    made = ada.says("x" * 500, via=via)
    site.run_jobs()

    assert made["via"] == {"id": bea.id, "username": "bea", "acct": "bea", "url": site.settings.public_origin + "/@bea"}
    assert owed(site, bea) == 1
    assert bea.notices() == [("mention", "ada")]
    assert ada.says("sans")["via"] is None


def test_apps_find_credits_among_mentions(site: Site, ada: Person, bea: Person) -> None:
    ada.says("Lu @bea", via="bea")
    site.run_jobs()

    assert len(bea.get("/api/v1/notifications", types="mention")) == 1
    assert bea.get("/api/v1/notifications", exclude_types="mention") == []
    assert bea.get("/api/v1/notifications", types="follow") == []


@pytest.mark.parametrize("via", ["nobody", "@nobody@far.example", "ada", "@", "bea bea", "@" * 300])
def test_one_thanks_somebody_who_is_there(site: Site, ada: Person, bea: Person, via: str) -> None:
    if via == "@":
        assert ada.says("x", via=via)["via"] is None
        return
    ada.says("x", via=via, expect=422)
    assert owed(site, ada) == owed(site, bea) == 0


def test_who_keeps_the_author_away_is_as_if_not_there(site: Site, ada: Person, bea: Person) -> None:
    bea.post(f"/api/v1/accounts/{ada.id}/block")
    refused = ada.says("x", via="bea", expect=422)
    assert refused == ada.says("x", via="nobody", expect=422)


def test_the_count_stays_true(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    one, two = ada.says("un", via="bea"), dirk.says("deux", via="bea")
    few = ada.says("trois", via="bea", visibility="private")
    assert owed(site, bea) == 2

    ada.delete(f"/api/v1/statuses/{few['id']}")
    assert owed(site, bea) == 2
    ada.put(f"/api/v1/statuses/{one['id']}", {"status": "une"})
    assert ada.get(f"/api/v1/statuses/{one['id']}")["via"]["acct"] == "bea"
    assert owed(site, bea) == 2
    dirk.delete(f"/api/v1/statuses/{two['id']}")
    assert owed(site, bea) == 1


def test_the_list_of_credits_is_for_everybody_and_in_pages(site: Site, ada: Person, bea: Person, dirk: Person) -> None:
    first, second = ada.says("un", via="bea"), dirk.says("deux", via="bea", visibility="unlisted")
    ada.says("trois", via="bea", visibility="private")

    assert crediting(site, bea) == [second["id"], first["id"]]
    assert crediting(site, bea, bea.account.id) == [second["id"], first["id"]]
    assert crediting(site, bea, limit=1, below=int(second["id"])) == [first["id"]]
    bea.post(f"/api/v1/accounts/{dirk.id}/mute")
    assert crediting(site, bea, bea.account.id) == [first["id"]]
    dirk.post(f"/api/v1/accounts/{ada.id}/block")
    assert crediting(site, bea, ada.account.id) == [first["id"]]
