"""Saying other things of pictures, one or many at once; letting them go; captions from a table."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from perron.kit.errors import Invalid
from perron.media.queries import remove_kept
from perron.store import Tx, tell
from perron.suite.atelier.bank.model import KEEPER, About, Bank, Item
from perron.suite.atelier.bank.queries import change_item, items_among, remove_item
from perron.suite.atelier.bank.say import checked, read_date, read_day, split_names
from perron.text.letters import bare

MOST = 500
"""Pictures that are changed, used or let go at once."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What is said anew of each of some pictures (a value of `About` by its name), and names that are added to or taken
    from theirs."""

    said: Mapping[str, Any]
    add_people: tuple[str, ...] = ()
    drop_people: tuple[str, ...] = ()
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()

    def to(self, about: About) -> About:
        """What is said then."""
        made = replace(about, **self.said)
        people = _changed(made.people, self.add_people, self.drop_people)
        return checked(replace(made, people=people, tags=_changed(made.tags, self.add_tags, self.drop_tags)))


def change_items(tx: Tx, bank: Bank, ids: Sequence[int], changes: Changes) -> list[Item]:
    """Say something else of pictures; all of them, or none where something is refused."""
    found = _some(tx, bank, ids)
    made = [change_item(tx, one, replace(one, about=changes.to(one.about))) for one in found]
    if made:
        tell(tx, "bank", bank.id)
    return made


def let_go(tx: Tx, bank: Bank, ids: Sequence[int]) -> int:
    """Take pictures out of a bank, with their files; posts that show them go on showing them. How many they were."""
    found = _some(tx, bank, ids)
    for one in found:
        remove_item(tx, one)
    remove_kept(tx, [one.id for one in found], keeper=KEEPER)
    if found:
        tell(tx, "bank", bank.id)
    return len(found)


def _some(tx: Tx, bank: Bank, ids: Sequence[int]) -> list[Item]:
    if len(ids) > MOST:
        raise Invalid(f"At most {MOST} pictures can be changed at once.")
    return items_among(tx, bank, ids)


def _changed(names: Sequence[str], more: Sequence[str], less: Collection[str]) -> tuple[str, ...]:
    gone = {bare(one) for one in less}
    return tuple(one for one in (*names, *more) if bare(one) not in gone)


# -- captions in a table -----------------------------------------------------------------------------------------------

COLUMNS = {
    "file": ("file", "filename", "file name", "name", "fichier", "nom", "nom du fichier"),
    "caption": ("caption", "legende"),
    "alt": ("alt", "alt text", "description", "texte de remplacement"),
    "credit": ("credit", "photographer", "auteur", "photographe"),
    "place": ("place", "location", "lieu"),
    "people": ("people", "persons", "personnes", "personne"),
    "tags": ("tags", "tag", "keywords", "mots-cles", "etiquettes"),
    "album": ("album",),
    "date": ("date",),
    "usable_until": ("usable until", "usable_until", "rights until", "utilisable jusqu'au", "droits jusqu'au"),
    "usable_by": ("usable by", "usable_by", "utilisable par"),
    "note": ("note", "notes"),
}
_NAMED = {alias: name for name, aliases in COLUMNS.items() for alias in aliases}


def read_captions(text: str, locale: str) -> tuple[dict[str, dict[str, Any]], list[list[str]]]:
    """A table of captions (CSV, with a head): what is said of each file by its name, and what is wrong by line."""
    lines = text.removeprefix("\ufeff")
    delimiter = max(",;\t", key=lines.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(lines), delimiter=delimiter)
    head = [_NAMED.get(bare(one.replace("’", "'")).strip(), "") for one in next(rows, [])]
    if "file" not in head:
        raise Invalid("The first line of the table names its columns; one of them must be `file`.")
    found: dict[str, dict[str, Any]] = {}
    wrong: list[list[str]] = []
    for number, row in enumerate(rows, 2):
        cells = {name: cell.strip() for name, cell in zip(head, row, strict=False) if name and cell.strip()}
        name = cells.pop("file", "")
        try:
            if name:
                found[key_of(name)] = read_said(cells, locale)
        except Invalid as why:
            wrong.append([f"{number}: {name}", str(why)])
    return found, wrong


def read_said(cells: Mapping[str, str], locale: str) -> dict[str, Any]:
    """Cells or fields as values of `About`, by name."""
    said: dict[str, Any] = {name: text for name, text in cells.items() if name in _FIELDS}
    for name in ("people", "tags"):
        if name in said:
            said[name] = split_names(said[name])
    if "date" in said:
        said["date"] = read_date(said["date"], locale)
    if "usable_until" in said:
        said["usable_until"] = read_day(said["usable_until"])
    checked(replace(About(), **said))
    return said


def key_of(path: str) -> str:
    """By what a file is found in a table: its name without folders and case."""
    return bare(path.replace("\\", "/").rpartition("/")[2]).strip()


_FIELDS = {one.name for one in fields(About)}
