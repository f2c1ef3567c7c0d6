"""`perron check`: whether the data is as it should be."""

import argparse
import json
import time
from dataclasses import asdict

from perron.commands.jobs import opened
from perron.commands.progress import Progress
from perron.keep.check import Checked
from perron.keep.check import check as look
from perron.kit.settings import Settings


def check(settings: Settings, given: argparse.Namespace) -> int:
    """Look at everything and, with --repair, set right what can be; 1 while something is wrong."""
    began, progress = time.monotonic(), Progress("looks")
    with opened(settings) as site:
        checked = look(site, repair=given.repair, watch=progress)
    progress.end()
    seconds = time.monotonic() - began
    if given.json:
        found = [asdict(one) for one in checked.findings]
        orphans = sum(one["count"] for one in found if one["about"] == "orphans" and one["wrong"])
        counts = sum(one["count"] for one in found if one["about"] == "counts")
        figures = {"wrong": checked.wrong, "orphans": orphans, "wrong_counts": counts, "looked_at": checked.looked_at}
        print(
            json.dumps({**figures, "seconds": round(seconds, 2), "findings": found, "notes": checked.notes}, indent=1)
        )
    else:
        _print(checked, seconds)
    return 1 if checked.wrong else 0


def _print(checked: Checked, seconds: float) -> None:
    for one in checked.findings:
        mended = f" ({one.mended:,} set right)" if one.mended else ""
        print(f"{'wrong' if one.wrong else 'told '}  {one.count:,}  {one.says}{mended}")
        for example in one.examples:
            print(f"       {example}")
    for note in checked.notes:
        print(f"note   {note}")
    end = f"{checked.wrong:,} things are wrong" if checked.wrong else "everything is as it should be"
    print(f"{checked.looked_at} looks in {seconds:.1f} s: {end}.")
