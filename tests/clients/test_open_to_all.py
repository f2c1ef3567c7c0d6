"""Pages of other sites may call what is made for programs, and nothing that a cookie opens."""

from __future__ import annotations

import pytest

from tests.clients.server import Person, Served

pytestmark = pytest.mark.slow

ELSEWHERE = {"origin": "https://client.example"}
ASKS = {
    **ELSEWHERE,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization, content-type, idempotency-key",
}


def listed(value: str) -> set[str]:
    return {one.strip().lower() for one in value.split(",")}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/statuses",
        "/api/v2/instance",
        "/api/v1/streaming/user",
        "/api/v1/nothing/here",
        "/oauth/token",
        "/oauth/revoke",
        "/.well-known/webfinger",
        "/.well-known/host-meta",
        "/.well-known/nodeinfo",
        "/.well-known/oauth-authorization-server",
        "/nodeinfo/2.0",
    ],
)
def test_programs_may_call_from_any_site(served: Served, path: str) -> None:
    asked = served.http.options(path, headers=ASKS)
    assert asked.status_code in (200, 204)
    assert asked.headers["access-control-allow-origin"] == "*"
    assert listed(asked.headers["access-control-allow-headers"]) >= {"authorization", "content-type", "idempotency-key"}
    assert "post" in listed(asked.headers["access-control-allow-methods"]) or "streaming" in path
    for answer in (served.http.get(path, headers=ELSEWHERE), served.http.post(path, headers=ELSEWHERE)):
        assert answer.status_code < 500
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "link" in listed(answer.headers["access-control-expose-headers"])
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/sign-in", "/oauth/authorize", "/settings/profile"])
def test_pages_for_people_may_not_be_read_from_other_sites(served: Served, path: str) -> None:
    for answer in (served.http.options(path, headers=ASKS), served.http.get(path, headers=ELSEWHERE)):
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v2/instance/", "/api/v1/timelines/public/", "/.well-known/nodeinfo/"])
def test_a_slash_at_the_end_changes_nothing(served: Served, path: str) -> None:
    assert served.http.get(path).status_code == served.http.get(path.rstrip("/")).status_code == 200


def test_pages_of_a_timeline_can_be_followed_from_any_site(served: Served, ada: Person, bea: Person) -> None:
    for number in range(3):
        ada.says(f"Page {number}")
    answer = served.http.get("/api/v1/timelines/home?limit=2", headers={**bea.headers, **ELSEWHERE})
    assert 'rel="next"' in answer.headers["link"]


def test_tokens_of_the_address_are_believed_for_streams_only(served: Served, ada: Person) -> None:
    assert served.http.get(f"/api/v1/timelines/home?access_token={ada.token}").status_code == 401
    assert ada.token not in served.log
