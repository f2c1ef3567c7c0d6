"""Two steps of signing in, the proof before dangerous acts, browsers and apps; seen from a browser without a script."""

import re

import httpx
import pyotp
import pytest
from sqlalchemy import func, select

from perron.commands.admin import two_step_off
from perron.kit.time import now
from perron.people import second_factor
from perron.people.scopes import read_scopes
from perron.people.second_factor import STEP, second_factor_of, start_totp
from perron.people.tokens import find_viewer, issue_token
from perron.people.users import change_password
from perron.store.tables import sessions
from perron.web.door.browsers import browser_name

from .conftest import PASSWORD, Browser, Site, hidden, inside

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
SAFETY = "/settings/safety"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> int:
    """The moment at which codes are read: the middle of thirty seconds."""
    moment = now() // STEP * STEP + STEP // 2
    monkeypatch.setattr(second_factor, "now", lambda: moment)
    return moment


def code(at: int, steps: int = 0, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).generate_otp(at // STEP + steps)


def ada_with_two_steps(site: Site, at: int) -> tuple[int, list[str]]:
    user, _ = site.person("ada")
    data = site.settings.data
    return user.id, site.store.write(lambda tx: start_totp(tx, user.id, SECRET, code(at, -1), data=data))


def second(browser: Browser, given: str) -> httpx.Response:
    return browser.fill(browser.get("/sign-in/second"), at="/sign-in/second", code=given)


# -- half-way ----------------------------------------------------------------------------------------------------------


def test_after_the_password_nothing_is_open_until_the_second_step(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    browser = site.browser()

    first = browser.sign_in(next="/@ada?page=2")

    assert first.headers["location"] == "/sign-in/second"
    for path in ("/home", "/notices", SAFETY, "/settings/sessions", "/settings/profile", "/bookmarks"):
        assert browser.get(path).headers["location"].startswith("/sign-in?"), path
    token = hidden(browser.get("/sign-in/second"))
    for path in ("/post", "/switch", "/accounts/new", f"{SAFETY}/off", f"{SAFETY}/codes", "/settings/password"):
        assert browser.post(path, data={"csrf": token}).headers["location"].startswith("/sign-in?"), path
    with site.store.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(sessions)).scalar() == 0

    done = second(browser, code(at))

    assert (done.status_code, done.headers["location"]) == (303, "/@ada?page=2")
    assert inside(browser)


def test_the_slip_of_one_browser_opens_nothing_in_another(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    browser, other = site.browser(), site.browser()
    browser.sign_in()
    other.get("/sign-in")
    other.cookies.set("perron_half_way", browser.cookies["perron_half_way"])
    assert other.get("/sign-in/second").headers["location"] == "/sign-in"
    sent = other.post("/sign-in/second", data={"csrf": hidden(other.get("/sign-in")), "code": code(at)})
    assert sent.headers["location"] == "/sign-in" and not inside(other)


@pytest.mark.parametrize("change", ["body", "proof", "none", "other words"])
def test_a_slip_that_was_touched_is_none(site: Site, at: int, change: str) -> None:
    ada_with_two_steps(site, at)
    browser = site.browser()
    browser.sign_in()
    body, _, proof = browser.cookies["perron_half_way"].partition(".")
    changed = {"body": f"{body}A.{proof}", "proof": f"{body}.{proof[::-1]}", "none": "", "other words": "é.è"}[change]
    browser.cookies.delete("perron_half_way")
    page = browser.get("/sign-in/second", headers={"cookie": f"perron_half_way={changed}".encode()})
    assert page.headers["location"] == "/sign-in"


def test_half_way_lasts_ten_minutes(site: Site, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ada_with_two_steps(site, at)
    browser = site.browser()
    browser.sign_in()
    monkeypatch.setattr("perron.web.door.slips.now", lambda: now() + 601_000)
    assert second_step_gone(browser)


def test_another_password_ends_what_was_half_way(site: Site, at: int) -> None:
    user_id, _ = ada_with_two_steps(site, at)
    browser = site.browser()
    browser.sign_in()
    site.store.write(lambda tx: change_password(tx, user_id, "another"))
    assert second_step_gone(browser)


def second_step_gone(browser: Browser) -> bool:
    return browser.get("/sign-in/second").headers.get("location") == "/sign-in"


def test_an_app_is_let_in_only_after_the_second_step(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    app, _ = site.app()
    browser = site.browser()
    asks = {"client_id": app.client_id, "redirect_uri": app.redirect_uris[0], "response_type": "code", "scope": "read"}
    led = browser.get("/oauth/authorize", params=asks)
    browser.fill(browser.get(led.headers["location"]), at="/sign-in", email="ada@perron.test", password=PASSWORD)
    assert browser.get("/oauth/authorize", params=asks).headers["location"].startswith("/sign-in?")

    done = second(browser, code(at))

    assert done.headers["location"].startswith("/oauth/authorize?")
    assert browser.get(done.headers["location"]).status_code == 200


def test_an_app_that_asks_for_a_new_sign_in_gets_both_steps(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    app, _ = site.app()
    browser = site.browser()
    browser.sign_in()
    second(browser, code(at))
    asks = {"client_id": app.client_id, "redirect_uri": app.redirect_uris[0], "response_type": "code", "scope": "read"}
    led = browser.get("/oauth/authorize", params=asks | {"force_login": "true"})
    again = browser.fill(
        browser.get(led.headers["location"]), at="/sign-in", email="ada@perron.test", password=PASSWORD
    )
    assert again.headers["location"] == "/sign-in/second"


# -- the second step ---------------------------------------------------------------------------------------------------


def test_a_code_that_was_seen_opens_no_second_browser(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    browser, thief = site.browser(), site.browser()
    browser.sign_in()
    thief.sign_in()
    assert second(browser, code(at)).status_code == 303
    refused = second(thief, code(at))
    assert refused.status_code == 401 and "does not open" in refused.text and not inside(thief)


def test_a_recovery_code_opens_once(site: Site, at: int) -> None:
    _, codes = ada_with_two_steps(site, at)
    browser, other = site.browser(), site.browser()
    browser.sign_in()
    assert second(browser, codes[0].upper()).status_code == 303 and inside(browser)
    other.sign_in()
    assert second(other, codes[0]).status_code == 401 and not inside(other)
    assert second(other, codes[1]).status_code == 303


def test_whoever_tries_codes_is_stopped_from_wherever_they_come(site: Site, at: int) -> None:
    ada_with_two_steps(site, at)
    tried = []
    for _ in range(4):  # each with a new cookie, as if from a new place
        browser = site.browser()
        browser.sign_in()
        tried += [second(browser, "000000").status_code for _ in range(3)]
    assert tried == [401] * 10 + [429] * 2
    browser = site.browser()
    browser.sign_in()
    refused = second(browser, code(at))
    assert refused.status_code == 429 and int(refused.headers["retry-after"]) > 0 and not inside(browser)


def test_codes_are_limited_by_the_day_too(site: Site, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ada_with_two_steps(site, at)
    browser = site.browser()
    browser.sign_in()
    began, tried = now(), []
    for round_ in range(6):
        moment = began + round_ * 301_000
        monkeypatch.setattr("perron.kit.limits.now", lambda moment=moment: moment)
        monkeypatch.setattr("perron.web.door.slips.now", lambda: began)
        tried += [second(browser, "000000").status_code for _ in range(10)]
    assert tried.count(401) == 50 and tried[50:] == [429] * 10


def test_who_runs_the_server_helps_who_lost_everything(site: Site, at: int, capsys: pytest.CaptureFixture[str]) -> None:
    from perron.cli import parser

    user_id, codes = ada_with_two_steps(site, at)
    given = parser().parse_args(["admin", "account", "two-step-off", "@ada"])
    assert two_step_off(site.settings, given) == 0
    assert "password alone" in capsys.readouterr().out
    with site.store.read() as db:
        assert not second_factor_of(db, user_id).on
    assert site.browser().sign_in().headers["location"] == "/"


# -- the page of safety ------------------------------------------------------------------------------------------------


def signed_in(site: Site) -> Browser:
    site.person("ada")
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    return browser


def test_an_app_for_codes_is_set_up_by_its_first_code(site: Site, at: int) -> None:
    browser = signed_in(site)
    page = browser.get(f"{SAFETY}/app")
    found = re.search(r'<code class="code">([A-Z2-7 ]+)</code>', page.text)
    assert found and 'class="qr"' in page.text and " style=" not in page.text
    assert page.headers["cache-control"] == "no-store"
    secret = found[1].replace(" ", "")

    wrong = browser.fill(page, at=f"{SAFETY}/app", code="000000")
    assert wrong.status_code == 400 and found[1] in wrong.text, "the picture stays the same"
    right = browser.fill(wrong, at=f"{SAFETY}/app", code=code(at, secret=secret))

    codes = re.findall(r"<li><code>([^<]+)</code>", right.text)
    assert len(codes) == 10 and right.headers["cache-control"] == "no-store"
    assert 'download="recovery-codes.txt"' in right.text
    assert not any(one in browser.get(SAFETY).text for one in codes), "they are shown once"
    assert "On: after the password" in browser.get(SAFETY).text
    other = site.browser()
    assert other.sign_in().headers["location"] == "/sign-in/second"
    assert second(other, codes[3]).status_code == 303


def test_a_secret_that_is_not_ours_is_not_taken(site: Site, at: int) -> None:
    browser = signed_in(site)
    page = browser.get(f"{SAFETY}/app")
    sent = browser.post(f"{SAFETY}/app", data={"csrf": hidden(page), "sealed": SECRET, "code": code(at)})
    assert sent.headers["location"] == f"{SAFETY}/app"
    assert "Off: whoever" in browser.get(SAFETY).text


@pytest.mark.parametrize("by", ["password", "code", "recovery"])
def test_two_steps_are_switched_off_by_password_or_code(site: Site, at: int, by: str) -> None:
    user_id, codes = ada_with_two_steps(site, at)
    browser = site.browser()
    browser.sign_in()
    second(browser, codes[0])
    page = browser.get(SAFETY)

    refused = browser.fill(page, at=f"{SAFETY}/off", proof="not this one")
    assert refused.status_code == 401 and "neither your password" in refused.text

    proof = {"password": PASSWORD, "code": code(at), "recovery": codes[1]}[by]
    assert browser.fill(page, at=f"{SAFETY}/off", proof=proof).status_code == 303
    with site.store.read() as db:
        assert not second_factor_of(db, user_id).on
    assert site.browser().sign_in().headers["location"] == "/"


def test_new_recovery_codes_are_for_who_has_two_steps(site: Site, at: int) -> None:
    browser = signed_in(site)
    token = hidden(browser.get(SAFETY))
    assert browser.post(f"{SAFETY}/codes", data={"csrf": token}).status_code == 404
    refused = browser.post(f"{SAFETY}/passkey-step", data={"csrf": token})
    assert refused.status_code == 422 and "Add a passkey first" in refused.text


DANGEROUS = [f"{SAFETY}/app", f"{SAFETY}/passkey-step", f"{SAFETY}/codes", f"{SAFETY}/passkeys/new"]


def test_dangerous_acts_ask_who_is_there(site: Site, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(site)
    assert browser.get(f"{SAFETY}/app").status_code == 200, "just signed in"
    token = hidden(browser.get(SAFETY))
    monkeypatch.setattr("perron.web.door.slips.now", lambda: now() + 901_000)
    for path in [*DANGEROUS, f"{SAFETY}/passkeys/1/remove"]:
        sent = browser.post(path, data={"csrf": token})
        assert sent.status_code == 303 and sent.headers["location"].startswith("/confirm?"), path
    led = browser.get(f"{SAFETY}/app")

    asks = browser.get(led.headers["location"])
    wrong = browser.fill(asks, at="/confirm", password="not this one")
    assert wrong.status_code == 401 and "not your password" in wrong.text
    right = browser.fill(wrong, at="/confirm", password=PASSWORD)

    assert right.headers["location"] == f"{SAFETY}/app"
    assert browser.get(f"{SAFETY}/app").status_code == 200


def test_the_proof_of_one_is_not_the_proof_of_another(site: Site) -> None:
    browser, other = signed_in(site), site.browser()
    site.person("bea")
    other.sign_in("bea@perron.test")
    other.cookies.delete("perron_proof")
    other.cookies.set("perron_proof", browser.cookies["perron_proof"])
    assert other.get(f"{SAFETY}/app").headers["location"].startswith("/confirm?")


def test_passwords_are_not_tried_at_the_confirmation(site: Site) -> None:
    browser = signed_in(site)
    browser.cookies.delete("perron_proof")
    asks = browser.get("/confirm")
    tried = [browser.fill(asks, at="/confirm", password="wrong").status_code for _ in range(11)]
    assert tried == [401] * 10 + [429]


def test_leaving_takes_the_proof_along(site: Site) -> None:
    browser = signed_in(site)
    left = browser.fill(browser.get("/home"), at="/sign-out")
    names = {each.partition("=")[0] for each in left.headers.get_list("set-cookie")}
    assert names == {"perron_session", "perron_lang", "perron_proof"}


def test_the_password_is_changed_on_the_page_of_safety(site: Site) -> None:
    browser, elsewhere = signed_in(site), site.browser()
    elsewhere.sign_in()
    assert browser.get("/settings/password").headers["location"] == f"{SAFETY}#password"
    page = browser.get(SAFETY)
    wrong = browser.fill(page, at="/settings/password", old="not it", password="une autre phrase")
    assert wrong.status_code == 401 and "not your password" in wrong.text
    short = browser.fill(page, at="/settings/password", old=PASSWORD, password="court")
    assert short.status_code == 422 and "at least 8" in short.text
    done = browser.fill(page, at="/settings/password", old=PASSWORD, password="une autre phrase")
    assert done.headers["location"] == f"{SAFETY}?done=password" and inside(browser) and not inside(elsewhere)
    assert "new password is set" in browser.get(done.headers["location"]).text


def test_what_is_not_there_cannot_be_named_or_removed(site: Site) -> None:
    browser = signed_in(site)
    token = hidden(browser.get(SAFETY))
    for path in (f"{SAFETY}/passkeys/1/name", f"{SAFETY}/passkeys/x/remove", "/settings/sessions/7/end"):
        assert browser.post(path, data={"csrf": token, "name": "Mine"}).status_code == 404, path


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "null", '{"response": {}}', '{"response": {"clientDataJSON": "e30"}}']
)
@pytest.mark.parametrize("path", ["/sign-in/passkey", f"{SAFETY}/passkeys/new", "/confirm/passkey"])
def test_what_no_device_made_is_no_passkey(site: Site, path: str, credential: str) -> None:
    browser = signed_in(site)
    sent = browser.post(path, data={"csrf": hidden(browser.get(SAFETY)), "credential": credential, "name": "Mine"})
    assert sent.status_code == 400 and "could not be read" in sent.text


def test_a_challenge_that_we_did_not_give_is_refused(site: Site) -> None:
    browser = signed_in(site)
    given = '{"response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAiWldsdVpYRT0ifQ"}}'
    sent = browser.post("/sign-in/passkey", data={"csrf": hidden(browser.get(SAFETY)), "credential": given})
    assert sent.status_code == 400 and "took too long" in sent.text


# -- browsers and apps -------------------------------------------------------------------------------------------------

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (IPHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 EdgA/1",
            "Edge, Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari, macOS"),
        ("Lynx/2.9", ""),
        ("", ""),
    ],
)
def test_a_browser_is_recognised_by_what_it_calls_itself(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_a_browser_is_signed_out_from_another_at_once(site: Site) -> None:
    browser = signed_in(site)
    phone = site.browser()
    phone.headers["user-agent"] = IPHONE
    phone.sign_in()
    assert inside(phone)

    page = browser.get("/settings/sessions")
    assert "Safari, iPhone" in page.text and page.text.count(">this one<") == 1
    ends = re.findall(r'action="(/settings/sessions/\d+/end)"', page.text)
    assert len(ends) == 2
    phones = next(each for each in re.findall(r"<li>.*?</li>", page.text, re.DOTALL) if "iPhone" in each)
    assert browser.fill(page, at=next(each for each in ends if each in phones)).status_code == 303

    assert not inside(phone) and inside(browser)


def test_all_browsers_but_this_one_are_signed_out(site: Site) -> None:
    browser = signed_in(site)
    others = [site.browser(), site.browser()]
    for one in others:
        one.sign_in()
    browser.fill(browser.get("/settings/sessions"), at="/settings/sessions/others/end")
    assert inside(browser) and not any(inside(one) for one in others)


def test_ending_the_browser_one_sits_at_leads_out(site: Site) -> None:
    browser = signed_in(site)
    page = browser.get("/settings/sessions")
    end = re.findall(r'action="(/settings/sessions/\d+/end)"', page.text)[0]
    assert browser.fill(page, at=end).headers["location"] == "/" and not inside(browser)


def test_nobody_ends_the_browser_of_somebody_else(site: Site) -> None:
    ada, bea = signed_in(site), site.browser()
    site.person("bea")
    bea.sign_in("bea@perron.test")
    end = re.findall(r'action="(/settings/sessions/\d+/end)"', bea.get("/settings/sessions").text)[0]
    sent = ada.post(end, data={"csrf": hidden(ada.get("/settings/sessions"))})
    nothing = ada.post("/settings/sessions/7/end", data={"csrf": hidden(ada.get("/settings/sessions"))})
    assert sent.status_code == nothing.status_code == 404 and inside(bea)


def test_an_app_is_shown_in_plain_words_and_let_in_no_longer(site: Site) -> None:
    user, account = site.person("ada")
    site.person("bea")
    app, _ = site.app("Elk", scopes="read:statuses write:media", website="https://elk.test")
    token = site.store.write(
        lambda tx: issue_token(tx, app.id, user.id, account.id, read_scopes("read:statuses write:media"))
    )
    ada, bea = site.browser(), site.browser()
    ada.sign_in()
    bea.sign_in("bea@perron.test")

    page = ada.get("/settings/sessions")
    assert "Elk" in page.text and "See: posts" in page.text and "Change: pictures, sounds and videos" in page.text
    assert "Elk" not in bea.get("/settings/sessions").text
    revoke = re.findall(r'action="(/settings/apps/\d+/revoke)"', page.text)[0]
    refused = bea.post(revoke, data={"csrf": hidden(bea.get("/settings/sessions"))})

    def works() -> bool:
        with site.store.read() as db:
            return find_viewer(db, token) is not None

    assert refused.status_code == 404 and works()
    assert ada.fill(page, at=revoke).status_code == 303 and not works()
