"""E-mail addresses are confirmed by a letter and a button; until then hardly anything is open."""

import re
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from perron.kit.settings import Settings
from perron.people import confirm as confirming
from perron.people.apps import register_app
from perron.people.passwords import hash_password
from perron.people.tokens import issue_token
from perron.people.users import change_password, find_user_by_email, user_as_stored
from perron.store.tables import email_confirmations, users
from tests.rig import ALL, Person, Site
from tests.web.conftest import Browser, at_browser

PASSWORD = "les marches au soleil"
JOINING = {"username": "zoe", "email": "Zoe@Perron.test", "password": PASSWORD, "agreement": True, "locale": "en"}
MISSING = "Your login is missing a confirmed e-mail address"


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    more: dict[str, Any] = {"confirm_email": "on", "locale": "en", "origin": "http://testserver"}
    with Site.opened(tmp_path / "data", database, **more) as one:
        yield one


def app_headers(site: Site) -> dict[str, str]:
    token = site.store.write(lambda tx: issue_token(tx, site.app_id, None, None, frozenset(ALL.split())))
    return {"authorization": f"Bearer {token}"}


def join(site: Site, **more: Any) -> dict[str, str]:
    """The headers of somebody who has joined by the app of the rig."""
    reply = site.client.post("/api/v1/accounts", headers=app_headers(site), json=JOINING | more)
    assert reply.status_code == 200, reply.text
    return {"authorization": f"Bearer {reply.json()['access_token']}"}


def letters(site: Site) -> list[EmailMessage]:
    site.run_jobs()
    paths = sorted((site.settings.data / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[misc]


def words(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link(letter: EmailMessage) -> str:
    found = re.search(r"http://testserver(/email/confirm/\S+)", words(letter))
    assert found, words(letter)
    return found[1]


def press(browser: Browser, at: str) -> Any:
    return browser.fill(browser.get(at), at=at)


def test_whoever_joins_waits_for_the_letter_and_presses_the_button(site: Site) -> None:
    headers = join(site)
    refused = site.client.get("/api/v1/accounts/verify_credentials", headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (403, MISSING)
    assert site.client.get("/api/v1/timelines/home", headers=headers).status_code == 403
    assert site.client.post("/api/v1/statuses", headers=headers, json={"status": "x"}).status_code == 403
    assert site.client.get("/api/v2/instance", headers=headers).status_code == 200
    assert site.client.get("/api/v1/apps/verify_credentials", headers=headers).status_code == 200
    assert site.client.get("/api/v1/emails/check_confirmation", headers=headers).json() is False
    assert site.client.get("/api/v1/accounts/lookup?acct=zoe").status_code == 404

    (letter,) = letters(site)
    assert letter["To"] == "zoe@perron.test"
    assert letter["Subject"] == "Confirm your address for Perron"
    anybody = at_browser(site)
    assert anybody.get(link(letter)).status_code == 200  # programs look at addresses in mails
    assert site.client.get("/api/v1/emails/check_confirmation", headers=headers).json() is False

    assert "zoe@perron.test" in press(anybody, link(letter)).text
    assert site.client.get("/api/v1/emails/check_confirmation", headers=headers).json() is True
    assert site.client.get("/api/v1/accounts/verify_credentials", headers=headers).json()["acct"] == "zoe"
    assert site.client.get("/api/v1/accounts/lookup?acct=zoe").status_code == 200
    assert anybody.get(link(letter)).status_code == 404


def test_the_letter_goes_again_and_to_another_address_by_the_same_app_only(site: Site) -> None:
    headers = join(site)
    at = "/api/v1/emails/confirmations"
    (first,) = letters(site)
    assert site.client.post(at, headers=headers).json() == {}
    assert site.client.post(at, headers=headers, json={"email": "zoe@autre.test"}).json() == {}
    assert [one["To"] for one in letters(site)] == ["zoe@perron.test", "zoe@autre.test"]
    for wrong, why in (("kein", "ERR_INVALID"), ("", "ERR_BLANK")):
        reply = site.client.post(at, headers=headers, json={"email": wrong})
        assert (reply.status_code, reply.json()["details"]["email"][0]["error"]) == (422, why)
    site.person("bea")
    taken = site.client.post(at, headers=headers, json={"email": "bea@example.org"})
    assert taken.json()["details"]["email"][0]["error"] == "ERR_TAKEN"

    browser = at_browser(site)
    assert browser.get(link(first)).status_code == 404
    press(browser, link(letters(site)[-1]))
    again = site.client.post(at, headers=headers)
    assert (again.status_code, "awaiting confirmation" in again.json()["error"]) == (403, True)

    other, _ = site.store.write(lambda tx: register_app(tx, "other", ["urn:ietf:wg:oauth:2.0:oob"], scopes=ALL))
    headers = join(site, username="yves", email="yves@perron.test")
    person = somebody(site, "yves")
    plain = site.store.write(
        lambda tx: issue_token(tx, other.id, person.user_id, person.account.id, frozenset(ALL.split()))
    )
    stranger = site.client.post(at, headers={"authorization": f"Bearer {plain}"})
    assert (stranger.status_code, "originally signed-up with" in stranger.json()["error"]) == (403, True)


def somebody(site: Site, name: str) -> Person:
    from perron.people.queries import account_by_handle

    with site.store.read() as db:
        user, account = find_user_by_email(db, f"{name}@perron.test"), account_by_handle(db, name)
    assert user is not None and account is not None
    return Person(site, account, user.id, "")


def test_letters_are_counted(database: str, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "counted", database, confirm_email="on") as site:
        object.__setattr__(site.site.settings, "rate_limit", "on")
        headers = join(site)
        replies = [site.client.post("/api/v1/emails/confirmations", headers=headers) for _ in range(6)]
        assert [one.status_code for one in replies] == [200] * 5 + [429]
        assert int(replies[-1].headers["retry-after"]) > 60


def test_who_waits_for_approval_as_well_is_told_of_the_address_first(database: str, tmp_path: Path) -> None:
    with Site.opened(
        tmp_path / "both", database, confirm_email="on", registration="approval", origin="http://testserver"
    ) as site:
        headers = join(site)
        credentials = "/api/v1/accounts/verify_credentials"
        assert site.client.get(credentials, headers=headers).json()["error"] == MISSING
        press(at_browser(site), link(letters(site)[0]))
        assert "pending approval" in site.client.get(credentials, headers=headers).json()["error"]
        assert site.client.get("/api/v1/emails/check_confirmation", headers=headers).json() is True
        assert site.client.get("/api/v1/accounts/lookup?acct=zoe").status_code == 404


def test_on_pages_whoever_joins_is_led_to_the_letter(site: Site) -> None:
    browser = at_browser(site)
    joined = browser.fill(
        browser.get("/sign-up"), at="/sign-up", username="zoe", email="zoe@perron.test", password=PASSWORD
    )
    assert joined.headers["location"] == "/email"
    for path in ("/home", "/settings/profile", "/write", "/notices", "/oauth/authorize?client_id=x"):
        led = browser.get(path)
        assert led.headers.get("location", "/email") == "/email", path
    page = browser.get("/email")
    assert "zoe@perron.test" in page.text
    sent = browser.fill(page, at="/email", email="zoe@autre.test")
    assert sent.headers["location"] == "/email?sent=1"
    assert "zoe@autre.test" in browser.get("/email?sent=1").text
    wrong = browser.fill(page, at="/email", email="niemand")
    assert (wrong.status_code, "This is not an e-mail address." in wrong.text) == (422, True)

    letter = letters(site)[-1]
    assert letter["To"] == "zoe@autre.test"
    assert press(browser, link(letter)).status_code == 303
    assert browser.get("/home").status_code == 200
    assert browser.get("/email").headers["location"] == "/home"


def test_a_letter_opens_nothing_after_two_days_or_to_whom_it_was_not_written(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(site)
    (letter,) = letters(site)
    browser = at_browser(site)
    for other in ("/email/confirm/x", link(letter)[:-1], link(letter) + "x", "/email/confirm/%00"):
        assert browser.get(other).status_code == 404
    at = confirming.now() + confirming.LASTS
    monkeypatch.setattr(confirming, "now", lambda: at)
    assert browser.get(link(letter)).status_code == 404
    with site.store.read() as db:
        assert db.execute(users.select().where(users.c.email == "zoe@perron.test")).one().confirmed_at is None


def signed_in(site: Site, name: str = "ada") -> tuple[Person, Browser]:
    person = site.person(name, locale="en")
    site.store.write(lambda tx: change_password(tx, person.user_id, hash_password(PASSWORD)))
    site.run_jobs()
    for path in (site.settings.data / "mail").glob("*.eml"):
        path.unlink()
    return person, at_browser(site, person)


def test_another_address_holds_once_it_is_confirmed_and_the_one_of_before_is_told(site: Site) -> None:
    ada, browser = signed_in(site)
    page = browser.get("/settings/email")
    assert "ada@example.org" in page.text
    asked = browser.fill(page, at="/settings/email", email="ada@neuf.test", password=PASSWORD)
    assert asked.headers["location"] == "/settings/email?done=asked"
    assert "ada@neuf.test" in browser.get("/settings/email").text
    told = {str(one["To"]): one for one in letters(site)}
    assert set(told) == {"ada@example.org", "ada@neuf.test"}
    assert "ada@neuf.test" in words(told["ada@example.org"])
    assert address(site, ada) == "ada@example.org"
    assert browser.get("/home").status_code == 200

    done = press(browser, link(told["ada@neuf.test"]))
    assert done.headers["location"] == "/settings/email?done=confirmed"
    assert address(site, ada) == "ada@neuf.test"
    with site.store.read() as db:
        assert list(db.execute(email_confirmations.select())) == []


def address(site: Site, person: Person) -> str:
    with site.store.read() as db:
        return user_as_stored(db, person.user_id).email


def test_one_may_keep_the_address_of_today(site: Site) -> None:
    ada, browser = signed_in(site)
    browser.fill(browser.get("/settings/email"), at="/settings/email", email="ada@neuf.test", password=PASSWORD)
    page = browser.get("/settings/email")
    browser.press(page, "/settings/email/again")
    browser.press(page, "/settings/email/stop")
    assert "ada@neuf.test" not in browser.get("/settings/email").text
    assert [str(one["To"]) for one in letters(site)] == ["ada@example.org"]
    assert browser.get("/settings/email").text.count("/settings/email/again") == 0
    assert address(site, ada) == "ada@example.org"


def test_nobody_takes_the_address_of_somebody_else_nor_without_the_password(site: Site) -> None:
    _, browser = signed_in(site)
    site.person("bea")
    page = browser.get("/settings/email")
    for email, password, why in (
        ("bea@example.org", PASSWORD, "already in use"),
        ("ada@neuf.test", "falsch falsch", "not your password"),
        ("niemand", PASSWORD, "not an e-mail address"),
        ("ada@example.org", PASSWORD, "your address already"),
    ):
        refused = browser.fill(page, at="/settings/email", email=email, password=password)
        assert refused.status_code in (401, 422)
        assert why in refused.text
    assert letters(site) == []

    browser.fill(page, at="/settings/email", email="dirk@example.org", password=PASSWORD)
    letter = next(one for one in letters(site) if one["To"] == "dirk@example.org")
    site.person("dirk")  # who was quicker
    assert "already in use" in press(browser, link(letter)).text


def test_what_guards_the_sign_in_does_not_change_in_silence(site: Site) -> None:
    ada, _ = signed_in(site)
    site.store.write(lambda tx: change_password(tx, ada.user_id, hash_password(PASSWORD)))
    (letter,) = letters(site)
    assert letter["To"] == "ada@example.org"
    assert "Your password was changed." in words(letter)
    assert "http://testserver/settings/safety" in words(letter)


@pytest.mark.parametrize(
    ("chosen", "smtp", "asks"),
    [("auto", "", False), ("auto", "smtp://mail.example", True), ("on", "", True), ("off", "smtp://m.example", False)],
)
def test_addresses_are_confirmed_where_there_is_a_mail_server_unless_decided_otherwise(
    chosen: str, smtp: str, asks: bool
) -> None:
    assert Settings(confirm_email=chosen, smtp=smtp).asks_to_confirm is asks


def test_where_nobody_asks_one_is_in_at_once(database: str, tmp_path: Path) -> None:
    with Site.opened(tmp_path / "free", database, origin="http://testserver", locale="en") as site:
        headers = join(site)
        assert site.client.get("/api/v1/accounts/verify_credentials", headers=headers).status_code == 200
        assert site.client.get("/api/v1/emails/check_confirmation", headers=headers).json() is True
        assert letters(site) == []
        ada, browser = signed_in(site)
        page = browser.get("/settings/email")
        browser.fill(page, at="/settings/email", email="ada@neuf.test", password=PASSWORD)
        assert address(site, ada) == "ada@neuf.test"
        assert [str(one["To"]) for one in letters(site)] == ["ada@example.org"]


def test_who_runs_the_server_helps_whom_no_letter_reaches(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    from perron.cli import parser
    from perron.commands.admin import confirm

    headers = join(site)
    assert site.client.get("/api/v1/timelines/home", headers=headers).status_code == 403
    assert confirm(site.settings, parser().parse_args(["admin", "account", "confirm", "@zoe"])) == 0
    assert "counts as theirs" in capsys.readouterr().out
    until = time.monotonic() + 5  # another process has done it: the ear hears of it soon
    while site.client.get("/api/v1/timelines/home", headers=headers).status_code != 200:
        assert time.monotonic() < until
