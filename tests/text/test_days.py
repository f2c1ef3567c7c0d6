"""Days as people say them."""

from datetime import date

from perron.text.days import said_day, short_day


def test_the_first_of_a_month_is_a_first_in_french() -> None:
    first, other = date(2026, 12, 1), date(2026, 12, 11)
    assert said_day(first, "fr", "full") == "mardi 1er décembre 2026"
    assert [said_day(first, "fr"), said_day(other, "fr")] == ["1er décembre 2026", "11 décembre 2026"]
    assert [short_day(first, "fr"), short_day(first, "fr", year=True)] == ["1er déc.", "1er déc. 2026"]
    assert [said_day(first, "en"), short_day(first, "en")] == ["December 1, 2026", "Dec 1"]
