"""Files that move house: new ones go to the new place, and what is not there yet is found in the old one."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from perron.kit.errors import Unavailable
from perron.media.files import Files, Kept


class Moving(Files):
    """Two places that look like one until everything is in the first."""

    near = False

    def __init__(self, new: Files, old: Files) -> None:
        self.new, self.old, self.unfinished = new, old, new.unfinished
        self.name = new.name

    def put_as(self, key: str, data: bytes | Path) -> None:
        """In the new place."""
        self.new.put_as(key, data)

    def path(self, key: str) -> Path | None:
        """From whichever place has it; first where no network is needed."""
        first, second = (self.old, self.new) if self.old.near else (self.new, self.old)
        try:
            found = first.path(key)
        except Unavailable:
            if found := second.path(key):
                return found
            raise
        return found or second.path(key) or first.path(key)  # it may have moved between the two looks

    def at_hand(self, key: str) -> Path | None:
        """From whichever place has it here."""
        return self.new.at_hand(key) or self.old.at_hand(key)

    def remove(self, key: str) -> None:
        """From both: first from the old, so that nobody brings it over again."""
        self.old.remove(key)
        self.new.remove(key)

    def listed(self, start: str = "") -> Iterator[Kept]:
        """What either place has, once."""
        seen = set()
        for one in self.new.listed(start):
            seen.add(one.key)
            yield one
        yield from (one for one in self.old.listed(start) if one.key not in seen)

    def copies(self) -> tuple[int, int, int] | None:
        """Of whichever place is far away."""
        return self.new.copies() or self.old.copies()

    def digest(self, key: str) -> bytes | None:
        """Of the one in the new place, else of the one in the old."""
        with suppress(Unavailable):
            if found := self.new.digest(key):
                return found
        return self.old.digest(key)
