"""The figures of `/metrics`: what this process counted, and what stands in the database that all processes share."""

import gc
import os
import resource
import threading
from pathlib import Path

from perron.entities.site import Site
from perron.jobs import queue
from perron.keep.last import last_backup
from perron.kit.figures import counted, gauge
from perron.kit.time import now
from perron.kit.version import VERSION
from perron.store import Db
from perron.store.size import database_bytes

PAGE = os.sysconf("SC_PAGE_SIZE")


def metrics(db: Db, site: Site, *, streams: int, under_way: int) -> str:
    """Everything, as OpenMetrics text."""
    owed, given_up = queue.counts(db)
    due = queue.next_due(db)
    backup = last_backup(db)
    parts = [
        counted(),
        gauge("perron_build", "Which version this is.", ({"version": VERSION}, 1)),
        gauge("perron_requests_under_way", "Requests that are being answered.", ({}, under_way)),
        gauge("perron_jobs_due", "Jobs that are due and not done.", ({}, queue.waiting(db))),
        gauge("perron_jobs_owed", "Jobs that are owed, now or later.", ({}, owed)),
        gauge("perron_jobs_failed", "Jobs that were given up.", ({}, given_up)),
        gauge(
            "perron_jobs_late_seconds",
            "By how much the oldest job is late.",
            ({}, max(0, now() - (due or now())) / 1000),
        ),
        gauge("perron_writes_waiting", "Writes that wait for the writer.", ({}, site.store.waiting())),
        gauge(
            "perron_pressure",
            "What has to be left out for want of time: 0, nothing, to 1.",
            ({}, site.saturation.pressure),
        ),
        gauge("perron_requests_refused", "Requests refused for want of time.", ({}, site.saturation.refused)),
        gauge("perron_answers_kept", "Answers that were given to several.", ({}, site.saturation.kept)),
        gauge("perron_streams_open", "Open streams.", ({}, streams)),
        gauge("perron_homes_held", "Homes and lists held in memory.", ({}, len(site.rings.by_owner))),
        gauge("perron_database_bytes", "What the database takes on its disk.", ({}, database_bytes(site.store, db))),
        gauge(
            "perron_backup_timestamp_seconds",
            "When the last backup was made; 0: never.",
            ({}, (backup.at if backup else 0) // 1000),
        ),
        _process(site),
    ]
    return "".join(parts) + "# EOF\n"


def _process(site: Site) -> str:
    """What a process takes of its machine."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resident = _resident()
    free = os.statvfs(site.given.data) if site.given.data.exists() else None
    room = free.f_bavail * free.f_frsize if free else 0
    return "".join(
        (
            gauge("perron_process_cpu_seconds", "CPU so far.", ({}, used.ru_utime + used.ru_stime)),
            gauge("perron_process_resident_bytes", "Memory in use.", ({}, resident)),
            gauge("perron_process_threads", "Threads.", ({}, threading.active_count())),
            gauge("perron_process_open_files", "Open files and connections.", ({}, _open_files())),
            gauge(
                "perron_process_collections",
                "Runs of the collector.",
                ({}, sum(g["collections"] for g in gc.get_stats())),
            ),
            gauge("perron_process_start_timestamp_seconds", "When it started.", ({}, site.opened / 1000)),
            gauge("perron_data_free_bytes", "Free room where the data lies.", ({}, room)),
        )
    )


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE
    except OSError:  # not Linux: the most there ever was
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _open_files() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 0
