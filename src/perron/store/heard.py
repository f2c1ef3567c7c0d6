"""How far this process has heard the log of changes, for readings that must not be behind it."""

from collections.abc import Callable

LONGEST = 1.0
"""Seconds that a reading waits for the ear; then it shows what this process knows."""


class Heard:
    """Set by the ear after it has taken note of changes; on the event loop alone."""

    def __init__(self) -> None:
        self.position: int | None = None
        """Id of the last change that was heard; None: nobody listens in this process."""
        self.nudge: Callable[[], None] = _nobody
        """Lets the ear look now; from any thread."""
        self.loop: object = None
        """The loop that the ear looks on."""
        self._waiting: list[tuple[int, Callable[[], object]]] = []
        self._after_next: list[Callable[[], object]] = []

    def behind(self, position: int) -> bool:
        """Whether a change that is in the log has not been heard here."""
        return self.position is not None and self.position < position

    def wait(self, position: int, go_on: Callable[[], object]) -> None:
        """Call `go_on` once, when everything up to this change is heard."""
        self._waiting.append((position, go_on))
        self.nudge()

    def after_next(self, go_on: Callable[[], object]) -> None:
        """Call `go_on` when the ear has looked once more from now on, whatever it found."""
        self._after_next.append(go_on)

    def looks(self) -> list[Callable[[], object]]:
        """The ear begins to look: who waits for this look, to be called when it is over."""
        waiting, self._after_next = self._after_next, []
        return waiting

    def reach(self, position: int | None) -> None:
        """Everything up to here is heard (None: nobody listens any more)."""
        self.position = position
        if position is None:
            for go_on in self.looks():
                go_on()
        waiting, self._waiting = self._waiting, []
        for wanted, go_on in waiting:
            if position is None or wanted <= position:
                go_on()
            else:
                self._waiting.append((wanted, go_on))


def _nobody() -> None:
    """Nobody listens."""
