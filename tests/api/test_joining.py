"""Joining by an app: all that is wrong is told at once. And what a server says of its terms."""

from pathlib import Path
from typing import Any

import pytest

from perron.people.tokens import issue_token
from tests.rig import ALL, Person, Site

GOOD = {"username": "zoe", "email": "zoe@perron.test", "password": "les marches", "agreement": True, "locale": "fr"}


def join(site: Site, expect: int, **more: Any) -> Any:
    token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, frozenset(ALL.split())))
    reply = site.client.post("/api/v1/accounts", headers={"authorization": f"Bearer {token}"}, json=GOOD | more)
    assert reply.status_code == expect, reply.text
    return reply.json()


def errors(said: Any) -> dict[str, str]:
    return {field: wrong[0]["error"] for field, wrong in said["details"].items()}


def test_everything_that_is_wrong_is_told_at_once(site: Site) -> None:
    said = join(site, 422, username="", email="nobody", password="kurz", agreement=False)
    assert errors(said) == {
        "username": "ERR_BLANK",
        "email": "ERR_INVALID",
        "password": "ERR_TOO_SHORT",
        "agreement": "ERR_ACCEPTED",
    }
    assert said["error"].startswith("Validation failed: Username: ")
    join(site, 200)
    assert errors(join(site, 422)) == {"username": "ERR_TAKEN"}


@pytest.mark.parametrize(
    ("born", "why"),
    [("", "ERR_BLANK"), ("yesterday", "ERR_INVALID"), ("2999-01-01", "ERR_INVALID"), ("2020-01-01", "ERR_BELOW_LIMIT")],
)
def test_where_one_must_be_of_an_age_one_says_when_one_was_born(
    database: str, tmp_path: Path, born: str, why: str
) -> None:
    with Site.opened(tmp_path / "old", database, min_age=16) as site:
        assert errors(join(site, 422, date_of_birth=born)) == {"date_of_birth": why}
        join(site, 200, date_of_birth="1990-12-31")
        assert site.anybody("/api/v2/instance")["registrations"]["min_age"] == 16


def test_there_are_terms_where_somebody_wrote_them(site: Site, database: str, tmp_path: Path) -> None:
    site.anybody("/api/v1/instance/terms_of_service", expect=404)
    assert site.client.get("/terms").status_code == 404
    with Site.opened(tmp_path / "terms", database, terms="Soyez gentils.\n\nToujours.") as one:
        said = one.anybody("/api/v1/instance/terms_of_service")
        assert (said["effective"], said["succeeded_by"]) == (True, None)
        assert "<p>Soyez gentils.</p>" in said["content"]
        assert one.anybody(f"/api/v1/instance/terms_of_service/{said['effective_date']}") == said
        one.anybody("/api/v1/instance/terms_of_service/2001-01-01", expect=404)
        page = one.client.get("/terms")
        assert "Soyez gentils." in page.text
        assert 'href="/terms"' in one.client.get("/about").text


def test_what_nobody_has_here_is_said_truthfully(site: Site, ada: Person) -> None:
    assert ada.get(f"/api/v1/accounts/{ada.id}/identity_proofs") == []
    ada.get("/api/v1/accounts/1/identity_proofs", expect=404)
    ada.post(f"/api/v1/accounts/{ada.id}/email_subscriptions", {"email": "x@y.test"}, expect=404)
