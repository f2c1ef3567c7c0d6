"""Who watches long work, and what they are told."""

from collections.abc import Callable

Watch = Callable[[str, int, int], None]
"""What is done now, how much of it, and of how much in all."""


def nobody(what: str, done: int, of: int) -> None:
    """Nobody watches."""
