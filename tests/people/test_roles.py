"""Every address that writes, in the hands of each role: what is not allowed is refused, at once and with a sentence."""

import re
from pathlib import Path

import pytest

from perron.api.kit import Route
from perron.api.routes import ROUTES as API
from perron.people.may import ACT, LOOK, ROLES, SELF, SUBMIT, may
from perron.people.members import end_speaking, let_speak, members_of, role_of, share
from perron.people.scopes import SCOPES, read_scopes
from perron.people.sessions import start_session
from perron.people.tokens import issue_token
from perron.posts.writers import writers_of
from perron.web.routes import ROUTES as PAGES
from tests.rig import Person, Site

READS = "You may read for this account, and not act for it."
SUBMITS = "You may hand in posts for this account, and not publish or act for it."
SENTENCES = {"analyst": READS, "author": SUBMITS}
WRITES = [route for route in API if route.method != "GET"]
FORMS = [route for route in PAGES if "POST" in (getattr(route, "methods", None) or ())]
ONES_OWN = re.compile(  # what concerns whoever is signed in, and no account: the same for every role
    r"/(settings/(appearance|language|notices|email|password|safety|sessions|apps|accounts/)|standing|sign-|confirm|email"
    r"|accounts/new|deck|organisations|submissions/|campaigns?/|guest/|review/|join/|letters/|drop/|switch|language|oauth/|invitations|mail/"
    r"|posts/\{id\}/translate|stories/\{id\}/read)"
)
HANDED_IN = {
    *("/submit", "/inbox/{post_id}/{act}", "/write/look", "/write/files"),
    *("/drafts", "/drafts/back", "/drafts/{id}/remove", "/drafts/{id}/versions/{version}"),
    *("/bank/chosen", "/bank/change", "/bank/pick", "/bank/items/{id}", "/bank/boxes", "/bank/boxes/{id}/end"),
    *("/bank/import", "/bank/import/{id}/files", "/bank/import/{id}/cancel"),
}


class Brand:
    """A brand with somebody in each role, all of whom also run the server: nothing else stands in their way."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.owner = site.person("gazette")
        self.members = {"owner": self.owner}
        for role in ("editor", "author", "analyst"):
            self.members[role] = self.joined(role)

    def joined(self, role: str) -> Person:
        person, brand = self.site.person(f"the_{role}", role="owner", locale="en"), self.owner.account

        def work(tx: object) -> str:
            share(tx, brand.id, True)  # type: ignore[arg-type]
            let_speak(tx, person.user_id, brand.id, role)  # type: ignore[arg-type]
            return issue_token(tx, self.site.app_id, person.user_id, brand.id, read_scopes(" ".join(SCOPES)))  # type: ignore[arg-type]

        return Person(self.site, brand, person.user_id, self.site.store.write(work))

    def cookies(self, role: str) -> dict[str, str]:
        user_id, brand_id = self.members[role].user_id, self.owner.account.id
        return {"perron_session": self.site.store.write(lambda tx: start_session(tx, user_id, brand_id))}


@pytest.fixture
def brand(site: Site) -> Brand:
    return Brand(site)


def concrete(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "7", path)


def is_refused(brand: Brand, role: str, route: Route) -> bool:
    reply = brand.site.client.request(
        route.method, concrete(route.path), headers=brand.members[role].headers, json={}, follow_redirects=False
    )
    told = reply.json().get("error", "") if reply.content and isinstance(reply.json(), dict) else ""
    assert told != SENTENCES.get(role) or reply.status_code == 403
    return bool(told in SENTENCES.values())


@pytest.mark.parametrize("role", ["editor", "author", "analyst"])
def test_every_address_that_writes_asks_what_a_role_may(brand: Brand, role: str) -> None:
    for route in WRITES:
        if route.who == "user":
            assert is_refused(brand, role, route) is not may(role, route.act or ACT), (role, route.method, route.path)


def test_only_what_was_thought_of_is_open_to_those_who_do_not_act() -> None:
    found = {(route.method, route.path): route.act for route in WRITES if route.act and route.who == "user"}
    own = {path for (_, path), act in found.items() if act == SELF and not path.startswith("/api/perron/")}
    assert {path for (_, path), act in found.items() if act == LOOK} == {
        "/api/v1/statuses/{id}/translate",
        "/api/v1/push/subscription",
        "/api/perron/v1/threads/check",
    }
    assert {path for (_, path), act in found.items() if act == SUBMIT and "/perron/" not in path} == {
        "/api/v1/media",
        "/api/v2/media",
        "/api/v1/media/{id}",
    }
    assert own == set()


@pytest.mark.parametrize("role", ["editor", "author", "analyst"])
def test_every_form_asks_what_a_role_may(brand: Brand, role: str) -> None:
    cookie = {"cookie": f"perron_session={brand.cookies(role)['perron_session']}"}
    for form in FORMS:
        page = brand.site.client.post(concrete(form.path), headers=cookie, follow_redirects=False)
        refused = "not act for it" in page.text or "not publish or act for it" in page.text
        mine = ONES_OWN.match(form.path) is not None
        submits = form.path in HANDED_IN
        wanted = not mine and role != "editor" and not (submits and role == "author")
        assert refused is wanted, (role, form.path, page.status_code)
        if refused:
            assert page.status_code == 403


def test_an_editor_does_not_take_the_account_along(brand: Brand) -> None:
    cookie = {"cookie": f"perron_session={brand.cookies('editor')['perron_session']}"}
    for path in ("/settings/data/archive", "/settings/data/delete", "/settings/move"):
        page = brand.site.client.post(path, headers=cookie)
        assert page.status_code == 403 and "Only whom this account belongs to" in page.text


def test_each_role_reads_and_only_who_may_publishes(brand: Brand) -> None:
    for role, member in brand.members.items():
        member.get("/api/v1/timelines/home")
        wanted = 200 if may(role, ACT) else 403
        told = member.says(f"As {role}", expect=wanted)
        assert wanted == 200 or told["error"] == SENTENCES[role]


def test_who_wrote_is_written_down_inside_and_shown_nowhere(brand: Brand) -> None:
    editor = brand.members["editor"]
    made = editor.says("Four words in print")
    with brand.site.store.read() as db:
        assert writers_of(db, [int(made["id"])]) == {int(made["id"]): editor.user_id}
    assert str(editor.user_id) not in str(made) and "the_editor" not in str(made)
    alone = brand.site.person("ada").says("Nobody else speaks here")
    editor.delete(f"/api/v1/statuses/{made['id']}")
    with brand.site.store.read() as db:
        assert writers_of(db, [int(alone["id"]), int(made["id"])]) == {}


def test_who_is_removed_is_out_at_once(brand: Brand) -> None:
    editor = brand.members["editor"]
    cookie = {"cookie": f"perron_session={brand.cookies('editor')['perron_session']}"}
    with brand.site.client.websocket_connect(f"/api/v1/streaming?access_token={editor.token}&stream=user") as stream:
        brand.site.store.write(lambda tx: end_speaking(tx, editor.user_id, brand.owner.account.id))
        assert stream.receive()["type"] == "websocket.close"
    editor.get("/api/v1/timelines/home", expect=401)
    editor.says("Not any more", expect=401)
    assert brand.site.client.get("/home", headers=cookie, follow_redirects=False).status_code == 303
    with brand.site.store.read() as db:
        assert role_of(db, editor.user_id, brand.owner.account.id) is None


def test_a_role_that_changes_is_another_one_at_once(brand: Brand) -> None:
    editor, brand_id = brand.members["editor"], brand.owner.account.id
    editor.says("While I may")
    brand.site.store.write(lambda tx: let_speak(tx, editor.user_id, brand_id, "analyst"))
    assert editor.says("Now I may not", expect=403)["error"] == READS
    brand.site.store.write(lambda tx: let_speak(tx, editor.user_id, brand_id, "editor"))
    editor.says("And again")


def test_an_account_keeps_an_owner(brand: Brand) -> None:
    from perron.kit.errors import NotAllowed

    owner, brand_id = brand.owner, brand.owner.account.id
    for work in (end_speaking, lambda tx, user, account: let_speak(tx, user, account, "editor")):
        with pytest.raises(NotAllowed):
            brand.site.store.write(lambda tx, work=work: work(tx, owner.user_id, brand_id))  # type: ignore[misc]
    with brand.site.store.read() as db:
        assert (owner.user_id, "owner") in members_of(db, brand_id)


def test_a_role_that_there_is_not_is_worth_nothing(brand: Brand) -> None:
    from sqlalchemy import update

    from perron.store import tell
    from perron.store.tables import memberships

    editor = brand.members["editor"]

    def work(tx: object) -> None:
        tx.execute(update(memberships).where(memberships.c.user_id == editor.user_id).values(role="external"))  # type: ignore[attr-defined]
        tell(tx, "tokens", editor.user_id)  # type: ignore[arg-type]

    brand.site.store.write(work)
    editor.get("/api/v1/timelines/home", expect=401)
    assert "external" not in ROLES


def test_what_somebody_planned_waits_when_they_may_no_longer_publish(tmp_path: Path, brand: Brand) -> None:
    from datetime import UTC, datetime, timedelta

    from sqlalchemy import update

    from perron.store.tables import jobs, scheduled_posts

    editor = brand.members["editor"]
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    editor.says("Tomorrow's front page", scheduled_at=at)
    brand.site.store.write(lambda tx: end_speaking(tx, editor.user_id, brand.owner.account.id))
    brand.site.store.write(lambda tx: tx.execute(update(scheduled_posts).values(due=1)))  # type: ignore[attr-defined]
    brand.site.store.write(lambda tx: tx.execute(update(jobs).values(due=1)))  # type: ignore[attr-defined]
    brand.site.run_jobs()
    assert brand.site.anybody(f"/api/v1/accounts/{brand.owner.id}/statuses") == []
    assert len(brand.owner.get("/api/v1/scheduled_statuses")) == 1
