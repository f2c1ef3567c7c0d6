"""A busy evening in steps of a tenth of a second: a calm half-minute, a spike in which the most followed account writes
too, and what it takes until everything is delivered."""

import random
from dataclasses import dataclass

from perron.bench.costs import Costs
from perron.bench.demand import CROWD, demand
from perron.bench.load import Graph, Load
from perron.bench.machines import Fleet, Machine

STEP = 0.1
CALM, AFTER = 30.0, 60.0
SAMPLE = 200
"""Posts of one step whose followers are drawn one by one; what they bring is scaled to the rest."""


@dataclass(frozen=True, slots=True)
class Evening:
    """How it went. Seconds."""

    delivered_p50: float
    delivered_p99: float
    crowd: float
    """Until the last reader has what the most followed account wrote."""
    commit_p99: float
    """How long a writer waits for the answer, at the ninety-ninth hundredth."""
    busy: dict[str, float]
    """Utilisation in the busiest hour, before the spike."""
    full: dict[str, float]
    """The same in the spike, capped at 1 where work queues."""


@dataclass(slots=True)
class Queue:
    """Work that waits at one kind of machine, in CPU milliseconds; what stands before it is served first."""

    power: float
    waiting: float = 0.0

    def step(self, first: float, work: float) -> float:
        """Add work; the seconds until what was added now is done."""
        room = max(0.02 * self.power, self.power - first / STEP) * STEP
        self.waiting = self.waiting + work
        delay = max(0.0, self.waiting - room) / room * STEP
        self.waiting = max(0.0, self.waiting - room)
        return delay


def simulate(
    design: str, load: Load, graph: Graph, costs: Costs, machine: Machine, fleet: Fleet, *, seed: int = 1
) -> Evening:
    """One evening with this fleet."""
    rng = random.Random(seed)

    def asked(posts: float, homes: float = load.posts * load.homes_per_post * load.busy) -> dict[str, float]:
        made = demand(design, load, graph, costs, machine, fleet, posts=posts, homes=homes)
        replicas = max(1, fleet.replicas)
        return {
            "web": made.web / (fleet.web * machine.power),
            "worker": made.worker / (fleet.worker * machine.power),
            "database": made.primary / (fleet.shards * machine.power),
            "reading copies": made.replica / (replicas * machine.power),
            "cache": made.cache / (fleet.cache * machine.power),
            "log": made.turn,
            "hearing": made.heard,
            "deliver": made.deliver,
        }

    calm, spike = load.posts * load.busy, load.posts * load.peak
    steady = asked(calm)
    deliverer = "web" if design == "one log" else "worker"
    deliverers = fleet.web if design == "one log" else fleet.worker
    commits = Queue(1000.0 * fleet.shards)  # milliseconds of log that can be written in a second
    delivery = Queue(deliverers * machine.power)
    each = steady["deliver"] / calm / graph.mean  # CPU milliseconds for one follower of one post
    crowd_work = load.largest * (each if design == "one log" or load.largest <= CROWD else 0.0)
    delivered: list[tuple[float, float]] = []
    waited: list[tuple[float, float]] = []
    crowd_left, crowd_seconds = crowd_work, 0.0
    rate_of: dict[float, float] = {}
    for number in range(int((CALM + load.spike_seconds + AFTER) / STEP)):
        at = number * STEP
        rate = spike if CALM <= at < CALM + load.spike_seconds else calm
        posts = _arrivals(rng, rate * STEP)
        commit = commits.step(0.0, posts * costs.commit_in_turn)
        if rate not in rate_of:
            made = asked(rate)
            rate_of[rate] = (made[deliverer] * deliverers * machine.power - made["deliver"]) * STEP
        followers = _followers(rng, graph, posts)
        share = 0.0
        if at >= CALM + 1.0 and crowd_left > 0.0:  # the crowd is served beside the others, at half the power
            share = min(crowd_left, delivery.power * STEP / 2)
            crowd_left -= share
            crowd_seconds = at + STEP - CALM - 1.0
        delay = delivery.step(rate_of[rate] + share, followers * each)
        if posts:
            waited.append((commit, posts))
            delivered.append((commit + delay + STEP / 2, posts))
    return Evening(
        delivered_p50=_quantile(delivered, 0.5),
        delivered_p99=_quantile(delivered, 0.99),
        crowd=crowd_seconds if crowd_left <= 0.0 else float("inf"),
        commit_p99=_quantile(waited, 0.99),
        busy={name: value for name, value in steady.items() if name != "deliver"},
        full={name: min(1.0, value) for name, value in asked(spike).items() if name != "deliver"},
    )


def _arrivals(rng: random.Random, mean: float) -> float:
    """A Poisson number; for many, its normal neighbour."""
    if mean > 50:
        return max(0.0, rng.gauss(mean, mean**0.5))
    number, left = 0, rng.expovariate(1.0)
    while left < mean:
        number += 1
        left += rng.expovariate(1.0)
    return float(number)


def _followers(rng: random.Random, graph: Graph, posts: float) -> float:
    """Followers of the authors of so many posts, drawn from the graph."""
    if posts <= 0:
        return 0.0
    drawn = rng.choices(graph.followers, k=min(SAMPLE, max(1, round(posts))))
    return sum(drawn) / len(drawn) * posts


def _quantile(values: list[tuple[float, float]], share: float) -> float:
    """The value under which this share of the weight lies."""
    total, passed = sum(weight for _, weight in values), 0.0
    for value, weight in sorted(values):
        passed += weight
        if passed >= share * total:
            return value
    return 0.0
