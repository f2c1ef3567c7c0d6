"""Posts from a table (CSV): all of them planned, or none, with what is wrong told line by line.

A dry run does what the import does and takes all of it back, so what it says is what would happen. Planned under a key
that follows from the table and the line: the same table sent twice within a day plans nothing twice.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from perron.kit.errors import Invalid, Refused, Unavailable
from perron.kit.settings import Settings
from perron.kit.zones import Wall, read_wall
from perron.people.model import Account
from perron.posts.model import Draft
from perron.posts.planned import Scheduled, find_scheduled
from perron.posts.scheduled import Plan, plan_once
from perron.store import Tx
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.again import check_filled
from perron.suite.atelier.plan.line import put_in
from perron.suite.atelier.plan.model import Series
from perron.text.letters import bare

MOST_LINES = 500
LONGEST = 1_000_000
"""Characters of a table."""

COLUMNS = {
    "text": ("text", "texte", "status", "post", "publication"),
    "date": ("date", "jour", "day", "when", "quand"),
    "time": ("time", "heure"),
    "zone": ("zone", "fuseau", "timezone"),
    "visibility": ("visibility", "visibilite", "audience"),
    "language": ("language", "langue"),
    "warning": ("warning", "avertissement", "spoiler_text"),
    "series": ("series", "rubrique"),
    "thread": ("thread", "suite", "fil"),
    "note": ("note",),
}
_NAMED = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}
_VISIBILITIES = {
    "": "",
    **dict.fromkeys(("public", "publique", "everybody", "tous"), "public"),
    **dict.fromkeys(("unlisted", "non listee", "non liste"), "unlisted"),
    **dict.fromkeys(("followers", "private", "abonnes", "abonnees"), "followers"),
}
_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s?[:hH.]\s?(\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One post of a table: the line it stands in (the first is 1, and names the columns), and its cells by name."""

    number: int
    cells: dict[str, str]

    def says(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a line cannot be planned."""

    line: int
    why: str


@dataclass(slots=True)
class Taken:
    """What came of a table: what is planned, by the line it began in, and what is wrong. `kept`: whether it stays."""

    planned: list[tuple[int, int]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    times: dict[int, Scheduled] = field(default_factory=dict)
    """What is planned, or would be, by its id."""
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """How a table was sent: by whose clock where a line names none, by whom, and whether only to be looked at."""

    zone: str
    user_id: int | None = None
    writer_id: int | None = None
    dry: bool = True


def read_table(text: str) -> list[list[Line]]:
    """A table as posts, those of a thread together; Invalid when it is none."""
    if len(text) > LONGEST:
        raise Invalid("This table is too long. Cut it in two.")
    text = text.removeprefix("\ufeff").replace("\x00", "")
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        head = [_NAMED.get(bare(one).strip(), "") for one in next(rows, [])]
        if "text" not in head:
            raise Invalid("The first line of the table names its columns; one of them must be `text`.")
        lines = [one for one in _lines(rows, head) if any(one.cells.values())]
    except csv.Error:
        raise Invalid("This table could not be read as CSV.") from None
    if len(lines) > MOST_LINES:
        raise Invalid(f"A table has at most {MOST_LINES} posts.")
    return _together(lines)


def take_table(tx: Tx, author: Account, text: str, settings: Settings, by: Sent) -> Taken:
    """Plan every post of a table, or none when one of them cannot be; a dry run plans none."""
    found, point = Taken(), tx.savepoint()
    try:
        _fill(tx, author, text, settings, found, by)
        found.times = {id_: one for _, id_ in found.planned if (one := find_scheduled(tx, id_, account_id=author.id))}
    except BaseException:
        point.undo()
        raise
    if by.dry or found.wrong:
        point.undo()
    else:
        point.keep()
        found.kept = True
    return found


def _fill(tx: Tx, author: Account, text: str, settings: Settings, found: Taken, by: Sent) -> None:
    """Plan what can be planned, and note what cannot."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    named = {bare(one.name): one for one in queries.series_of(tx, author.id)}
    for lines in read_table(text):
        first = lines[0]
        point = tx.savepoint()
        try:
            wished = _plan(author, lines, named, by)
            key = f"table {digest} {first.number}"
            made = (
                plan_once(tx, author, key, wished, settings)
                if wished.wall
                else put_in(tx, author, wished, settings, key)
            )
        except Unavailable:
            point.undo()
            raise
        except Refused as wrong:
            point.undo()
            found.wrong.append(Wrong(lines[min(wrong.place, len(lines) - 1)].number, str(wrong)))
        else:
            point.keep()
            found.planned.append((first.number, made))


def _lines(rows: Iterator[list[str]], head: Sequence[str]) -> Iterator[Line]:
    number = 2
    for row in rows:
        yield Line(number, {name: cell.strip() for name, cell in zip(head, row, strict=False) if name})
        number += 1


def _together(lines: Sequence[Line]) -> list[list[Line]]:
    threads: dict[str, list[Line]] = {}
    found: list[list[Line]] = []
    for one in lines:
        name = one.says("thread")
        if name and name in threads:
            threads[name].append(one)
            continue
        found.append([one])
        if name:
            threads[name] = found[-1]
    return found


def _plan(author: Account, lines: Sequence[Line], named: dict[str, Series], by: Sent) -> Plan:
    first = lines[0]
    drafts = tuple(_draft(author, one, first, place, by.writer_id) for place, one in enumerate(lines))
    series = None
    if called := first.says("series"):
        series = named.get(bare(called))
        if series is None:
            raise Invalid("There is no series of this name.")
        check_filled(series, drafts[0].text)
    wall = _wall(first, by.zone)
    note, series_id = first.says("note"), series.id if series else None
    return Plan(drafts, wall, user_id=by.user_id, note=note, series_id=series_id)


def _draft(author: Account, one: Line, first: Line, place: int, writer_id: int | None) -> Draft:
    wanted = _VISIBILITIES.get(bare(one.says("visibility") or first.says("visibility")))
    if wanted is None:
        wrong = Invalid("The audience is public, unlisted or followers.")
        wrong.place = place
        raise wrong
    return Draft(
        one.says("text"),
        visibility=wanted or author.default_visibility,
        language=(one.says("language") or first.says("language")).lower(),
        warning=one.says("warning"),
        writer_id=writer_id,
    )


def _wall(one: Line, zone: str) -> Wall | None:
    """The time of a line; None where it names none, and takes the next free slot."""
    date, time = one.says("date"), one.says("time")
    if not date and not time:
        return None
    day = _DAY.fullmatch(date)
    date = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else date.replace(" ", "T")
    clock = _CLOCK.fullmatch(time)
    if time and not clock:
        raise Invalid("Write times such as 09:30.")
    if clock:
        date = f"{date}T{int(clock[1]):02}:{clock[2] or '00'}"
    if "T" not in date:
        raise Invalid("A day needs a time, such as 09:30.")
    return read_wall(date, one.says("zone") or zone)
