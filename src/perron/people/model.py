"""Accounts, users and who acts for whom."""

from dataclasses import dataclass, field

from perron.jobs.events import Event
from perron.kit.errors import Invalid
from perron.people.may import CONFIDE, may

READ_PREFIX, WRITE_PREFIX = "read", "write"


@dataclass(frozen=True, slots=True)
class Account:
    """A public person, brand or bot, here or elsewhere; what rules need to know of it."""

    id: int
    handle: str
    username: str
    domain: str | None
    kind: str
    state: str
    locked: bool
    default_visibility: str
    default_language: str
    default_sensitive: bool

    @property
    def here(self) -> bool:
        """Whether it lives on this server."""
        return self.domain is None


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and what their token allows. `account` is None for an app that speaks for itself.

    `role` is theirs in the account (`people/may.py`), `server_role` that of their user on this server; `team`: others
    speak for the account too, and it is written down who did what.
    `pending`: their sign-up waits for approval, and nothing is answered until then; `unconfirmed`: they have not shown
    yet that their e-mail address is theirs. `touch_due`: their last use was
    noted a day ago or more (see `tokens.touch_token`).
    """

    account: Account | None
    user_id: int | None
    token_id: int
    app_id: int
    scopes: frozenset[str]
    has_filters: bool = False
    has_thread_mutes: bool = False
    role: str = "owner"
    pending: bool = False
    touch_due: bool = False
    server_role: str = "user"
    unconfirmed: bool = False
    team: bool = False

    @property
    def writer_id(self) -> int | None:
        """Who is written down as the writer of what they publish; None where only one person speaks for an account."""
        return self.user_id if self.team else None

    @property
    def confided(self) -> bool:
        """Whether they read the messages of the account, and not only what it shows and its figures."""
        return self.role == "owner" or may(self.role, CONFIDE)

    def is_told(self, visibility: str) -> bool:
        """Whether a post of the account that is for this audience is for them to read as well."""
        return visibility != "mentioned" or self.confided

    @property
    def waits(self) -> bool:
        """Whether hardly anything is open to them yet: their address is not confirmed, or nobody has approved them."""
        return self.pending or self.unconfirmed

    @property
    def why_not(self) -> str:
        """What stands in the way of somebody who waits."""
        address = "Your login is missing a confirmed e-mail address"
        return address if self.unconfirmed else "Your login is currently pending approval"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in here. `state`: pending (waits for approval), active or disabled. `confirmed_at` is None
    until they have shown that their address is theirs; 1 where nobody asked them to."""

    id: int
    email: str
    password: str = field(repr=False)
    locale: str
    role: str
    state: str
    confirmed_at: int | None = 1

    @property
    def confirmed(self) -> bool:
        """Whether the address counts as theirs."""
        return self.confirmed_at is not None


class Unfit(Invalid):
    """One field of a form cannot be accepted: which one, and why in one word (blank, invalid, taken, reserved, …)."""

    def __init__(self, message: str, *, field: str, why: str) -> None:
        super().__init__(message)
        self.field = field
        self.why = why


@dataclass(frozen=True)
class FollowRequested(Event):
    follower_id: int
    target_id: int


@dataclass(frozen=True)
class Followed(Event):
    follower_id: int
    target_id: int


@dataclass(frozen=True)
class Unfollowed(Event):
    follower_id: int
    target_id: int


@dataclass(frozen=True)
class Blocked(Event):
    owner_id: int
    target_id: int


@dataclass(frozen=True)
class AccountJoined(Event):
    account_id: int


@dataclass(frozen=True)
class AccountUnlocked(Event):
    account_id: int


@dataclass(frozen=True)
class AccountDeleted(Event):
    account_id: int


@dataclass(frozen=True)
class AccountMoved(Event):
    """An account named another as its successor; those who follow it are led there, in turns."""

    account_id: int
    to_id: int


@dataclass(frozen=True)
class LinksWritten(Event):
    """Lines of a profile lead to pages that may link back to it."""

    account_id: int
    again: bool = False


@dataclass(frozen=True)
class CreatorChanged(Event):
    """An account lets other sites name it as the author of their pages, or no longer."""

    account_id: int


@dataclass(frozen=True)
class ConfirmationOwed(Event):
    """A letter is to ask whether an address is a user's; `sealed` holds what proves it."""

    user_id: int
    email: str
    sealed: str


@dataclass(frozen=True)
class AddressChanging(Event):
    """A user wishes to be reached at another address; the one of before is told."""

    user_id: int
    old: str
    new: str
    at: int


@dataclass(frozen=True)
class SafetyChanged(Event):
    """Something that guards a sign-in is not as before: `what` names it (`people/mail.py`)."""

    user_id: int
    what: str
    at: int
