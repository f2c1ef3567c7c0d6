"""`perron doctor`: look at everything that Perron stands on, and say what to do where something is not well."""

import argparse
from dataclasses import asdict

from perron.doctor import engines, machine, outside
from perron.kit import json
from perron.kit.settings import Settings

SIGNS = {"ok": "ok     ", "warning": "warning", "wrong": "WRONG  "}


def examine(settings: Settings, given: argparse.Namespace) -> int:
    """Print one line for each thing that was looked at; 1 when something is wrong."""
    found = []
    for check in (*machine.CHECKS, *engines.CHECKS, *(() if given.inside else outside.CHECKS)):
        for one in check(settings):
            found.append(one)
            if not given.json:
                print(f"{SIGNS[one.state]}  {one.about}: {one.says}{f'  -> {one.do}' if one.do else ''}", flush=True)
    if given.json:
        print(json.encode_text([asdict(one) for one in found]))
    return 1 if any(one.state == "wrong" for one in found) else 0
