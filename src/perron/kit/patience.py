"""How long whoever sends something may take: a slow line has time, a line that only holds a place has not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from perron.kit.errors import Refused

FIRST = 20.0
"""Seconds that anything may take."""
SLOWEST = 16_000
"""Bytes a second that a slow line brings; what is larger has so much longer."""


class TooSlow(Refused):
    """What was announced did not come in time."""

    status = 408


@asynccontextmanager
async def in_time(size: int) -> AsyncIterator[None]:
    """While a body of so many bytes is read; TooSlow when it takes longer than a slow line needs."""
    try:
        async with asyncio.timeout(FIRST + size / SLOWEST):
            yield
    except TimeoutError:
        raise TooSlow("This took too long to arrive. Nothing was changed; please try again.") from None
