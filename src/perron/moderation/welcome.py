"""Tell those who look after the server that somebody has joined."""

from typing import Any

from perron.moderation.queries import staff
from perron.people.standing import user_of
from perron.people.voices import voices_of
from perron.store import Tx
from perron.timelines.notices import notify


def tell_of_sign_up(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountJoined`: everybody who looks after this server is told of a new person, not of their further
    accounts."""
    user = user_of(tx, event["account_id"])
    if user is None or any(one.id < event["account_id"] for one in voices_of(tx, user.id)):
        return
    for account_id in staff(tx):
        notify(tx, account_id, "admin.sign_up", event["account_id"], cause=event["account_id"])
