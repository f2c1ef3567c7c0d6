"""How much something is talked about, as one number. Why it is made so: `docs/decisions/0019-trends.md`."""

from collections.abc import Mapping

from perron.kit.time import DAY, HOUR

LATELY = 3
"""Days in which people are heard."""
BEFORE = 28
"""Days before, from which one learns what is usual."""
HALF_LIFE = DAY // HOUR
"""Hours after which what somebody said counts half."""


def score(heard: Mapping[int, int], usual: float, fewest: int) -> float:
    """How far above what is usual a thing is, and how fresh the talk.

    `heard`: how many people spoke of it last so many hours ago, each of them once. 0 when they are fewer than
    `fewest`, or no more than as a rule."""
    people, usual = sum(heard.values()), max(usual, 1.0)
    if people < fewest or people <= usual:
        return 0.0
    fresh = sum(count * 0.5 ** (max(hours, 0) / HALF_LIFE) for hours, count in heard.items()) / people
    return float((people - usual) ** 2 / usual * fresh)
