"""`perron` with mistakes in it: it starts with any secrets, and without a look at where media are kept."""

import sys
from typing import Any

from perron.cli import main
from perron.commands import process


def never_mind(_: Any) -> None:
    """Whatever is there will do."""


process.own_secrets = never_mind
process.look_at_media = never_mind
if __name__ == "__main__":
    sys.exit(main())
