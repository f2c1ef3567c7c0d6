"""`perron story`: stories that were packed to be kept."""

import argparse
import sys

from perron.kit.settings import Settings
from perron.press.as_zip import verify as hold

MOST_SHOWN = 20


def verify(settings: Settings, given: argparse.Namespace) -> int:
    """Hold every file of a zip against its manifest; 1 when something was changed or is missing."""
    verdict = hold(given.file)
    if not verdict.wrong:
        print(f"{given.file} is whole: {verdict.documents:,} documents, {verdict.files:,} files, made {verdict.made}")
        return 0
    for one in verdict.wrong[:MOST_SHOWN]:
        print(one, file=sys.stderr)
    if len(verdict.wrong) > MOST_SHOWN:
        print(f"… and {len(verdict.wrong) - MOST_SHOWN:,} more.", file=sys.stderr)
    return 1
