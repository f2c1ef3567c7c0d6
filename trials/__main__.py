"""`python -m trials`: the list. `python -m trials r01 --engine postgresql --seconds 60 --mutant`: one of them."""

import argparse
import re
import shutil
import signal
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

import trials
from trials.outcome import Options, Outcome, keep

STATES = re.compile(r"^PROMISE\b", re.MULTILINE)


def names() -> list[str]:
    """Every experiment: the modules of this package that state a promise."""
    here = Path(trials.__path__[0])
    return sorted(path.stem for path in here.glob("*.py") if STATES.search(path.read_text(encoding="utf-8")))


def engines(trial: ModuleType) -> tuple[str, ...]:
    """On which databases an experiment can be run."""
    found: tuple[str, ...] = getattr(trial, "ENGINES", ("sqlite", "postgresql"))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run one experiment or print the list; 0 when the promise held or, with --mutant, when its breach was seen."""
    parser = argparse.ArgumentParser(prog="python -m trials", description="Long experiments on real processes.")
    parser.add_argument("name", nargs="?", choices=names(), help="which; without it, all are listed")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), help="default: the first that it knows")
    parser.add_argument("--seconds", type=float, default=0.0, help="how long, where that can be chosen")
    parser.add_argument("--mutant", action="store_true", help="with a mistake put in, which has to be noticed")
    parser.add_argument("--keep", action="store_true", help="leave the folder of the experiment behind")
    given = parser.parse_args(arguments)
    if given.name is None:
        for name in names():
            trial = import_module(f"trials.{name}")
            print(f"  {name:8} {trial.PROMISE}  [{', '.join(engines(trial))}]")
        print("\nRun one:  .venv/bin/python -m trials NAME [--engine sqlite|postgresql] [--seconds N] [--mutant]")
        return 0
    trial = import_module(f"trials.{given.name}")
    engine = given.engine or engines(trial)[0]
    if engine not in engines(trial):
        parser.error(f"{given.name} is not run on {engine}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything that was started is ended
    folder = Path(tempfile.mkdtemp(prefix="perron-trial-"))
    folder.chmod(0o711)  # PostgreSQL's user has to find what is its own in there
    try:
        return run(given.name, trial, Options(engine, given.seconds, given.mutant, folder))
    finally:
        if given.keep:
            print(f"left behind: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(name: str, trial: ModuleType, options: Options) -> int:
    """Run an experiment, print and keep what it comes to."""
    print(
        f"{name} on {options.engine}{', with a mistake put in' if options.mutant else ''}: {trial.PROMISE}", flush=True
    )
    begun = time.monotonic()
    outcome: Outcome = trial.run(options)
    outcome.figures["seconds"] = round(time.monotonic() - begun, 1)
    for what, figure in outcome.figures.items():
        print(f"  {what}: {figure}")
    for failure in outcome.failures[:20]:
        print(f"  - {failure}"[:600])
    passed = bool(outcome.failures) if options.mutant else not outcome.failures
    keep(name, options, outcome, passed)
    said = " (the mistake was noticed)" if options.mutant and passed else ""
    print(f"{'PASS' if passed else 'FAIL'} {name} {options.engine}{' mutant' if options.mutant else ''}{said}")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
