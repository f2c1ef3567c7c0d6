"""Many files at once: a folder that a browser sends file by file, or a zip that a job takes apart. Both say how far
they are, can be called off, and go on where they were."""

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import bindparam, select, update

from perron.jobs import Later, emit
from perron.kit import json
from perron.kit.errors import Invalid, NoRoom, NotFound, Refused, Unavailable
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import SECOND, now
from perron.media.files import Files
from perron.media.model import MediaRemoved
from perron.media.places import files_in, files_of
from perron.media.upload import forget
from perron.store import Db, Prepared, Store, Tx, const, insert, tell
from perron.store.tables import bank_imports
from perron.suite.atelier.bank.edit import key_of, read_captions
from perron.suite.atelier.bank.model import About, Bank, BankImportAsked, Import, Item, Taken
from perron.suite.atelier.bank.queries import bank_as_stored, bank_of
from perron.suite.atelier.bank.take import Sent, already_there, let_go_unless_new, put_in, receive, take

MOST_FILES = 20_000
MOST_WRONG = 200
MOST_ZIP = 4 << 30
TABLE = (".csv", ".tsv")
RAW = "raw"

_NAMES = tuple(Import.__slots__)
_JSON = ("about", "wrong", "captions")
_COLUMNS = tuple(bank_imports.c[name] for name in _NAMES)
_MINE = (bank_imports.c.id == bindparam("of_import"), bank_imports.c.bank_id == bindparam("of_bank"))
_RUNNING = bank_imports.c.state.in_([const("open"), const("working")])
_ADD = insert(bank_imports, *_NAMES)
_ONE = Prepared(select(*_COLUMNS).where(*_MINE))
_STORED = Prepared(select(*_COLUMNS).where(bank_imports.c.id == bindparam("of_import")))
_HELD = Prepared(select(*_COLUMNS).where(bank_imports.c.id == bindparam("of_import")).with_for_update())
_LATEST = Prepared(
    select(*_COLUMNS)
    .where(bank_imports.c.bank_id == bindparam("of_bank"))
    .order_by(bank_imports.c.id.desc())
    .limit(bindparam("limit"))
)
_PROCEED = Prepared(
    update(bank_imports)
    .where(bank_imports.c.id == bindparam("of_import"), _RUNNING)
    .values(
        state="working",
        of=bindparam("in_all"),
        done=bindparam("so_far"),
        added=bindparam("new"),
        doubles=bindparam("known"),
        wrong=bindparam("why_not"),
    )
)
_STATE = Prepared(
    update(bank_imports)
    .where(bank_imports.c.id == bindparam("of_import"), _RUNNING)
    .values(state=bindparam("to"), file="")
)


def begin_import(
    tx: Tx,
    bank: Bank,
    account_id: int,
    *,
    of: int,
    name: str = "",
    about: Mapping[str, Any] | None = None,
    captions: str = "",
    locale: str = "fr",
) -> Import:
    """Begin to put many files in; each comes by `put_into_import`. What a table says wrongly is said at once."""
    found, wrong = read_captions(captions, locale) if captions.strip() else ({}, [])
    return _add(tx, bank, account_id, "files", of, name, about or {}, wrong, found)


def begin_zip(tx: Tx, bank: Bank, account_id: int, key: str, *, name: str, about: Mapping[str, Any]) -> Import:
    """Have a zip that lies among the kept files taken apart by a job."""
    made = _add(tx, bank, account_id, "zip", 0, name, about, [], {}, file=key)
    emit(tx, BankImportAsked(made.id))
    return made


def _add(
    tx: Tx, bank: Bank, account_id: int, kind: str, of: int, name: str, about: Mapping[str, Any],
    wrong: list[list[str]], captions: dict[str, dict[str, Any]], *, file: str = "",
) -> Import:  # fmt: skip
    if of > MOST_FILES:
        raise Invalid(f"An import has at most {MOST_FILES} files. Make several of it.")
    made = Import(
        new_id(),
        bank.id,
        account_id,
        kind,
        "open",
        name[:200],
        file,
        dict(about),
        of,
        0,
        0,
        0,
        wrong[:MOST_WRONG],
        captions,
    )
    tx.run(
        _ADD,
        **{each: getattr(made, each) for each in _NAMES}
        | {each: json.encode_text(getattr(made, each)) for each in _JSON},
    )
    return made


def find_import(db: Db, bank: Bank | None, import_id: int) -> Import:
    """An import of a bank; NotFound for any other."""
    row = db.one(_ONE, of_import=import_id, of_bank=bank.id) if bank else None
    if row is None:
        raise NotFound
    return _import(row)


def latest_imports(db: Db, bank: Bank | None, limit: int = 10) -> list[Import]:
    """The last imports of a bank."""
    return [_import(row) for row in db.all(_LATEST, of_bank=bank.id, limit=limit)] if bank else []


async def begin_zip_of(
    write: Callable[[Callable[[Tx], Import]], Awaitable[Import]],
    account_id: int,
    data: bytes | Path,
    name: str,
    about: Mapping[str, Any],
    settings: Settings,
) -> Import:
    """Keep a zip that a door was given, and have it taken apart."""
    files = files_in(settings)
    if not zipfile.is_zipfile(data if isinstance(data, Path) else io.BytesIO(data)):
        raise Invalid("This zip cannot be read; it may be damaged.")
    key = await asyncio.to_thread(
        lambda: files.put(data, RAW) if isinstance(data, bytes) else files.put_file(data, RAW)
    )
    try:
        return await write(lambda tx: begin_zip(tx, bank_of(tx, account_id), account_id, key, name=name, about=about))
    except BaseException:
        forget(files, key)
        raise


async def take_one(
    read: Callable[[Callable[[Db], Item | None]], Awaitable[Item | None]],
    write: Callable[[Callable[[Tx], Any]], Awaitable[Any]],
    bank: Bank,
    import_id: int,
    data: bytes,
    name: str,
    declared: str | None,
    settings: Settings,
) -> Taken:
    """Take one file of an import in for a door; why one was refused is noted in the import."""
    try:
        taken = await take(
            read,
            write,
            lambda db: already_there(db, bank, data),
            data,
            lambda tx, sent: put_into_import(tx, bank, import_id, sent, name),
            declared=declared,
            settings=settings,
        )
    except (Unavailable, NoRoom):
        raise
    except Invalid as wrong:
        why = str(wrong)
        await write(lambda tx: note_wrong(tx, bank, import_id, name, why))
        raise
    if not taken.is_new:
        await write(lambda tx: count_known(tx, bank, import_id, taken))
    return taken


def put_into_import(tx: Tx, bank: Bank, import_id: int, sent: Sent, name: str) -> Taken:
    """Give one file of an import its place, with what the table and the whole import say of it."""
    one = _held(tx, bank, import_id)
    taken = put_in(tx, bank, one.account_id, sent, about_in(one, name), name=_base(name), import_id=one.id)
    if taken.is_new:  # what was there already is counted by `take_one`
        _count(tx, one, taken)
    return taken


def count_known(tx: Tx, bank: Bank, import_id: int, taken: Taken) -> None:
    """Note that a file of an import was in the bank already."""
    _count(tx, _held(tx, bank, import_id), taken)


def note_wrong(tx: Tx, bank: Bank, import_id: int, name: str, why: str) -> None:
    """Note why a file of an import was not taken."""
    one = _held(tx, bank, import_id)
    proceed(tx, replace(one, done=one.done + 1, wrong=[*one.wrong, [name[:200], why]][:MOST_WRONG]))


def _held(tx: Tx, bank: Bank, import_id: int) -> Import:
    row = tx.one(_HELD, of_import=import_id)
    one = _import(row) if row else None
    if one is None or one.bank_id != bank.id:
        raise NotFound
    if not one.running:
        raise Invalid("This import was called off or has ended. Nothing more is taken.")
    return one


def _count(tx: Tx, one: Import, taken: Taken) -> None:
    proceed(
        tx, replace(one, done=one.done + 1, added=one.added + taken.is_new, doubles=one.doubles + (not taken.is_new))
    )


def proceed(tx: Tx, one: Import) -> bool:
    """Say how far an import is; False when it was called off. One whose files have all come is done."""
    values = {"in_all": max(one.of, one.done), "so_far": one.done, "new": one.added, "known": one.doubles}
    if not tx.run(_PROCEED, of_import=one.id, **values, why_not=json.encode_text(one.wrong)):
        return False
    if one.kind == "files" and one.done >= one.of:
        end_import(tx, one, "done")
    tell(tx, "bank", one.bank_id)
    return True


def end_import(tx: Tx, one: Import, state: str) -> None:
    """An import is `done`, `cancelled` (what it brought stays) or `failed`; the zip goes."""
    if tx.run(_STATE, of_import=one.id, to=state) and one.file:
        emit(tx, MediaRemoved((one.file,)))
    tell(tx, "bank", one.bank_id)


def about_in(one: Import, name: str) -> About:
    """What is said of a file: by its line of the table, then by what is put down for all."""
    return _about(one.captions.get(key_of(name), {})).over(_about(one.about))


def _about(said: Mapping[str, Any]) -> About:
    values: Any = {name: tuple(value) if name in ("people", "tags") else value for name, value in said.items()}
    return replace(About(), **values)


def _base(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name


def _import(row: tuple[Any, ...]) -> Import:
    found = dict(zip(_NAMES, row, strict=True))
    return Import(**found | {name: json.decode(found[name]) for name in _JSON})


# -- a zip, taken apart by a job ---------------------------------------------------------------------------------------


def _fail(tx: Tx, one: Import) -> None:
    if proceed(tx, one):
        end_import(tx, one, "failed")


class Unwanted(Exception):
    """The import was called off."""


def unpack(store: Store, event: dict[str, Any]) -> None:
    """After `BankImportAsked`: take a zip apart, file by file; begun again, it goes on where it was."""
    with store.read() as db:
        row = db.one(_STORED, of_import=event["import_id"])
        one = _import(row) if row else None
        bank = bank_as_stored(db, one.bank_id) if one else None
    if one is None or bank is None or not one.running:
        return
    files = files_of(store)
    path = files.path(one.file)
    try:
        if path is None:
            raise Invalid("This zip cannot be read; it may be damaged.")
        _unpack(store, bank, one, path, files)
    except Unwanted:
        return
    except (Unavailable, NoRoom) as wrong:
        raise Later(now() + wrong.retry_after * SECOND) from wrong
    except (Invalid, zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as wrong:
        why = str(wrong) if isinstance(wrong, Invalid) else "This zip cannot be read; it may be damaged."
        failed = replace(one, wrong=[*one.wrong, [one.name, why]])
        store.write(lambda tx: _fail(tx, failed))


def _unpack(store: Store, bank: Bank, one: Import, path: Path, files: Files) -> None:
    with zipfile.ZipFile(path) as packed:
        tables = [
            each for each in packed.infolist() if each.filename.lower().endswith(TABLE) and not _hidden(each.filename)
        ]
        wanted = [
            each
            for each in packed.infolist()
            if not each.is_dir() and not _hidden(each.filename) and each not in tables
        ]
        if len(wanted) > MOST_FILES:
            raise Invalid(f"An import has at most {MOST_FILES} files. Make several of it.")
        one = replace(one, of=len(wanted), captions=_tables(packed, tables, one))
        for each in wanted[one.done :]:
            one = _one_of_zip(store, bank, one, packed, each, files)
    store.write(lambda tx: end_import(tx, one, "done"))


def _tables(packed: zipfile.ZipFile, tables: list[zipfile.ZipInfo], one: Import) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for each in tables:
        if each.file_size > 16 << 20:
            raise Invalid("A table of captions has at most 16 MB.")
        said, wrong = read_captions(packed.read(each).decode("utf-8", "replace"), "fr")
        found |= said
        if not one.done:
            one.wrong.extend(wrong[: MOST_WRONG - len(one.wrong)])
    return found


def _hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _one_of_zip(
    store: Store, bank: Bank, one: Import, packed: zipfile.ZipFile, each: zipfile.ZipInfo, files: Files
) -> Import:
    """Take one file of a zip in; the import as it is then."""
    settings = store.settings
    taken, sent, wrong = None, None, ""
    try:
        with files.workspace() as folder:
            path = _extract(packed, each, folder, settings.video_max_bytes)
            sent = receive(path, declared=None, settings=settings)
    except (Unavailable, NoRoom):
        raise
    except Refused as refused:
        wrong = str(refused)

    def place(tx: Tx) -> tuple[Taken | None, Import]:
        nonlocal taken
        taken = None
        if sent is not None:
            taken = put_in(
                tx,
                bank,
                one.account_id,
                sent,
                about_in(one, each.filename),
                name=_base(each.filename),
                import_id=one.id,
            )
        after = replace(
            one,
            done=one.done + 1,
            added=one.added + (taken is not None and taken.is_new),
            doubles=one.doubles + (taken is not None and not taken.is_new),
            wrong=[*one.wrong, [each.filename[:200], wrong]][:MOST_WRONG] if wrong else one.wrong,
        )
        if not proceed(tx, after):
            raise Unwanted
        return taken, after

    try:
        taken, after = store.write(place)
    except BaseException:
        taken = None
        raise
    finally:
        if sent is not None:
            let_go_unless_new(sent, taken, settings)
    return after


def _extract(packed: zipfile.ZipFile, each: zipfile.ZipInfo, folder: Path, most: int) -> Path:
    """One file of a zip, whole; a bomb is given up when it is larger than any file may be."""
    path, size = folder / "one", 0
    with packed.open(each) as source, path.open("wb") as out:
        while piece := source.read(1 << 20):
            size += len(piece)
            if size > most:
                raise Invalid(f"This file is larger than {most // 2**20} MB.")
            out.write(piece)
    return path
