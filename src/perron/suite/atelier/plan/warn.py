"""Mail to those who publish for an account when hardly anything waits in its queue."""

import logging
from typing import Any

from perron.kit.mail import Mail, Part, Undeliverable, send
from perron.people.may import ACT, may
from perron.people.members import members_of
from perron.people.queries import find_account
from perron.people.users import user_as_stored
from perron.store import Store
from perron.suite.atelier.plan import queries
from perron.suite.atelier.plan.line import line_of

log = logging.getLogger(__name__)
_WORDS = {
    "fr": {
        "dry": "La file de @{} est vide",
        "low": "La file de @{} se vide\u202f: encore {}",
        "last": "Après cela, rien ne paraîtra de soi-même.",
        "open": "Ouvrir la file",
        "stop": "Pour ne plus en être averti, mettez le seuil à 0 sur cette page.",
    },
    "en": {
        "dry": "The queue of @{} is empty",
        "low": "The queue of @{} runs dry: {} left",
        "last": "After that, nothing comes out by itself.",
        "open": "Open the queue",
        "stop": "To be warned no more, set the number to 0 on that page.",
    },
}


def mail_dry_queue(store: Store, event: dict[str, Any]) -> None:
    """After `QueueRunsDry`: write to everybody who publishes for the account, unless there is enough by now."""
    account_id, settings = event["account_id"], store.settings
    with store.read() as db:
        account, left = find_account(db, account_id), len(line_of(db, account_id))
        if account is None or account.state != "active" or left >= queries.queue_of(db, account_id).warn_below:
            return
        members = [one.user_id for one in members_of(db, account_id) if may(one.role, ACT)]
        people = [user for user in (user_as_stored(db, one) for one in members) if user.state == "active"]
    for user in people:
        locale = user.locale if user.locale in _WORDS else "fr"
        words = _WORDS[locale]
        subject = words["low"].format(account.handle, left) if left else words["dry"].format(account.handle)
        parts = [
            Part(words["last"] if left else "", url=f"{settings.public_origin}/queue", link=words["open"]),
            Part(words["stop"]),
        ]
        try:
            send(settings, Mail(user.email, subject, parts, locale, name=f"queue-{account_id}-{user.id}"))
        except Undeliverable as wrong:
            log.warning("Nobody could be told that the queue of account %d runs dry: %s", account_id, wrong)
