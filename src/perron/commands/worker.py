"""`perron worker`: background jobs in a process of their own."""

import argparse
import asyncio
import logging

from perron.commands.process import Stopping, keep_watch, open_prepared, settle_memory
from perron.entities.opening import begin_sharing, end_sharing
from perron.entities.site import Site
from perron.jobs.runner import Runner
from perron.kit import traces
from perron.kit.settings import Settings
from perron.store import rim
from perron.store.changes import hear, newest
from perron.store.nodes import Node
from perron.wiring import CHORES, CONSEQUENCES

log = logging.getLogger(__name__)
PATIENCE = 1.0
"""Seconds between looks for what was decided on pages."""


def work(settings: Settings, given: argparse.Namespace) -> int:
    """Do jobs until SIGTERM or SIGINT."""
    keep_watch(settings, "worker")
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    stopping = Stopping()
    site = open_prepared(settings)
    begin_sharing(site)
    node = Node(site.store, "worker").enter()
    node.stay()
    settle_memory()
    runner = Runner(site.store, CONSEQUENCES, CHORES, node.name)
    runner.start()
    site.store.hear_others()
    current = asyncio.create_task(keep_current(site))
    print("Perron is working.", flush=True)
    await stopping.wait()
    current.cancel()
    await asyncio.gather(current, return_exceptions=True)
    await runner.stop()
    await asyncio.to_thread(node.leave)
    end_sharing(site)
    site.store.close()
    traces.stop()


async def keep_current(site: Site) -> None:
    """Take over what is decided on pages while the worker works."""
    last = await rim.read(site.store, newest)
    await rim.read(site.store, site.refresh)
    while True:
        await asyncio.sleep(PATIENCE)
        try:
            found = await rim.read(site.store, lambda db, after=last: hear(db, after))  # type: ignore[misc]
            last = found[-1][0] if found else last
            if any(kind == "settings" for _, kind, _ in found):
                await rim.read(site.store, site.refresh)
        except Exception:
            log.exception("Changes could not be heard")
