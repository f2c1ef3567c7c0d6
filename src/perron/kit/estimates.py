"""How sure a figure is that was counted of few: intervals that hold in 19 of 20 cases."""

from math import sqrt
from typing import NamedTuple

_Z = 1.96


class Share(NamedTuple):
    """A part of a whole: as counted, and between what it is likely to be."""

    value: float
    least: float
    most: float


class Change(NamedTuple):
    """By how much something happens more often than before (1: as often), between what it is likely to be; `most` is
    None where it did not happen before at all."""

    value: float | None
    least: float
    most: float | None

    @property
    def certain(self) -> bool:
        """Whether it is likely that anything changed."""
        return self.least > 1 or (self.most is not None and self.most < 1)


def share_of(part: int, whole: int) -> Share:
    """The interval of Wilson (1927), which holds for few as well."""
    near = part / whole
    spread = _Z * _Z / whole
    middle = (near + spread / 2) / (1 + spread)
    half = _Z * sqrt(near * (1 - near) / whole + spread / (4 * whole)) / (1 + spread)
    return Share(near, max(0.0, min(near, middle - half)), min(1.0, max(near, middle + half)))


def differ(one: Share, other: Share) -> bool:
    """Whether two parts of two wholes are likely not the same, by Newcombe's interval of their difference (1998)."""
    low, high = sorted((one, other))
    return high.value - low.value > sqrt((high.value - high.least) ** 2 + (low.most - low.value) ** 2)


def change_of(before: int, after: int) -> Change:
    """How two counts over spans of one length compare: given their sum, how it falls on both sides is a share."""
    found = share_of(after, before + after)
    most = found.most / (1 - found.most) if found.most < 1 else None
    return Change(after / before if before else None, found.least / (1 - found.least), most if before else None)
