"""`perron demo`: an invented town to look at, so that every page has something to show."""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from perron.commands.jobs import opened
from perron.kit import json
from perron.kit.errors import Refused
from perron.kit.settings import FILE, Settings
from perron.people.passwords import hash_password
from perron.people.users import count_users

if TYPE_CHECKING:
    from perron.demo.model import Town

PASSWORD = "les marches du perron"


def fill(settings: Settings, given: argparse.Namespace) -> int:
    """Fill an empty data folder with the town and, with --serve, run the server on it."""
    from perron.demo.load import move_in
    from perron.demo.practice import pages, practise
    from perron.demo.village import build
    from perron.jobs.worker import Worker
    from perron.wiring import CONSEQUENCES

    with opened(settings) as site:
        with site.store.read() as db:
            if count_users(db):
                raise Refused(f"There are people in {settings.data} already; the demo wants an empty folder.")
        town = build(until=datetime.now(UTC))
        settings = name_the_server(settings, town)
        loader = move_in(site, town, hash_password(PASSWORD), progress)
        practise(loader, town)
        Worker(site.store, CONSEQUENCES).drain()
        pages(site)
        print(f"{len(town.people)} people, {len(town.sayings)} posts. Everybody's password is: {PASSWORD}")
        print(f"Sign in as ada@example.org, as the owner bruno@example.org, or read {site.links.origin}")
    if given.serve:
        from perron.commands.serve import serve

        return serve(settings, given)
    return 0


def name_the_server(settings: Settings, town: "Town") -> Settings:
    """Give the server the town's name and rules, unless somebody has written settings already."""
    path = settings.data / FILE
    if path.exists():
        return settings
    rules = tuple(rule[settings.locale] for rule in town.rules)
    values: dict[str, Any] = {"title": town.name, "description": town.about[settings.locale], "rules": rules}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name} = {json.encode_text(value)}\n" for name, value in values.items()))
    return replace(settings, **values)


def progress(what: str, done: int, total: int) -> None:
    """A line that is written over and over while somebody watches."""
    if sys.stderr.isatty():
        print(f"\r{what}: {done}/{total}   ", end="" if done < total else "\n", file=sys.stderr, flush=True)
