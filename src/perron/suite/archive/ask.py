"""Ask for an archive, call it off, fetch it, let it go."""

import shutil
from pathlib import Path
from typing import Any

from perron.jobs import emit
from perron.kit.errors import NotFound, TooMany
from perron.kit.ids import born
from perron.kit.settings import Settings
from perron.kit.time import DAY, SECOND, now
from perron.media.parcels import drop_parcel, parcel_at
from perron.store import Db, Store, Tx
from perron.suite.archive.model import Archive, ArchiveAsked, ArchiveRemoved
from perron.suite.archive.queries import (
    add_archive,
    archive_as_stored,
    archives_of,
    archives_of_account,
    change_archive_state,
    remove_archive,
)


def ask_for_archive(tx: Tx, user_id: int, account_id: int) -> int:
    """Have one's own data packed, once a day; the id of the archive. One that never came to an end is forgotten."""
    for one in archives_of(tx, user_id, account_id):
        if born(one.id) > now() - DAY and (one.running or one.ready_at is not None):
            wait = max(60, (born(one.id) + DAY - now()) // SECOND)
            raise TooMany("You can ask for one archive a day.", wait)
        if one.state != "ready":
            let_go(tx, one)
    archive_id = add_archive(tx, user_id, account_id)
    emit(tx, ArchiveAsked(archive_id))
    return archive_id


def find_archive(db: Db, archive_id: int, *, user_id: int, account_id: int) -> Archive:
    """An archive, for the one who asked for it; to others it is not there."""
    found = archive_as_stored(db, archive_id)
    if found is None or found.user_id != user_id or found.account_id != account_id:
        raise NotFound
    return found


def cancel_archive(tx: Tx, archive_id: int, *, user_id: int, account_id: int) -> None:
    """Call off an archive that is being made (its job sees that and clears up), or remove one that is ready."""
    found = find_archive(tx, archive_id, user_id=user_id, account_id=account_id)
    change_archive_state(tx, found.id, "cancelled")
    if not found.running:
        emit(tx, ArchiveRemoved(found.id, found.file))


def let_go(tx: Tx, archive: Archive) -> None:
    """Forget an archive, and remove what is left of it on the disk."""
    remove_archive(tx, archive.id)
    emit(tx, ArchiveRemoved(archive.id, archive.file))


def expire(tx: Tx, event: dict[str, Any]) -> None:
    """After `ArchiveExpired`: it has waited for seven days."""
    found = archive_as_stored(tx, event["archive_id"])
    if found is not None:
        let_go(tx, found)


def forget_archives(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its archives go too."""
    for one in archives_of_account(tx, event["account_id"]):
        let_go(tx, one)


def remove_from_disk(store: Store, event: dict[str, Any]) -> None:
    """After `ArchiveRemoved`: neither the archive nor what was begun of it stays."""
    folder, archive_id = folder_of(store.settings), int(event["archive_id"])
    shutil.rmtree(folder / str(archive_id), ignore_errors=True)
    drop_parcel(store, event.get("file", ""), folder / name_of(archive_id))


def name_of(archive_id: int) -> str:
    """How the file of an archive is called."""
    return f"{archive_id}.zip"


def folder_of(settings: Settings) -> Path:
    """Where archives are made and kept; no page serves it but to their owners."""
    return settings.data / "archives"


def file_of(settings: Settings, archive: Archive) -> Path:
    """The file of an archive that is ready; NotFound for any other."""
    path = parcel_at(settings, archive.file, folder_of(settings) / name_of(archive.id))
    if archive.state != "ready" or path is None:
        raise NotFound
    return path
