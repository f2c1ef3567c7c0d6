"""Posts from a table: looked at first, line by line; then planned, all of them or none."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from perron.kit.errors import Refused
from perron.posts.planned import Scheduled
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.table import LONGEST, Sent, Taken, take_table
from perron.text.letters import shortened
from perron.web.fields import Fields
from perron.web.visit import Visit
from perron.web.write.moments import said_of, told_of, zone_of

LONGEST_WORDS = 160


async def show(visit: Visit) -> Response:
    """The form for a table."""
    visit.must_write()
    return visit.show("plan/table.html", cache_control="no-store", table="", found=None, rows=[], wrong="")


async def take(visit: Visit, fields: Fields) -> Response:
    """Look at a table or, by the second button, plan what it says."""
    me, user = visit.must_write(), visit.must_sign_in().user
    table = await _table(fields)
    dry = fields.text("do") != "plan"
    zone = (await visit.read(lambda db: queue_of(db, me.id).zone)) or zone_of(visit)
    sent = Sent(zone, user.id, visit.writer_id, dry)
    try:
        found = await visit.write(lambda tx: take_table(tx, me, table, visit.settings, sent))
    except Refused as wrong:
        return _page(visit, table, None, visit.explain(wrong), wrong.status)
    if found.kept:
        return visit.go("/scheduled")
    return _page(visit, table, found, "", 422 if found.wrong and not dry else 200)


async def _table(fields: Fields) -> str:
    """The file that was chosen or, without one, what was pasted."""
    for upload in fields.files("file"):
        data = await upload.read(4 * LONGEST)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")
    return fields.text("table")


def _page(visit: Visit, table: str, found: Taken | None, wrong: str, status: int) -> Response:
    rows = _rows(visit, found) if found else []
    return visit.show(
        "plan/table.html", status=status, cache_control="no-store", table=table, found=found, rows=rows, wrong=wrong
    )


def _rows(visit: Visit, found: Taken) -> list[dict[str, Any]]:
    """Every line with what becomes of it, or with what is wrong."""
    planned = [_row(visit, line, found.times[id_]) for line, id_ in found.planned if id_ in found.times]
    wrong = [{"line": one.line, "wrong": visit.explain(Refused(one.why))} for one in found.wrong]
    return sorted([*planned, *wrong], key=lambda row: row["line"])


def _row(visit: Visit, line: int, one: Scheduled) -> dict[str, Any]:
    words = " ".join(one.draft.text.split())
    moment = one.moment
    return {
        "line": line,
        "wrong": "",
        "words": shortened(words, LONGEST_WORDS),
        "posts": len(one.drafts),
        "queued": one.queued,
        "told": told_of(visit, replace(one.wall, local=one.wall.local[:16])) if one.wall else "",
        "says": said_of(visit, one.wall, moment) if one.wall and moment else "",
    }
