"""Posts from a table, all of them or none; ours, not Mastodon's."""

from typing import Annotated, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, speaks
from perron.entities.plans import planned_threads
from perron.entities.shapes.queues import ImportedTable
from perron.store import Tx
from perron.suite.atelier.plan.queries import queue_of
from perron.suite.atelier.plan.table import Sent, take_table


class NewTable(TypedDict, total=False):
    """A table of posts."""

    csv: Required[
        Annotated[
            str,
            Meta(
                description="The first line names its columns: `text`, and `date`, `time`, `zone`, `visibility`, "
                "`language`, `warning`, `series`, `thread`, `note`. A line without a time takes the next free slot."
            ),
        ]
    ]
    zone: Annotated[str, Meta(description="For lines that name none; else that of the queue.")]
    dry_run: Annotated[bool, Meta(description="Say what would happen, and do nothing.")]


@speaks(ImportedTable, takes=NewTable)
def take(call: Call, tx: Tx) -> Answer:
    """POST /api/perron/v1/threads/import: never twice the same table within a day."""
    params, viewer = call.params, call.viewer
    zone = params.text("zone") or queue_of(tx, call.me.id).zone or "UTC"
    dry = params.flag("dry_run")
    sent = Sent(zone, call.user_id, viewer.writer_id if viewer else None, dry)
    found = take_table(tx, call.me, params.text("csv"), call.settings, sent)
    there = [(line, found.times[id_]) for line, id_ in found.planned if id_ in found.times]
    shown = planned_threads(call.links, tx, [one for _, one in there])
    return {
        "dry_run": dry,
        "imported": len(found.planned) if found.kept else 0,
        "errors": [{"line": one.line, "error": one.why} for one in found.wrong],
        "planned": [{"line": line, "thread": thread} for (line, _), thread in zip(there, shown, strict=True)],
    }
