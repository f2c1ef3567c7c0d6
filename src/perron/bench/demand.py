"""What each kind of machine has to do for so many posts and pages a second, in the two designs.

`one log` is what is built: one database writes one log of changes, every process that answers readers hears every post,
and keeps homes in memory. `cells` is what follows where that ends: accounts are spread over several databases, workers
put posts into homes at a Redis Cluster, authors with a crowd are merged in when a home is read, and a process hears
only what its open streams asked for.
"""

from dataclasses import dataclass

from perron.bench.costs import Costs
from perron.bench.load import Graph, Load
from perron.bench.machines import Fleet, Machine

DESIGNS = ("one log", "cells")
COPIES = 2.0
"""In how many processes the home of one reader is held: whoever reads comes back by the same connection, mostly."""
ANONYMOUS = 0.3
"""Share of the other pages that are read by nobody signed in: reading copies of the database answer those."""
CROWD = 100_000
"""From so many followers on an author's posts are merged in at reading (in cells)."""
CROWDS_READ = 3.0
"""How many such authors one home looks at."""
DERIVED = 0.02
"""Share of the homes read that are not in memory and come from the cache."""
CACHE_CORES = 0.9
"""A Redis-protocol server answers with one core; so many of a machine's cores carry one each."""


@dataclass(frozen=True, slots=True)
class Demand:
    """CPU milliseconds asked for in a second, by kind of machine; `turn` is the share of time in which one database's
    log is being written; `heard` the share of each web process that goes into hearing of posts."""

    web: float
    worker: float
    primary: float
    replica: float
    cache: float
    turn: float
    heard: float
    deliver: float
    """How much of `web` (one log) or `worker` (cells) is putting posts into homes and streams."""


def demand(
    design: str, load: Load, graph: Graph, costs: Costs, machine: Machine, fleet: Fleet, *, posts: float, homes: float
) -> Demand:
    """What is asked for at so many posts and pages of home a second."""
    others = homes * load.reads_per_home
    reading = homes * costs.web_home + others * costs.web_read
    frames = posts * graph.mean * load.online * costs.stream_frame
    log_time = posts / fleet.shards * costs.commit_in_turn / 1000.0
    if design == "one log":
        processes = fleet.web * machine.cores
        appends = posts * graph.mean * load.active * COPIES * costs.home_append
        hearing = posts * costs.hear_post
        return Demand(
            web=reading + posts * costs.web_post + processes * hearing + appends + frames,
            worker=posts * costs.worker_post,
            primary=posts * costs.database_post
            + homes * costs.database_home
            + others * (1 - ANONYMOUS) * costs.database_read,
            replica=others * ANONYMOUS * costs.database_read,
            cache=(homes * DERIVED + processes) * costs.cache_operation,
            turn=log_time,
            heard=hearing / (1000.0 * machine.speed),
            deliver=appends + frames,
        )
    share, deliveries = graph.above(CROWD)
    pushed = posts * graph.mean * (1 - deliveries) * load.active
    return Demand(
        web=reading + posts * costs.web_post + frames + homes * CROWDS_READ * costs.cache_operation,
        worker=posts * costs.worker_post + pushed * costs.home_append,
        primary=posts * costs.database_post,
        replica=homes * costs.database_home + others * costs.database_read,
        cache=(pushed + homes * (1 + CROWDS_READ) + posts * share) * costs.cache_operation,
        turn=log_time,
        heard=0.0,
        deliver=pushed * costs.home_append,
    )
