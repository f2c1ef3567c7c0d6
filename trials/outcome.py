"""What an experiment is asked for and what it comes to."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results")
MUTANTS = Path(__file__).with_name("mutants")


@dataclass(frozen=True)
class Options:
    """How an experiment is run. `seconds` is 0 where the experiment decides itself."""

    engine: str = "sqlite"
    seconds: float = 0.0
    mutant: bool = False
    folder: Path = Path()
    """An empty folder for everything that it writes; gone afterwards."""


@dataclass
class Outcome:
    """Figures to print and to keep; no failures mean that the promise held."""

    figures: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def expect(self, held: bool, otherwise: str) -> None:
        """Note a failure unless something held."""
        if not held:
            self.failures.append(otherwise)


def keep(name: str, options: Options, outcome: Outcome, passed: bool) -> Path:
    """Write down how an experiment ended."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{options.engine}{'-mutant' if options.mutant else ''}.json"
    found = {"passed": passed, "figures": outcome.figures, "failures": outcome.failures[:50]}
    path.write_text(json.dumps(found, indent=1, default=str) + "\n")
    return path
