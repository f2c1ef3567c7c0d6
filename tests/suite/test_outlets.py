"""What is published goes on to webhooks, feeds and mail: once, or with an id by which a receiver knows; and what nobody
knows the end of is said to be so."""

import hmac
import json
import re
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit.outside import hosts
from perron.kit.time import DAY, HOUR, SECOND, now
from perron.posts.drafts import keep_draft
from perron.store.tables import accounts, jobs, outlet_deliveries, outlet_readers, outlets
from perron.suite.archive.content import plans_in_full
from perron.suite.atelier.outlets.connectors import read_rest
from perron.suite.atelier.outlets.deliver import deliver
from perron.suite.atelier.outlets.keep import open_outlet
from perron.suite.atelier.outlets.model import LONGEST_REST, PAUSES, SENDING, WAITING
from perron.suite.atelier.outlets.queries import forget_deliveries
from perron.suite.teams import approve
from tests.rig import Person, Site
from tests.suite.test_approvals import Team
from tests.timelines.test_mail import Post, text_of

API = "/api/perron/v1"


@dataclass
class Receiver:
    """A program that is told by HTTP: what it answers, one after another, and what it was sent."""

    port: int
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    says: bytes = b"bien recu"
    after: str = ""
    """What it says of when it may be asked again."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status = one.answers.pop(0) if one.answers else 204
            if status == 0:  # it was heard, and nothing comes back
                self.close_connection = True
                return
            self.send_response(status)
            if one.after:
                self.send_header("retry-after", one.after)
            self.send_header("content-length", str(0 if status == 204 else len(one.says)))
            self.end_headers()
            if status != 204:
                self.wfile.write(one.says)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    one = Receiver(server.server_port)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    hosts.known.clear()
    yield one
    server.shutdown()
    server.server_close()


@pytest.fixture
def post() -> Iterator[Post]:
    one = Post()
    yield one
    one.controller.stop()


@pytest.fixture
def site(database: str, tmp_path: Path, post: Post) -> Iterator[Site]:
    with Site.opened(
        tmp_path / "data", database, smtp=post.address, outside_allow=("127.0.0.0/8",), title="Les Marches"
    ) as one:
        yield one


def opened(person: Person, kind: str, expect: int = 200, **more: Any) -> Any:
    return person.post(f"{API}/outlets", {"kind": kind, "name": f"My {kind}", **more}, expect=expect)


def says(person: Person, text: str, *where: Any, expect: int = 200, **more: Any) -> Any:
    body = {"posts": [{"status": text}], "outlets": [one["id"] for one in where], **more}
    return person.post(f"{API}/threads", body, expect=expect)


def went(person: Person, outlet: Any) -> list[Any]:
    found: list[Any] = person.get(f"{API}/outlets/{outlet['id']}/deliveries")
    return found


def pass_on(site: Site) -> None:
    """Let everything that is owed later be owed now, and do it."""
    with site.store.engine.begin() as connection:
        connection.execute(jobs.update().values(due=now() - 1))
    hosts.known.clear()
    site.run_jobs()


def tell(site: Site, statement: Any) -> None:
    with site.store.engine.begin() as connection:
        connection.execute(statement)


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As a receiver finds out, by the specification and nothing of ours."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


# -- webhooks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "rests"), [(429, 2 * HOUR), (503, 2 * HOUR), (500, PAUSES[0])])
def test_who_asks_to_be_left_alone_is(site: Site, ada: Person, receiver: Receiver, status: int, rests: int) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    receiver.answers, receiver.after = [status], str(2 * HOUR // SECOND)
    before = now()
    says(ada, "Plus tard", hook)
    site.run_jobs()
    (one,) = went(ada, hook)
    assert one["state"] == "waiting" and one["status"] == status
    due = datetime.fromisoformat(one["next_try_at"]).timestamp() * 1000
    assert before + rests - 1 <= due <= now() + 1.2 * rests + 1


@pytest.mark.parametrize(
    ("text", "rests"),
    [("", 0), ("90", 90 * SECOND), ("9" * 400, LONGEST_REST), ("-5", 0), ("soon", 0), ("²", 0)]
    + [("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Fri, 31 Dec 2100 23:59:59 GMT", LONGEST_REST)],
)
def test_how_long_a_receiver_asks_to_be_left_alone(text: str, rests: int) -> None:
    assert read_rest(text) == rests


@given(st.text())
def test_whatever_a_receiver_says_it_is_left_alone_for_a_day_at_most(text: str) -> None:
    assert 0 <= read_rest(text) <= LONGEST_REST


def test_what_is_published_is_told_to_a_webhook_signed_and_once(site: Site, ada: Person, receiver: Receiver) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    assert hook["secret"].startswith("whsec_") and len(b64decode(hook["secret"][6:])) == 32
    made = says(ada, "Bonjour le monde", hook)
    site.run_jobs()
    site.run_jobs()

    ((headers, body),) = receiver.got
    assert is_signed(headers, body, hook["secret"]) and not is_signed(headers, body + b" ", hook["secret"])
    assert (
        abs(int(headers["webhook-timestamp"]) * 1000 - now()) < HOUR and headers["content-type"] == "application/json"
    )
    told = json.loads(body)
    assert told["type"] == "post.published" and told["data"]["account"]["acct"] == "ada"
    assert [one["id"] for one in told["data"]["posts"]] == [one["id"] for one in made["statuses"]]
    (one,) = went(ada, hook)
    assert headers["webhook-id"] == f"msg_{one['id']}" and (one["state"], one["status"], one["tries"]) == (
        "done",
        204,
        1,
    )


def test_nothing_goes_where_nobody_chose(site: Site, ada: Person, dirk: Person, receiver: Receiver) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    ada.says("Pour ici")
    says(ada, "Pour ici aussi")
    says(dirk, "Chez les autres", hook, expect=422)
    says(ada, "Pour mes abonnés", hook, visibility="private", expect=422)
    site.run_jobs()
    assert receiver.got == []


def test_a_thread_is_one_thing_elsewhere(site: Site, ada: Person, receiver: Receiver) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    thread = [{"status": "Un"}, {"status": "Deux"}, {"status": "Trois"}]
    ada.post(f"{API}/threads", {"posts": thread, "outlets": [hook["id"]]})
    site.run_jobs()
    (told,) = receiver.bodies
    assert [re.sub("<.*?>", "", one["content"]) for one in told["data"]["posts"]] == ["Un", "Deux", "Trois"]


def test_what_is_planned_goes_there_when_it_comes_out(site: Site, ada: Person, receiver: Receiver) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    planned = says(ada, "Demain", hook, at={"local": "2031-05-01T09:30", "zone": "Europe/Paris"})
    assert planned["outlets"] == [hook["id"]]
    site.run_jobs()
    assert receiver.got == []
    ada.post(f"{API}/threads/{planned['id']}/publish")
    site.run_jobs()
    assert len(receiver.got) == 1
    later = says(ada, "Plus tard", hook, at={"local": "2031-05-02T09:30", "zone": "Europe/Paris"})
    assert ada.put(f"{API}/threads/{later['id']}", {"note": "encore"})["outlets"] == [hook["id"]]
    assert ada.put(f"{API}/threads/{later['id']}", {"outlets": []})["outlets"] == []


def test_what_does_not_arrive_is_tried_again_with_the_same_id(site: Site, ada: Person, receiver: Receiver) -> None:
    receiver.answers += [500, 0, 429]
    hook = opened(ada, "webhook", url=receiver.url)
    says(ada, "Insistons", hook)
    site.run_jobs()
    (one,) = went(ada, hook)
    assert (one["state"], one["status"], one["said"]) == ("waiting", 500, "bien recu") and one["next_try_at"]
    for _ in range(3):
        pass_on(site)
    assert len(receiver.got) == 4 and len(set(receiver.ids)) == 1
    (one,) = went(ada, hook)
    assert (one["state"], one["tries"]) == ("done", 4)
    assert ada.get(f"{API}/outlets/{hook['id']}")["failing_since"] is None


def test_after_the_last_try_it_failed_or_nobody_knows(site: Site, ada: Person, receiver: Receiver) -> None:
    refuses, silent = (opened(ada, "webhook", url=f"{receiver.url}?{n}") for n in (1, 2))
    for answer, hook, state in ((503, refuses, "failed"), (0, silent, "unknown")):
        receiver.answers = [answer] * (len(PAUSES) + 1)
        says(ada, f"Essai {answer}", hook)
        for _ in range(len(PAUSES) + 3):
            pass_on(site)
        (one,) = went(ada, hook)
        assert (one["state"], one["tries"]) == (state, len(PAUSES) + 1)
    (one,) = went(ada, silent)

    ada.post(f"{API}/deliveries/{one['id']}/settle")
    assert went(ada, silent)[0]["state"] == "done"
    ada.post(f"{API}/deliveries/{one['id']}/settle", expect=422)
    ada.post(f"{API}/deliveries/{one['id']}/resend", expect=422)
    (other,) = went(ada, refuses)
    ada.post(f"{API}/deliveries/{other['id']}/settle", expect=422)
    assert ada.post(f"{API}/deliveries/{other['id']}/resend")["state"] == "waiting"
    site.run_jobs()
    assert went(ada, refuses)[0]["state"] == "done" and receiver.ids[-1] == receiver.ids[0]


def test_an_outlet_to_which_nothing_comes_through_for_days_is_off_and_its_people_hear_of_it(
    site: Site, ada: Person, receiver: Receiver, post: Post
) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    receiver.answers = [500] * 50
    says(ada, "Un", hook)
    for _ in range(len(PAUSES)):
        pass_on(site)
    tell(site, outlets.update().values(failing_since=now() - 4 * DAY))
    says(ada, "Deux", hook)
    pass_on(site)
    found = ada.get(f"{API}/outlets/{hook['id']}")
    assert (found["state"], found["why"]) == ("off", "failing")
    pass_on(site)
    assert [one["state"] for one in went(ada, hook)] == ["dropped", "failed"]
    (letter,) = post.got
    assert letter["to"] == "ada@example.org" and f"/outlets/{hook['id']}" in text_of(letter)

    receiver.answers = []
    assert ada.put(f"{API}/outlets/{hook['id']}", {"state": "on"})["why"] is None
    ada.post(f"{API}/deliveries/{went(ada, hook)[0]['id']}/resend")
    site.run_jobs()
    assert went(ada, hook)[0]["state"] == "done"


def test_a_receiver_that_is_gone_is_asked_no_more(site: Site, ada: Person, receiver: Receiver) -> None:
    receiver.answers = [410]
    hook = opened(ada, "webhook", url=receiver.url)
    says(ada, "Il y a quelqu’un ?", hook)
    pass_on(site)
    assert ada.get(f"{API}/outlets/{hook['id']}")["why"] == "gone"
    says(ada, "Encore", hook)
    pass_on(site)
    assert len(receiver.got) == 1


def test_a_secret_is_told_once_and_the_one_before_signs_for_a_day(site: Site, ada: Person, receiver: Receiver) -> None:
    hook = opened(ada, "webhook", url=receiver.url)
    fresh = ada.post(f"{API}/outlets/{hook['id']}/secret")["secret"]
    assert fresh != hook["secret"] and "secret" not in ada.get(f"{API}/outlets/{hook['id']}")
    ada.post(f"{API}/outlets/{hook['id']}/test")
    site.run_jobs()
    tell(site, outlets.update().values(former_until=now() - 1))
    ada.post(f"{API}/outlets/{hook['id']}/test")
    site.run_jobs()
    both, alone = receiver.got
    assert is_signed(*both, fresh) and is_signed(*both, hook["secret"])
    assert is_signed(*alone, fresh) and not is_signed(*alone, hook["secret"])
    assert receiver.bodies[0]["type"] == "test"
    with site.store.engine.connect() as connection:
        kept = str(connection.execute(outlets.select()).all())
    assert fresh not in kept and hook["secret"] not in kept


def test_a_webhook_reaches_no_private_address(database: str, tmp_path: Path, receiver: Receiver) -> None:
    with Site.opened(tmp_path / "shut", database) as site:
        ada = site.person("ada")
        hook = opened(ada, "webhook", url=receiver.url)
        says(ada, "Toc", hook)
        site.run_jobs()
        assert receiver.got == []
        assert [(one["state"], one["said"]) for one in went(ada, hook)] == [("failed", "forbidden")]


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a.example/x", "https://", "http://ada:pw@a.example/", "http://a b/", "http://é.example/", "x" * 600],
)
def test_what_is_no_address_is_refused(ada: Person, url: str) -> None:
    opened(ada, "webhook", expect=422, url=url)


# -- changes of state --------------------------------------------------------------------------------------------------


def test_a_webhook_hears_of_the_changes_it_asked_for_and_of_no_words(
    site: Site, ada: Person, receiver: Receiver
) -> None:
    wanted = ["plan.created", "plan.changed", "plan.held", "plan.resumed", "plan.published", "plan.cancelled"]
    opened(ada, "webhook", url=receiver.url, tells=wanted)
    opened(ada, "webhook", url=f"{receiver.url}?other")
    opened(ada, "webhook", expect=422, url=receiver.url, tells=["everything"])
    at = {"local": "2031-05-01T09:30", "zone": "Europe/Paris"}
    planned = says(ada, "Un secret jusqu’à demain", at=at)
    for change in ({"held": True}, {"held": False}, {"note": "à relire"}):
        ada.put(f"{API}/threads/{planned['id']}", change)
    made = ada.post(f"{API}/threads/{planned['id']}/publish")
    ada.delete(f"{API}/threads/{says(ada, 'Autre chose', at=at)['id']}")
    site.run_jobs()

    told = sorted(receiver.bodies, key=lambda one: str(one["data"]["id"]))
    first = [one for one in told if one["data"]["id"] == planned["id"]]
    assert sorted(one["type"] for one in first) == sorted(wanted[:-1])
    assert {one["type"] for one in told if one not in first} == {"plan.created", "plan.cancelled"}
    (out,) = [one for one in first if one["type"] == "plan.published"]
    assert out["data"]["status_ids"] == [one["id"] for one in made["statuses"]]
    assert b"secret" not in b"".join(body for _, body in receiver.got)


def test_a_webhook_hears_what_becomes_of_what_is_handed_in(site: Site, receiver: Receiver) -> None:
    team = Team(site)
    types = ("submitted", "approved", "changed", "refused", "published", "failed")
    how: Any = {"kind": "webhook", "name": "Desk", "url": receiver.url, "tells": [f"submission.{one}" for one in types]}
    team.write(lambda tx: open_outlet(tx, team.paper.id, **how))
    first, second = team.hands_in("olga", "Un mot confidentiel"), team.hands_in("olga", "Un autre")
    team.write(lambda tx: approve.approve(tx, team.user("bea"), first, team.printed(first)))
    team.write(lambda tx: approve.comment(tx, team.user("bea"), first, "Bien", inside=True))
    team.write(lambda tx: approve.release(tx, team.user("bea"), [first]))
    team.write(lambda tx: approve.ask_for_changes(tx, team.user("bea"), second, "Plus court"))
    site.run_jobs()
    told = {(one["data"]["id"], one["type"].partition(".")[2]) for one in receiver.bodies}
    assert told == {(str(first), one) for one in ("submitted", "approved", "published")} | {
        (str(second), one) for one in ("submitted", "refused")
    }
    (out,) = [one["data"] for one in receiver.bodies if one["type"] == "submission.published"]
    assert out["status_ids"] == [str(one) for one in team.one(first).post_ids] and out["account_id"] == str(
        team.paper.id
    )
    assert b"confidentiel" not in b"".join(body for _, body in receiver.got)


def test_what_is_approved_is_approved_for_the_places_it_goes_to(site: Site) -> None:
    team = Team(site)
    feed, _ = team.write(lambda tx: open_outlet(tx, team.paper.id, kind="feed", name="Fil", open_=True))
    body = {"parts": [{"text": "Partout"}], "outlets": [str(feed.id)]}
    made = team.write(lambda tx: approve.submit(tx, team.user("olga"), team.paper.id, body))
    seen = team.printed(made)
    draft = team.one(made).draft_id
    team.write(lambda tx: keep_draft(tx, team.user("olga"), team.paper.id, {**body, "outlets": []}, draft_id=draft))
    assert team.printed(made) != seen
    team.write(lambda tx: keep_draft(tx, team.user("olga"), team.paper.id, body, draft_id=draft))
    team.write(lambda tx: approve.approve(tx, team.user("bea"), made, seen))
    team.write(lambda tx: approve.release(tx, team.user("bea"), [made]))
    site.run_jobs()
    assert "Partout" in site.client.get(f"/feeds/{feed.id}.rss").text


# -- feeds -------------------------------------------------------------------------------------------------------------


def test_a_feed_of_ones_own_holds_what_was_sent_there(site: Site, ada: Person) -> None:
    feed = opened(ada, "feed", name="Le meilleur")
    ada.says("Pas ici")
    ada.post(f"{API}/threads", {"posts": [{"status": "Un"}, {"status": "Deux"}], "outlets": [feed["id"]]})
    says(ada, "Trois", feed)
    site.run_jobs()
    assert re.fullmatch(r"http://localhost:8000/feeds/[\w-]{20,}\.rss", feed["url"])
    found = site.client.get(feed["url"])
    assert found.headers["content-type"].startswith("application/rss+xml")
    assert re.findall("<title>(.*?)</title>", found.text) == [*2 * ["Le meilleur"], "Trois", "Un"]
    assert "Deux" in found.text and "Pas ici" not in found.text and "noindex" in found.headers["x-robots-tag"]
    for ending in ("atom", "json"):
        assert "Trois" in site.client.get(feed["url"].replace(".rss", f".{ending}")).text
    assert site.client.get(f"/feeds/{feed['id']}.rss").status_code == 404

    fresh = ada.post(f"{API}/outlets/{feed['id']}/secret")["url"]
    assert site.client.get(feed["url"]).status_code == 404 and "Trois" in site.client.get(fresh).text
    ada.put(f"{API}/outlets/{feed['id']}", {"open": True})
    assert "Trois" in site.client.get(f"/feeds/{feed['id']}.rss").text


def test_what_is_deleted_leaves_the_feed(site: Site, ada: Person) -> None:
    feed = opened(ada, "feed", open=True)
    made = says(ada, "Oups", feed)
    site.run_jobs()
    ada.delete(f"/api/v1/statuses/{made['statuses'][0]['id']}")
    assert "Oups" not in site.client.get(f"/feeds/{feed['id']}.rss").text
    site.run_jobs()
    assert "Oups" not in site.client.get(f"/feeds/{feed['id']}.rss").text


# -- mail --------------------------------------------------------------------------------------------------------------


def link_in(letter: Any, path: str) -> str:
    found = re.search(rf"http://localhost:8000({path}\S+)", text_of(letter))
    assert found
    return found[1]


def on_the_list(site: Site, ada: Person, post: Post, *emails: str) -> Any:
    """A list on which these have said yes."""
    outlet = opened(ada, "mail", name="Nouvelles")
    ada.post(f"{API}/outlets/{outlet['id']}/readers", {"emails": list(emails)})
    site.run_jobs()
    for letter in post.got:
        site.client.post(link_in(letter, "/letters/yes/"))
    post.got.clear()
    return outlet


def test_nobody_is_written_to_who_has_not_said_yes(site: Site, ada: Person, post: Post) -> None:
    outlet = opened(ada, "mail", name="Nouvelles")
    asked = ada.post(f"{API}/outlets/{outlet['id']}/readers", {"emails": ["Zoe@example.net", "zoe@example.net"]})
    assert asked == {"asked": 1}
    says(ada, "Avant", outlet)
    site.run_jobs()
    (letter,) = post.got
    assert letter["to"] == "zoe@example.net" and "Avant" not in text_of(letter) and "@ada" in text_of(letter)

    yes = link_in(letter, "/letters/yes/")
    assert "Nouvelles" in site.client.get(yes).text  # programs look at addresses in mails: that is no yes
    says(ada, "Toujours pas", outlet)
    site.run_jobs()
    assert len(post.got) == 1
    assert site.client.post(yes).status_code == 200
    says(ada, "Bonjour la liste", outlet)
    site.run_jobs()
    assert [str(one["subject"]) for one in post.got[1:]] == ["@ada – Bonjour la liste"]
    assert went(ada, outlet)[0]["to"] == "zoe@example.net"


def test_one_press_leaves_a_list_and_nobody_else_brings_them_back(site: Site, ada: Person, post: Post) -> None:
    outlet = on_the_list(site, ada, post, "zoe@example.net", "max@example.net")
    says(ada, "Première", outlet)
    site.run_jobs()
    letter = next(one for one in post.got if one["to"] == "zoe@example.net")
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    stop = letter["list-unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert site.client.get(stop).status_code == 200
    assert site.client.post(stop, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    post.got.clear()
    says(ada, "Deuxième", outlet)
    assert ada.post(f"{API}/outlets/{outlet['id']}/readers", {"emails": ["zoe@example.net"]}) == {"asked": 0}
    site.run_jobs()
    assert [one["to"] for one in post.got] == ["max@example.net"]
    assert {one["state"] for one in ada.get(f"{API}/outlets/{outlet['id']}/readers")} == {"left", "confirmed"}


def test_of_who_is_shut_out_nothing_is_read_and_everybody_can_leave(site: Site, ada: Person, post: Post) -> None:
    feed, wide = opened(ada, "feed", open=True), opened(ada, "mail", name="Ouverte", open=True)
    outlet = on_the_list(site, ada, post, "zoe@example.net")
    says(ada, "Première", outlet)
    site.run_jobs()
    stop = post.got[0]["list-unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    tell(site, accounts.update().where(accounts.c.id == ada.account.id).values(state="suspended"))
    assert site.client.get(f"/feeds/{feed['id']}.rss").status_code == 404
    assert site.client.get(f"/letters/{wide['id']}").status_code == 404
    assert site.client.post(stop).status_code == 200


@pytest.mark.parametrize("code", ["", "12.letters-yes.00", "12.all.00", "x"])
def test_no_other_code_says_yes_or_leaves(site: Site, ada: Person, post: Post, code: str) -> None:
    on_the_list(site, ada, post, "zoe@example.net")
    for path in ("yes", "stop"):
        assert site.client.post(f"/letters/{path}/{code}").status_code in (404, 405)


def test_each_reader_gets_a_letter_once_and_what_broke_off_is_for_somebody_to_decide(
    site: Site, ada: Person, post: Post
) -> None:
    outlet = on_the_list(site, ada, post, "zoe@example.net")
    says(ada, "Bonjour", outlet)
    site.store.write(site.worker.do_inside)
    tell(site, outlet_deliveries.update().values(state=SENDING))  # as when the process ended while it was handed over
    site.run_jobs()
    (one,) = went(ada, outlet)
    assert one["state"] == "unknown" and post.got == []

    ada.post(f"{API}/deliveries/{one['id']}/resend")
    site.run_jobs()
    assert len(post.got) == 1 and went(ada, outlet)[0]["state"] == "done"
    deliver(site.store, {"delivery_id": int(one["id"])})
    assert len(post.got) == 1


def test_a_mail_server_that_says_no_is_asked_again_only_when_that_helps(site: Site, ada: Person, post: Post) -> None:
    outlet = on_the_list(site, ada, post, "zoe@example.net")
    post.answers = ["451 later", "550 no such box"]
    says(ada, "Bonjour", outlet)
    site.run_jobs()
    assert went(ada, outlet)[0]["state"] == WAITING
    pass_on(site)
    assert went(ada, outlet)[0]["state"] == "failed" and post.got == []


def test_anybody_asks_to_be_on_an_open_list(site: Site, ada: Person, post: Post) -> None:
    shut, wide = opened(ada, "mail"), opened(ada, "mail", name="Ouverte", open=True)
    assert site.client.get(f"/letters/{shut['id']}").status_code == 404
    page = site.client.get(f"/letters/{wide['id']}")
    assert "Ouverte" in page.text
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    for _ in range(2):
        sent = {"csrf": token[1], "email": "zoe@example.net"}
        assert site.client.post(f"/letters/{wide['id']}", data=sent).status_code == 200
    site.run_jobs()
    assert [one["to"] for one in post.got] == ["zoe@example.net"]


def test_whoever_takes_their_data_along_takes_their_readers_and_no_secret(site: Site, ada: Person, post: Post) -> None:
    on_the_list(site, ada, post, "zoe@example.net")
    hook = opened(ada, "webhook", url="https://desk.example/hook")
    with site.store.read() as db:
        found = plans_in_full(db, ada.account.id)
    assert [one["email"] for one in found if one["kind"] == "reader"] == ["zoe@example.net"]
    assert {one["name"] for one in found if one["kind"] == "outlet"} == {"Nouvelles", "My webhook"}
    assert hook["secret"] not in str(found)


def test_what_is_not_answered_is_forgotten(site: Site, ada: Person, post: Post) -> None:
    outlet = opened(ada, "mail")
    ada.post(f"{API}/outlets/{outlet['id']}/readers", {"emails": ["zoe@example.net"]})
    site.store.write(forget_deliveries)
    assert len(ada.get(f"{API}/outlets/{outlet['id']}/readers")) == 1
    tell(site, outlet_readers.update().values(id=1, asked_at=now() - 4 * DAY))
    site.store.write(forget_deliveries)
    assert ada.get(f"{API}/outlets/{outlet['id']}/readers") == []


# -- all of them -------------------------------------------------------------------------------------------------------


def test_each_place_shows_what_it_would_make_of_it(site: Site, ada: Person, receiver: Receiver, post: Post) -> None:
    on_the_list(site, ada, post, "zoe@example.net")
    opened(ada, "feed")
    opened(ada, "webhook", url=receiver.url)
    long = "Un mot " * 30
    found = ada.post(f"{API}/outlets/preview", {"posts": [{"status": long}, {"status": "Fin"}]})
    assert [(one["kind"], one["receivers"]) for one in found] == [("mail", 1), ("feed", None), ("webhook", 1)]
    letter, feed, _ = found
    assert letter["title"].startswith("@ada – Un mot") and len(feed["title"]) <= 80
    assert {one["length"] for one in found} == {len(long.strip()) + 2 + 3}


def test_what_is_taken_back_within_half_a_minute_went_nowhere(site: Site, ada: Person, receiver: Receiver) -> None:
    from perron.posts.model import Draft
    from perron.posts.publish_thread import publish_thread
    from perron.posts.undo import undo

    hook = opened(ada, "webhook", url=receiver.url)
    draft = Draft("Trop vite", undoable=True, outlets=(int(hook["id"]),))
    (made,) = site.store.write(lambda tx: publish_thread(tx, ada.account, "k", [draft], site.settings))
    site.run_jobs()
    assert receiver.got == []
    site.store.write(lambda tx: undo(tx, ada.account, made))
    pass_on(site)
    assert receiver.got == [] and went(ada, hook)[0]["state"] == "dropped"


def test_outlets_are_their_owners_alone_and_go_with_their_account(site: Site, ada: Person, dirk: Person) -> None:
    feed = opened(ada, "feed")
    for method, path in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/secret"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("GET", "/readers"),
    ):
        dirk.call(method, f"{API}/outlets/{feed['id']}{path}", expect=404, json={} if method != "GET" else None)
    ada.delete(f"{API}/outlets/{feed['id']}")
    ada.get(f"{API}/outlets/{feed['id']}", expect=404)
