"""`perron worker`: background jobs in a process of their own."""

import argparse
import asyncio
import signal

from perron.entities.opening import open_site
from perron.jobs.runner import Runner
from perron.kit.settings import Settings
from perron.store.schema import prepare
from perron.wiring import CHORES, CONSEQUENCES


def work(settings: Settings, given: argparse.Namespace) -> int:
    """Do jobs until SIGTERM or SIGINT."""
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    site = open_site(settings)
    prepare(site.store)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    runner = Runner(site.store, CONSEQUENCES, CHORES)
    runner.start()
    await stopping.wait()
    await runner.stop()
    site.store.close()
