"""Try every address of the API with many made-up calls, as nobody, as a user and as who runs the server.

.venv/bin/python scripts/try_api.py --examples 50 --chapter Posts

The suite tries a few (`tests/api/test_schemathesis.py`); this takes minutes or, with many examples, hours.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.answers import watching  # noqa: E402
from tests.api.cases import all_operations, attempt, label, town  # noqa: E402
from tests.rig import Site  # noqa: E402


def main() -> int:
    """Say of each address that did not keep its word what it was asked and what it answered."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--examples", type=int, default=50, help="calls of each kind for each address")
    given.add_argument("--chapter", default="", help="only this chapter of the description")
    asked = given.parse_args()
    logging.disable(logging.CRITICAL)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, watching(), Site.opened(Path(folder) / "data") as site:
        here = town(site)
        for chapter, one in all_operations():
            if asked.chapter not in ("", chapter):
                continue
            print(label(one), flush=True)
            for forbidden in (False, True):
                try:
                    attempt(here, one, examples=asked.examples, forbidden=forbidden)
                except Exception as failed:
                    wrong += 1
                    print(f"  {type(failed).__name__}: {str(failed)[:3000]}", flush=True)
    print(f"{wrong} addresses did not keep their word." if wrong else "Every address kept its word.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
