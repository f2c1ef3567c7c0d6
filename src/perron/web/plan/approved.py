"""What was approved and has a time: it waits beside what is planned, and is moved where it was handed in.

Rooms that plan and rooms that approve do not know each other; the pages bring both together.
"""

from typing import Any

from perron.kit.time import iso
from perron.kit.zones import wall_at
from perron.store import Db
from perron.suite.teams.approve import waiting_for
from perron.web.visit import Visit
from perron.web.write.moments import told_of


def approved(visit: Visit, db: Db, account_id: int, zone: str) -> list[dict[str, Any]]:
    """What an account will publish by itself because somebody said yes to it, the next to come first."""
    shown = []
    for one in waiting_for(db, account_id):
        here = wall_at(one.due, zone)
        if here:
            state = "held" if one.held else "waiting"
            made = {"id": one.id, "due": one.due, "at": iso(one.due), "words": one.words, "state": state}
            shown.append({**made, "day": here.local[:10], "time": here.local[11:16], "told": told_of(visit, here)})
    return shown
