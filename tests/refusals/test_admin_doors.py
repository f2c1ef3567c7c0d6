"""The addresses of those who look after a server, before everybody who does not, or not any more, or not yet."""

from typing import Any

import pytest

from perron.people.scopes import SCOPES, grants
from perron.people.standing import change_state
from perron.people.users import disable_user
from tests.refusals.asking import WRITING, Answer, Asker, Question, changed, dump, filled, label, question, routes
from tests.refusals.world import NEVER
from tests.rig import ALL, Person, Site

EVERYTHING = f"{ALL} admin:read admin:write"
DOORS = [route for route in routes() if "/admin/" in route.path]
FOR_ADMINS = ("email_domain_blocks", "canonical_email_blocks", "ip_blocks")
"""Who reaches the machine is decided by those who run it."""
UNREADY: dict[str, dict[str, Any]] = {"unconfirmed": {"confirmed": False}, "pending": {"state": "pending"}}


def knocks(token: str, id_: str = NEVER) -> list[Question]:
    """Every one of these addresses, with something that would do."""
    body = {"domain": "x.example", "email": "a@x.example", "ip": "192.0.2.0/24", "severity": "sign_up_block"}
    body |= {"type": "suspend", "text": "Gone.", "name": "tag"}
    return [
        question(route.method, filled(route, id_), token, body if route.method in WRITING else None) for route in DOORS
    ]


def others(answers: list[Answer], *expected: int) -> list[str]:
    return [
        f"{label(route)}: {answer}"
        for route, answer in zip(DOORS, answers, strict=True)
        if answer.status not in expected or not answer.error
    ]


@pytest.mark.parametrize("role", ["user", "moderator", "owner"])
@pytest.mark.parametrize("state", ["unconfirmed", "pending", "disabled", "suspended"])
def test_nobody_who_is_not_let_in_looks_after_a_server(site: Site, ask: Asker, state: str, role: str) -> None:
    """Whatever their role: not before their address is proved and they are let in, nor after they are shut out."""
    more = UNREADY.get(state, {})
    who = site.person(f"{state}_{role}", role=role, scopes=EVERYTHING, **more)
    if state == "disabled":
        site.store.write(lambda tx: disable_user(tx, who.user_id))
    if state == "suspended":
        site.store.write(lambda tx: change_state(tx, who.account, "suspended"))
    before = dump(site)

    answers = ask(*knocks(who.token), *knocks(who.token, who.id))

    for half in (answers[: len(DOORS)], answers[len(DOORS) :]):
        assert not others(half, 403 if state in ("unconfirmed", "pending") else 401)
    assert not changed(before, dump(site))


def test_whoever_is_here_as_everybody_else_is_refused_in_one_sentence(site: Site, ask: Asker) -> None:
    """About themself, somebody else, a moderator, and what never was: nothing can be told apart."""
    who, other = site.person("plain", scopes=EVERYTHING), site.person("other")
    mona = site.person("mona", role="moderator")
    before = dump(site)

    answers = [one for id_ in (NEVER, who.id, other.id, mona.id) for one in ask(*knocks(who.token, id_))]

    assert {(one.status, one.error) for one in answers} == {(403, "This action is not allowed")}
    assert not changed(before, dump(site))


def test_a_moderator_finds_nothing_that_never_was_and_does_not_run_the_server(site: Site, ask: Asker) -> None:
    who = site.person("max", role="moderator", scopes=EVERYTHING)
    theirs = ("domain_rules", "domain_allows", "audit", "changes", "jobs")
    before = dump(site, but=theirs)

    for route, answer in zip(DOORS, ask(*knocks(who.token)), strict=True):
        if route.path.split("/")[4] in FOR_ADMINS:
            assert answer.status == 403 and answer.error, f"{label(route)}: {answer}"
        elif "{" in route.path:
            assert answer.status == 404 and answer.error, f"{label(route)}: {answer}"
        else:
            assert answer.status in (200, 422), f"{label(route)}: {answer}"

    assert dump(site, but=theirs) == before


@pytest.mark.parametrize("held", [scope for scope in SCOPES if scope.startswith("admin:")])
def test_a_token_of_an_owner_opens_what_its_scope_names(site: Site, ask: Asker, held: str) -> None:
    """And nothing more, though the owner may everything."""
    owner = site.person("own_" + held.replace(":", "_"), role="owner", scopes=held)

    for route, answer in zip(DOORS, ask(*knocks(owner.token)), strict=True):
        short = answer.status == 403 and "scopes" in answer.error
        assert short != grants(frozenset({held}), route.scope), f"{label(route)}: {answer}"


def test_all_of_an_ordinary_token_opens_none_of_it(site: Site, ask: Asker) -> None:
    owner: Person = site.person("ordinary_app", role="owner", scopes=ALL)

    assert not others(ask(*knocks(owner.token)), 403)
