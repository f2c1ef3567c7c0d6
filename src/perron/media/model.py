"""Pictures, clips and sounds: what is kept of each, and what happens to them."""

from dataclasses import dataclass
from typing import Any

from perron.jobs.events import Event

MOST_TRIES = 5
"""How often work on an upload is begun; when a try ends with its process, too, something is wrong with the file."""


@dataclass(frozen=True, slots=True)
class Media:
    """One upload. `file` and `small` are keys of kept files; while it waits, `file` is the raw one, shown to nobody."""

    id: int
    account_id: int
    post_id: int | None
    position: int
    kind: str
    state: str
    file: str
    small: str
    mime: str
    bytes: int
    remote_url: str
    description: str
    blurhash: str
    meta: dict[str, Any]
    focus_x: float | None
    focus_y: float | None
    keeper: str | None = None
    """Who keeps it though no post shows it; it is neither cleared away nor put into a post itself."""
    source_id: int | None = None
    """The upload whose files it shares."""

    @property
    def shares(self) -> bool:
        """Whether other uploads may have the same files."""
        return self.keeper is not None or self.source_id is not None

    @property
    def tries(self) -> int:
        """How often work on it was begun."""
        return int(self.meta.get("work", {}).get("tries", 0))

    @property
    def percent(self) -> int:
        """How far the work on it is."""
        return int(self.meta.get("work", {}).get("percent", 0))

    @property
    def why_failed(self) -> str:
        """What is said of an upload that failed."""
        if self.tries >= MOST_TRIES:
            return "This file could not be worked on: every try broke off. Please send it again, or another one."
        return "This media could not be read and cannot be attached."

    @property
    def focus(self) -> tuple[float, float] | None:
        """Where to look, from (-1, -1) at the lower left to (1, 1) at the upper right."""
        return None if self.focus_x is None or self.focus_y is None else (self.focus_x, self.focus_y)


@dataclass(frozen=True, slots=True)
class Still:
    """One encoded picture, clean of everything but its pixels."""

    data: bytes
    ext: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture as it will be shown: whole, small, and as a blur to wait with."""

    file: Still
    small: Still
    blurhash: str

    @property
    def meta(self) -> dict[str, Any]:
        """Sizes of both, in the words that clients know."""
        return {"original": size_of(self.file), "small": size_of(self.small)}


@dataclass(frozen=True, slots=True)
class Portrait:
    """A picture of an account, cut to measure. `still` is a frame of one that moves."""

    shown: Still
    still: Still | None = None


def size_of(still: Still) -> dict[str, Any]:
    """Width, height, both as text, and their ratio."""
    return measures(still.width, still.height)


def measures(width: int, height: int) -> dict[str, Any]:
    """Width, height, both as text, and their ratio."""
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": round(width / height, 6)}


@dataclass(frozen=True)
class MediaUploaded(Event):
    media_id: int


@dataclass(frozen=True)
class MediaRemoved(Event):
    keys: tuple[str, ...]
