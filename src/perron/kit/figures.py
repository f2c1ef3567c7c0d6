"""Figures of this process for a monitor: counters and times, and how they are written down (OpenMetrics).

Counting is a step in a dictionary, without a lock: a figure may miss one in a million where threads meet, and nothing
is decided by it.
"""

from bisect import bisect_left
from collections.abc import Iterator

Labels = tuple[str, ...]
TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of times, in seconds."""
ALL: "list[Counter | Times]" = []


class Counter:
    """How often something happened, by labels."""

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self.labels = name, says, labels
        self.counts: dict[Labels, int] = {}
        ALL.append(self)

    def add(self, *values: str, by: int = 1) -> None:
        """Once more (or `by` times) for these values of the labels."""
        self.counts[values] = self.counts.get(values, 0) + by

    def lines(self) -> Iterator[str]:
        """As OpenMetrics."""
        yield f"# TYPE {self.name} counter\n# HELP {self.name} {self.says}\n"
        for values, count in sorted(self.counts.items()):
            yield f"{self.name}_total{_labelled(self.labels, values)} {count}\n"


class Times:
    """How long something took, by labels: a histogram of seconds."""

    def __init__(self, name: str, says: str, *labels: str) -> None:
        self.name, self.says, self.labels = name, says, labels
        self.kept: dict[Labels, list[float]] = {}  # a count for each bound, one for more, and the sum
        ALL.append(self)

    def add(self, seconds: float, *values: str) -> None:
        """It took so long for these values of the labels."""
        kept = self.kept.get(values)
        if kept is None:
            kept = self.kept[values] = [0.0] * (len(TIMES) + 2)
        kept[bisect_left(TIMES, seconds)] += 1
        kept[-1] += seconds

    def lines(self) -> Iterator[str]:
        """As OpenMetrics."""
        yield f"# TYPE {self.name} histogram\n# UNIT {self.name} seconds\n# HELP {self.name} {self.says}\n"
        labels = (*self.labels, "le")
        for values, kept in sorted(self.kept.items()):
            so_far = 0
            for bound, count in zip((*map(str, TIMES), "+Inf"), kept[:-1], strict=True):
                so_far += int(count)
                yield f"{self.name}_bucket{_labelled(labels, (*values, bound))} {so_far}\n"
            own = _labelled(self.labels, values)
            yield f"{self.name}_count{own} {so_far}\n{self.name}_sum{own} {kept[-1]:.6f}\n"


def gauge(name: str, says: str, *rows: tuple[dict[str, str], float]) -> str:
    """Figures as they are at this moment, as OpenMetrics."""
    lines = [f"# TYPE {name} gauge\n# HELP {name} {says}\n"]
    lines += [f"{name}{_labelled(tuple(one), tuple(one.values()))} {value:.15g}\n" for one, value in rows]
    return "".join(lines)


def counted() -> str:
    """Every counter and time of this process, as OpenMetrics."""
    return "".join(line for figure in ALL for line in figure.lines())


def _labelled(labels: Labels, values: Labels) -> str:
    if not labels:
        return ""
    inner = ",".join(f'{name}="{_safe(value)}"' for name, value in zip(labels, values, strict=True))
    return "{" + inner + "}"


def _safe(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
