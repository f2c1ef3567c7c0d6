"""`perron` with a mistake in it: nobody looks whether a key was used before."""

import sys
from typing import Any

from perron.cli import main
from perron.posts import publish


def free(tx: Any, author: Any, digest: bytes) -> None:
    """Every key is free."""


publish.hold_key = free  # type: ignore[assignment]
if __name__ == "__main__":
    sys.exit(main())
