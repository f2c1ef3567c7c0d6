"""How old somebody must be to join. What they say is looked at once and not kept."""

from datetime import date

from perron.kit.settings import Settings
from perron.kit.time import as_datetime, now
from perron.people.model import Unfit


def check_age(said: str, settings: Settings) -> None:
    """Refuse who is too young for this server, or does not say when they were born where one has to."""
    if not settings.min_age:
        return
    if not said.strip():
        raise Unfit("Please give your date of birth. It is not kept.", field="date_of_birth", why="blank")
    try:
        born = date.fromisoformat(said.strip())
    except ValueError:
        raise Unfit("This is not a date such as 1990-12-31.", field="date_of_birth", why="invalid") from None
    today = as_datetime(now()).date()
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if born > today:
        raise Unfit("This is not a date such as 1990-12-31.", field="date_of_birth", why="invalid")
    if years < settings.min_age:
        raise Unfit("You are too young to join this server.", field="date_of_birth", why="below_limit")
