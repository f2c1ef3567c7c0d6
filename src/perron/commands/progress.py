"""How far long work is: a bar where somebody watches, a line now and then where nobody does."""

import sys
import time
from typing import TextIO

WIDTH = 30
OFTEN, SELDOM = 0.1, 5.0
"""Seconds between two looks at a bar, and between two lines."""


class Progress:
    """Shows what is done now, how much of it, how fast, and how long it will take."""

    def __init__(self, unit: str = "rows", out: TextIO | None = None) -> None:
        self.unit, self.out = unit, out or sys.stderr
        self.watched = self.out.isatty()
        self._what, self._began, self._first, self._last = "", time.monotonic(), 0, 0.0
        self._group = ""

    def __call__(self, what: str, done: int, of: int) -> None:
        """Called often; says something seldom."""
        at = time.monotonic()
        group = what.partition(" ")[0]
        if group != self._group:  # a new kind of work has a speed of its own
            self._group, self._began, self._first, self._last = group, at, done, at
        if at - self._last < (OFTEN if self.watched else SELDOM):
            return
        self._last = at
        line = self.line(what, done, of, at) if of else f"{what} …"
        if self.watched:
            print(f"\r{line}\033[K", end="", file=self.out, flush=True)
        elif line != self._what:
            print(line, file=self.out, flush=True)
        self._what = line

    def line(self, what: str, done: int, of: int, at: float) -> str:
        """All that is known in one line."""
        rate = (done - self._first) / max(at - self._began, 0.001)
        left = f", {_time((of - done) / rate)} left" if rate and done < of else ""
        full = min(WIDTH, WIDTH * done // of)
        bar = f"[{'#' * full}{'.' * (WIDTH - full)}] " if self.watched else ""
        return f"{bar}{what}: {done:,} of {of:,} {self.unit}, {rate:,.0f}/s{left}"

    def end(self) -> None:
        """Leave the line of the bar."""
        if self.watched and self._what:
            print(file=self.out, flush=True)


def _time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
