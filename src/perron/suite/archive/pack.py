"""Pack an archive: posts in portions, each on disk before the next, so that a worker that was stopped goes on where
it was; then everything into one file, whole or not at all."""

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from perron.entities.links import Links
from perron.entities.plans import planned_threads
from perron.jobs import emit
from perron.kit import json
from perron.kit.ids import born
from perron.kit.time import now
from perron.kit.whole import write_whole
from perron.media.files import Files
from perron.media.parcels import drop_parcel, keep_parcel
from perron.media.places import files_of
from perron.media.queries import media_of_account
from perron.people.preferences import preferences_of
from perron.posts.planned import scheduled_of
from perron.store import Store, Tx
from perron.suite.archive import outbox, pages
from perron.suite.archive.ask import folder_of, name_of
from perron.suite.archive.content import (
    Entry,
    bank_page,
    clips_in_full,
    decks_in_full,
    drafts_in_full,
    filters_in_full,
    media_path,
    plans_in_full,
    post_ids,
    stories_in_full,
)
from perron.suite.archive.content import posts_in_full as read_posts
from perron.suite.archive.content import profile as read_profile
from perron.suite.archive.model import KEPT, Archive, ArchiveExpired
from perron.suite.archive.queries import archive_as_stored, begin, finish, proceed
from perron.suite.archive.sheets import sheets

PORTION = 200
FILES_AT_ONCE = 20
STYLE = Path(__file__).parent / "templates" / "archive.css"


class Unwanted(Exception):
    """The archive was called off, or its account is gone."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be packed, decided at the start: ids of posts, keys of uploads, and of the pictures of the profile."""

    posts: list[int]
    files: list[str]
    pictures: list[str]

    @property
    def of(self) -> int:
        """How many things there are to do."""
        return len(self.posts) + len(self.files) + len(self.pictures) + 1


def pack(store: Store, event: dict[str, Any]) -> None:
    """After `ArchiveAsked`: pack an account's own data. Safe to begin again at any point."""
    archive_id = event["archive_id"]
    folder = folder_of(store.settings)
    work = folder / str(archive_id)
    try:
        archive = _begin(store, archive_id)
        work.mkdir(parents=True, exist_ok=True, mode=0o700)
        plan = _plan(store, archive, work)
        for n in range(0, len(plan.posts), PORTION):
            _portion(store, plan, work, n)
            _proceed(store, archive, min(n + PORTION, len(plan.posts)), plan)
        packed = _pack_all(store, archive, plan, work)
        _settle(store, archive, packed, folder / name_of(archive_id))
    except Unwanted:
        pass
    shutil.rmtree(work, ignore_errors=True)


def _begin(store: Store, archive_id: int) -> Archive:
    wanted = store.write(lambda tx: begin(tx, archive_id))
    with store.read() as db:
        archive = archive_as_stored(db, archive_id)
    if not wanted or archive is None:
        raise Unwanted
    return archive


def _plan(store: Store, archive: Archive, work: Path) -> Plan:
    path = work / "plan.json"
    if not path.exists():
        with store.read() as db:
            ids = post_ids(db, archive.account_id, archive.id)
            media = media_of_account(db, archive.account_id)
            known = read_profile(db, Links(store.settings), archive.account_id, archive.user_id)
        pictures = dict.fromkeys(known[name] for name in ("avatar", "header") if known[name])
        files = dict.fromkeys(one.file for one in media if one.state == "ready" and one.file)  # copies share a file
        _keep(path, json.encode([ids, [one for one in files if one not in pictures], [*pictures]]))
    return Plan(*json.decode(path.read_bytes()))


def _portion(store: Store, plan: Plan, work: Path, n: int) -> None:
    """The posts from the nth on, unless an earlier run has kept them."""
    path = work / f"posts-{n:08}.json"
    if not path.exists():
        with store.read() as db:
            _keep(path, json.encode(read_posts(db, Links(store.settings), plan.posts[n : n + PORTION])))


def _posts(plan: Plan, work: Path) -> Iterator[Entry]:
    for n in range(0, len(plan.posts), PORTION):
        yield from json.decode((work / f"posts-{n:08}.json").read_bytes())


def _pack_all(store: Store, archive: Archive, plan: Plan, work: Path) -> Path:
    path, links = work / "archive.zip", Links(store.settings)
    with store.read() as db:
        known = read_profile(db, links, archive.account_id, archive.user_id)
        tables = sheets(db, links, archive.account_id)
        more: dict[str, list[Any]] = {
            "filters.json": filters_in_full(db, archive.account_id),
            "scheduled.json": [*planned_threads(links, db, scheduled_of(db, archive.account_id))],
            "plans.json": plans_in_full(db, archive.account_id),
            "drafts.json": drafts_in_full(db, archive.account_id, archive.user_id),
            "decks.json": decks_in_full(db, archive.account_id, archive.user_id),
            "stories.json": stories_in_full(db, archive.account_id),
            "clips.json": clips_in_full(db, archive.account_id),
        }
        place = preferences_of(db, archive.user_id).place
    locale = known["user"]["language"] if known["user"]["language"] in pages.WORDS else "fr"
    pictures = {name: media_path(known[name]) if known[name] else "" for name in ("avatar", "header")}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        written, banked = _posts_into(out, plan, work, known["uri"]), _bank_into(out, store, archive)
        months = _months_into(out, plan, work, locale, place, known)
        packed = _files_into(out, store, archive, plan)
        ledger = {"posts.json": written, "outbox.json": written, "profile.json": 1, "actor.json": 1}
        ledger |= {name: len(rows) for name, rows in more.items()} | {"bank.json": banked}
        ledger |= {name: len(one.rows) for name, one in tables.items()} | {"media_attachments": packed}
        for name, rows in more.items():
            out.writestr(name, json.encode(rows))
        for name, one in tables.items():
            out.writestr(name, one.csv)
        out.writestr("profile.json", json.encode(known))
        out.writestr("actor.json", json.encode(outbox.actor(known, links, pictures["avatar"], pictures["header"])))
        out.writestr("ledger.json", json.encode({"made": born(archive.id), "held": ledger}))
        out.writestr("archive.css", STYLE.read_text())
        title, at = store.settings.title, born(archive.id)
        out.writestr("index.html", pages.index_page(locale, place, known, title, at, ledger, months, pictures))
    return path


def _posts_into(out: zipfile.ZipFile, plan: Plan, work: Path, actor: str) -> int:
    n = 0
    with out.open("posts.json", "w", force_zip64=True) as file:
        n = _list_into(file, (json.encode(one) for one in _posts(plan, work)))
    head = {"@context": outbox.CONTEXT, "id": "outbox.json", "type": "OrderedCollection", "totalItems": n}
    with out.open("outbox.json", "w", force_zip64=True) as file:
        file.write(json.encode(head)[:-1] + b',"orderedItems":')
        _list_into(file, (json.encode(outbox.activity(one, actor)) for one in _posts(plan, work)))
        file.write(b"}")
    return n


def _bank_into(out: zipfile.ZipFile, store: Store, archive: Archive) -> int:
    """What is said of the pictures of the account's bank, in portions: there may be hundreds of thousands."""
    with out.open("bank.json", "w", force_zip64=True) as file:
        return _list_into(file, (json.encode(one) for one in _bank(store, archive)))


def _bank(store: Store, archive: Archive) -> Iterator[Entry]:
    after = 0
    while True:
        with store.read() as db:
            found = bank_page(db, archive.account_id, after, PORTION)
        if not found:
            return
        yield from found
        after = int(found[-1]["id"])


def _list_into(file: Any, rows: Iterator[bytes]) -> int:
    n = 0
    file.write(b"[")
    for n, row in enumerate(rows, 1):
        file.write((b",\n" if n > 1 else b"\n") + row)
    file.write(b"\n]")
    return n


def _months_into(
    out: zipfile.ZipFile, plan: Plan, work: Path, locale: str, place: Any, profile: Entry
) -> list[tuple[str, int]]:
    """A page for each month; the months with how many posts each has, newest first."""
    found: list[tuple[str, int]] = []
    month = ""
    held: list[Entry] = []
    for post in chain(_posts(plan, work), [None]):
        this = pages.month_of(post, place) if post else ""
        if this != month and held:
            out.writestr(f"posts/{month}.html", pages.month_page(locale, place, profile, month, held))
            found.insert(0, (month, len(held)))
            held = []
        month = this
        if post:
            held.append(post)
    return found


def _files_into(out: zipfile.ZipFile, store: Store, archive: Archive, plan: Plan) -> int:
    files, packed = files_of(store), 0
    for key in plan.pictures:
        _file_into(out, files, key)
    for n, key in enumerate(plan.files):
        packed += _file_into(out, files, key)
        if n % FILES_AT_ONCE == 0:
            _proceed(store, archive, len(plan.posts) + n, plan)
    return packed


def _file_into(out: zipfile.ZipFile, files: Files, key: str) -> int:
    """Put a kept file in as it is (it is compressed already); 0 when it is gone meanwhile."""
    path = files.path(key)
    if path is None:
        return 0
    try:
        out.write(path, media_path(key), zipfile.ZIP_STORED)
    except FileNotFoundError:
        return 0
    return 1


def _proceed(store: Store, archive: Archive, done: int, plan: Plan) -> None:
    if not store.write(lambda tx: proceed(tx, archive.id, done, plan.of)):
        raise Unwanted


def _settle(store: Store, archive: Archive, packed: Path, path: Path) -> None:
    """Put the finished file in its place, and say so."""
    weight, at = packed.stat().st_size, now()
    name = keep_parcel(store, packed, path)

    def ready(tx: Tx) -> bool:
        known = finish(tx, archive.id, name, weight, at)
        if known:
            emit(tx, ArchiveExpired(archive.id), due=at + KEPT)
        return known

    if not store.write(ready):
        drop_parcel(store, name, path)


def _keep(path: Path, data: bytes) -> None:
    write_whole(path, data, mode=0o600)
