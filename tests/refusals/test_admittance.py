"""Every address of the API, before every kind of caller: who is let in, and what the others are told."""

from collections.abc import Iterator
from typing import Any

import pytest

from perron.api.kit import Route
from perron.people.scopes import read_scopes
from perron.people.sessions import start_session
from perron.people.standing import change_state
from perron.people.tokens import issue_token, revoke_token, token_as_stored
from perron.people.users import disable_user
from tests.refusals.asking import NAMED, WRITING, Answer, Asker, Question, filled, label, question, routes
from tests.refusals.documented import documented, enough
from tests.rig import ALL, Person, Site

NEVER = "103000000000000001"
MAY_WAIT = {"/api/v1/emails/confirmations", "/api/v1/emails/check_confirmation", "/api/v1/apps/verify_credentials"}
"""What somebody who waits for approval needs."""
PARTS = ("read", "write", "follow", "push", "profile", "read:statuses", "read:accounts", "write:statuses")


def promise(route: Route) -> tuple[str, list[str]]:
    return documented()[route.method, NAMED.sub("{}", route.path)]


def asked(route: Route, token: str = "", **more: Any) -> Question:
    if route.method in WRITING and not more:
        return question(route.method, filled(route, NEVER), token, {})
    return Question(route.method, filled(route, NEVER), token, **more)


def verdict(answer: Answer) -> str:
    """in: the handler was reached; out: not signed in; short: the token may not do this."""
    if answer.status == 401:
        return "out"
    if answer.status == 403 and "originally signed-up with" in answer.error:
        return "in"  # of a user's apps the one by which they joined
    if answer.status == 403:
        return "short" if "scopes" in answer.error else "never"
    if answer.status == 422 and "authenticated user" in answer.error:
        return "never"
    return "in"


def misfits(ask: Asker, judged: list[tuple[Question, Route, set[str]]]) -> Iterator[str]:
    answers = ask(*[one for one, _, _ in judged])
    for (_, route, allowed), answer in zip(judged, answers, strict=True):
        found = verdict(answer)
        if found not in allowed or answer.status >= 500:
            yield f"{label(route)}: {answer}, expected {' or '.join(sorted(allowed))}"
        if answer.status >= 400:
            assert answer.error and answer.header("content-type") == "application/json; charset=utf-8", label(route)
        if answer.status == 401:
            assert (answer.header("www-authenticate") or "").startswith("Bearer"), label(route)


def test_every_address_is_written_down() -> None:
    unknown = [label(route) for route in routes() if (route.method, NAMED.sub("{}", route.path)) not in documented()]

    assert not unknown, f"write these down in documented.py, with the scope their documentation names: {unknown}"


def test_no_address_is_there_twice() -> None:
    seen = [(route.method, NAMED.sub("{}", route.path)) for route in routes()]

    assert len(seen) == len(set(seen))


def test_without_a_token(ask: Asker) -> None:
    judged = [(asked(route), route, {"in"} if promise(route)[0] == "public" else {"out"}) for route in routes()]

    assert not [*misfits(ask, judged)]


@pytest.mark.parametrize("state", ["unknown", "revoked", "disabled", "suspended", "deleted"])
def test_with_a_token_that_is_worth_nothing(site: Site, ask: Asker, state: str) -> None:
    who = site.person(state)
    token = "x" * 43 if state == "unknown" else who.token
    if state == "revoked":
        with site.store.read() as db:
            found = token_as_stored(db, token)
        assert found is not None
        token_id = found[0]
        assert ask.one("GET", "/api/v1/accounts/verify_credentials", token).status == 200
        site.store.write(lambda tx: revoke_token(tx, token_id))
    if state == "disabled":
        assert ask.one("GET", "/api/v1/accounts/verify_credentials", token).status == 200
        site.store.write(lambda tx: disable_user(tx, who.user_id))
    if state in ("suspended", "deleted"):
        assert ask.one("GET", "/api/v1/accounts/verify_credentials", token).status == 200
        site.store.write(lambda tx: change_state(tx, who.account, state))

    assert not [*misfits(ask, [(asked(route, token), route, {"out"}) for route in routes()])]


@pytest.mark.parametrize("held", PARTS)
def test_with_a_token_for_one_thing(site: Site, ask: Asker, held: str) -> None:
    """Enough: in. Not enough: 403, also where anybody may come in without a token, if its scope is documented."""
    token = site.token(site.person(f"only_{held.replace(':', '_')}"), held)
    judged = []
    for route in routes():
        who, scopes = promise(route)
        expected = {"in"} if any(enough(held, wanted) for wanted in scopes) else {"short"}
        if not scopes:
            expected = {"in"} if who == "app" else {"in", "short"}
        elif who == "app" and expected == {"in"}:
            expected = {"in", "never"}
        judged.append((asked(route, token), route, expected))

    assert not [*misfits(ask, judged)]


def test_with_the_token_of_an_app(site: Site, ask: Asker) -> None:
    """An app that speaks for itself reads what anybody reads, and makes accounts; it is nobody's hand."""
    token = _app_token(site, ALL)
    judged = [
        (asked(route, token), route, {"in", "never"} if promise(route)[0] == "app" else _app(route))
        for route in routes()
    ]

    assert not [*misfits(ask, judged)]


def _app(route: Route) -> set[str]:
    who, scopes = promise(route)
    if who == "public":
        return {"in"}
    return {"never", "short"} if any(scope.startswith("admin:") for scope in scopes) else {"never"}


def _app_token(site: Site, scopes: str) -> str:
    return site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, read_scopes(scopes)))


def test_with_a_token_of_somebody_who_waits_for_approval(site: Site, ask: Asker) -> None:
    who = site.person("waits", state="pending")
    judged: list[tuple[Question, Route, set[str]]] = []
    for route in routes():
        public = promise(route)[0] == "public" or route.path in MAY_WAIT
        judged.append((asked(route, who.token), route, {"in", "never", "short"} if public else {"never", "short"}))

    assert not [*misfits(ask, judged)]
    assert "approval" in ask.one("GET", "/api/v1/timelines/home", who).error


def test_with_a_token_of_somebody_whose_address_is_not_proved(site: Site, ask: Asker) -> None:
    """They read what anybody reads, and have the letter sent again; nothing is done in their name."""
    who = site.person("unproved", confirmed=False)
    judged: list[tuple[Question, Route, set[str]]] = []
    for route in routes():
        open_ = promise(route)[0] in ("public", "app") or route.path in MAY_WAIT
        judged.append((asked(route, who.token), route, {"in", "never", "short"} if open_ else {"never", "short"}))

    assert not [*misfits(ask, judged)]
    assert "confirmed" in ask.one("GET", "/api/v1/timelines/home", who).error


def test_an_app_cannot_give_itself_the_scopes_of_a_moderator(site: Site, ask: Asker) -> None:
    who = site.person("climber")
    token = site.token(who, f"{ALL} admin:read admin:write")
    judged = [
        (asked(route, token), route, {"short", "never"})
        for route in routes()
        if any(scope.startswith("admin:") for scope in promise(route)[1])
    ]

    assert not [*misfits(ask, judged)]


def test_a_token_in_the_query_opens_nothing(ask: Asker, site: Site) -> None:
    """Queries are written to logs; only streams, which cannot send headers, may take a token there."""
    who = site.person("asks_by_query")
    judged = [
        (asked(route, query=f"access_token={who.token}"), route, {"out"})
        for route in routes("GET")
        if promise(route)[0] == "user"
    ]

    assert not [*misfits(ask, judged)]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Basic {token}",
        "{token}",
        "Token {token}",
        "Bearer {token} more",
        "Bearer\u00a0{token}",
        "Bearer {token},Bearer {token}",
        "Bearer \u00ff",
        "Bearer " + "y" * 100_000,
    ],
)
def test_an_authorization_that_is_none(ask: Asker, person: Person, header: str) -> None:
    value = header.format(token=person.token)

    (answer,) = ask(Question("GET", "/api/v1/accounts/verify_credentials", headers=(("authorization", value),)))

    assert answer.status == 401 and answer.error
    assert (answer.header("www-authenticate") or "").startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer {token}", "bearer {token}", "BEARER   {token}", "Bearer {token} "])
def test_an_authorization_in_other_letters(ask: Asker, person: Person, header: str) -> None:
    value = header.format(token=person.token)

    (answer,) = ask(Question("GET", "/api/v1/accounts/verify_credentials", headers=(("authorization", value),)))

    assert answer.status == 200


def test_two_authorizations_are_none(ask: Asker, person: Person, site: Site) -> None:
    other = site.person("second_header")
    for pair in ((person.token, other.token), (person.token, person.token), (person.token, "")):
        headers = tuple(("authorization", f"Bearer {token}") for token in pair)

        (answer,) = ask(Question("GET", "/api/v1/accounts/verify_credentials", headers=headers))

        assert answer.status == 401 and answer.error


def test_a_cookie_of_a_browser_does_not_open_the_api(ask: Asker, person: Person) -> None:
    secret = person.site.store.write(lambda tx: start_session(tx, person.user_id, person.account.id))
    cookie = f"{person.site.settings.session_cookie}={secret}"

    (answer,) = ask(Question("GET", "/api/v1/accounts/verify_credentials", headers=(("cookie", cookie),)))

    assert answer.status == 401


@pytest.fixture(scope="module")
def person(site: Site) -> Person:
    return site.person("holder")
