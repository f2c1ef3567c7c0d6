"""Perron as it might be in a later version: it knows two more steps that expand and one that contracts."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import perron.store
from perron.cli import main
from perron.store import schema

folder = Path(tempfile.mkdtemp(prefix="perron-steps-"))
shutil.copytree(Path(perron.store.__file__).parent / "migrations", folder / "migrations")
for path in Path(os.environ["PERRON_TRIAL_STEPS"]).glob("*.txt"):
    step = path.read_text().replace("FOUND", schema.HEAD)
    (folder / "migrations" / "versions" / f"{path.stem}.py").write_text(step)
os.environ.pop("PERRON_TRIAL_STEPS")  # it is no setting
schema.STEPS = str(folder / "migrations")
schema.NEEDS = "9001"
schema.HEAD = "9002"
schema.OLDEST = "9001"

take = schema._take


def take_aloud(*given: Any) -> None:
    """A step, announced: whoever wants to kill it in the middle knows when it begins."""
    print("begun", flush=True)
    take(*given)


schema._take = take_aloud

if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(folder)
