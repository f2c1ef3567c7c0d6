"""An archive: a person's own data, packed for them to take along."""

from dataclasses import dataclass

from perron.jobs import Event
from perron.kit.time import DAY

KEPT = 7 * DAY
"""How long an archive waits for its owner."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive. `state`: waiting, packing, ready, failed, cancelled; `done` of `of` things are packed."""

    id: int
    user_id: int
    account_id: int
    state: str
    done: int
    of: int
    file: str
    bytes: int
    ready_at: int | None

    @property
    def running(self) -> bool:
        """Whether it is being made."""
        return self.state in ("waiting", "packing")

    @property
    def until(self) -> int | None:
        """When it is removed, in milliseconds."""
        return self.ready_at + KEPT if self.ready_at is not None else None


@dataclass(frozen=True)
class ArchiveAsked(Event):
    archive_id: int


@dataclass(frozen=True)
class ArchiveExpired(Event):
    archive_id: int


@dataclass(frozen=True)
class ArchiveRemoved(Event):
    """What is left of an archive is to go, and its file among the kept ones."""

    archive_id: int
    file: str = ""
