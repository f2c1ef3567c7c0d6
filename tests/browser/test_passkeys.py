"""Passkeys with a real authenticator: Chromium's own, made of software, in front of a real server."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

from perron.people.join import join
from perron.people.passwords import hash_password
from perron.store import Tx
from tests.browser.axe import COLOURS, WIDER, broken
from tests.browser.conftest import Opener, sign_in
from tests.browser.flows import go_through
from tests.clients.server import NUMBERS, PASSWORD, Served

pytestmark = pytest.mark.slow

SAFETY = "/settings/safety"
KEPT = hash_password(PASSWORD)


class Device:
    """A device that keeps passkeys."""

    def __init__(self, page: Page, *, offers: bool = False, verifies: bool = True) -> None:
        """`offers`: it answers at once where a page waits for a passkey in the field of the name. `verifies`: it has
        a way to know its owner: by finger, face or PIN."""
        if not offers:
            page.add_init_script("delete PublicKeyCredential.isConditionalMediationAvailable")
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        options = {
            "protocol": "ctap2",
            "ctap2Version": "ctap2_1",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": verifies,
            "isUserVerified": verifies,
            "automaticPresenceSimulation": True,
        }
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    @property
    def credentials(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found

    def keep(self, credential: dict[str, Any]) -> None:
        """Take over a credential, as a copy of it would be kept."""
        kept = {key: value for key, value in credential.items() if key not in ("userName", "userDisplayName")}
        self.cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": kept})

    def knows_its_owner(self, knows: bool) -> None:
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": knows})


@pytest.fixture
def ada(empty: Served) -> str:
    """Somebody new, who speaks English; their e-mail address."""
    name = f"ada{next(NUMBERS)}"

    def work(tx: Tx) -> None:
        join(tx, username=name, email=f"{name}@example.org", password_hash=KEPT, locale="en", policy="open")

    empty.beside.store.write(work)
    return f"{name}@example.org"


def add_passkey(page: Page, name: str = "My laptop") -> None:
    page.goto(f"{SAFETY}/passkeys/new")
    page.get_by_label("How you will recognise it").fill(name)
    page.get_by_role("button", name="Make the passkey").click()
    page.wait_for_url(f"**{SAFETY}?done=passkey")


def sign_out(page: Page) -> None:
    """Leave, by forgetting what the browser keeps."""
    page.context.clear_cookies()


def by_passkey(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()


def is_in(page: Page) -> bool:
    return page.request.get("/home", max_redirects=0).status == 200


def test_a_passkey_is_made_named_used_and_removed(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    device = Device(page)
    sign_in(page, ada)
    add_passkey(page)
    assert len(device.credentials) == 1 and device.credentials[0]["isResidentCredential"]
    assert device.credentials[0]["rpId"] == "localhost"
    expect(page.locator(".guards")).to_contain_text("My laptop")
    expect(page.locator(".guards")).to_contain_text("not used yet")

    sign_out(page)
    assert not is_in(page)
    by_passkey(page)
    page.wait_for_url("**/home")
    assert is_in(page)

    page.goto(SAFETY)
    expect(page.locator(".guards").first).to_contain_text("last used")
    page.locator(".guards summary").first.click()
    page.get_by_label("Name", exact=True).fill("The old laptop")
    go_through(page.get_by_role("button", name="Rename"))
    expect(page.locator(".guards").first).to_contain_text("The old laptop")
    page.locator(".guards summary").first.click()
    page.get_by_role("button", name="Remove this passkey").click()
    page.wait_for_url("**?done=removed")

    sign_out(page)
    by_passkey(page)
    expect(page.get_by_role("alert").first).to_contain_text("not known here")
    assert not is_in(page)


def test_the_browser_offers_the_passkey_where_the_name_is_typed(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    Device(page, offers=True)
    sign_in(page, ada)
    add_passkey(page)
    sign_out(page)
    page.goto("/sign-in", wait_until="commit")  # this device takes what it is offered
    page.wait_for_url("**/home")
    assert is_in(page)

    page.goto(SAFETY)
    page.locator(".guards summary").first.click()
    page.get_by_role("button", name="Remove this passkey").click()
    page.wait_for_url("**?done=removed")
    sign_out(page)
    page.goto("/sign-in", wait_until="commit")
    page.wait_for_url("**/sign-in/passkey")
    expect(page.locator("#wrong")).to_contain_text("not known here")
    expect(page.locator("form[data-passkey]")).to_be_visible()
    expect(page.locator("form[data-conditional]")).to_have_count(0)  # what was refused is not offered again by itself


def test_a_device_that_does_not_know_its_owner_does_not_open_alone(
    empty: Served, open_browser: Opener, ada: str
) -> None:
    page = open_browser(empty, locale="en")
    device = Device(page)
    sign_in(page, ada)
    add_passkey(page)
    sign_out(page)
    device.knows_its_owner(False)
    by_passkey(page)
    expect(page.locator("[data-says]")).to_contain_text("The passkey was not used")
    assert not is_in(page)


def test_a_passkey_is_the_second_step(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    Device(page, verifies=False)  # the password has shown who it is
    sign_in(page, ada)
    add_passkey(page)
    go_through(page.get_by_role("button", name="Ask for my passkey after the password"))
    expect(page.locator("#codes code")).to_have_count(10)
    codes = page.locator("#codes code").all_text_contents()
    page.goto(SAFETY)
    page.locator(".guards summary").first.click()
    page.get_by_role("button", name="Remove this passkey").click()
    expect(page.get_by_role("alert").first).to_contain_text("your only second step")

    sign_out(page)
    half_way(page, ada)
    assert not is_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/home")
    assert is_in(page)

    sign_out(page)
    half_way(page, ada)
    page.get_by_text("Use a recovery code").click()
    page.get_by_label("One of your recovery codes").fill(codes[0])
    page.get_by_role("button", name="Sign in with this code").click()
    page.wait_for_url("**/home")


def half_way(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator('form[action="/sign-in"] button').click()
    page.wait_for_url("**/sign-in/second")


def test_the_passkey_of_somebody_else_is_no_second_step(empty: Served, open_browser: Opener, ada: str) -> None:
    theirs = open_browser(empty, locale="en")
    device = Device(theirs)
    bea = f"bea{next(NUMBERS)}"
    empty.beside.store.write(
        lambda tx: join(tx, username=bea, email=f"{bea}@example.org", password_hash=KEPT, locale="en", policy="open")
    )
    sign_in(theirs, bea)
    add_passkey(theirs)

    page = open_browser(empty, locale="en")
    own = Device(page)
    sign_in(page, ada)
    add_passkey(page)
    go_through(page.get_by_role("button", name="Ask for my passkey after the password"))
    expect(page.locator("#codes")).to_be_visible()
    sign_out(page)
    half_way(page, ada)
    wanted = json.loads(page.locator("form.passkey").get_attribute("data-options") or "")
    assert [one["id"] for one in wanted["allowCredentials"]] == [plain(own.credentials[0]["credentialId"])]
    own.keep(device.credentials[0])
    wanted["allowCredentials"][0]["id"] = plain(device.credentials[0]["credentialId"])
    page.locator("form.passkey").evaluate("(form, options) => (form.dataset.options = options)", json.dumps(wanted))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("#wrong")).to_contain_text("somebody else")
    assert not is_in(page)


def plain(text: str) -> str:
    return text.replace("+", "-").replace("/", "_").rstrip("=")


def test_an_answer_that_was_sent_once_opens_nothing_again(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    Device(page)
    sign_in(page, ada)
    add_passkey(page)
    sign_out(page)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.url.endswith("/sign-in/passkey") else None)
    page.goto("/sign-in")
    cookies = page.context.cookies()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/home")

    sign_out(page)
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": empty.origin, "accept-language": "en"}
    again = page.request.post("/sign-in/passkey", data=sent[0], headers=headers, max_redirects=0)

    assert again.status == 400 and "took too long, or was done already" in again.text()
    assert not is_in(page)


def test_a_copied_passkey_is_found_out_by_its_count(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    device = Device(page)
    sign_in(page, ada)
    add_passkey(page)
    copy = device.credentials[0]
    for _ in range(3):
        sign_out(page)
        by_passkey(page)
        page.wait_for_url("**/home")

    thief = open_browser(empty, locale="en")
    other = Device(thief)
    other.keep(copy)
    by_passkey(thief)

    expect(thief.locator("#wrong")).to_contain_text("could not be read")
    assert not is_in(thief)


def test_a_passkey_proves_who_is_there(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    Device(page)
    sign_in(page, ada)
    add_passkey(page)
    page.context.clear_cookies(name="perron_proof")
    page.goto(f"{SAFETY}/app")
    expect(page).to_have_url(re.compile("/confirm"))
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**{SAFETY}/app")


def test_one_device_keeps_one_passkey_for_somebody(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en")
    device = Device(page)
    sign_in(page, ada)
    add_passkey(page)
    page.goto(f"{SAFETY}/passkeys/new")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("[data-says]")).to_contain_text("has a passkey for you already")
    assert len(device.credentials) == 1


def test_the_picture_sets_up_an_app_and_its_code_is_asked_for(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, width="phone", locale="en")
    sign_in(page, ada)
    page.goto(f"{SAFETY}/app")
    expect(page.locator("svg.qr")).to_be_visible()
    page.get_by_text("Type it by hand").click()
    app = pyotp.TOTP(page.locator("code.code").inner_text().replace(" ", ""))
    page.locator("#code").fill(app.now())
    go_through(page.get_by_role("button", name="Ask for such a code from now on"))
    expect(page.locator("#codes code")).to_have_count(10)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert page.locator("#codes code").first.inner_text() in download.value.path().read_text()

    sign_out(page)
    half_way(page, ada)
    page.locator("#code").fill(app.at(datetime.now(), counter_offset=1))
    go_through(page.locator('form[action="/sign-in/second"] button').first)
    page.wait_for_url("**/home")


def complaints(page: Page, front: Path) -> list[str]:
    """What axe finds on the page as it stands, by day and by night, and whether it is wider than its window."""
    page.evaluate((front / "axe.min.js").read_text())
    wide = page.evaluate(WIDER)
    said = [f"{page.url} {one}" for one in (*broken(page, "light", []), *broken(page, "dark", COLOURS))]
    return said + ([f"{page.url}: {wide} px too wide"] if wide > 0 else [])


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_axe_finds_nothing_where_a_sign_in_is_guarded(
    empty: Served, open_browser: Opener, front: Path, ada: str, width: str
) -> None:
    page = open_browser(empty, width=width, locale="en")
    Device(page)
    sign_in(page, ada)
    found: list[str] = []
    add_passkey(page, "A name as long as some people like to give to what they own")
    go_through(page.get_by_role("button", name="Ask for my passkey after the password"))
    expect(page.locator("#codes")).to_be_visible()
    found += complaints(page, front)
    page.goto(SAFETY)
    page.get_by_text("Switch two-step sign-in off").click()
    page.locator(".guards summary").first.click()
    found += complaints(page, front)
    page.goto("/accounts/new")
    page.locator("#username").fill(ada.partition("@")[0])
    go_through(page.get_by_role("button", name="Open it, and speak for it"))
    expect(page.locator("#wrong")).to_be_visible()
    found += complaints(page, front)
    page.locator("#username").fill(f"paper{next(NUMBERS)}")
    page.locator("#display_name").fill("La Gazette des marches et de tous les environs, depuis toujours")
    page.get_by_role("button", name="Open it, and speak for it").click()
    page.wait_for_url("**/settings/profile")
    page.goto("/settings/accounts")
    page.locator("main .other-way summary").first.click()
    found += complaints(page, front)
    page.goto("/me" if width == "phone" else "/home")
    page.locator("main .voices > summary" if width == "phone" else ".rail .voices > summary").click()
    found += complaints(page, front)
    page.context.clear_cookies(name="perron_proof")
    page.goto(f"{SAFETY}/app")
    found += complaints(page, front)
    sign_out(page)
    half_way(page, ada)
    page.get_by_text("Use a recovery code").click()
    found += complaints(page, front)
    assert found == []


def test_without_a_script_passkeys_stay_out_of_the_way(empty: Served, open_browser: Opener, ada: str) -> None:
    page = open_browser(empty, locale="en", script=False)
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    sign_in(page, ada)
    page.goto(f"{SAFETY}/passkeys/new")
    expect(page.locator("noscript .notice")).to_be_visible()
