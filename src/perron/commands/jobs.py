"""`perron jobs`: look at background jobs, do them, try them again."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager

from perron.entities.opening import open_site
from perron.entities.site import Site
from perron.jobs import queue
from perron.kit.settings import Settings
from perron.store.nodes import Node
from perron.store.schema import prepare


@contextmanager
def opened(settings: Settings) -> Iterator[Site]:
    """The site of a command, closed at its end."""
    site = open_site(settings)
    prepare(site.store)
    with site.store.read() as db:
        site.refresh(db)
    node = Node(site.store, "command").enter()
    try:
        yield site
    finally:
        node.leave()
        site.store.close()


def show(settings: Settings, given: argparse.Namespace) -> int:
    """Print jobs that were given up, or those that are due."""
    with opened(settings) as site, site.store.read() as db:
        due = [] if given.failed else [(job, "") for job in queue.due_jobs(db, limit=1000)]
        found = queue.failed_jobs(db) if given.failed else due
    rows = [
        {"id": job.id, "name": job.name, "payload": job.payload, "tries": job.tries, "error": error}
        for job, error in found
    ]
    if given.json:
        print(json.dumps(rows, indent=1))
    else:
        for row in rows:
            print(f"{row['id']}  {row['name']}  tries {row['tries']}  {row['error']}")
    return 0


def run(settings: Settings, given: argparse.Namespace) -> int:
    """Do one round of what is due or, with --drain, everything."""
    from perron.jobs.worker import Worker
    from perron.wiring import CONSEQUENCES

    with opened(settings) as site:
        worker = Worker(site.store, CONSEQUENCES)
        if given.drain:
            worker.drain()
        else:
            worker.round()
    return 0


def retry(settings: Settings, given: argparse.Namespace) -> int:
    """Let a job that was given up try again."""
    with opened(settings) as site:
        if not site.store.write(lambda tx: queue.retry(tx, given.id)):
            print(f"There is no job {given.id}.")
            return 1
    return 0
