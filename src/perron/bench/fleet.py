"""The smallest fleet with which an evening goes well."""

from dataclasses import replace
from math import ceil

from perron.bench.costs import Costs
from perron.bench.demand import demand
from perron.bench.load import DAY, Graph, Load
from perron.bench.machines import Fleet, Machine
from perron.bench.simulate import Evening, simulate

CALM_USE = 0.5
"""How much of a machine the busiest hour may use: the rest is for spikes, and for a neighbour that fails."""
TURN_USE = 0.5
DELIVERED, CROWD_WITHIN, ANSWERED = 5.0, 5.0, 2.0
"""Seconds within which ninety-nine of a hundred posts are delivered, a crowd is served, a writer is answered."""
HEARD_MOST = 0.3


def smallest_fleet(design: str, load: Load, graph: Graph, costs: Costs, machine: Machine) -> tuple[Fleet, Evening]:
    """Machines for the busiest hour at half their power, then more wherever the spike asks for it."""
    fleet = _for_memory(load, costs, machine, _for_hour(design, load, graph, costs, machine))
    evening = simulate(design, load, graph, costs, machine, fleet)
    for _ in range(200):
        more = _short(design, fleet, evening)
        if more is None or (design == "one log" and more == "shards"):
            break
        fleet = replace(fleet, **{more: ceil(getattr(fleet, more) * 1.15 + 0.01)})
        evening = simulate(design, load, graph, costs, machine, fleet)
    return fleet, evening


def objections(load: Load, costs: Costs, machine: Machine, fleet: Fleet, evening: Evening) -> list[str]:
    """Why this design does not carry the load, however many machines there are; nothing when it does."""
    found = []
    if disk_tib(load, costs) > machine.disk_tib * fleet.shards:
        found.append(f"{load.keep_years:g} years of posts do not fit on one machine's disk")
    if evening.busy["log"] > TURN_USE or evening.commit_p99 > ANSWERED:
        found.append("one database cannot write the log of changes fast enough")
    if evening.full["hearing"] > HEARD_MOST:
        found.append("hearing of every post takes more than three tenths of each process that answers readers")
    if evening.busy["database"] > CALM_USE * 1.05:
        found.append("one database cannot answer the pages of all who are signed in")
    if evening.delivered_p99 > DELIVERED or evening.crowd > CROWD_WITHIN:
        found.append("posts are not delivered in five seconds")
    return found


def disk_tib(load: Load, costs: Costs) -> float:
    """What the posts of all years kept take in the databases."""
    return load.posts * DAY * 365.25 * load.keep_years * costs.database_bytes_per_post / 2**40


def _for_hour(design: str, load: Load, graph: Graph, costs: Costs, machine: Machine) -> Fleet:
    fleet = Fleet(1, 1, 1, 0, 1)
    posts = load.posts * load.busy
    for _ in range(50):
        made = demand(design, load, graph, costs, machine, fleet, posts=posts, homes=posts * load.homes_per_post)
        use = CALM_USE * machine.power
        shards = 1
        if design == "cells":
            whole = made.turn * fleet.shards
            shards = max(
                ceil(made.primary / use), ceil(whole / TURN_USE), ceil(disk_tib(load, costs) / machine.disk_tib)
            )
        wanted = Fleet(
            web=ceil(made.web / use) or 1,
            worker=ceil(made.worker / use) or 1,
            shards=shards,
            replicas=ceil(made.replica / use) if design == "cells" or made.replica > 0.2 * use else 0,
            cache=ceil(made.cache / use) or 1,
        )
        if wanted == fleet or wanted.web > 100_000:
            return wanted
        fleet = wanted
    return fleet


def media_tib(load: Load) -> float:
    """What their media take in the object store."""
    return load.posts * DAY * 365.25 * load.keep_years * load.media_bytes_per_post / 2**40


def _for_memory(load: Load, costs: Costs, machine: Machine, fleet: Fleet) -> Fleet:
    room = machine.memory_gib * 2**30 * 0.7
    homes = load.accounts * load.active * costs.bytes_per_home * 2  # a copy of each, for when a machine fails
    streams = load.accounts * load.online * costs.bytes_per_stream
    return replace(fleet, cache=max(fleet.cache, ceil(homes / room)), web=max(fleet.web, ceil(streams / room)))


def _short(design: str, fleet: Fleet, evening: Evening) -> str | None:
    """Of which kind there are too few."""
    if evening.commit_p99 > ANSWERED or evening.full["database"] >= 1.0:
        return "shards"
    if evening.full["web"] >= 1.0:
        return "web"
    if evening.full["cache"] >= 1.0:
        return "cache"
    if evening.full["reading copies"] >= 1.0 and fleet.replicas:
        return "replicas"
    if evening.delivered_p99 > DELIVERED or evening.crowd > CROWD_WITHIN:
        return "web" if design == "one log" else "worker"
    return None
