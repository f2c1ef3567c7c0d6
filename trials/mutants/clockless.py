"""`perron` with a mistake in it: times on the wall are read as if clocks never changed."""

import sys
from datetime import datetime, timedelta
from typing import Any

from perron.cli import main
from perron.kit import zones

plain = zones._offset


def unchanging(naive: datetime, clock: Any, fold: int) -> timedelta:
    """What held a day before, whatever holds now."""
    return plain(naive - timedelta(days=1), clock, 0)


zones._offset = unchanging
if __name__ == "__main__":
    sys.exit(main())
