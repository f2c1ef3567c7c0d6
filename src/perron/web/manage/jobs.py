"""Work in the background: what is owed, what was given up and why, and another try."""

import asyncio

from starlette.responses import Response

from perron.jobs import queue
from perron.kit import json
from perron.kit.errors import NotFound
from perron.kit.time import iso, now
from perron.moderation.audit import record
from perron.store import Db, Tx
from perron.store.leases import holder_of
from perron.store.nodes import nodes_there
from perron.web.fields import Fields, read_id
from perron.web.manage.running import must_run, show
from perron.web.visit import Visit

Rows = list[dict[str, object]]


async def show_jobs(visit: Visit) -> Response:
    """Jobs that were given up, and those that are owed."""
    must_run(visit)

    def read(db: Db) -> tuple[Rows, Rows, int, int, int]:
        waiting, failed = queue.counts(db)
        lists = (_rows(queue.owed(db, given_up=given_up)) for given_up in (True, False))
        return *lists, failed, waiting, queue.waiting(db)  # type: ignore[return-value]

    given_up, owed, failed, waiting, due = await visit.read_slowly(read)
    there = await visit.read_slowly(nodes_there)
    clock = await asyncio.to_thread(holder_of, visit.store, "clock")
    return show(
        visit,
        "manage/manage_jobs.html",
        given_up=given_up,
        owed=owed,
        failed=failed,
        waiting=waiting,
        due=due,
        nodes=[(one, iso(one.since), one.name == clock) for one in there if one.kind != "command"],
    )


def _rows(found: list[queue.Owed]) -> Rows:
    at = now()
    return [
        {
            "id": one.id,
            "name": one.name.partition(">")[0],
            "part": one.name.partition(">")[2],
            "about": json.encode_text(one.payload),
            "tries": one.tries,
            "error": one.error,
            "due": iso(one.due),
            "state": "busy" if one.taken_until > at else "due" if one.due <= at else "later",
        }
        for one in found
    ]


async def retry_all(visit: Visit, fields: Fields) -> Response:
    """Let every job that was given up try again."""
    me = must_run(visit)

    def work(tx: Tx) -> None:
        if count := queue.retry_all(tx):
            record(tx, me.id, "retry_jobs", "job", None, "", count=count)

    await visit.write(work)
    return visit.go("/manage/jobs")


async def on_job(visit: Visit, fields: Fields) -> Response:
    """Let one job that was given up try again, or forget it."""
    me, id_, act = must_run(visit), read_id(visit.path["id"]), visit.path["act"]

    def work(tx: Tx) -> None:
        name = queue.given_up(tx, id_)
        if name is None or act not in ("retry", "drop"):
            raise NotFound
        (queue.retry if act == "retry" else queue.drop)(tx, id_)
        record(tx, me.id, f"{act}_job", "job", id_, name)

    await visit.write(work)
    return visit.go("/manage/jobs")
