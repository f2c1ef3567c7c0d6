"""What can be learned without being told: who decided, who is here, what others have, how an answer was made."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.routing import Route as Page

from perron.moderation.appeal import appeal, refuse
from perron.moderation.decide import decide
from perron.moderation.model import Decision, Moderator
from perron.moderation.queries import appeals_page
from perron.moderation.rules import add_rule
from perron.people.sessions import start_session
from perron.people.standing import change_state
from perron.store import Tx
from perron.store.paging import Paging
from tests.refusals.asking import NAMED, Answer, Asker, Question, filled, has_id, label, question, routes
from tests.refusals.world import NEVER
from tests.rig import Person, Site

OUR_OWN = (
    *(("x-forwarded-for", "127.0.0.1"), ("x-real-ip", "127.0.0.1"), ("forwarded", "for=127.0.0.1")),
    ("x-forwarded-host", "localhost"),
)
"""What somebody writes who would like to be taken for this machine."""


@pytest.fixture(scope="module")
def ada(site: Site) -> Person:
    return site.person("ada")


def cookie(site: Site, who: Person) -> tuple[str, str]:
    secret = site.store.write(lambda tx: start_session(tx, who.user_id, who.account.id))
    return "cookie", f"{site.settings.session_cookie}={secret}"


def pages(site: Site) -> list[Page]:
    return [one for one in site.app.web.routes if isinstance(one, Page) and "GET" in (one.methods or ())]


def everything_read(site: Site, who: Person) -> list[Question]:
    """Every address and page that reads, with this person's own ids."""
    notices = [one["id"] for one in who.get("/api/v1/notifications")]
    asked = [
        Question("GET", filled(route, id_), who.token)
        for route in routes("GET")
        for id_ in ([who.id, *notices] if has_id(route) else [who.account.username])
    ]
    signed_in = (cookie(site, who),)
    asked += [
        Question("GET", re.sub(r"\{[^}]*\}", who.account.username, page.path), headers=signed_in)
        for page in pages(site)
    ]
    return asked


def test_nobody_learns_which_moderator_decided(site: Site, ask: Asker) -> None:
    """Neither from the notice, nor from the page of the decision, nor from the answer to an appeal (B-21)."""
    mona, about = site.person("kwmona", role="moderator"), site.person("about")
    by = Moderator(mona.user_id, mona.account.id, "moderator")
    olga = site.person("kwolga", role="owner")
    judge = Moderator(olga.user_id, olga.account.id, "owner")

    def work(tx: Tx) -> None:
        rule = add_rule(tx, None, "Speak with people, not about them.", "", site.settings)
        strike = decide(tx, by, about.account.id, Decision("warn", "Please be kind.", (rule.id,)), site.settings)
        appeal(tx, about.account, strike.id, "I was.")
        (made,) = appeals_page(tx, "open", Paging(limit=9))
        refuse(tx, judge, made.id, "You were not.")

    site.store.write(work)
    site.run_jobs()
    asked = everything_read(site, about)

    answers = ask(*asked)

    told = [str(one) for one, answer in zip(asked, answers, strict=True) if b"Please be kind" in answer.body]
    assert told, "the decision itself is read somewhere"
    named = [
        str(one)
        for one, answer in zip(asked, answers, strict=True)
        if re.search(rb"kwmona|kwolga|%s|%s" % (mona.id.encode(), olga.id.encode()), answer.body)
        and not re.search("directory|suggestions|explore|/people|search|instance|about", one.path)
    ]
    assert not named, named[:3]


@pytest.mark.parametrize("who", ["anybody", "dirk"])
def test_nobody_comes_from_this_machine_by_saying_so(site: Site, ask: Asker, ada: Person, who: str) -> None:
    """Pages of those who run the server (B-22)."""
    headers = (*OUR_OWN, *([cookie(site, ada)] if who == "dirk" else []))
    asked = [
        Question("GET", re.sub(r"\{[^}]*\}", "1", page.path), headers=headers)
        for page in pages(site)
        if re.match("/(manage|moderation|jobs|admin)", page.path)
    ]
    assert len(asked) > 15

    for one, answer in zip(asked, ask(*asked), strict=True):
        assert answer.status in ((404,) if who == "dirk" else (303, 404)), f"{one}: {answer}"


def test_figures_for_monitors_name_nobody(site: Site, ask: Asker, ada: Person) -> None:
    (answer,) = ask(Question("GET", "/metrics"))

    assert answer.status == 200
    lines = [line for line in answer.body.decode().splitlines() if not line.startswith("#")]
    label = r'[a-z]+="[A-Za-z0-9_.+ ]*"'
    figure = re.compile(rf"perron_[a-z_]+(\{{{label}(,{label})*\}})? [0-9.e+-]+")
    assert lines and [line for line in lines if not figure.fullmatch(line)] == []
    assert "ada" not in "".join(lines)


@pytest.mark.parametrize("who", ["token", "cookie"])
def test_what_somebody_may_show_is_not_shown_to_the_next(site: Site, ask: Asker, ada: Person, who: str) -> None:
    """An embedding asked for by a follower first, and by anybody after (B-11)."""
    carol = site.person(f"carol_{who}", follows=ada)
    post = ada.says("For those who follow me", visibility="private")
    address = f"{site.settings.public_origin}/@ada/{post['id']}"
    never = f"{site.settings.public_origin}/@ada/{NEVER}"
    more: dict[str, Any] = {"token": carol.token} if who == "token" else {"headers": (cookie(site, carol),)}

    for path, query in (("/api/oembed", urlencode({"url": address})), (f"/@ada/{post['id']}/embed", "")):
        for _ in range(2):
            (first,) = ask(Question("GET", path, query=query, **more))
            (after,) = ask(Question("GET", path, query=query))
            (unknown,) = ask(
                Question("GET", path.replace(post["id"], NEVER), query=query and urlencode({"url": never}))
            )
            assert first.status in (200, 404)
            assert (after.status, after.body.replace(post["id"].encode(), b"")) == (
                404,
                unknown.body.replace(NEVER.encode(), b""),
            )


def test_who_hides_whom_they_know_hides_it_from_everybody(site: Site, ask: Asker) -> None:
    """The lists are empty for all others; for oneself they are whole (B-14)."""
    hidden, friend, other = site.person("hidden"), site.person("friend"), site.person("other")
    friend.follows(hidden)
    hidden.follows(friend)
    hidden.call("PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})

    for kind in ("followers", "following"):
        path = f"/api/v1/accounts/{hidden.id}/{kind}"
        assert [one["acct"] for one in hidden.get(path)] == ["friend"]
        for who in (friend, other, None):
            answer = ask.one("GET", path, who)
            assert (answer.status, answer.body) == (200, b"[]"), (kind, who)
            assert answer.header("link") is None


@pytest.mark.parametrize("state", ["pending", "suspended", "deleted"])
def test_an_account_that_is_not_there_answers_as_one_that_never_was(
    site: Site, ask: Asker, ada: Person, state: str
) -> None:
    """By its id on every address, by its name, and among several (I-09)."""
    gone = site.person(f"gone_{state}")
    site.store.write(lambda tx: change_state(tx, gone.account, state))
    site.run_jobs()
    differing = []
    for route in routes():
        if not has_id(route) or "/admin/" in route.path:
            continue
        for who in (None, ada):
            body: dict[str, str] | None = {} if route.method != "GET" else None
            found = ask.one(route.method, filled(route, gone.id), who, body)
            never = ask.one(route.method, filled(route, NEVER), who, body)
            if (found.status, found.body) != (never.status, never.body):
                differing.append(f"{label(route)} by {who and 'ada'}: {found}, not {never}")
    for path, query in (("lookup", "acct"), ("search", "q")):
        found = ask.one("GET", f"/api/v1/accounts/{path}", ada, **{query: f"gone_{state}"})
        never = ask.one("GET", f"/api/v1/accounts/{path}", ada, **{query: "never_was"})
        if (found.status, found.body) != (never.status, never.body):
            differing.append(f"{path}: {found}")
    several = ask.one("GET", "/api/v1/accounts", ada, **{"id[]": [gone.id, ada.id]})
    assert [one["id"] for one in several.json] == [ada.id]
    assert ask.one("GET", "/api/v1/accounts/relationships", ada, **{"id[]": gone.id}).json == []
    if state == "suspended":  # it is known to have been there, shows nothing of itself, and one can be rid of it
        differing = [one for one in differing if not SHOWN_EMPTY.match(one)]
    assert not differing, f"{len(differing)}: {differing[:4]}"


SHOWN_EMPTY = re.compile(
    r"lookup|GET /api/v1/accounts/\{id\}|POST /api/v1/accounts/\{id\}/(un|block|mute|remove_from|note|endorse|pin)"
)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2031-06-30T12:00:00Z", "2031-06-30T12:00:00.000Z"),
        ("2031-06-30T12:00:00.1234Z", "2031-06-30T12:00:00.123Z"),
        ("2031-06-30T12:00:00+05:45", "2031-06-30T06:15:00.000Z"),
        ("2031-03-30T02:30:00+01:00", "2031-03-30T01:30:00.000Z"),
        *((odd, None) for odd in ("2031-06-30T23:59:60Z", "10000-01-01T00:00:00Z", "2031-02-30T00:00:00Z")),
        *((odd, None) for odd in ("2031-06-30T12:00:00+99:99", "1e12", "next week", "-2031-01-01T00:00:00Z")),
    ],
)
def test_a_moment_is_understood_in_any_zone_or_refused(ask: Asker, ada: Person, sent: str, kept: str | None) -> None:
    answer = ask.one("POST", "/api/v1/statuses", ada, {"status": "later", "scheduled_at": sent})

    if kept is None:
        assert answer.status == 422 and answer.error, answer
    else:
        assert answer.json["scheduled_at"] == kept


def test_edits_come_to_an_end_and_are_for_the_author(site: Site, ask: Asker, ada: Person) -> None:
    """A post has so many versions and no more; a boost and another's post cannot be edited (I-14)."""
    bea = site.person("edits")
    post = bea.says("0")
    path = f"/api/v1/statuses/{post['id']}"
    edits = [question("PUT", path, bea, {"status": str(number)}) for number in range(1, 520)]

    answers: list[Answer] = ask(*edits)

    taken = sum(one.status == 200 for one in answers)
    assert taken == 500 and {one.status for one in answers[taken:]} == {422}
    assert len(bea.get(f"{path}/history")) == 501
    boost = bea.post(f"/api/v1/statuses/{ada.says('Hello')['id']}/reblog")
    for id_ in (boost["id"], boost["reblog"]["id"]):
        assert ask.one("PUT", f"/api/v1/statuses/{id_}", bea, {"status": "mine"}).status in (404, 422)
    assert NAMED.findall(path) == []
