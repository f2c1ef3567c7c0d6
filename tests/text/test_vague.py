"""Dates that may be vague or long ago are read in two languages, kept in one notation, and said again as meant."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perron.text.vague import FIRST, LAST, Vague, from_edtf, read_vague, say_vague

YEARS = st.integers(1, 9998)
SIGNS = st.sampled_from(["", "?", "~", "%"])
DAYS = st.dates(date(1, 1, 1), date(9998, 12, 31))


@st.composite
def singles(draw: st.DrawFn) -> str:
    """One date in EDTF."""
    kind = draw(st.sampled_from(["year", "month", "day", "season", "decade", "century"]))
    day, how = draw(DAYS), draw(SIGNS)
    return {
        "year": f"{day.year:04}{how}",
        "month": f"{day.year:04}-{day.month:02}{how}",
        "day": f"{day.isoformat()}{how}",
        "season": f"{day.year:04}-{draw(st.integers(21, 24))}{how}",
        "decade": f"{day.year // 10:03}X",
        "century": f"{day.year // 100:02}XX",
    }[kind]


@st.composite
def kept(draw: st.DrawFn) -> str:
    """Any date in EDTF: one, an interval, or one that is open at one end."""
    shape = draw(st.sampled_from(["one", "one", "both", "until", "since"]))
    one = draw(singles())
    if shape == "until":
        return f"../{one}"
    if shape == "since":
        return f"{one}/.."
    if shape == "both":
        whole = f"{one}/{draw(singles())}"
        return whole if from_edtf(whole) else one
    return one


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("1898", "1898"),
        ("v. 1898", "1898~"),
        ("vers 1898", "1898~"),
        ("c. 1898", "1898~"),
        ("ca 1898", "1898~"),
        ("circa 1898", "1898~"),
        ("env. 1898", "1898~"),
        ("1898 ?", "1898?"),
        ("1898\u202f?", "1898?"),
        ("peut-être 1898", "1898?"),
        ("vers 1898 ?", "1898%"),
        ("années 1920", "192X"),
        ("Les années 1920", "192X"),
        ("1920s", "192X"),
        ("the 1920s", "192X"),
        ("été 1936", "1936-22"),
        ("l’été 1936", "1936-22"),
        ("summer of 1936", "1936-22"),
        ("Automne 1936", "1936-23"),
        ("fall 1936", "1936-23"),
        ("12 juin 1911?", "1911-06-12?"),
        ("12 juin 1911 ?", "1911-06-12?"),
        ("1er août 1914", "1914-08-01"),
        ("June 12, 1911", "1911-06-12"),
        ("12th of June 1911", "1911-06-12"),
        ("12/06/1911", "1911-06-12"),
        ("juil. 1789", "1789-07"),
        ("Sept. 1901", "1901-09"),
        ("février 1934", "1934-02"),
        ("XIXe siècle", "18XX"),
        ("19e siècle", "18XX"),
        ("XIXème siècle", "18XX"),
        ("19th century", "18XX"),
        ("entre 1898 et 1902", "1898/1902"),
        ("between 1898 and 1902", "1898/1902"),
        ("de juin 1936 à août 1936", "1936-06/1936-08"),
        ("1898-1902", "1898/1902"),
        ("1898–1902", "1898/1902"),
        ("avant 1900", "../1899"),
        ("before 12 June 1911", "../1911-06-11"),
        ("avant mars 1900", "../1900-02-28"),
        ("après 1945", "1946/.."),
        ("after 31 December 1911", "1912-01-01/.."),
        ("jusqu’en 1899", "../1899"),
        ("depuis 1946", "1946/.."),
        ("from 1946 on", "1946/.."),
        ("début des années 1920", "1920~/1923~"),
        ("fin du XIXe siècle", "1866~/1899~"),
        ("mid-1920s", "1924~/1925~"),
        ("late 1911", "1911-09~/1911-12~"),
        ("vers les années 1920", "1920~/1929~"),
        ("1936-22", "1936-22"),
        ("1898~", "1898~"),
        ("192X", "192X"),
        ("192x", "192X"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_what_people_type_is_understood(typed: str, edtf: str) -> None:
    found = read_vague(typed)
    assert found is not None and found.edtf == edtf


@pytest.mark.parametrize("typed", ["", " ", "s.d.", "sans date", "undated", "n.d."])
def test_no_date_is_no_date(typed: str) -> None:
    assert read_vague(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["hier", "1898 ou plus tard", "32 juin 1911", "29 février 1911", "1902-1898", "0000", "13/13/1911", "années 192"],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_vague(typed)


def test_an_english_date_in_figures_is_refused_where_it_may_mean_two_days() -> None:
    with pytest.raises(ValueError):
        read_vague("3/4/1911", "en")
    assert read_vague("3/4/1911", "fr") == from_edtf("1911-04-03")
    assert read_vague("4/23/1911", "en") == from_edtf("1911-04-23")


@pytest.mark.parametrize(
    ("edtf", "french", "english"),
    [
        ("1898~", "v. 1898", "c. 1898"),
        ("192X", "années 1920", "1920s"),
        ("1936-22", "été 1936", "summer 1936"),
        ("1911-06-12?", "12 juin 1911\u202f?", "12 June 1911?"),
        ("1914-08-01", "1er août 1914", "1 August 1914"),
        ("18XX", "XIXe siècle", "19th century"),
        ("../1899", "jusqu’en 1899", "until 1899"),
        ("../1911-06-11", "jusqu’au 11 juin 1911", "until 11 June 1911"),
        ("1946/..", "depuis 1946", "from 1946 on"),
        ("1898/1902", "1898–1902", "1898–1902"),
        ("1920~/1923~", "entre v. 1920 et v. 1923", "between c. 1920 and c. 1923"),
    ],
)
def test_a_kept_date_is_said_in_words(edtf: str, french: str, english: str) -> None:
    assert (say_vague(edtf, "fr"), say_vague(edtf, "en")) == (french, english)


@given(kept(), st.sampled_from(["fr", "en"]))
def test_what_is_said_is_understood_again(edtf: str, locale: str) -> None:
    assert read_vague(say_vague(edtf, locale), locale) == from_edtf(edtf)


@given(kept())
def test_a_kept_date_is_an_interval_of_real_days(edtf: str) -> None:
    found = from_edtf(edtf)
    assert found is not None and FIRST <= found.begins <= found.ends <= LAST
    for day in (found.begins, found.ends):
        assert date(day // 10000, day // 100 % 100, day % 100)


@given(DAYS, DAYS)
def test_days_sort_as_they_follow_each_other(one: date, other: date) -> None:
    first, second = from_edtf(one.isoformat()), from_edtf(other.isoformat())
    assert first and second and ((first < second) == (one < other))


@given(YEARS, SIGNS)
def test_a_day_lies_within_its_month_its_year_its_decade_and_its_century(year: int, how: str) -> None:
    day, month = from_edtf(f"{year:04}-06-12{how}"), from_edtf(f"{year:04}-06{how}")
    wider = [month, from_edtf(f"{year:04}{how}"), from_edtf(f"{year // 10:03}X"), from_edtf(f"{year // 100:02}XX")]
    inner = day
    for outer in wider:
        assert inner and outer and outer.begins <= inner.begins <= inner.ends <= outer.ends
        inner = outer


@given(st.text(alphabet=string.printable + "éèûêàœ–—…’«» \u202f", max_size=40), st.sampled_from(["fr", "en"]))
def test_whatever_is_typed_is_a_date_or_is_refused(typed: str, locale: str) -> None:
    try:
        found = read_vague(typed, locale)
    except ValueError:
        return
    assert found is None or isinstance(found, Vague)
    assert found is None or from_edtf(found.edtf) == found


@given(st.text(max_size=30))
def test_what_is_no_edtf_is_said_as_it_stands(text: str) -> None:
    assert from_edtf(text) is not None or say_vague(text, "fr") == text
