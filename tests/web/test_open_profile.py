"""A profile is a dated public blog: months, first words, credits, pictures, how long somebody has been here."""

import html
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.people.queries import add_account, find_account
from perron.posts.archive import first_public, ids_of_month, month_of
from perron.posts.model import Draft
from perron.posts.publish import publish as publish_post
from perron.store import Prepared, insert
from perron.store.tables import posts
from perron.web.open.ages import age, age_in_words, months_later
from perron.web.told import filters
from perron.web.words import words as speak
from tests.rig import Person
from tests.rig import Site as Town

from .conftest import at_browser, somebody
from .test_pages import picture, publish, words

DAYS = st.dates(date(1970, 1, 1), date(2999, 12, 31))


# -- how old -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "today", "english", "french"),
    [
        ("2007-05-07", "2011-03-30", "3 years, 10 months and 23 days", "3 ans, 10 mois et 23 jours"),  # S3-037
        ("2026-11-22", "2026-11-22", "less than a day", "moins d’un jour"),
        ("2026-11-21", "2026-11-22", "1 day", "1 jour"),
        ("2025-11-22", "2026-11-22", "1 year", "1 an"),
        ("2024-02-29", "2025-02-28", "1 year", "1 an"),
        ("2026-01-31", "2026-03-01", "1 month and 1 day", "1 mois et 1 jour"),
        ("2026-10-22", "2026-11-22", "1 month", "1 mois"),
    ],
)
def test_an_age_is_told_as_one_would_say_it(born: str, today: str, english: str, french: str) -> None:
    first, last = date.fromisoformat(born), date.fromisoformat(today)
    assert age_in_words(speak("en"), first, last) == english
    assert age_in_words(speak("fr"), first, last) == french


@given(DAYS, DAYS)
def test_an_age_leads_from_one_day_to_the_other(born: date, today: date) -> None:
    years, months, days = age(born, today)
    assert 0 <= months < 12 and 0 <= days < 31 and years >= 0
    if today > born:
        assert months_later(born, 12 * years + months) + timedelta(days) == today
    else:
        assert (years, months, days) == (0, 0, 0)


@given(DAYS, st.integers(0, 40_000))
def test_an_age_never_shrinks(born: date, days: int) -> None:
    today = min(born + timedelta(days), date(2999, 12, 30)) if born < date(2999, 12, 30) else born
    assert age(born, today + timedelta(1) if today < date(2999, 12, 31) else today) >= age(born, today)


@pytest.mark.parametrize(("locale", "says"), [("fr", "9\u202f200"), ("en", "9,200")])
def test_counts_are_told_in_the_readers_way(locale: str, says: str) -> None:  # S3-021
    assert filters(locale)["number"](9200) == says


# -- month by month ----------------------------------------------------------------------------------------------------


def says_at(town: Town, person: Person, text: str, when: str, visibility: str = "public") -> int:
    """Publish as if it had been then."""
    at = int(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp() * 1000)
    draft = Draft(text, visibility=visibility, at=at)
    return town.store.write(lambda tx: publish_post(tx, person.account, draft, town.settings)).id


@given(st.integers(1970, 2999), st.integers(1, 12))
def test_a_month_ends_where_the_next_begins(year: int, month: int) -> None:
    begins, ends = ids_of_month(year, month)
    assert month_of(begins) == month_of(ends - 1) == (year, month) and month_of(ends) != (year, month)


def test_a_month_has_an_address(town: Town) -> None:
    ada = somebody(town, "ada")
    for day in range(1, 25):
        says_at(town, ada, f"Mars {day}", f"2024-03-{day:02}T12:00")
    says_at(town, ada, "Fin février", "2024-02-29T23:59:59")
    says_at(town, ada, "Début avril", "2024-04-01T00:00:00")
    says_at(town, ada, "Pour les miens", "2024-03-05T12:00", "followers")
    browser = at_browser(town)
    page = browser.get("/@ada/2024/03")
    assert "Mars 24" in words(page) and "Mars 5" in words(page) and "Mars 4 " not in words(page)
    assert not any(word in words(page) for word in ("Fin février", "Début avril", "Pour les miens"))
    assert 'rel="prev" href="/@ada/2024/02"' in page.text and 'rel="next" href="/@ada/2024/04"' in page.text
    older = re.search(r'href="(/@ada/2024/03\?max_id=\d+)"', page.text)
    assert older and "Mars 1 " in words(browser.get(html.unescape(older[1]))) + " "
    assert "Fin février" not in words(browser.get(html.unescape(older[1])))
    assert re.search(r'href="/@ada/2024/03">March 2024 <span class="n">24<', browser.get("/@ada").text)
    archive = browser.get("/@ada/archive").text
    assert [int(n) for n in re.findall(r'<span class="n">(\d+)<', archive)] == [1, 24, 1]
    for wrong in ("/@ada/2024/13", "/@ada/2024/0", "/@ada/0/1", "/@ada/99999999999999999999/1", "/@nobody/2024/03"):
        assert browser.get(wrong).status_code == 404
    assert browser.get("/@ada/2020/01").status_code == 200


def test_the_first_post_is_one_link_away(town: Town) -> None:  # S3-025
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    says_at(town, ada, "Pour les miens", "2024-01-01T12:00", "followers")
    says_at(town, ada, "Discrète", "2024-01-02T12:00", "unlisted")
    first = says_at(town, ada, "Mes premiers mots", "2024-01-03T12:00")
    says_at(town, ada, "La suite", "2024-01-04T12:00")
    answer = at_browser(town).get("/@ada/first")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/@ada/{first}")
    assert at_browser(town).get(f"/@{bea.account.handle}/first").status_code == 404
    assert at_browser(town).get("/@nobody/first").status_code == 404


def test_the_first_of_very_many_is_found_by_an_index(town: Town) -> None:
    """The plan asks nothing but the index, however many boosts and private posts come before."""
    from perron.posts import archive

    ada = town.store.write(lambda tx: add_account(tx, "ada"))
    rows = [
        {"id": n << 20, "author_id": ada.id, "visibility": "followers" if n < 30_000 else "public"}
        for n in range(1, 30_010)
    ]
    add: Prepared = insert(posts, "id", "author_id", "visibility")
    town.store.write(lambda tx: tx.many(add, rows))
    with town.store.read() as db:
        sql, fixed = archive._FIRST.sql(db.dialect)
        plan = db._raw.execute("EXPLAIN QUERY PLAN " + sql, {**fixed, "of_account": ada.id}).fetchall()
        assert any("ix_posts_written" in str(row) for row in plan) and "TEMP B-TREE" not in str(plan)
        assert first_public(db, ada.id) == 30_000 << 20
        assert find_account(db, ada.id)


# -- what else stands on it --------------------------------------------------------------------------------------------


def card(page: Any) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_a_profile_says_who_it_is_to_machines(town: Town) -> None:
    ada = somebody(town, "ada")
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"display_name": "</script><b>", "note": "Bonjour"})
    page = at_browser(town).get("/@ada")
    found = card(page)
    assert found["@type"] == "ProfilePage" and found["mainEntity"]["name"] == "</script><b>"
    assert found["mainEntity"]["identifier"] == "acct:ada@testserver"
    assert '<meta property="profile:username" content="ada">' in page.text
    assert 'rel="canonical" href="http://testserver/@ada"' in page.text
    assert '<meta name="robots" content="noindex">' in page.text
    ada.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    assert "noindex" not in at_browser(town).get("/@ada").text
    assert "Here since" in words(page) and "less than a day" in words(page)


def test_a_post_says_what_it_is_to_machines(town: Town) -> None:
    post = somebody(town, "ada").says("Bonjour #perron", language="fr")
    page = at_browser(town).get(f"/@ada/{post['id']}")
    found = card(page)
    assert (found["@type"], found["url"], found["inLanguage"]) == ("SocialMediaPosting", post["url"], "fr")
    assert found["keywords"] == ["perron"] and found["author"]["url"] == "http://testserver/@ada"
    assert '<meta property="article:tag" content="perron">' in page.text


def test_pictures_are_shown_side_by_side_but_for_sensitive_ones(town: Town) -> None:
    ada = at_browser(town, somebody(town, "ada"))
    publish(ada, "A boat", files={"file_0": ("a.jpg", picture(), "image/jpeg")}, about_0="A small boat")
    publish(ada, "A wound", files={"file_0": ("b.jpg", picture("red"), "image/jpeg")}, warning="Blood")
    page = at_browser(town).get("/@ada/media")
    assert 'aria-label="A small boat"' in page.text
    grid = page.text.split('class="grid"')[1].split("</ul>")[0]
    assert grid.count("<img") == 1 and "Blood" in grid
    assert "No pictures" in words(at_browser(town).get(f"/@{somebody(town, 'bea').account.handle}/media"))


def test_credits_are_read_on_a_page(town: Town) -> None:
    ada, bea = somebody(town, "ada"), somebody(town, "bea")
    draft = Draft("Une trouvaille", via="ada")
    town.store.write(lambda tx: publish_post(tx, bea.account, draft, town.settings))
    town.run_jobs()
    assert "Une trouvaille" in words(at_browser(town).get("/@ada/credits"))
    assert "1 credit" in words(at_browser(town).get("/@ada"))
    assert "Une trouvaille" in words(at_browser(town, ada).get("/@ada/credits"))


def test_an_empty_page_of_ones_own_says_what_will_stand_there(town: Town) -> None:
    ada = somebody(town, "ada")
    sentence = "What you publish stands here"
    assert sentence in at_browser(town, ada).get("/@ada").text
    assert sentence not in at_browser(town).get("/@ada").text
    ada.says("Bonjour")
    assert sentence not in at_browser(town, ada).get("/@ada").text
