"""`perron serve`: one process that answers, streams and works, until it is told to stop."""

import argparse
import asyncio
import logging
import signal
import sys

from perron.kit.settings import Settings

log = logging.getLogger("perron")
CLOSING = 10.0


def serve(settings: Settings, given: argparse.Namespace) -> int:
    """Run the server until SIGTERM or SIGINT."""
    import uvloop

    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.setswitchinterval(0.0005)  # the writer's thread and the loop take turns often; see docs/performance.md
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    from perron.app import App
    from perron.entities.opening import open_site
    from perron.store.schema import prepare

    site = open_site(settings)
    prepare(site.store)
    app = App(site)
    await app.start()
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        log_enabled=False,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, stopping)
    serving = loop.create_task(server.serve())
    _greet(site)
    waiting = loop.create_task(stopping.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    app.hub.close_all()
    server.stop()
    try:
        await asyncio.wait_for(serving, CLOSING)
    except TimeoutError:
        log.warning("Some connections did not end in %d seconds and are cut", CLOSING)
    await app.stop()
    return 0


def _stop(stopping: asyncio.Event) -> None:
    """The first signal stops in order; the second, at once."""
    if stopping.is_set():
        raise SystemExit(1)
    stopping.set()


def _greet(site: object) -> None:
    """Say where the server is and, while it has no owner, how to become it."""
    from perron.entities.site import Site
    from perron.people.invitations import make_invitation
    from perron.people.users import count_users

    assert isinstance(site, Site)
    print(f"Perron is at {site.links.origin}", flush=True)
    with site.store.read() as db:
        if count_users(db):
            return
    code = site.store.write(lambda tx: make_invitation(tx, role="owner", uses=1, hours=24 * 7))
    print(f"Create the owner's account here: {site.links.origin}/sign-up?invitation={code}", flush=True)
