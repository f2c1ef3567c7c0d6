"""What an account is told that follows from nothing that somebody else did."""

from typing import Any

from perron.people.severances import severances_as_stored
from perron.store import Tx
from perron.timelines.notices import notify


def notify_severed(tx: Tx, event: dict[str, Any]) -> None:
    """After `Severed`: tell whose follows have ended."""
    found = severances_as_stored(tx, [event["severance_id"]]).get(event["severance_id"])
    if found is not None:
        notify(tx, found.account_id, "severed_relationships", found.account_id, about_id=found.id, to_oneself=True)
