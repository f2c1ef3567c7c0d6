"""Preferences, the ways one is told, and one's own data, at a browser."""

import io
import re
import zipfile
from typing import Any

import pytest
from sqlalchemy import update

from perron.kit.mail import stop_code
from perron.kit.time import read_iso
from perron.people.passwords import hash_password
from perron.people.preferences import Quiet, change_preferences, preferences_of
from perron.people.queries import add_membership
from perron.store.tables import memberships, users
from perron.timelines.subscriptions import subscriptions_for
from perron.web.own.preferences import read_quiet, zones
from perron.web.told import ago, day, moment, month
from tests.api.test_push import SECRET, text
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import Browser, at_browser, somebody
from .test_pages import follow, words

PASSWORD = "les marches au soleil"
HASHED = hash_password(PASSWORD)


def chosen(town: Town, who: Person) -> Any:
    with town.store.read() as db:
        return preferences_of(db, who.user_id)


def wishes(town: Town, who: Person, **changes: Any) -> None:
    town.store.write(lambda tx: change_preferences(tx, who.user_id, **changes))


def test_looks_are_chosen_and_every_page_follows(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    page = browser.get("/settings/appearance")
    assert re.search(r'<html lang="en" data-heard="\d+">', page.text)
    answer = browser.fill(
        page,
        at="/settings/appearance",
        theme="dark",
        contrast="more",
        size="larger",
        motion="less",
        autoplay="never",
        require_alt="on",
        open_media="on",
    )
    page = follow(browser, answer)
    assert "Saved." in words(page)
    looks = '<html lang="en" data-theme="dark" data-contrast="more" data-size="larger" data-motion="less" data-heard='
    assert looks in page.text and looks in browser.get("/home").text
    kept = chosen(town, ada)
    assert kept.require_alt and kept.open_media and not kept.ask_boost and kept.autoplay == "never"

    wrong = browser.fill(page, at="/settings/appearance", theme="sepia")
    assert wrong.status_code == 422 and "This is not one of the choices." in words(wrong)
    assert chosen(town, ada) == kept
    assert "data-theme" not in at_browser(town).get("/").text


def test_languages_and_the_clock(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    said = ada.says("Minuit")
    page = browser.get("/settings/language")
    assert ">Paris</option>" in page.text and "Your device is at {city}." in page.text
    fields = {"lang": "fr", "zone": "Pacific/Auckland", "writes": "ca"}
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token
    answer = browser.post("/settings/language", data={**fields, "reads": ["fr", "ca"], "csrf": token[1]})
    page = follow(browser, answer)
    assert "C’est enregistré." in words(page) and 'lang="fr"' in page.text
    assert chosen(town, ada).languages == ("fr", "ca")
    assert ada.get("/api/v1/accounts/verify_credentials")["source"]["language"] == "ca"
    shown = browser.get(f"/@ada/{said['id']}").text
    told_there = moment(said["created_at"], "fr", "Pacific/Auckland")
    assert told_there in shown and f"{told_there} UTC" not in shown
    assert " UTC" in at_browser(town).get(f"/@ada/{said['id']}").text

    refused = browser.fill(page, at="/settings/language", zone="Europe/Atlantis")
    assert refused.status_code == 422 and chosen(town, ada).zone == "Pacific/Auckland"


def test_times_are_told_by_the_clock_of_whoever_reads() -> None:
    late = "2026-12-31T23:30:00.000Z"
    assert moment(late, "en") == "December 31, 2026, 23:30 UTC"
    assert moment(late, "fr", "Europe/Paris") == "1er janvier 2027, 00:30"
    assert day(late, "fr", "Europe/Paris") == "vendredi 1er janvier 2027" and day(late, "fr").endswith("2026")
    assert month(late, "fr", "Asia/Tokyo") == "janvier 2027"
    assert day("2026-11-21", "fr", "Asia/Tokyo") == "samedi 21 novembre 2026"
    from datetime import UTC, datetime

    later = datetime(2027, 1, 3, tzinfo=UTC)
    assert ago(late, "fr", "Europe/Paris", now=later) == "1er janv." and ago(late, "fr", now=later) == "31 déc. 2026"
    assert read_iso(late)


def test_every_zone_is_offered_by_its_city() -> None:
    for locale, london in (("fr", "Londres"), ("en", "London")):
        offered = {name: city for _, cities in zones(locale) for name, city in cities}
        assert len(offered) > 350 and offered["Europe/London"] == london and offered["America/Martinique"]


def test_ways_of_being_told(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    page = browser.get("/settings/notices")
    assert "ada@example.org" in page.text and "Somebody reports an account" not in page.text
    ticked = re.findall(r'name="(push_\w+)" checked', page.text)
    assert len(ticked) == 12
    given = dict.fromkeys(ticked, "on") | {"mail_mention": "once", "mail_follow": "daily", "quiet": "on"}
    del given["push_favourite"]
    answer = browser.fill(page, at="/settings/notices", **given, begins="22:30", ends="07:00", days="4")
    page = follow(browser, answer)
    kept = chosen(town, ada)
    assert kept.mail == {"mention": "once", "follow": "daily"} and kept.silent == {"favourite"}
    assert kept.quiet == Quiet(22 * 60 + 30, 7 * 60, (4,))
    assert 'value="22:30"' in page.text and "since you have not chosen your time zone yet" in words(page)

    wrong = browser.fill(page, at="/settings/notices", quiet="on", begins="soon", ends="07:00", mail_mention="daily")
    assert wrong.status_code == 422 and "Quiet hours need a beginning and an end" in words(wrong)
    assert 'value="soon"' in wrong.text and re.search(r'name="mail_mention".*?"daily" selected', wrong.text, re.DOTALL)
    wrong = browser.fill(page, at="/settings/notices", quiet="on", begins="22:00", ends="07:00")
    assert "Quiet hours need at least one day." in words(wrong) and chosen(town, ada) == kept


def test_moderators_are_told_of_reports(town: Town) -> None:
    mona = somebody(town, "mona", role="moderator")
    assert "Somebody reports an account" in words(at_browser(town, mona).get("/settings/notices"))


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [("22:00", "07:00", True), ("00:00", "00:00", True), ("24:00", "07:00", False), ("٢٢:00", "07:00", False)]
    + [("", "", False), ("22", "7", False), ("-1:00", "07:00", False), ("22:60", "07:00", False)],
)
def test_hours_are_hours(begins: str, ends: str, fits: bool) -> None:
    try:
        assert read_quiet(begins, ends, ["1", "6", "9", "x"]).days == (1, 6)
    except ValueError:
        raise
    except Exception:
        assert not fits
    else:
        assert fits


def token_of(browser: Browser, path: str = "/settings/notices") -> str:
    found = re.search(r'name="csrf" value="(\w+)"', browser.get(path).text)
    assert found
    return found[1]


def test_this_browser_is_told_until_it_signs_out(town: Town) -> None:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    keys = {
        "endpoint": "https://push.test/device",
        "p256dh": text(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
        "auth": text(SECRET),
    }
    csrf = token_of(browser)

    def told() -> int:
        with town.store.read() as db:
            return len(subscriptions_for(db, ada.account.id, "mention"))

    assert browser.post("/settings/notices/push", data={**keys, "csrf": csrf, "auth": "no"}).status_code == 422
    assert browser.post("/settings/notices/push", data={**keys, "csrf": csrf}).status_code == 303 and told() == 1
    page = browser.get("/settings/notices")
    assert "Tell this browser nothing more" in page.text
    browser.fill(page, at="/settings/notices/push/stop")
    assert told() == 0

    browser.post("/settings/notices/push", data={**keys, "csrf": csrf})
    assert told() == 1
    browser.fill(browser.get("/home"), at="/sign-out")
    assert told() == 0


def test_privacy_is_chosen_in_one_place(town: Town) -> None:
    ada = somebody(town, "ada")
    browser = at_browser(town, ada)
    page = browser.get("/settings/privacy")
    given = {"locked": "on", "indexable": "on", "visibility": "followers", "quote_policy": "nobody", "sensitive": "on"}
    page = follow(browser, browser.fill(page, at="/settings/privacy", **given))
    me = ada.get("/api/v1/accounts/verify_credentials")
    assert me["locked"] and me["indexable"] and not me["discoverable"] and not me["hide_collections"]
    assert me["source"]["privacy"] == "private" and me["source"]["quote_policy"] == "nobody"
    assert me["source"]["sensitive"] is True
    wrong = browser.fill(page, at="/settings/privacy", visibility="moon")
    assert wrong.status_code == 422 and "This is not one of the choices." in words(wrong)


def test_only_those_who_are_in_have_settings(town: Town) -> None:
    nobody = at_browser(town)
    for path in (
        "appearance",
        "language",
        "notices",
        "privacy",
        "data",
        "data/archive",
        "data/archive/1",
        "data/delete",
    ):
        answer = nobody.get(f"/settings/{path}")
        assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next="), path


def as_analyst(town: Town, who: Person) -> None:
    with town.store.engine.begin() as connection:
        connection.execute(update(memberships).where(memberships.c.user_id == who.user_id).values(role="analyst"))


def test_whoever_only_reads_for_an_account_changes_their_own_things_only(town: Town) -> None:
    ada = somebody(town, "ada")
    as_analyst(town, ada)
    with_password(town, ada)
    browser = at_browser(town, ada)
    page = browser.get("/settings/language")
    browser.fill(page, at="/settings/language", zone="Europe/Paris", writes="ca")
    assert chosen(town, ada).zone == "Europe/Paris"
    assert ada.get("/api/v1/accounts/verify_credentials")["source"]["language"] == "en"
    assert browser.get("/settings/privacy").status_code == 403
    assert "Have an archive made" not in browser.get("/settings/data").text
    csrf = token_of(browser)
    assert browser.post("/settings/data/archive", data={"csrf": csrf}).status_code == 403
    refused = browser.post("/settings/data/delete", data={"csrf": csrf, "handle": "ada", "password": PASSWORD})
    assert refused.status_code == browser.get("/settings/data/delete").status_code == 403
    assert ada.get("/api/v1/accounts/verify_credentials")


# -- mail --------------------------------------------------------------------------------------------------------------


def test_one_click_in_a_mail_stops_it_without_signing_in(town: Town) -> None:
    ada = somebody(town, "ada")
    wishes(town, ada, mail={"mention": "once", "follow": "daily"})
    code = stop_code(town.settings.data, ada.user_id, "mention")
    nobody = at_browser(town)
    page = nobody.get(f"/mail/stop/{code}")
    assert "Somebody mentions you" in words(page) and chosen(town, ada).mails("mention") == "once"
    done = nobody.post(f"/mail/stop/{code}", data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200 and "You receive no more mail" in words(done)
    assert chosen(town, ada).mail == {"follow": "daily"}
    everything = re.findall(r'action="(/mail/stop/[^"]+)"', page.text)[-1]
    nobody.post(everything)
    assert chosen(town, ada).mail == {}


def test_a_code_that_we_did_not_sign_stops_nothing(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    wishes(town, ada, mail={"mention": "once"})
    code = stop_code(town.settings.data, bea.user_id, "mention").replace(str(bea.user_id), str(ada.user_id))
    for wrong in (code, f"{ada.user_id}.all.{'0' * 40}", "x", stop_code(town.settings.data, ada.user_id, "moon")):
        assert at_browser(town).post(f"/mail/stop/{wrong}").status_code == 404
    assert chosen(town, ada).mails("mention") == "once"


# -- one's own data ----------------------------------------------------------------------------------------------------


def test_an_archive_from_the_button_to_the_file(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    ada.says("Bonjour")
    browser = at_browser(town, ada)
    page = browser.get("/settings/data")
    assert "ada@example.org" in words(page) and "Posts 1" in words(page)
    page = follow(browser, browser.fill(page, at="/settings/data/archive"))
    assert "<progress" in page.text and "See how far it is" in words(page) and "data-running" in page.text
    assert "data-running" in browser.get("/settings/data/archive", headers={"HX-Request": "true"}).text
    assert browser.get("/settings/data/archive").headers["location"] == "/settings/data#archive"
    town.run_jobs()
    page = browser.get("/settings/data")
    found = re.search(r'href="(/settings/data/archive/\d+)"', page.text)
    assert found and "data-running" not in page.text
    answer = browser.get(found[1])
    assert answer.headers["content-type"] == "application/zip" and answer.headers["cache-control"] == "no-store"
    assert 'filename="perron-ada.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "Bonjour" in archive.read("posts.json").decode()

    # to everybody else it is not there, exactly as what never was
    other, nobody = at_browser(town, bea), at_browser(town)
    never = other.get("/settings/data/archive/12345")
    theirs = other.get(found[1])
    assert theirs.status_code == never.status_code == 404 and words(theirs) == words(never)
    assert nobody.get(found[1]).status_code == 303
    assert other.post(f"{found[1]}/cancel", data={"csrf": token_of(other)}).status_code == 404
    assert browser.get(found[1]).status_code == 200

    again = browser.post("/settings/data/archive", data={"csrf": token_of(browser)})
    assert again.status_code == 429 and "one archive a day" in words(again)
    follow(browser, browser.fill(page, at=f"{found[1]}/cancel"))
    assert browser.get(found[1]).status_code == 404


def test_somebody_who_shares_an_account_gets_no_archive_of_the_other(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    town.store.write(lambda tx: add_membership(tx, bea.user_id, ada.account.id, "owner"))
    browser = at_browser(town, ada)
    browser.fill(browser.get("/settings/data"), at="/settings/data/archive")
    town.run_jobs()
    found = re.search(r'href="(/settings/data/archive/\d+)"', browser.get("/settings/data").text)
    assert found
    other = at_browser(town, Person(town, ada.account, bea.user_id, ""))
    assert other.get("/settings/data").status_code == 200 and other.get(found[1]).status_code == 404


def with_password(town: Town, who: Person) -> None:
    with town.store.engine.begin() as connection:
        connection.execute(update(users).where(users.c.id == who.user_id).values(password=HASHED))


def test_an_account_is_deleted_by_name_and_password(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    with_password(town, ada)
    said = ada.says("Adieu")
    browser = at_browser(town, ada)
    page = browser.get("/settings/data/delete")
    assert "This cannot be undone." in words(page)
    wrong = browser.fill(page, at="/settings/data/delete", handle="bea", password=PASSWORD)
    assert wrong.status_code == 422 and "This is not the name of this account." in words(wrong)
    wrong = browser.fill(page, at="/settings/data/delete", handle="@ada", password="nonsense")
    assert wrong.status_code == 401 and 'value="@ada"' in wrong.text
    assert browser.get(f"/@ada/{said['id']}").status_code == 200

    done = browser.fill(page, at="/settings/data/delete", handle="@Ada", password=PASSWORD)
    assert done.status_code == 200 and "The account is deleted" in words(done)
    town.run_jobs()
    assert browser.get("/home").status_code == 303
    for path in ("/@ada", f"/@ada/{said['id']}"):
        assert at_browser(town, bea).get(path).status_code == 404


def test_the_only_owner_of_a_server_stays(town: Town) -> None:
    ada = somebody(town, "ada", role="owner")
    with_password(town, ada)
    browser = at_browser(town, ada)
    page = browser.get("/settings/data/delete")
    refused = browser.fill(page, at="/settings/data/delete", handle="ada", password=PASSWORD)
    assert refused.status_code == 403 and "You are the only owner of this server." in words(refused)
    somebody(town, "bea", role="owner")
    assert browser.fill(page, at="/settings/data/delete", handle="ada", password=PASSWORD).status_code == 200


# -- what choices do to other pages ------------------------------------------------------------------------------------


def test_whoever_wishes_to_be_asked_before_a_boost_is_asked(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    said = ada.says("À relayer ?")
    wishes(town, bea, ask_boost=True)
    browser = at_browser(town, bea)
    page = browser.get(f"/@ada/{said['id']}")
    assert "data-asks" in page.text and "data-asks" not in at_browser(town, ada).get("/@ada").text
    asked = browser.press(page, f"/posts/{said['id']}/boost")
    assert asked.status_code == 200 and "Boost this post?" in words(asked) and "À relayer" in words(asked)
    assert ada.get(f"/api/v1/statuses/{said['id']}")["reblogs_count"] == 0
    assert browser.fill(asked, at=f"/posts/{said['id']}/boost").status_code == 303
    assert ada.get(f"/api/v1/statuses/{said['id']}")["reblogs_count"] == 1
    hidden = ada.says("Pour les miens", visibility="private")
    refused = browser.post(f"/posts/{hidden['id']}/boost", data={"csrf": token_of(browser)})
    assert refused.status_code == 404


def test_warnings_open_for_those_who_wish_it(town: Town) -> None:
    ada = somebody(town, "ada")
    ada.says("Il meurt à la fin", spoiler_text="Cinéma")
    browser = at_browser(town, ada)
    assert '<details class="veil" open>' not in browser.get("/@ada").text
    wishes(town, ada, expand_warnings=True)
    assert '<details class="veil" open>' in browser.get("/@ada").text
    assert ada.get("/api/v1/preferences")["reading:expand:spoilers"] is True


def test_explore_keeps_to_the_languages_one_reads(town: Town) -> None:
    ada = somebody(town, "ada")
    ada.says("Bonjour tout le monde", language="fr")
    ada.says("Guten Tag zusammen", language="de")
    browser = at_browser(town, ada)
    assert "Guten Tag" in words(browser.get("/explore"))
    wishes(town, ada, languages=["fr", "ca"])
    shown = words(browser.get("/explore"))
    assert "Bonjour" in shown and "Guten Tag" not in shown
    assert "Guten Tag" in words(at_browser(town).get("/explore"))
