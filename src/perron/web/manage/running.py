"""What the pages of running the server have in common: who may open them, sizes, and charts drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from starlette.responses import Response

from perron.kit.errors import NotFound, Refused
from perron.kit.time import DAY, HOUR, MINUTE, iso
from perron.moderation.figures import Day
from perron.people.model import Account
from perron.web.again import show_form
from perron.web.sections import OWNERS
from perron.web.visit import Visit

UNITS = {"fr": ("octets", "ko", "Mo", "Go", "To"), "en": ("bytes", "kB", "MB", "GB", "TB")}


def must_run(visit: Visit) -> Account:
    """The account for which somebody acts who runs this server; for anybody else there is nothing here."""
    if visit.user is None or visit.reader is None or visit.account is None or visit.user.role not in OWNERS:
        raise NotFound
    return visit.account


def sized(n: int, locale: str) -> str:
    """`1,4 Go`: bytes as people say them, in thousands."""
    units, rank, value = UNITS[locale], 0, float(n)
    while value >= 1000 and rank < len(units) - 1:
        value, rank = value / 1000, rank + 1
    shown = format_decimal(round(value, 1 if rank and value < 100 else 0), locale=locale)
    return f"{shown}\u00a0{units[rank]}"


def lasting(visit: Visit, ms: int) -> str:
    """`3 days`: a stretch of time in its largest unit."""
    spoken = visit.words
    for length, one, many in (
        (DAY, "%(num)s day", "%(num)s days"),
        (HOUR, "%(num)s hour", "%(num)s hours"),
        (MINUTE, "%(num)s minute", "%(num)s minutes"),
    ):
        if n := ms // length:
            return spoken.ngettext(one, many, n) % {"num": format_decimal(n, locale=visit.locale)}
    return visit.say("less than a minute")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in hundredths of the width and the height; `label` is written above it, from `anchor`."""

    at: str
    n: int
    left: float
    middle: float
    width: float
    top: float
    height: float
    label: bool
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars for some days, the total and the most."""

    bars: list[Bar]
    total: int
    most: int


def bars(days: Sequence[Day]) -> Chart:
    """A chart of days. The highest bar and the last are labelled with their figure, and no other."""
    most = max((one.n for one in days), default=0)
    peak = next((place for place, one in enumerate(days) if one.n == most), 0) if most else -1
    step = 100 / max(len(days), 1)
    made = []
    for place, one in enumerate(days):
        height = 82 * one.n / most if most else 0.0
        last = place == len(days) - 1
        near = last and 0 <= len(days) - 1 - peak < 3 and place != peak  # two labels would run into each other
        middle = step * (place + 0.5)
        made.append(
            Bar(
                iso(one.at),
                one.n,
                round(step * place + step * 0.12, 2),
                round(middle if 8 < middle < 92 else step * place if middle <= 8 else step * (place + 1), 2),
                round(step * 0.76, 2),
                round(100 - height, 2),
                round(height, 2),
                place == peak or (last and one.n > 0 and not near),
                "start" if middle <= 8 else "end" if middle >= 92 else "middle",
            )
        )
    return Chart(made, sum(one.n for one in days), most)


def show(visit: Visit, template: str, wrong: Refused | None = None, **context: Any) -> Response:
    """A page of running the server, kept by nobody; with what was refused, when something was."""
    return show_form(
        visit,
        template,
        wrong,
        sized=lambda n: sized(n, visit.locale),
        **context,
    )
