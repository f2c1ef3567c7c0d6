"""`perron worker`: background jobs in a process of their own."""

import argparse
import asyncio

from perron.commands.process import Stopping, keep_log, open_prepared
from perron.jobs.runner import Runner
from perron.kit.settings import Settings
from perron.wiring import CHORES, CONSEQUENCES


def work(settings: Settings, given: argparse.Namespace) -> int:
    """Do jobs until SIGTERM or SIGINT."""
    keep_log(settings)
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    stopping = Stopping()
    site = open_prepared(settings)
    runner = Runner(site.store, CONSEQUENCES, CHORES)
    runner.start()
    print("Perron is working.", flush=True)
    await stopping.wait()
    await runner.stop()
    site.store.close()
