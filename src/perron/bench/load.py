"""What is asked of a server: how many people, what they do, and who follows whom."""

import random
from dataclasses import dataclass
from itertools import accumulate
from math import log

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Load:
    """A town of people and their habits. Rates are averages of a whole day; `peak` is how much more its worst second
    brings, `busy` how much more its busiest hour."""

    accounts: int
    posts_per_day: float
    homes_per_post: float = 50.0
    """Pages of home that are read for each post that is written."""
    reads_per_home: float = 1.5
    """Other pages for each of those."""
    follows: float = 100.0
    """How many accounts one follows, on average."""
    crowd: int = 0
    """Followers of the most followed account; 0: one account in ten."""
    active: float = 0.3
    """Share of accounts whose home somebody read within the last hour of the busiest evening."""
    online: float = 0.05
    """Share of accounts with an open stream at that time."""
    busy: float = 2.0
    peak: float = 24.0
    spike_seconds: float = 5.0
    keep_years: float = 5.0
    media_bytes_per_post: float = 60_000.0
    """Pictures and clips, spread over all posts."""

    @property
    def posts(self) -> float:
        """Posts a second, on average."""
        return self.posts_per_day / DAY

    @property
    def largest(self) -> int:
        """Followers of the most followed account."""
        return self.crowd or max(1, self.accounts // 10)


@dataclass(frozen=True, slots=True)
class Graph:
    """How many followers the authors of posts have: a sample, ascending."""

    followers: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Followers of the author of a post, on average."""
        return sum(self.followers) / len(self.followers)

    def quantile(self, share: float) -> int:
        """So many followers have the authors of this share of posts at most."""
        return self.followers[min(len(self.followers) - 1, int(share * len(self.followers)))]

    def above(self, threshold: int) -> tuple[float, float]:
        """The share of posts whose authors have more followers than this, and of deliveries that these cause."""
        many = [one for one in self.followers if one > threshold]
        return len(many) / len(self.followers), sum(many) / max(1, sum(self.followers))


def draw_graph(load: Load, *, size: int = 100_000, seed: int = 1) -> Graph:
    """Authors as they are met post by post.

    Followers of accounts follow a power law cut at the largest crowd, with the mean that `follows` demands (every
    follow has two ends); accounts with more followers write more often, as their square root.
    """
    exponent = _exponent(load.follows, load.largest)
    rng = random.Random(seed)
    top = float(load.largest)
    drawn = [_pareto(rng.random(), exponent, top) for _ in range(size)]
    weights = [*accumulate((one + 1) ** 0.5 for one in drawn)]
    return Graph(tuple(sorted(int(one) for one in rng.choices(drawn, cum_weights=weights, k=size))))


def _pareto(u: float, exponent: float, top: float) -> float:
    """A value of at least 1 and at most `top`, of density x**-exponent."""
    a = 1.0 - exponent
    if abs(a) < 1e-9:
        return float(top**u)
    return float((1.0 + u * (top**a - 1.0)) ** (1.0 / a))


def _mean(exponent: float, top: float) -> float:
    a, b = 1.0 - exponent, 2.0 - exponent
    norm = log(top) if abs(a) < 1e-9 else (top**a - 1.0) / a
    first = log(top) if abs(b) < 1e-9 else (top**b - 1.0) / b
    return first / norm


def _exponent(mean: float, top: int) -> float:
    """The exponent with which the mean is as wanted, by halving."""
    low, high = 0.01, 6.0
    for _ in range(100):
        middle = (low + high) / 2
        if _mean(middle, float(max(2, top))) > mean:
            low = middle
        else:
            high = middle
    return (low + high) / 2
