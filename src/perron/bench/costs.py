"""What one thing costs, as it was measured: the only figures of the simulation that are not assumptions."""

from dataclasses import dataclass, fields
from pathlib import Path

from perron.kit import json
from perron.kit.errors import Refused

FILE = Path(__file__).with_name("costs.json")


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU milliseconds on the machine of `docs/performance.md`, unless a name says otherwise."""

    web_home: float
    """A page of home, in the web process."""
    database_home: float
    """The same page, in PostgreSQL."""
    web_read: float
    """Another page: a profile, a conversation, notices."""
    database_read: float
    web_post: float
    """A post, until it is answered."""
    database_post: float
    """A post with all that follows from it, in PostgreSQL."""
    worker_post: float
    """What follows from a post: notices, words, counts."""
    hear_post: float
    """Hearing of a post in a process that answers readers, whoever reads."""
    home_append: float
    """Putting it into one home."""
    stream_frame: float
    """Sending it down one open stream."""
    cache_operation: float
    """One small command at a Redis-protocol server."""
    commit_in_turn: float
    """Milliseconds for which one commit keeps others from writing the log of changes."""
    database_bytes_per_post: float
    bytes_per_home: float
    """A home as the cache keeps it."""
    bytes_per_stream: float
    """Memory of one open stream."""


def read_costs(path: Path | None = None) -> Costs:
    """Unit costs from a file; Refused says which one is missing or is no number."""
    path = path or FILE
    try:
        found = json.decode(path.read_bytes())
    except (OSError, ValueError) as wrong:
        raise Refused(f"{path}: {wrong}") from None
    figures = found.get("costs", {}) if isinstance(found, dict) else {}
    for one in fields(Costs):
        if not isinstance(figures.get(one.name), int | float) or figures[one.name] < 0:
            raise Refused(f"{path}: costs.{one.name} is missing or is no figure.")
    return Costs(**{one.name: float(figures[one.name]) for one in fields(Costs)})
