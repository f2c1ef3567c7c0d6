"""Searching posts: operators, and who wishes to be found."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.kit.ids import first_id_at
from perron.kit.time import DAY
from perron.posts.search_query import HAS, IN, IS, LONGEST, OPERATORS, Query, read_days, read_query
from tests.rig import Person, Site, words

HANDLES = st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True)
PLAIN = st.from_regex(r"[a-zéà]{1,12}", fullmatch=True)


@given(st.text(max_size=1500))
def test_whatever_is_typed_is_understood_somehow(text: str) -> None:
    query = read_query(text)
    assert len(query.words) <= LONGEST + 12
    assert query.least >= 0 and (query.author == "" or " " not in query.author)
    assert read_query(query.words).words == query.words or query.narrows


@given(st.lists(PLAIN, max_size=8))
def test_words_stay_words_in_their_order(parts: list[str]) -> None:
    assert read_query(" ".join(parts)) == Query(" ".join(parts))


@given(HANDLES, st.lists(PLAIN, min_size=1, max_size=4), st.sampled_from(sorted(OPERATORS["from"])), st.integers(0, 4))
def test_an_operator_may_stand_anywhere(handle: str, parts: list[str], name: str, at: int) -> None:
    typed = [*parts[:at], f"{name}:@{handle}", *parts[at:]]
    assert read_query(" ".join(typed)) == Query(" ".join(parts), author=handle)


@given(st.dates(date(1970, 1, 2), date(2999, 12, 30)))
def test_a_day_is_cut_in_three(day: date) -> None:
    before, after, during = (read_query(f"{name}:{day.isoformat()}") for name in ("before", "after", "during"))
    assert before.most == during.least and during.most == after.least
    assert during.most - during.least == first_id_at(DAY)


@given(st.dates(date(1970, 1, 2), date(2999, 12, 30)))
def test_a_month_and_a_year_hold_their_days(day: date) -> None:
    for text in (f"{day:%Y-%m}", f"{day:%Y}"):
        found = read_days(text)
        assert found is not None and found[0] <= day <= found[1]


@pytest.mark.parametrize("kind", ["has", "is", "in"])
def test_every_quality_is_known_in_both_languages(kind: str) -> None:
    for name, aliases in {"has": HAS, "is": IS, "in": IN}[kind].items():
        for alias in aliases:
            for operator in OPERATORS[kind]:
                assert read_query(f"{operator}:{alias.upper()}").qualities == {(f"{kind}:{name}", True)}
                assert read_query(f"-{operator}:{alias}").qualities == {(f"{kind}:{name}", False)}


@pytest.mark.parametrize(
    "text",
    [
        *("has:moon", "is:", "from:é", "before:yesterday", "before:2026-13", "after:2026-02-30", "-before:2026", "x:y"),
        *("language:french", "from:", ":", "::", "-", "http://a.test/b", "12:30"),
    ],
)
def test_what_is_no_operator_is_a_word(text: str) -> None:
    assert read_query(text) == Query(text)


def wishes_to_be_found(person: Person) -> Person:
    person.call("PATCH", "/api/v1/accounts/update_credentials", json={"indexable": True})
    return person


def test_operators_narrow_what_is_found(site: Site, ada: Person, bea: Person, dirk: Person) -> None:  # both engines
    for one in (ada, bea):
        wishes_to_be_found(one)
    first = ada.says("Le petit port du soir", language="fr")
    ada.says("A small port https://example.org/a", language="en", spoiler_text="port")
    bea.says("Le port petit", language="fr", poll={"options": ["a", "b"], "expires_in": 600})
    bea.says("@ada au port", in_reply_to_id=first["id"], language="fr")
    site.run_jobs()

    def found(q: str) -> list[str]:
        return [words(one).split()[-1] for one in dirk.get("/api/v2/search", q=q, type="statuses")["statuses"]]

    assert found("port") == ["port", "petit", "https://example.org/a", "soir"]
    assert found("port from:ada") == ["https://example.org/a", "soir"] == found("de:@ada port")
    assert found("port -from:ada") == ["port", "petit"]
    assert found("port language:fr -is:reply") == ["petit", "soir"]
    assert found("port -language:fr") == ["https://example.org/a"] == found("port has:link")
    assert found("port has:poll") == ["petit"] and found("port is:reply") == ["port"] == found("port est:réponse")
    assert found("port has:warning") == ["https://example.org/a"]
    assert found('"petit port"') == ["soir"] and found("port -petit") == ["port", "https://example.org/a"]
    assert found("port after:2020 before:2999") == found("port") and found("port before:2020") == []
    assert found("from:bea") == ["port", "petit"] and found("from:bea has:poll") == ["petit"]
    assert found("from:nobody port") == [] and found("has:poll") == [] and found("from:me port") == []
    assert found(f"from:ada@{site.settings.domain} soir") == ["soir"]


def test_who_did_not_wish_to_be_found_is_found_by_those_concerned(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    ada.says("Une clef perdue, la voici @dirk")
    kept = ada.says("Une clef rouge")
    ada.says("Une clef discrète", visibility="unlisted")
    carl = site.person("carl")
    carl.post(f"/api/v1/statuses/{kept['id']}/bookmark")
    site.run_jobs()

    def found(who: Person) -> list[str]:
        return [words(one) for one in who.get("/api/v2/search", q="clef", type="statuses")["statuses"]]

    assert found(ada) == ["Une clef discrète", "Une clef rouge", "Une clef perdue, la voici @dirk"]
    assert found(bea) == ["Une clef rouge", "Une clef perdue, la voici @dirk"]  # she follows
    assert found(dirk) == ["Une clef perdue, la voici @dirk"]  # he is named
    assert found(carl) == ["Une clef rouge"]  # he kept it
    assert found(site.person("eve")) == []


def test_one_can_look_among_ones_own_or_among_what_is_offered_to_all(
    site: Site, ada: Person, bea: Person, dirk: Person
) -> None:
    wishes_to_be_found(ada)
    offered = ada.says("Un phare pour tous")
    ada.says("Un phare pour les miens", visibility="private")
    kept = bea.says("Un phare gardé")
    dirk.post(f"/api/v1/statuses/{kept['id']}/favourite")
    dirk.says("Mon phare à moi", visibility="private")
    site.run_jobs()

    def found(who: Person, q: str) -> list[str]:
        return [words(one) for one in who.get("/api/v2/search", q=q, type="statuses")["statuses"]]

    assert (
        found(dirk, "phare in:library")
        == ["Mon phare à moi", "Un phare gardé"]
        == found(dirk, "phare dans:bibliothèque")
    )
    assert found(dirk, "phare in:public") == [words(offered)] == found(dirk, "phare -in:library")
    assert found(dirk, "phare in:all") == found(dirk, "phare")
    assert found(bea, "phare in:library") == ["Un phare gardé"]
    assert found(ada, "phare in:library -in:public") == ["Un phare pour les miens"]
