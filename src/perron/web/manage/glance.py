"""How the server is doing: at a glance, and what it keeps on its disk."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from starlette.responses import Response

from perron.jobs import queue
from perron.keep.last import last_backup
from perron.kit.time import now
from perron.kit.version import VERSION
from perron.media.files import Folder
from perron.media.prune import noted_weight
from perron.moderation import figures
from perron.moderation.queries import count_open_appeals, count_reports
from perron.store import Db
from perron.store.size import database_bytes, database_name
from perron.web.manage.running import bars, lasting, must_run, show
from perron.web.shown import accounts_shown
from perron.web.visit import Visit

KINDS = ("image", "gifv", "video", "audio", "unknown")


async def glance(visit: Visit) -> Response:
    """People, posts, room, jobs: how the server is doing today."""
    must_run(visit)

    def read(db: Db) -> dict[str, Any]:
        waiting, failed = queue.counts(db)
        return {
            "people": figures.people(db),
            "written": figures.posts_written(db),
            "posts": bars(figures.posts_by_day(db)),
            "joined": bars(figures.joined_by_day(db)),
            "media": figures.media_by_kind(db),
            "database": database_bytes(visit.store, db),
            "due": queue.waiting(db),
            "owed": waiting,
            "failed": failed,
            "reports": count_reports(db, by=0)["open"],
            "appeals": count_open_appeals(db),
            "backup": last_backup(db),
        }

    found = await visit.read_slowly(read)
    return show(
        visit,
        "manage/manage_glance.html",
        version=VERSION,
        engine=database_name(visit.store),
        up=lasting(visit, now() - visit.site.opened),
        ago=lambda at: lasting(visit, now() - at),
        disk=room(visit.settings.data),
        **found,
    )


async def storage(visit: Visit) -> Response:
    """What is kept on the disk, and whose it is."""
    must_run(visit)
    files = visit.site.files

    def read(db: Db) -> dict[str, Any]:
        biggest = figures.media_by_account(db)
        shown = {int(one["id"]): one for one in accounts_shown(visit, db, [int(one.what) for one in biggest])}
        return {
            "media": figures.media_by_kind(db),
            "biggest": [(shown[int(one.what)], one) for one in biggest if int(one.what) in shown],
            "emojis": figures.count_emojis(db),
            "database": database_bytes(visit.store, db),
            "kept": measure(files.folder) if isinstance(files, Folder) else noted_weight(db, files),
            "copies": files.copies(),
            "backup": last_backup(db),
        }

    found = await visit.read_slowly(read)
    return show(
        visit,
        "manage/manage_storage.html",
        disk=room(visit.settings.data),
        engine=database_name(visit.store),
        store=files.name,
        ago=lambda at: lasting(visit, now() - at),
        before=visit.settings.media_before,
        public=visit.settings.media_public,
        **found,
    )


def room(folder: Path) -> Any:
    """How much room there is where a folder is, or will be once something is kept in it."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there)


def measure(folder: Path) -> tuple[int, int]:
    """How many files lie in a folder and those below it, and how many bytes they have together."""
    count = size = 0
    for entry in _files(folder):
        try:
            size += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:  # cleared away meanwhile
            continue
        count += 1
    return count, size


def _files(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        else:
            yield entry
