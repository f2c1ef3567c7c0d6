"""Accounts, users and who acts for whom."""

from dataclasses import dataclass, field

from perron.jobs.events import Event
from perron.kit.errors import Invalid

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

    `role` is theirs in the account, `server_role` that of their user on this server.
    `pending`: their sign-up waits for approval, and nothing is answered until then. `touch_due`: their last use was
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


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signs in here. `state`: pending (waits for approval), active or disabled."""

    id: int
    email: str
    password: str = field(repr=False)
    locale: str
    role: str
    state: str


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
