"""`perron` with a mistake in it: it keeps something of every request."""

import sys
from typing import Any

from perron.api.door import Door
from perron.cli import main

kept: list[bytes] = []
answer = Door.__call__


async def keep_and_answer(self: Any, *given: Any) -> None:
    kept.append(b"." * 20_000)
    await answer(self, *given)


Door.__call__ = keep_and_answer  # type: ignore[method-assign]
if __name__ == "__main__":
    sys.exit(main())
