"""The owner's pages: who may open them, and what is decided there holds everywhere at once."""

import asyncio
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from markupsafe import Markup
from PIL import Image
from starlette.testclient import TestClient

from perron.app import App
from perron.cli import main
from perron.commands.worker import keep_current
from perron.entities.opening import open_site
from perron.jobs import queue
from perron.media.prune import prune
from perron.moderation.audit import audit_page
from perron.store.leases import lease_of
from perron.store.nodes import Node
from perron.store.paging import Paging
from perron.web.pictured import pictured
from tests.databases import Databases
from tests.rig import Person
from tests.rig import Site as Town
from tests.web.conftest import Browser, at_browser, somebody

PAGES = (
    *("/manage", "/manage/server", "/manage/rules", "/manage/announcements", "/manage/emojis", "/manage/invitations"),
    *("/manage/jobs", "/manage/storage"),
)
FORMS = (
    *("/manage/server", "/manage/server/forget", "/manage/rules", "/manage/rules/1/drop", "/manage/announcements"),
    *("/manage/announcements/1", "/manage/announcements/1/remove", "/manage/emojis", "/manage/emojis/1/remove"),
    *("/manage/jobs/retry", "/manage/jobs/1/retry", "/manage/jobs/1/drop", "/manage/invitations/1/end"),
)


def png(color: str = "#1F6F5C") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def town(tmp_path: Path, databases: Databases) -> Iterator[Town]:
    settings: dict[str, Any] = {"title": "The Steps", "rules": ("Be kind.", "Be brief.")}
    with Town.opened(tmp_path / "town", databases.clean(), origin="http://testserver", locale="en", **settings) as one:
        yield one


@pytest.fixture
def owner(town: Town) -> Browser:
    return at_browser(town, somebody(town, "ada", role="owner"))


@pytest.fixture
def bea(town: Town) -> Person:
    return somebody(town, "bea")


def csrf(browser: Browser) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/invitations").text)
    assert found
    return found[1]


def verbs(town: Town) -> list[str]:
    with town.store.read() as db:
        return [one.verb for one in audit_page(db, Paging(limit=40))][::-1]


def decide(owner: Browser, **wanted: str) -> None:
    answer = owner.post("/manage/server", data={"csrf": csrf(owner), **wanted})
    assert answer.status_code == 303, answer.text


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["user", "moderator"])
def test_for_everybody_else_there_is_nothing_here(town: Town, role: str) -> None:
    dirk = at_browser(town, somebody(town, "dirk", role=role))
    gone = dirk.get("/manage/nothing-of-the-kind")
    for path in PAGES:
        answer = dirk.get(path)
        assert (answer.status_code, answer.text.count("<h1")) == (404, gone.text.count("<h1"))
    token = csrf(dirk)
    for path in FORMS:
        assert dirk.post(path, data={"csrf": token, "text": "Mine", "title": "Mine"}).status_code == 404, path
    assert verbs(town) == []


def test_whoever_is_not_signed_in_finds_nothing(town: Town) -> None:
    anybody = at_browser(town)
    assert {anybody.get(path).status_code for path in PAGES} == {404}


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_whoever_runs_the_server_opens_every_page(town: Town, role: str) -> None:
    browser = at_browser(town, somebody(town, "ada", role=role))
    for path in PAGES:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert answer.text.count("<h1") == 1 and "no-store" in answer.headers["cache-control"]
        assert not re.search(r'\sstyle="|\son\w+="|<script(?![^>]*src)', answer.text)


def test_a_form_without_its_token_changes_nothing(town: Town, owner: Browser) -> None:
    assert owner.post("/manage/server", data={"title": "Theirs"}).status_code == 403
    assert town.site.settings.title == "The Steps"


# -- settings ----------------------------------------------------------------------------------------------------------


def test_what_is_decided_holds_at_once_on_pages_and_in_apps(town: Town, owner: Browser, bea: Person) -> None:
    open_page = at_browser(town)
    assert "The Steps" in open_page.get("/").text

    decide(
        owner,
        title="Place du Village",
        post_max_chars="12",
        registration="closed",
        about="First.\n\nSecond.",
        privacy="Nothing.",
    )

    assert "Place du Village" in open_page.get("/").text
    v2 = town.anybody("/api/v2/instance")
    assert (v2["title"], v2["configuration"]["statuses"]["max_characters"]) == ("Place du Village", 12)
    assert not v2["registrations"]["enabled"]
    assert town.anybody("/api/v1/instance/extended_description")["content"] == "<p>First.</p><p>Second.</p>"
    assert town.anybody("/api/v1/instance/privacy_policy")["content"] == "<p>Nothing.</p>"
    assert town.anybody("/nodeinfo/2.1")["openRegistrations"] is False
    bea.says("Far more than twelve characters", expect=422)
    bea.says("Short enough")
    assert verbs(town) == ["change_setting"] * 5


def test_another_process_hears_of_it(town: Town, owner: Browser) -> None:
    other = open_site(town.settings)
    with TestClient(App(other), base_url="http://testserver") as client:
        assert client.get("/api/v2/instance").json()["title"] == "The Steps"
        decide(owner, title="Heard")
        patience = monotonic() + 10
        while client.get("/api/v2/instance").json()["title"] != "Heard" and monotonic() < patience:
            sleep(0.05)
        assert client.get("/api/v2/instance").json()["title"] == "Heard"
        assert "Heard" in client.get("/").text


def test_what_is_refused_is_said_at_its_field_and_every_word_is_kept(town: Town, owner: Browser) -> None:
    answer = owner.post(
        "/manage/server", data={"csrf": csrf(owner), "title": "Kept <b>", "post_max_chars": "0", "description": "Words"}
    )
    assert answer.status_code == 422
    assert "This must be 1 at least." in answer.text and "Kept &lt;b&gt;" in answer.text
    assert re.search(r'id="post_max_chars"[^>]*aria-invalid="true"', answer.text)
    assert town.site.settings.title == "The Steps" and verbs(town) == []


def test_a_picture_stands_for_the_server_until_it_is_taken_down(town: Town, owner: Browser) -> None:
    files = {"picture": ("p.png", png(), "image/png")}
    assert owner.post("/manage/server", data={"csrf": csrf(owner)}, files=files).status_code == 303
    url = town.anybody("/api/v1/instance")["thumbnail"]
    assert url == f"http://testserver/media/{town.site.settings.picture}"
    assert at_browser(town).get(url).headers["content-type"] == "image/png"

    decide(owner, drop_picture="on")
    assert town.anybody("/api/v1/instance")["thumbnail"].endswith("/apple-touch-icon.png")


def test_a_setting_can_follow_the_file_again(town: Town, owner: Browser) -> None:
    decide(owner, title="Decided here")
    page = owner.get("/manage/server")
    assert "the settings file says: The Steps" in page.text
    owner.fill(page, at="/manage/server/forget")
    assert town.site.settings.title == "The Steps"
    assert owner.post("/manage/server/forget", data={"csrf": csrf(owner), "name": "title"}).status_code == 404


# -- rules -------------------------------------------------------------------------------------------------------------


def test_rules_are_edited_on_the_page_and_read_everywhere(town: Town, owner: Browser) -> None:
    token = csrf(owner)
    rule = {"csrf": token, "text": "Cite your sources.", "hint": "A link is enough."}
    assert owner.post("/manage/rules", data=rule).status_code == 303
    new = town.anybody("/api/v1/instance/rules")[-1]
    assert (new["text"], new["hint"]) == ("Cite your sources.", "A link is enough.")

    owner.post(f"/manage/rules/{new['id']}/up", data={"csrf": token})
    owner.post("/manage/rules/1/change", data={"csrf": token, "text": "Be kind to all."})
    owner.post("/manage/rules/2/drop", data={"csrf": token})

    said = ["Be kind to all.", "Cite your sources."]
    assert [one["text"] for one in town.anybody("/api/v1/instance/rules")] == said
    assert [one["text"] for one in town.anybody("/api/v2/instance")["rules"]] == said
    assert said[0] in at_browser(town).get("/sign-up").text
    assert owner.post("/manage/rules/2/drop", data={"csrf": token}).status_code == 404
    refused = owner.post("/manage/rules", data={"csrf": token, "text": " ", "hint": "Kept"})
    assert refused.status_code == 422 and "A rule needs words." in refused.text and "Kept" in refused.text


# -- announcements -----------------------------------------------------------------------------------------------------


def test_an_announcement_stands_above_home_until_it_was_read(town: Town, owner: Browser, bea: Person) -> None:
    assert bea.get("/api/v1/announcements") == []
    text = "Fair on Sunday, see https://fair.example #fête"
    owner.post("/manage/announcements", data={"csrf": csrf(owner), "text": text, "do": "publish"})

    (shown,) = bea.get("/api/v1/announcements")
    assert 'href="https://fair.example"' in shown["content"] and shown["tags"][0]["name"] == "fête"
    assert shown["read"] is False and shown["published_at"] and shown["reactions"] == []
    browser = at_browser(town, bea)
    home = browser.get("/home")
    assert "Fair on Sunday" in home.text and "Fair on Sunday" not in at_browser(town).get("/").text

    browser.fill(home, at=f"/announcements/{shown['id']}/dismiss")
    assert "Fair on Sunday" not in browser.get("/home").text
    assert bea.get("/api/v1/announcements") == []
    assert bea.get("/api/v1/announcements", with_dismissed=True)[0]["read"] is True


def test_people_react_to_an_announcement_with_a_tap(town: Town, owner: Browser, bea: Person) -> None:
    owner.post("/manage/announcements", data={"csrf": csrf(owner), "text": "Fair on Sunday", "do": "publish"})
    (shown,) = bea.get("/api/v1/announcements")
    at, browser = f"/announcements/{shown['id']}/react", at_browser(town, bea)
    home = browser.get("/home")
    assert 'name="react" value="🎉"' in home.text and "aria-pressed" not in home.text.split("reactions-")[1][:600]

    answer = browser.fill(home, at=at, react="🎉")
    assert answer.headers["location"] == f"/home#reactions-{shown['id']}"
    town.person("zoe").put(f"/api/v1/announcements/{shown['id']}/reactions/🎉")
    home = browser.get("/home")
    assert 'name="unreact" value="🎉" aria-pressed="true"' in home.text and '<span class="many">2</span>' in home.text

    row = browser.fill(home, at=at, unreact="🎉", headers={"HX-Request": "true"})
    assert "<html" not in row.text and 'name="react" value="🎉" aria-pressed="false"' in row.text
    assert browser.fill(home, at=at, react="nothing").status_code == 422
    assert bea.get("/api/v1/announcements")[0]["reactions"] == [{"name": "🎉", "count": 1, "me": False}]


def test_an_app_dismisses_an_announcement(town: Town, owner: Browser, bea: Person) -> None:
    owner.post("/manage/announcements", data={"csrf": csrf(owner), "text": "Read me", "do": "publish"})
    (shown,) = bea.get("/api/v1/announcements")
    assert bea.post(f"/api/v1/announcements/{shown['id']}/dismiss") == {}
    assert bea.get("/api/v1/announcements") == []
    bea.post("/api/v1/announcements/123/dismiss", expect=404)


def test_an_announcement_is_kept_back_changed_published_and_removed(town: Town, owner: Browser, bea: Person) -> None:
    token = csrf(owner)
    later = {"starts_at": "2031-01-01T08:00", "ends_at": "2031-01-02T08:00", "all_day": "on"}
    owner.post("/manage/announcements", data={"csrf": token, "text": "Draft", "do": "keep", **later})
    path = re.search(r'href="(/manage/announcements/\d+)"', owner.get("/manage/announcements").text)
    assert path
    assert 'value="2031-01-01T08:00"' in owner.get(path[1]).text
    owner.post(path[1], data={"csrf": token, "text": "Now", "do": "publish"})
    assert [one["content"] for one in bea.get("/api/v1/announcements")] == ["<p>Now</p>"]
    owner.post(f"{path[1]}/withdraw", data={"csrf": token})
    assert bea.get("/api/v1/announcements") == []
    owner.post(f"{path[1]}/publish", data={"csrf": token})
    owner.post(f"{path[1]}/remove", data={"csrf": token})
    assert bea.get("/api/v1/announcements") == [] and owner.get(path[1]).status_code == 404


@pytest.mark.parametrize("wrong", [{"text": " "}, {"text": "Kept", "starts_at": "soon"}])
def test_an_announcement_that_cannot_be_keeps_its_words(town: Town, owner: Browser, wrong: dict[str, str]) -> None:
    answer = owner.post("/manage/announcements", data={"csrf": csrf(owner), **wrong})
    assert answer.status_code == 422 and wrong["text"].strip() in answer.text


# -- emojis ------------------------------------------------------------------------------------------------------------


def add_emoji(owner: Browser, name: str = "perron", data: bytes | None = None) -> Any:
    files = {"picture": ("e.png", data or png(), "image/png")}
    return owner.post("/manage/emojis", data={"csrf": csrf(owner), "shortcode": name, "category": "Town"}, files=files)


def test_an_emoji_is_offered_and_shown_wherever_it_is_written(town: Town, owner: Browser, bea: Person) -> None:
    before = bea.says("Written before :perron:")
    assert before["emojis"] == []
    assert add_emoji(owner).status_code == 303
    town.run_jobs()

    (offered,) = town.anybody("/api/v1/custom_emojis")
    assert (offered["shortcode"], offered["category"], offered["visible_in_picker"]) == ("perron", "Town", True)
    bea.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "Bea :perron:"})
    after = bea.says(
        "Sit on the :perron: <b>:perron:</b> https://x.example/:perron: and :nowhere:", spoiler_text=":perron:"
    )
    assert [one["shortcode"] for one in after["emojis"]] == ["perron"]
    assert [one["shortcode"] for one in after["account"]["emojis"]] == ["perron"]
    assert len(bea.get(f"/api/v1/statuses/{before['id']}")["emojis"]) == 1

    page = at_browser(town).get(f"/@bea/{after['id']}").text
    picture = offered["url"].removeprefix("http://testserver")
    assert page.count(f'<img class="emoji" src="{picture}" alt=":perron:"') >= 4
    assert 'href="https://x.example/:perron:"' in page or "x.example" in page
    assert ":nowhere:" in page and "<title>Bea :perron:" in page


def test_a_hidden_emoji_is_offered_no_more_and_a_removed_one_is_a_word_again(
    town: Town, owner: Browser, bea: Person
) -> None:
    add_emoji(owner)
    post = bea.says("Look :perron:")
    path = re.search(r'"(/manage/emojis/\d+)/hide"', owner.get("/manage/emojis").text)
    assert path
    owner.post(f"{path[1]}/hide", data={"csrf": csrf(owner), "category": "Town"})
    assert town.anybody("/api/v1/custom_emojis") == []
    assert len(bea.get(f"/api/v1/statuses/{post['id']}")["emojis"]) == 1

    owner.post(f"{path[1]}/remove", data={"csrf": csrf(owner)})
    town.run_jobs()
    assert bea.get(f"/api/v1/statuses/{post['id']}")["emojis"] == []
    assert owner.post(f"{path[1]}/remove", data={"csrf": csrf(owner)}).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x", None, "The name of an emoji has 2 to 30 letters"),
        ("fine", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "The picture of an emoji is a PNG, a GIF or a WebP."),
        ("fine", b"\x89PNG\r\n\x1a\n" + b"x" * 300_000, "The picture of an emoji has at most 256 kB."),
    ],
)
def test_an_emoji_that_cannot_be_is_refused_in_words(
    town: Town, owner: Browser, name: str, data: bytes | None, says: str
) -> None:
    answer = add_emoji(owner, name, data)
    assert answer.status_code in (413, 422) and says in answer.text
    assert town.anybody("/api/v1/custom_emojis") == []
    assert not list((town.settings.data / "media").rglob("*.png"))


# -- invitations -------------------------------------------------------------------------------------------------------


def test_somebody_comes_by_an_invitation_and_is_seen_by_who_made_it(town: Town, owner: Browser, bea: Person) -> None:
    decide(owner, registration="invitation")
    browser = at_browser(town, bea)
    made = browser.post("/invitations", data={"csrf": csrf(browser), "uses": "1", "days": "7"})
    link = re.search(r"http://testserver(/sign-up\?invitation=[\w-]+)", made.text)
    assert link and made.headers["cache-control"] == "no-store"
    assert link[0] not in browser.get("/invitations").text

    guest = at_browser(town)
    form = guest.get(link[1])
    guest.fill(form, at="/sign-up", username="cleo", email="cleo@perron.test", password="a short sentence")

    assert "@cleo" in browser.get("/invitations").text
    everybody = owner.get("/manage/invitations").text
    assert "@cleo" in everybody and "@bea" in everybody
    again = guest.get(link[1])
    assert "used up" in again.text


def test_an_invitation_is_ended_by_who_made_it_or_who_runs_the_server(town: Town, owner: Browser, bea: Person) -> None:
    browser, dirk = at_browser(town, bea), at_browser(town, somebody(town, "dirk"))
    for ends, path in ((browser, "/invitations"), (owner, "/manage/invitations")):
        browser.post("/invitations", data={"csrf": csrf(browser), "uses": "1", "days": "1"})
        page = ends.get(path)
        act = re.search(r'action="(/[a-z/]*invitations/\d+/end)"', page.text)
        assert act
        own = "/invitations/" + act[1].split("/")[-2] + "/end"
        assert dirk.post(own, data={"csrf": csrf(dirk)}).status_code == 404
        assert ends.fill(page, at=act[1]).status_code == 303
        assert not re.search(r'action="/[a-z/]*invitations/\d+/end"', ends.get(path).text)
    assert verbs(town) == ["end_invitation"]


@pytest.mark.parametrize(
    "form", [{"uses": "999", "days": "1"}, {"uses": "1", "days": "9999"}, {"uses": "", "days": "x"}]
)
def test_an_invitation_has_its_limits(town: Town, bea: Person, form: dict[str, str]) -> None:
    browser = at_browser(town, bea)
    answer = browser.post("/invitations", data={"csrf": csrf(browser), **form})
    assert answer.status_code == 422 and "invitation=" not in answer.text


def test_only_whom_the_owner_lets_may_invite(town: Town, owner: Browser, bea: Person) -> None:
    decide(owner, may_invite="team")
    browser = at_browser(town, bea)
    page = browser.get("/invitations")
    assert "switched off" in page.text and 'name="uses"' not in page.text
    answer = browser.post("/invitations", data={"csrf": csrf(browser), "uses": "1", "days": "1"})
    assert answer.status_code == 403
    assert 'name="uses"' in owner.get("/invitations").text


# -- jobs and figures --------------------------------------------------------------------------------------------------


def given_up(town: Town, name: str = "PostPublished") -> int:
    def work(tx: Any) -> int:
        queue.put(tx, name, {"post_id": 1})
        job = queue.due_jobs(tx, limit=1000)[-1]
        queue.later(tx, job.id, at=0, tries=12, why="ValueError('the mill stands still')", given_up=True)
        return job.id

    return town.store.write(work)


def failed(town: Town) -> list[int]:
    with town.store.read() as db:
        return [one.id for one in queue.owed(db, given_up=True)]


def test_a_job_that_was_given_up_tries_again_or_is_dropped(town: Town, owner: Browser) -> None:
    one, two, three = (given_up(town) for _ in range(3))
    page = owner.get("/manage/jobs")
    assert "the mill stands still" in page.text and "PostPublished" in page.text
    assert "3 jobs were given up." in owner.get("/manage").text

    token = csrf(owner)
    owner.post(f"/manage/jobs/{one}/retry", data={"csrf": token})
    assert failed(town) == [two, three]
    owner.post(f"/manage/jobs/{two}/drop", data={"csrf": token})
    assert failed(town) == [three]
    assert owner.post(f"/manage/jobs/{two}/retry", data={"csrf": token}).status_code == 404
    owner.post("/manage/jobs/retry", data={"csrf": token})
    assert failed(town) == []
    town.run_jobs()
    assert verbs(town) == ["retry_job", "drop_job", "retry_jobs"]


def test_the_glance_counts_people_and_posts(town: Town, owner: Browser, bea: Person) -> None:
    for number in range(3):
        bea.says(f"Post {number}")
    page = owner.get("/manage").text
    assert re.search(r"<text [^>]*>3</text>", page)
    assert page.count("<td") == 60 and "Last backup" in page
    engine = "SQLite" if town.store.sqlite else "PostgreSQL"
    assert engine in page and engine in owner.get("/manage/storage").text


def test_in_french_it_is_french(town: Town, owner: Browser) -> None:
    for path in (*PAGES, "/invitations"):
        page = owner.get(path, params={"lang": "fr"}).text
        assert 'lang="fr"' in page and not re.search(r">(?:At a glance|Rules|Jobs|Storage|Announce)\b", page)


def test_a_poll_and_what_a_post_was_before_show_emojis_too(town: Town, owner: Browser, bea: Person) -> None:
    add_emoji(owner)
    poll = {"options": ["The :perron:", "The well"], "expires_in": 3600}
    post = bea.says("Where?", poll=poll)
    assert [one["shortcode"] for one in post["poll"]["emojis"]] == ["perron"]
    assert len(bea.get(f"/api/v1/polls/{post['poll']['id']}")["emojis"]) == 1
    assert '<img class="emoji"' in at_browser(town).get(f"/@bea/{post['id']}").text

    changed = bea.says("At the :perron:")
    bea.put(f"/api/v1/statuses/{changed['id']}", {"status": "At the well"})
    assert [len(one["emojis"]) for one in bea.get(f"/api/v1/statuses/{changed['id']}/history")] == [1, 0]


def test_only_words_become_pictures() -> None:
    tada = [{"shortcode": "tada", "url": "https://here.example/media/ab/cd/x.png"}]
    picture = pictured(":tada:", tada)
    assert str(picture).startswith('<img class="emoji" src="/media/ab/cd/x.png" alt=":tada:"')
    assert pictured(Markup('<a href="/:tada:" title=">:tada:">:tada:</a>'), tada) == Markup(
        f'<a href="/:tada:" title="&gt;:tada:">{picture}</a>'.replace("&gt;", ">")
    )
    assert pictured("<script>:tada:", tada) == Markup(f"&lt;script&gt;{picture}")
    assert pictured("12:tada:30 a:tada::tada:", tada) == "12:tada:30 a:tada::tada:"
    assert pictured(":tada:", []) == ":tada:"


def test_the_picture_of_the_server_is_not_cleared_away(town: Town, owner: Browser) -> None:
    files = {"picture": ("p.png", png(), "image/png")}
    owner.post("/manage/server", data={"csrf": csrf(owner)}, files=files)
    kept = town.site.files.path(town.site.settings.picture)
    other = town.site.files.path(town.site.files.put(png("#A63A2B"), "png"))
    assert kept is not None and other is not None
    for path in (kept, other):
        os.utime(path, (0, 0))

    prune(town.store, town.site.files)

    assert kept.is_file() and not other.is_file()


def test_the_command_says_what_was_decided_on_a_page(
    town: Town, owner: Browser, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERRON_DATABASE", town.settings.database)
    decide(owner, title="Decided here")
    owner.post("/manage/rules/2/drop", data={"csrf": csrf(owner)})
    assert main(["config", "show", "--json", "--data", str(town.settings.data)]) == 0
    shown = {one["name"]: (one["value"], one["source"]) for one in json.loads(capsys.readouterr().out)}
    assert shown["title"] == ("Decided here", "page")
    assert shown["rules"] == (["Be kind."], "page")
    assert shown["contact"] == ("", "default")


def test_the_command_needs_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "show", "--data", str(tmp_path / "new")]) == 0
    assert "title = 'Perron'  (default)" in capsys.readouterr().out
    assert not (tmp_path / "new").exists()


def test_a_worker_hears_of_it(town: Town, owner: Browser) -> None:
    async def work() -> None:
        other = open_site(town.settings)
        listening = asyncio.create_task(keep_current(other))
        patience = monotonic() + 10
        while other.settings.title != "Before" and monotonic() < patience:
            await asyncio.sleep(0.05)
        await asyncio.to_thread(decide, owner, title="After")
        while other.settings.title != "After" and monotonic() < patience:
            await asyncio.sleep(0.05)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert other.settings.title == "After"
        other.store.close()

    decide(owner, title="Before")
    asyncio.run(work())


def test_whatever_is_decided_here_stands_in_the_audit_in_words(town: Town, owner: Browser) -> None:
    add_emoji(owner)
    owner.post("/manage/announcements", data={"csrf": csrf(owner), "text": "Fair on Sunday", "do": "keep"})
    decide(owner, contact="hello@steps.example")
    page = owner.get("/manage/audit").text
    for said in ("added an emoji", "wrote an announcement", "changed a setting", ":perron:", "hello@steps.example"):
        assert said in page


def test_the_owner_sees_which_processes_are_at_work(town: Town, owner: Browser) -> None:
    web, worker = Node(town.store, "web").enter(), Node(town.store, "worker").enter()
    clock = lease_of(town.store, "clock", worker.name)
    clock.hold()
    try:
        page = owner.get("/manage/jobs").text
        assert "Who is at work" in page and page.count("· keeps the clock") == 1
        assert re.search(r"<td>pages</td>", page) and re.search(r"<td>jobs · keeps the clock</td>", page)
    finally:
        clock.give_back()
        worker.leave()
        web.leave()
    assert "Who is at work" not in owner.get("/manage/jobs").text
