"""How old an account is, as one would say it: in years, months and days of the calendar."""

from calendar import monthrange
from datetime import date
from functools import lru_cache

from perron.web.words import Words


def age(born: date, today: date) -> tuple[int, int, int]:
    """Whole years, months and days from one day to another; (0, 0, 0) when the other is not later."""
    if today <= born:
        return 0, 0, 0
    months = 12 * (today.year - born.year) + today.month - born.month
    if months_later(born, months) > today:
        months -= 1
    return months // 12, months % 12, (today - months_later(born, months)).days


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(1024)
def age_in_words(words: Words, born: date, today: date) -> str:
    """`3 years, 10 months and 23 days`; what is none is left out, and the first day is `less than a day`."""
    years, months, days = age(born, today)
    parts = [
        words.ngettext("%(num)s year", "%(num)s years", years) % {"num": years} if years else "",
        words.ngettext("%(num)s month", "%(num)s months", months) % {"num": months} if months else "",
        words.ngettext("%(num)s day", "%(num)s days", days) % {"num": days} if days else "",
    ]
    said = [part for part in parts if part]
    if not said:
        return words.say("less than a day")
    if len(said) == 1:
        return said[0]
    return words.say("%(first)s and %(last)s", first=", ".join(said[:-1]), last=said[-1])
