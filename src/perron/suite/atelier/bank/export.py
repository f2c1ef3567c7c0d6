"""Pictures to take along: a zip of their files, with a table of what is said of them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from perron.kit.errors import Invalid
from perron.media.files import Files
from perron.media.queries import media_as_stored
from perron.store import Db
from perron.suite.atelier.bank.model import Item
from perron.suite.atelier.bank.say import say_day

MOST = 200
HEAD = (
    "file",
    "caption",
    "alt",
    "credit",
    "place",
    "people",
    "tags",
    "album",
    "date",
    "usable until",
    "usable by",
    "note",
    "id",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_of(items: Sequence[Item], names: Sequence[str]) -> str:
    """A table (CSV) of pictures, with the columns that an import reads; dates are in EDTF."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    for name, one in zip(names, items, strict=True):
        about = one.about
        cells = (about.caption, about.alt, about.credit, about.place, "; ".join(about.people), "; ".join(about.tags))
        more = (about.album, about.date, say_day(about.usable_until), about.usable_by, about.note, str(one.id))
        writer.writerow([name, *map(_safe, (*cells, *more))])
    return out.getvalue()


def pack(db: Db, items: Sequence[Item], files: Files, path: Path) -> None:
    """Write the zip of some pictures to a new file; those whose files are gone are left out."""
    if len(items) > MOST:
        raise Invalid(f"At most {MOST} pictures can be taken along at once.")
    names: list[str] = []
    held: list[Item] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for one in items:
            media = media_as_stored(db, one.id)
            kept = files.path(media.file) if media and media.state == "ready" else None
            if kept is None or media is None:
                continue
            name = f"{one.id}-{_stem(one.name)}.{media.file.rpartition('.')[2]}"
            out.write(kept, name)
            names.append(name)
            held.append(one)
        out.writestr("captions.csv", "\ufeff" + table_of(held, names), zipfile.ZIP_DEFLATED)


def _stem(name: str) -> str:
    stem = name.rpartition(".")[0] or name
    return "".join(char if char.isalnum() or char in "-_" else "-" for char in stem)[:80].strip("-") or "picture"


def _safe(text: str) -> str:
    """Words of people in a cell: no program that opens the table takes them for a formula."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
