"""Facts, in the past tense. What follows from each is listed in `wiring.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that happened. Subclasses carry ids, never whole rows."""
