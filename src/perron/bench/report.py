"""The answer in words and tables."""

from dataclasses import asdict, dataclass
from typing import Any

from perron.bench.costs import Costs
from perron.bench.demand import ANONYMOUS, COPIES, CROWD, DESIGNS
from perron.bench.fleet import CALM_USE, CROWD_WITHIN, DELIVERED, disk_tib, media_tib, objections, smallest_fleet
from perron.bench.load import Graph, Load, draw_graph
from perron.bench.machines import Fleet, Machine
from perron.bench.simulate import Evening

SCENARIOS = {
    "a large town": Load(100_000, 50_000),
    "a country": Load(10_000_000, 5_000_000),
    "Twitter in 2013": Load(300_000_000, 6_000 * 86_400, crowd=31_000_000, peak=143_199 / 6_000),
}
"""The last as it was published: 300,000 pages of home and 6,000 posts a second on average, 143,199 posts in the worst
second, 31 million followers of one account, delivered in about five seconds."""


NEVER = 100_000
"""Machines of which it is no longer said how many they would be: what is in the way is not their number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One design for one load."""

    design: str
    fleet: Fleet
    evening: Evening
    objections: list[str]


def plans(load: Load, costs: Costs, machine: Machine) -> tuple[Graph, list[Plan]]:
    """Both designs for a load."""
    graph = draw_graph(load)
    found = []
    for design in DESIGNS:
        fleet, evening = smallest_fleet(design, load, graph, costs, machine)
        found.append(Plan(design, fleet, evening, objections(load, costs, machine, fleet, evening)))
    return graph, found


def advice(made: list[Plan]) -> str:
    """Which design carries the load, and what has to be sharded."""
    one, cells = made
    if not one.objections:
        return "One log carries it: the program as it is, on one database."
    why = "; ".join(one.objections)
    if cells.objections:
        return f"One log does not carry it ({why}), and cells do not either: {'; '.join(cells.objections)}."
    shards = f"{cells.fleet.shards} databases" if cells.fleet.shards > 1 else "one database"
    return f"One log does not carry it: {why}. Cells do, with {shards}, by account; homes in a cluster, by home."


def as_data(name: str, load: Load, costs: Costs, machine: Machine) -> dict[str, Any]:
    """The answer as data."""
    graph, made = plans(load, costs, machine)
    return {
        "name": name,
        "load": asdict(load),
        "followers_of_an_author": {"mean": graph.mean, "p50": graph.quantile(0.5), "p99": graph.quantile(0.99)},
        "disk_tib": disk_tib(load, costs),
        "plans": [asdict(one) for one in made],
        "advice": advice(made),
    }


def as_text(name: str, load: Load, costs: Costs, machine: Machine) -> str:
    """The answer as Markdown."""
    graph, made = plans(load, costs, machine)
    posts = load.posts
    lines = [
        f"### {name[0].upper()}{name[1:]}: {load.accounts:,} accounts, {load.posts_per_day:,.0f} posts a day",
        "",
        f"{posts:,.1f} posts and {posts * load.homes_per_post:,.0f} pages of home a second on average, "
        f"{load.busy:g} times as many in the busiest hour, {posts * load.peak:,.0f} posts in the worst second. "
        f"The author of a post has {graph.mean:,.0f} followers on average, half of them at most "
        f"{graph.quantile(0.5):,}, one in a hundred more than {graph.quantile(0.99):,}; the most followed has "
        f"{load.largest:,}. {load.keep_years:g} years of posts take {disk_tib(load, costs):,.2f} TiB, "
        f"their media {media_tib(load):,.1f} TiB in the object store.",
        "",
        "| | " + " | ".join(DESIGNS) + " |",
        "|---|" + "---|" * len(DESIGNS),
        *(_row(says, [read(one) for one in made]) for says, read in ROWS),
        "",
        advice(made),
        "",
    ]
    return "\n".join(lines)


def assumptions(costs: Costs, machine: Machine) -> str:
    """What the answer stands on."""
    measured = "\n".join(f"| `{name}` | {_figure(value)} |" for name, value in asdict(costs).items())
    return (
        f"A machine has {machine.cores} cores, {machine.memory_gib:g} GiB and {machine.disk_tib:g} TiB; a core is "
        f"{machine.speed:g} times as fast as the one measured on. The busiest hour may use {CALM_USE:.0%} of it. "
        f"Posts are to be delivered within {DELIVERED:g} s (99 of 100), a crowd within {CROWD_WITHIN:g} s. "
        f"In the first design a home is held in {COPIES:g} processes; {ANONYMOUS:.0%} of other pages are read by "
        f"nobody signed in. In the second, authors with more than {CROWD:,} followers are merged in when a home is "
        "read.\n\n"
        f"| measured | CPU ms, or what its name says |\n|---|---|\n{measured}\n"
    )


def _row(says: str, values: list[str]) -> str:
    return f"| {says} | " + " | ".join(values) + " |"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _many(machines: int) -> str:
    return f"{machines:,}" if machines < NEVER else "no number is enough"


def _uses(one: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0%}" for name, value in one.items() if value >= 0.005) or "hardly anything"


ROWS: list[tuple[str, Any]] = [
    ("web machines", lambda one: _many(one.fleet.web)),
    ("worker machines", lambda one: f"{one.fleet.worker:,}"),
    ("databases, each with a standby", lambda one: f"{one.fleet.shards:,}"),
    ("reading copies", lambda one: f"{one.fleet.replicas:,}"),
    ("cache machines", lambda one: f"{one.fleet.cache:,}"),
    ("**all together**", lambda one: f"**{_many(one.fleet.machines)}**"),
    ("busiest hour uses", lambda one: _uses(one.evening.busy)),
    ("worst seconds use", lambda one: _uses(one.evening.full)),
    ("a writer waits, p99", lambda one: f"{one.evening.commit_p99:,.2f} s"),
    ("delivered, p50 / p99", lambda one: f"{one.evening.delivered_p50:,.2f} / {one.evening.delivered_p99:,.2f} s"),
    ("the crowd has it after", lambda one: f"{one.evening.crowd:,.1f} s"),
    ("carries it", lambda one: "no: " + "; ".join(one.objections) if one.objections else "yes"),
]
