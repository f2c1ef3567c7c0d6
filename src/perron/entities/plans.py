"""What is planned, post for post and by which clock, as clients of our own API read it."""

from collections.abc import Mapping, Sequence

from perron.entities.links import Links
from perron.entities.scheduled import attached, params_of
from perron.entities.shapes.plans import AlsoAs, Clock, PlannedThread
from perron.kit.time import iso
from perron.kit.zones import Moment, Wall, moment_of
from perron.media.queries import media_of_owner
from perron.posts.planned import Scheduled
from perron.store import Db


def planned_threads(
    links: Links, db: Db, found: Sequence[Scheduled], also: Mapping[int, list[AlsoAs]] | None = None
) -> list[PlannedThread]:
    """What one account has planned, in the order given; `also`: what was planned at once as others."""
    owner = found[0].account_id if found else 0
    files = media_of_owner(db, [each for one in found for each in one.media], owner_id=owner)
    return [
        {
            "id": str(one.id),
            "state": one.state,
            "held_by": [*one.held],
            "error": one.error or None,
            "scheduled_at": iso(one.due),
            "at": clock_entity(one.wall, one.moment),
            "queued": one.queued,
            "series_id": str(one.series_id) if one.series_id else None,
            "note": one.note,
            "version": one.version,
            "outlets": [str(each) for each in one.draft.outlets],
            "also_as": (also or {}).get(one.id, []),
            "posts": [
                {"params": params_of(draft), "media_attachments": attached(links, draft, files)} for draft in one.drafts
            ],
            "statuses": [],
        }
        for one in found
    ]


def clock_entity(wall: Wall | None, moment: Moment | None) -> Clock | None:
    """A time on the wall, and what becomes of it."""
    if wall is None or moment is None:
        return None
    return {
        "local": wall.local,
        "zone": wall.zone,
        "fold": wall.fold,
        "kind": moment.kind,
        "shown": moment.shown,
        "scheduled_at": iso(moment.at),
    }


def clock_of(wall: Wall) -> Clock | None:
    """The same for a time that nothing is planned for yet."""
    return clock_entity(wall, moment_of(wall))
