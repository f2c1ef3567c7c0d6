"""What people say of pictures, made fit to be kept; refused with the sentence that says why."""

from collections.abc import Iterable
from datetime import date

from perron.kit.errors import Invalid
from perron.media.describe import read_description
from perron.suite.atelier.bank.model import About
from perron.text.letters import bare, settle
from perron.text.vague import from_edtf, read_vague

NO_SUCH_DATE = (
    "This date is not understood. Write a day, a month, a year or a decade, such as 12 June 1911, c. 1898, 1920s."
)
MOST_NAMES = 50
LONGEST_LINE, LONGEST_TEXT = 300, 5000


def tidy(text: str, most: int, *, lines: bool = False) -> str:
    """A text as it is kept: settled, with single spaces (its lines stay, with `lines`), cut where it is too long."""
    settled = settle(text.replace("\0", ""))
    if lines:
        return "\n".join(" ".join(line.split()) for line in settled.splitlines()).strip()[:most]
    return " ".join(settled.split())[:most]


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """Names, each once however it is spelt, the first spelling as it is."""
    found: dict[str, str] = {}
    for name in names:
        if clean := tidy(name, 200):
            found.setdefault(bare(clean), clean)
    return tuple(found.values())[:MOST_NAMES]


def split_names(text: str) -> tuple[str, ...]:
    """Names as a field or a cell holds several: parted by semicolons or lines, or else by commas."""
    parted = text.replace("\n", ";")
    return listed(parted.split(";") if ";" in parted else parted.split(","))


def read_date(text: str, locale: str) -> str:
    """A date as somebody typed it, as EDTF; "" for none."""
    try:
        found = read_vague(text[:100], locale)
    except ValueError:
        raise Invalid(NO_SUCH_DATE) from None
    return found.edtf if found else ""


def read_day(text: str) -> int:
    """A day as `2027-12-31`, as the number `20271231`; 0 for none."""
    if not text.strip():
        return 0
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid("Write this day as year, month and day, such as 2027-12-31.") from None
    return found.year * 10000 + found.month * 100 + found.day


def say_day(day: int) -> str:
    """The number `20271231` as `2027-12-31`; "" for 0."""
    return f"{day // 10000:04}-{day // 100 % 100:02}-{day % 100:02}" if day else ""


def checked(about: About) -> About:
    """What was said, tidied; Invalid where it is too long or no date."""
    lines = {"credit": about.credit, "place": about.place, "album": about.album, "usable_by": about.usable_by}
    if any(len(one) > LONGEST_LINE for one in lines.values()):
        raise Invalid(f"A line about a picture has at most {LONGEST_LINE} characters.")
    if len(about.caption) > LONGEST_TEXT or len(about.note) > LONGEST_TEXT:
        raise Invalid(f"A caption has at most {LONGEST_TEXT} characters.")
    if max(len(about.people), len(about.tags)) > MOST_NAMES:
        raise Invalid(f"A picture has at most {MOST_NAMES} people and {MOST_NAMES} tags.")
    if about.date and from_edtf(about.date) is None:
        raise Invalid(NO_SUCH_DATE)
    return About(
        **{name: tidy(text, LONGEST_LINE) for name, text in lines.items()},
        people=listed(about.people),
        tags=listed(about.tags),
        caption=tidy(about.caption, LONGEST_TEXT, lines=True),
        note=tidy(about.note, LONGEST_TEXT, lines=True),
        alt=read_description(about.alt),
        date=about.date,
        usable_until=about.usable_until,
    )
