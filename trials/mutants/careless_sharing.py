"""`perron` with two mistakes: attempts are not limited while they cannot be counted, and copies of homes are believed
without a look at what has happened since."""

import sys

from perron.cli import main
from perron.kit.errors import Unavailable
from perron.kit.limits import Allowance
from perron.shared.attempts import Attempts
from perron.timelines import copies

hit = Attempts.hit


async def open_hit(self: Attempts, key: str, limit: int, seconds: int) -> Allowance:
    """In place of a door that stays shut."""
    try:
        return await hit(self, key, limit, seconds)
    except Unavailable:
        return Allowance(limit, limit, 0, True)


Attempts.hit = open_hit  # type: ignore[method-assign]
copies.bring_current = lambda db, recent, ring: True
if __name__ == "__main__":
    sys.exit(main())
