"""Outlets of an account, who reads by mail, what is sent where, and what became of it."""

from dataclasses import dataclass
from typing import NamedTuple

from perron.jobs import Event
from perron.kit.time import DAY, HOUR, MINUTE, SECOND

WEBHOOK, FEED, MAIL = "webhook", "feed", "mail"
KINDS = (WEBHOOK, FEED, MAIL)
ON, OFF = "on", "off"
PERSON, FAILING, GONE = "person", "failing", "gone"
"""Why an outlet is off: somebody wished it, nothing came through for days, or the receiver wants nothing more."""
WAITING, SENDING, DONE, FAILED, UNKNOWN, DROPPED = "waiting", "sending", "done", "failed", "unknown", "dropped"
STATES = (WAITING, SENDING, DONE, FAILED, UNKNOWN, DROPPED)

POSTS, TEST = "post.published", "test"
TELLS = (
    *("plan.created", "plan.changed", "plan.held", "plan.resumed", "plan.cancelled", "plan.published", "plan.failed"),
    *("submission.submitted", "submission.changed", "submission.approved", "submission.refused"),
    *("submission.withdrawn", "submission.voided", "submission.published", "submission.failed"),
)
"""Changes that a webhook can be told of, beside what is published."""

PAUSES = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""How long after each try that failed the next one is made; after the last there is none."""
LONGEST_REST = DAY
"""For how long a receiver is left alone that asks for it, at most."""
LONG = 3 * DAY
"""For how long nothing may come through before an outlet is switched off."""
OVERLAP = DAY
"""For how long the secret before signs as well."""
KEPT, UNCONFIRMED = 30 * DAY, 3 * DAY
"""For how long it is known what became of a delivery, and for how long an address may not say yes yet."""
LOST = HOUR
"""After how long nobody is believed to be sending any more."""
MOST_OUTLETS, MOST_UNCONFIRMED = 20, 100


class Outlet(NamedTuple):
    """One place to publish to. `secret` and `former` are sealed; `tells`: changes a webhook hears of, in one text."""

    id: int
    account_id: int
    kind: str
    name: str
    url: str
    secret: str
    former: str
    former_until: int | None
    tells: str
    open: bool
    state: str
    why: str
    failing_since: int | None

    @property
    def told(self) -> tuple[str, ...]:
        """The changes that it hears of."""
        return tuple(self.tells.split())


class Reader(NamedTuple):
    """Somebody to whom an outlet writes, once they have confirmed; who has left is not asked again by others."""

    id: int
    outlet_id: int
    email: str
    locale: str
    asked_at: int
    confirmed_at: int | None
    left_at: int | None

    @property
    def reads(self) -> bool:
        """Whether they are written to."""
        return self.confirmed_at is not None and self.left_at is None


class Delivery(NamedTuple):
    """What goes to one receiver. `told`: what a webhook is told of a change, as JSON; `said`: what came back."""

    id: int
    outlet_id: int
    account_id: int
    reader_id: int | None
    type: str
    posts: str
    told: str
    state: str
    tries: int
    status: int
    said: str
    due: int | None
    changed_at: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a try. `state`: done; failed, for good; waiting, to be tried again; unknown, when nobody can say
    whether it arrived; or dropped, when there is nothing to send."""

    state: str
    status: int = 0
    said: str = ""
    gone: bool = False
    """The receiver wants nothing more."""
    after: int = 0
    """For how long, in milliseconds, the receiver wishes to be left alone."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an outlet would make of something, and how long that is in characters. `receivers`: how many it goes to;
    None where nobody counts."""

    title: str
    text: str
    receivers: int | None

    @property
    def length(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class DeliveryDue(Event):
    """Something is to be sent to one receiver of an outlet."""

    delivery_id: int


@dataclass(frozen=True)
class ReaderAsked(Event):
    """Somebody is to be asked whether an outlet may write to them."""

    reader_id: int


@dataclass(frozen=True)
class OutletStopped(Event):
    """Nothing came through to an outlet for days, or its receiver wants nothing more: it is off."""

    outlet_id: int
