"""`perron` that makes every page for every visitor anew: nothing is given to two."""

import sys

from perron.admission.kept import Kept, Key, Page
from perron.cli import main


def never(self: Kept, key: Key) -> Page | None:
    """Nothing is kept."""
    return None


async def each(self: Kept, key: Key, scope: object, receive: object, send: object, inner: object) -> None:
    """Everybody makes their own."""
    await inner(scope, receive, send)  # type: ignore[operator]


Kept.find = never  # type: ignore[method-assign]
Kept.serve = each  # type: ignore[assignment,method-assign]
sys.exit(main())
