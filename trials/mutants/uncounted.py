"""`perron` with a mistake in it: tries of work inside a transaction are not counted before they are made."""

import sys
from typing import Any

from perron.cli import main
from perron.jobs.worker import Worker
from trials import poison

begin = Worker.__init__


def begin_as_if_all_were_new(self: Worker, *given: Any) -> None:
    begin(self, *given)
    self.begun = 0


Worker.__init__ = begin_as_if_all_were_new  # type: ignore[method-assign]
if __name__ == "__main__" and poison.POISONS:
    sys.exit(main())
