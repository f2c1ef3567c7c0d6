"""`perron serve`: one process that answers, streams and works, until it is told to stop."""

import argparse
import asyncio
import contextlib
import logging
import os
import resource
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perron.commands.process import Stopping, keep_watch, open_prepared, settle_memory
from perron.kit import traces
from perron.kit.errors import Unavailable
from perron.kit.settings import FILE, Settings, sample
from perron.kit.whole import write_whole

if TYPE_CHECKING:
    from perron.entities.site import Site

log = logging.getLogger("perron")
FAREWELL = 0.7
"""Seconds in which those who hold a connection open are told, with their next answer, that it was the last, and whoever
sends requests here asks whether we are ready, and hears that we are not."""
CLOSING = 8.0
"""Seconds in which requests that have begun are answered once the server is asked to stop."""
FILES = 65_536
"""Open files to strive for: every connection is one."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def serve(settings: Settings, given: argparse.Namespace) -> int:
    """Run the server until SIGTERM or SIGINT."""
    address = free_address(settings)  # before anything is opened, or takes long to load
    import uvloop

    keep_watch(settings, "web")
    sys.setswitchinterval(0.0005)  # the writer's thread and the loop take turns often; see docs/performance.md
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, address))


def web(settings: Settings, given: argparse.Namespace) -> int:
    """Run the server and leave the jobs to workers."""
    return serve(replace(settings, workers="off"), given)


async def _serve(settings: Settings, address: str) -> int:
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.server.embed import Server

    from perron.app import App
    from perron.store.nodes import Node

    stopping = Stopping()
    site = open_prepared(settings)
    offer_settings(settings.data)
    node = Node(site.store, "serve" if settings.workers == "on" else "web").enter()
    node.stay()
    app = App(site, node)
    await app.start()
    settle_memory()
    server = Server(
        app,
        address=address,
        port=settings.port,
        interface=Interfaces.ASGINL,
        backlog=1024,
        backpressure=most_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=30_000),
        log_enabled=False,
    )
    server.on_startup(lambda: _greet(site))
    serving = asyncio.ensure_future(server.serve())
    waiting = asyncio.ensure_future(stopping.wait())
    await asyncio.sleep(0)
    await asyncio.to_thread(load_the_way_in, settings.locale)
    notice_the_dead(settings.port)
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done() and serving.exception():
        raise Unavailable(f"the server ended: {serving.exception()}")
    app.leave()
    await asyncio.sleep(FAREWELL)
    app.hub.close_all()
    server.stop()  # type: ignore[no-untyped-call]
    try:
        await asyncio.wait_for(asyncio.shield(serving), CLOSING)
    except TimeoutError:
        log.warning("Some connections did not end in %d seconds and are cut", CLOSING)
    await app.stop()
    await asyncio.to_thread(traces.stop)
    return 0


def load_the_way_in(locale: str) -> None:
    """Load by what somebody signs in, and what they see then, before anybody asks: the first who did in a flood would
    keep all others waiting for it."""
    from perron.kit.later import Named
    from perron.web.environment import environment

    for page, handler in (("door.sign_in", "sign_in"), ("write.home", "home")):
        Named(f"perron.web.{page}", handler).load()
    for template in ("door/sign_in.html", "write/home.html"):
        environment(locale).get_template(template)


def free_address(settings: Settings) -> str:
    """The address to listen on, as digits; Unavailable when it is not this machine's, or its port is taken. (Granian
    shares ports: two servers would each answer half of the requests.)"""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, where = found[0]
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen()
    except OSError as wrong:
        raise Unavailable(f"cannot listen on {settings.host} port {settings.port}: {wrong.strerror or wrong}") from None
    return str(where[0])


def offer_settings(data: Path) -> None:
    """On the first start, a settings file in which everything can be decided and nothing is."""
    path = data / FILE
    if not path.exists():
        write_whole(path, sample().encode())


def most_connections() -> int:
    """How many connections are held at once: as many as files may be open, less some for the database and the media."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    if soft == resource.RLIM_INFINITY:
        return FILES
    return max(256, min(FILES, soft) - 256)


def notice_the_dead(port: int) -> None:
    """Let the kernel find out that a reader has vanished without a word. (Linux: connections inherit this from the
    socket that listens, which Granian keeps to itself.)"""
    with contextlib.suppress(OSError, AttributeError):
        for name in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError), socket.socket(fileno=os.dup(int(name))) as one:
                if one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and one.getsockname()[1] == port:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 120_000)


def _greet(site: "Site") -> None:
    """Say where the server is and, while it has no owner, how to become it."""
    from perron.people.invitations import make_invitation
    from perron.people.users import count_users

    print(f"Perron is at {site.links.origin}", flush=True)
    with site.store.read() as db:
        if count_users(db):
            return
    code = site.store.write(lambda tx: make_invitation(tx, role="owner", uses=1, hours=24 * 7))
    print(f"Create the owner's account here: {site.links.origin}/sign-up?invitation={code}", flush=True)
