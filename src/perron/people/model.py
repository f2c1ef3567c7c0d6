"""Accounts, users and who acts for whom."""

from dataclasses import dataclass

from perron.jobs.events import Event

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
    """Who asks, and what their token allows. `account` is None for an app that speaks for itself."""

    account: Account | None
    user_id: int | None
    token_id: int
    app_id: int
    scopes: frozenset[str]
    has_filters: bool = False
    has_thread_mutes: bool = False
    role: str = "owner"


@dataclass(frozen=True)
class FollowRequested(Event):
    follower_id: int
    target_id: int


@dataclass(frozen=True)
class Followed(Event):
    follower_id: int
    target_id: int


@dataclass(frozen=True)
class AccountJoined(Event):
    account_id: int


@dataclass(frozen=True)
class AccountDeleted(Event):
    account_id: int
