"""Reports, decisions and appeals, with a browser that runs no script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select

from perron.moderation import attend
from perron.moderation.decide import decide
from perron.moderation.model import Decision, Moderator
from perron.moderation.report import report
from perron.people.second_factor import new_totp, start_totp
from perron.people.users import change_password
from perron.store.tables import metadata
from perron.web.trust import csrf_token
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import KEPT, Browser, at_browser, somebody
from .test_pages import follow, words

RULES = ("Speak with people, not about them.", "No advertising.")


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A server with rules, and with people in it."""
    with Town.opened(tmp_path / "town", origin="http://testserver", locale="en", title="The Steps", rules=RULES) as one:
        yield one


@pytest.fixture
def ada(town: Town) -> Person:
    return somebody(town, "ada")


@pytest.fixture
def dirk(town: Town) -> Person:
    return somebody(town, "dirk")


@pytest.fixture
def mona(town: Town) -> Person:
    return somebody(town, "mona", role="moderator")


def rows(town: Town, table: str) -> list[Any]:
    with town.store.read() as db:
        return list(db.connection.execute(select(metadata.tables[table])))


def as_moderator(person: Person, role: str = "moderator") -> Moderator:
    return Moderator(person.user_id, person.account.id, role)


def struck(town: Town, by: Person, about: Person, action: str = "warn", **more: Any) -> Any:
    given = {"text": "This was an advertisement.", "rules": (2,)} | more
    return town.store.write(
        lambda tx: decide(tx, as_moderator(by), about.account.id, Decision(action, **given), town.settings)
    )


def reported(town: Town, by: Person, about: Person, **more: Any) -> Any:
    return town.store.write(lambda tx: report(tx, by.account, about.account.id, town.settings, **more))


def token(browser: Browser) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', browser.get("/settings/profile").text)
    assert found
    return found[1]


# -- reporting ---------------------------------------------------------------------------------------------------------


def test_a_person_reports_a_post_from_its_menu(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    post = dirk.says("Buy carpets")
    browser = at_browser(town, ada)
    path = f"/report?account={dirk.id}&amp;post={post['id']}"
    assert path in browser.get(f"/@dirk/{post['id']}").text
    assert f"/report?account={dirk.id}" in browser.get("/@dirk").text

    page = browser.get(path.replace("&amp;", "&"))
    assert "Buy carpets" in words(page) and f'value="{post["id"]}" checked' in page.text
    sent = browser.press(
        page, "/report", category="violation", rule="2", chosen=post["id"], comment="He sells carpets."
    )

    thanks = follow(browser, sent)
    assert "Thank you" in words(thanks) and "Mute @dirk" in words(thanks)
    row = rows(town, "reports")[0]
    assert (row.category, row.comment, row.rules, row.posts) == (
        "violation",
        "He sells carpets.",
        "[2]",
        f"[{post['id']}]",
    )
    town.run_jobs()
    assert mona.notices() == [("admin.report", "ada")]
    assert follow(browser, browser.press(thanks, f"/accounts/{dirk.id}/block")).status_code == 200
    assert "You have blocked @dirk" in words(browser.get(f"/report/sent?account={dirk.id}"))


def test_a_refused_report_keeps_every_word(town: Town, ada: Person, dirk: Person) -> None:
    dirk.says("Carpets")
    browser = at_browser(town, ada)
    page = browser.get(f"/report?account={dirk.id}")
    back = browser.press(page, "/report", category="violation", rule="2", comment="x" * 1001)
    assert back.status_code == 422 and "x" * 1001 in back.text
    assert re.search(r'name="rule" value="2" checked', back.text) and 'value="violation" required checked' in back.text
    assert browser.press(page, "/report", comment="Hm").status_code == 400
    assert rows(town, "reports") == []


def test_whom_one_cannot_report_is_as_if_not_there(town: Town, ada: Person) -> None:
    browser = at_browser(town, ada)
    own, unknown = browser.get(f"/report?account={ada.id}"), browser.get("/report?account=12345")
    assert own.status_code == unknown.status_code == 404
    assert browser.get("/report").status_code == browser.get("/report?post=99").status_code == 404
    data = {"csrf": token(browser), "account": ada.id, "category": "spam"}
    assert browser.post("/report", data=data).status_code in (403, 404)
    assert rows(town, "reports") == []


def test_nobody_sees_a_private_post_through_a_report(town: Town, ada: Person, dirk: Person) -> None:
    secret = dirk.says("For my followers", visibility="private")
    browser = at_browser(town, ada)
    page = browser.get(f"/report?account={dirk.id}&post={secret['id']}")
    assert "For my followers" not in page.text
    assert browser.get(f"/report?post={secret['id']}").status_code == 404
    browser.press(page, "/report", category="spam", chosen=secret["id"])
    assert rows(town, "reports")[0].posts == "[]"


def test_whoever_is_not_signed_in_is_led_to_the_door(town: Town, dirk: Person) -> None:
    for path in (f"/report?account={dirk.id}", "/settings/standing"):
        assert at_browser(town).get(path).headers["location"].startswith("/sign-in?next=")


def test_the_queue_and_the_audit_go_on_page_by_page(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    made = [reported(town, ada, dirk, words=f"Number {n}.") for n in range(21)]
    browser = at_browser(town, mona)
    page = browser.get("/manage/reports")
    older = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert older and "Number 20." in words(page) and "Number 0." not in words(page)
    assert "Number 0." in words(browser.get(older[1].replace("&amp;", "&")))
    for one in made[:20]:
        for act in (attend.close, attend.reopen, attend.close):
            town.store.write(lambda tx, act=act, id_=one.id: act(tx, as_moderator(mona), id_))
    page = browser.get(f"/manage/audit?by={mona.id}&verb=close_report")
    assert 'rel="next"' not in page.text
    page = browser.get(f"/manage/audit?by={mona.id}")
    older = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert older and f"by={mona.id}" in older[1]
    assert browser.get(older[1].replace("&amp;", "&")).text.count('<time class="hint"') == 10


# -- for moderators only -----------------------------------------------------------------------------------------------

PAGES = (
    *("/manage/reports", "/manage/reports?show=mine", "/manage/reports?show=closed", "/manage/reports/{report}"),
    *("/manage/accounts", "/manage/accounts?show=waiting", "/manage/accounts/{account}", "/manage/appeals"),
    *("/manage/appeals?show=closed", "/manage/audit", "/manage/domains"),
)
FORMS = (
    *("/manage/reports/{report}/take", "/manage/reports/{report}/give_back", "/manage/reports/{report}/close"),
    *("/manage/reports/{report}/reopen", "/manage/reports/{report}/note", "/manage/reports/{report}/decide"),
    *("/manage/accounts/{account}/decide", "/manage/accounts/{account}/approve"),
    *("/manage/accounts/{account}/turn_away", "/manage/accounts/{account}/lift", "/manage/accounts/{account}/undo"),
    *("/manage/appeals/{account}/grant", "/manage/appeals/{account}/refuse", "/manage/domains"),
    "/manage/domains/{report}/drop",
)


def test_the_pages_of_moderators_are_not_there_for_anybody_else(
    town: Town, ada: Person, dirk: Person, mona: Person
) -> None:
    made = reported(town, ada, dirk)
    named = {"report": made.id, "account": dirk.id}
    nobody, stranger, helper = at_browser(town), at_browser(town, ada), at_browser(town, mona)
    nothing = {who: who.get("/manage/nothing/at/all") for who in (nobody, stranger)}
    for path in PAGES:
        assert helper.get(path.format(**named)).status_code == 200, path
        for who in (nobody, stranger):
            answer = who.get(path.format(**named))
            assert answer.status_code == 404, path
            assert said(answer) == said(nothing[who])


def said(page: httpx.Response) -> str:
    """What a page says, but for the address that it names."""
    return re.sub(r"/manage/[^\s\"]*", "/manage/…", words(page))


@pytest.mark.parametrize(("role", "state"), [("user", "active"), ("moderator", "pending")])
def test_the_forms_of_moderators_are_not_there_for_anybody_else(
    town: Town, ada: Person, dirk: Person, role: str, state: str
) -> None:
    made = reported(town, ada, dirk)
    browser = at_browser(town, somebody(town, "eve", role=role, state=state))
    assert browser.get("/manage/reports").status_code == 404
    data = {
        "csrf": csrf_token(town.settings, browser.session),
        "action": "suspend",
        "text": "Out",
        "rule": "1",
        "report": str(made.id),
    }
    for path in FORMS:
        answer = browser.post(path.format(report=made.id, account=dirk.id), data=data)
        assert answer.status_code == 404, path
    assert rows(town, "audit") == rows(town, "strikes") == []


def test_what_is_not_there_is_not_found(town: Town, mona: Person) -> None:
    browser = at_browser(town, mona)
    for path in ("/manage/reports/7", "/manage/reports/x", "/manage/accounts/7", "/manage/reports?show=x"):
        assert browser.get(path).status_code == 404, path
    data = {"csrf": token(browser)}
    for path in ("/manage/reports/7/take", "/manage/accounts/7/approve", "/manage/appeals/7/grant"):
        assert browser.post(path, data=data).status_code == 404, path
    assert browser.post(f"/manage/accounts/{mona.id}/praise", data=data).status_code == 404


# -- looking after a report --------------------------------------------------------------------------------------------


def test_a_report_is_taken_discussed_and_decided(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    secret = dirk.says("@ada buy carpets", visibility="direct")
    made = reported(town, ada, dirk, category="violation", rules=[2], words="Again!", post_ids=[int(secret["id"])])
    other = reported(town, mona, dirk)
    browser, at = at_browser(town, mona), f"/manage/reports/{made.id}"
    assert "Again!" in words(browser.get("/manage/reports"))

    page = follow(browser, browser.press(browser.get(at), f"{at}/take"))
    assert "You look after this report" in words(page) and "buy carpets" in words(page)
    assert "Again!" in words(browser.get("/manage/reports?show=mine"))
    page = follow(browser, browser.press(page, f"{at}/note", note="I know him."))
    assert "I know him." in words(page)
    again = browser.press(page, f"{at}/decide", action="delete_posts", chosen=secret["id"], text="")
    assert again.status_code == 422 and 'value="delete_posts" required checked' in again.text
    assert rows(town, "strikes") == []

    given = {"action": "delete_posts", "chosen": secret["id"], "rule": "2", "text": "No carpets here.", "close": "all"}
    follow(browser, browser.press(again, f"{at}/decide", **given))

    assert {row.state for row in rows(town, "reports")} == {"closed"} and other.id
    assert dirk.get(f"/api/v1/statuses/{secret['id']}", expect=404)
    assert [row.verb for row in rows(town, "audit")] == ["take_report", "delete_posts", "close_report", "close_report"]
    town.run_jobs()
    assert ("moderation_warning", "dirk") in dirk.notices()
    standing = words(at_browser(town, dirk).get("/settings/standing"))
    assert "No carpets here." in standing and "No advertising." in standing and "buy carpets" in standing
    assert "mona" not in standing and "@ada buy" in standing
    closed = browser.get(at)
    assert "Open it again" in words(closed) and "is gone" in words(closed)
    assert "To look at" in words(follow(browser, browser.press(closed, f"{at}/reopen"))) or True
    assert next(row for row in rows(town, "reports") if row.id == made.id).state == "open"


def test_a_report_on_an_account_above_oneself_can_be_read_and_not_decided(
    town: Town, ada: Person, mona: Person
) -> None:
    olga = somebody(town, "olga", role="owner")
    made = reported(town, ada, olga)
    browser = at_browser(town, mona)
    page = browser.get(f"/manage/reports/{made.id}")
    assert "You cannot decide about this account" in words(page) and "/decide" not in page.text
    data = {"csrf": token(browser), "action": "suspend", "text": "Out", "rule": "1", "report": str(made.id)}
    assert browser.post(f"/manage/reports/{made.id}/decide", data=data).status_code == 403
    for act in ("lift", "undo", "approve", "turn_away"):
        answer = browser.post(f"/manage/accounts/{olga.id}/{act}", data=data | {"measure": "suspend", "strike": "1"})
        assert answer.status_code in (403, 404), act
    assert browser.post(f"/manage/accounts/{olga.id}/decide", data=data).status_code == 403
    assert rows(town, "strikes") == []


# -- accounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["limit", "disable", "suspend"])
def test_an_account_is_acted_upon_and_the_decision_undone(town: Town, ada: Person, mona: Person, action: str) -> None:
    ada.says("Carpets")
    browser, at = at_browser(town, mona), f"/manage/accounts/{ada.id}"
    page = browser.get(at)
    assert "ada@example.org" in words(page) and "Nothing was ever decided" in words(page)

    page = follow(browser, browser.press(page, f"{at}/decide", action=action, rule="1", text="Enough."))
    assert "Enough." in words(page)
    seen = at_browser(town).get("/@ada").status_code
    assert seen == (404 if action == "suspend" else 200)
    assert at_browser(town, ada).get("/home").status_code == (200 if action == "limit" else 303)
    assert "@ada" in words(
        browser.get(
            f"/manage/accounts?show={ {'limit': 'limited', 'disable': 'disabled', 'suspend': 'suspended'}[action] }"
        )
    )

    page = follow(browser, browser.press(page, f"{at}/undo"))
    assert "Undone" in words(page)
    assert at_browser(town).get("/@ada").status_code == at_browser(town, ada).get("/home").status_code == 200

    struck(town, mona, ada, action)
    page = browser.get(at)
    follow(browser, browser.press(page, f"{at}/lift"))
    assert at_browser(town, ada).get("/home").status_code == 200


def test_who_waits_is_let_in_or_turned_away(town: Town, mona: Person) -> None:
    from perron.people.join import join

    def waiting(name: str) -> int:
        made = town.store.write(
            lambda tx: join(
                tx,
                username=name,
                email=f"{name}@perron.test",
                password_hash="",
                policy="approval",
                reason=f"I am {name}.",
            )
        )
        return made[1].id

    ines, ivan = waiting("ines"), waiting("ivan")
    browser = at_browser(town, mona)
    page = browser.get("/manage/accounts?show=waiting")
    assert "I am ines." in words(page)
    page = follow(browser, browser.press(page, f"/manage/accounts/{ines}/approve"))
    page = follow(browser, browser.press(page, f"/manage/accounts/{ivan}/turn_away"))
    assert "Nobody waits" in words(page)
    assert at_browser(town).get("/@ines").status_code == 200 and at_browser(town).get("/@ivan").status_code == 404


def test_accounts_are_looked_for(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    browser = at_browser(town, mona)
    found = words(browser.get("/manage/accounts?q=dirk@example.org"))
    assert "@dirk" in found and "@ada" not in found
    assert "No account answers" in words(browser.get("/manage/accounts?q=%25"))


def test_an_owner_names_a_moderator_and_a_moderator_names_nobody(town: Town, ada: Person, mona: Person) -> None:
    olga = somebody(town, "olga", role="owner")
    browser, at = at_browser(town, olga), f"/manage/accounts/{ada.id}"
    page = follow(browser, browser.press(browser.get(at), f"{at}/role", role="moderator"))
    assert 'value="moderator" selected' in page.text
    assert at_browser(town, ada).get("/manage/reports").status_code == 200

    helper, other = at_browser(town, mona), somebody(town, "bea")
    assert "/role" not in helper.get(f"/manage/accounts/{other.id}").text
    data = {"csrf": token(helper), "role": "owner"}
    assert helper.post(f"/manage/accounts/{other.id}/role", data=data).status_code == 403
    assert helper.post(f"/manage/accounts/{mona.id}/role", data=data).status_code == 403


# -- standing and appeals ----------------------------------------------------------------------------------------------


def test_a_person_appeals_and_is_answered(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    strike = struck(town, mona, ada, "limit")
    browser, helper = at_browser(town, ada), at_browser(town, mona)
    page = browser.get("/settings/standing")
    assert "Your account was limited" in words(page) and "No advertising." in words(page)
    empty = browser.press(page, f"/settings/standing/{strike.id}", text=" ")
    assert empty.status_code == 422 and "Please say why" in words(empty)
    page = follow(browser, browser.press(page, f"/settings/standing/{strike.id}", text="It was a poem."))
    assert "It was a poem." in words(page) and f'action="/settings/standing/{strike.id}"' not in page.text

    queue = helper.get("/manage/appeals")
    appeal = rows(town, "appeals")[0].id
    assert "It was a poem." in words(queue)
    bare = helper.press(queue, f"/manage/appeals/{appeal}/refuse", words="")
    assert bare.status_code == 422
    follow(helper, helper.press(queue, f"/manage/appeals/{appeal}/grant", words="So it was."))
    standing = words(browser.get("/settings/standing"))
    assert "It was granted." in standing and "So it was." in standing and "is limited" not in standing
    assert "So it was." in words(helper.get("/manage/appeals?show=closed"))
    stranger = at_browser(town, dirk)
    answer = stranger.post(f"/settings/standing/{strike.id}", data={"csrf": token(stranger), "text": "Me too"})
    assert answer.status_code == 404
    assert "Nothing was decided about your account" in words(stranger.get("/settings/standing"))


def with_password(town: Town, person: Person) -> None:
    town.store.write(lambda tx: change_password(tx, person.user_id, KEPT))


@pytest.mark.parametrize("action", ["disable", "suspend"])
def test_who_cannot_come_in_reads_why_and_appeals(
    town: Town, ada: Person, dirk: Person, mona: Person, action: str
) -> None:
    with_password(town, ada)
    strike, other = struck(town, mona, ada, action), struck(town, mona, dirk)
    browser = at_browser(town)
    assert browser.get("/standing").headers["location"] == "/sign-in"

    page = follow(browser, browser.sign_in("ada@example.org"))
    assert "You cannot come in" in words(page) and "No advertising." in words(page)
    assert browser.get("/home").headers["location"].startswith("/sign-in")
    empty = browser.press(page, f"/standing/{strike.id}", text="")
    assert empty.status_code == 422
    data = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page.text)) | {"text": "No."}
    assert browser.post(f"/standing/{other.id}", data=data).status_code == 404
    page = follow(browser, browser.press(page, f"/standing/{strike.id}", text="It was a poem."))
    assert "It was a poem." in words(page)
    assert [row.strike_id for row in rows(town, "appeals")] == [strike.id]

    stranger = at_browser(town)
    assert "do not go together" in words(stranger.sign_in("ada@example.org", "not her password"))
    assert stranger.get("/standing").headers["location"] == "/sign-in"
    with_password(town, ada)
    town.store.write(lambda tx: change_password(tx, ada.user_id, KEPT + " "))
    assert browser.get("/standing").headers["location"] == "/sign-in"


def test_who_has_a_second_step_makes_it_before_reading_why(town: Town, ada: Person, mona: Person) -> None:
    with_password(town, ada)
    secret = new_totp()
    codes = town.store.write(
        lambda tx: start_totp(tx, ada.user_id, secret, pyotp.TOTP(secret).now(), data=town.settings.data)
    )
    strike = struck(town, mona, ada, "suspend")
    browser = at_browser(town)

    page = follow(browser, browser.sign_in("ada@example.org"))
    assert "second step" in words(page) and "advertis" not in words(page)
    data = dict(re.findall(r'<input type="hidden" name="(csrf)" value="([^"]*)">', page.text))
    assert browser.post(f"/standing/{strike.id}", data=data | {"text": "No."}).status_code == 404
    assert browser.press(page, "/standing", code="000000").status_code == 401
    page = follow(browser, browser.press(page, "/standing", code=codes[0]))
    assert "This was an advertisement." in words(page)


def test_notices_lead_to_the_report_and_to_the_decision(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    made = reported(town, ada, dirk)
    struck(town, mona, dirk)
    town.run_jobs()
    assert f'href="/manage/reports/{made.id}"' in at_browser(town, mona).get("/notices").text
    assert 'href="/settings/standing"' in at_browser(town, dirk).get("/notices").text


# -- audit and domains -------------------------------------------------------------------------------------------------


def test_the_audit_tells_who_did_what(town: Town, ada: Person, dirk: Person, mona: Person) -> None:
    max_ = somebody(town, "max", role="moderator")
    struck(town, mona, ada, "limit")
    struck(town, max_, dirk, "warn")
    browser = at_browser(town, mona)
    page = words(browser.get("/manage/audit"))
    assert "mona limited an account: @ada" in page and "max warned an account: @dirk" in page
    lines = browser.get(f"/manage/audit?by={max_.id}").text.split('class="audit"')[1]
    assert "@dirk" in lines and "@ada" not in lines
    assert "@dirk" not in browser.get("/manage/audit?verb=limit").text.split('class="audit"')[1]
    assert "No line answers" in words(browser.get("/manage/audit?verb=nothing"))


def test_other_servers_get_rules(town: Town, mona: Person) -> None:
    browser = at_browser(town, mona)
    page = browser.get("/manage/domains")
    given = {"domain": "Far.Example", "severity": "suspend", "public_comment": "Spam", "obscured": "on"}
    page = follow(browser, browser.press(page, "/manage/domains", **given))
    assert "far.example" in words(page)
    rule = rows(town, "domain_rules")[0]
    page = browser.get(f"/manage/domains?change={rule.id}")
    assert 'value="far.example" required' in page.text and "readonly" in page.text
    wrong = browser.press(browser.get("/manage/domains"), "/manage/domains", domain="not a name", severity="silence")
    assert wrong.status_code == 422 and 'value="not a name"' in wrong.text

    shown = town.anybody("/api/v1/instance/domain_blocks")
    assert shown == [
        {
            "domain": "far.*****le",
            "digest": shown[0]["digest"],
            "severity": "suspend",
            "comment": "Spam",
        }
    ]
    follow(browser, browser.press(page, f"/manage/domains/{rule.id}/drop"))
    assert rows(town, "domain_rules") == [] and town.anybody("/api/v1/instance/domain_blocks") == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_pages_are_said_in_both_languages(town: Town, ada: Person, dirk: Person, mona: Person, locale: str) -> None:
    made = reported(town, ada, dirk, words="Spam")
    struck(town, mona, dirk, "limit", report_id=made.id)
    browser = at_browser(town, mona)
    for path in PAGES:
        page = browser.get(path.format(report=made.id, account=dirk.id), params={"lang": locale})
        assert page.status_code == 200 and page.text.count("<h1") == 1, path
        assert_sound(page)


def assert_sound(page: httpx.Response) -> None:
    assert "style=" not in page.text and not re.search(r"\son\w+=", page.text)
