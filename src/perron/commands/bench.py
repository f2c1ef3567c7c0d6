"""`perron bench capacity`: how many machines a server of a given size would need."""

import argparse
from dataclasses import replace
from pathlib import Path

from perron.bench.costs import read_costs
from perron.bench.load import Load
from perron.bench.machines import Machine
from perron.bench.report import SCENARIOS, as_data, as_text, assumptions
from perron.kit import json
from perron.kit.errors import Refused
from perron.kit.settings import Settings


def capacity(settings: Settings, given: argparse.Namespace) -> int:
    """Print the answer for the size that is asked for, or for three that are known."""
    costs = read_costs(Path(given.costs) if given.costs else None)
    machine = Machine(given.cores, given.memory, given.disk, given.speed)
    asked = SCENARIOS
    if given.accounts:
        load = Load(given.accounts, given.posts or given.accounts / 2)
        habits = {name: getattr(given, name) for name in ("follows", "crowd", "active", "online", "busy", "peak")}
        asked = {"this size": replace(load, **{name: value for name, value in habits.items() if value is not None})}
    for load in asked.values():
        _check(load, machine)
    if given.json:
        print(json.encode_text([as_data(name, load, costs, machine) for name, load in asked.items()]))
        return 0
    for name, load in asked.items():
        print(as_text(name, load, costs, machine))
    print(assumptions(costs, machine))
    return 0


def _check(load: Load, machine: Machine) -> None:
    if load.accounts < 10 or load.posts_per_day <= 0:
        raise Refused("A server has at least ten accounts, and somebody writes something.")
    if not 1 <= load.follows <= load.largest / 2:
        raise Refused(f"follows: between 1 and half of the largest crowd ({load.largest:,}).")
    if not (0 < load.active <= 1 and 0 <= load.online <= 1):
        raise Refused("active and online are shares, between 0 and 1.")
    if load.largest > load.accounts or not 1 <= load.busy <= load.peak:
        raise Refused(
            "A crowd is part of the accounts, and a peak is more than a busy hour, which is more than the average."
        )
    if min(machine.cores, machine.memory_gib, machine.disk_tib, machine.speed) <= 0:
        raise Refused("A machine has cores, memory, a disk and some speed.")
