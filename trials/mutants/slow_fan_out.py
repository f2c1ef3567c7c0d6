"""`perron` with a mistake in it: a post is carried to its readers one after another, and each takes its time."""

import sys
import time
from typing import Any

from perron.cli import main
from perron.timelines import arrivals

EACH = 0.001
readers = arrivals._readers


def slowly(db: Any, rings: Any, post: Any) -> set[int]:
    """As if something were written for each."""
    found = readers(db, rings, post)
    time.sleep(EACH * len(found))
    return found


arrivals._readers = slowly
if __name__ == "__main__":
    sys.exit(main())
