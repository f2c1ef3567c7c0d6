"""What `serve` and `worker` have in common as processes: their log, their first steps, and how they stop."""

import asyncio
import gc
import logging
import os
import signal
import threading
from typing import TYPE_CHECKING

from perron.kit import traces
from perron.kit.errors import Unavailable
from perron.kit.logs import keep_log
from perron.kit.settings import Settings

if TYPE_CHECKING:
    from perron.entities.site import Site

log = logging.getLogger("perron")
PATIENCE = 13.0
"""Seconds after which a process that was asked to stop ends, whatever it is doing: others give it fifteen. What was
answered is on disk, and a job that was not struck off is done by the next process."""


def keep_watch(settings: Settings, kind: str) -> None:
    """From now on what happens is written down and, where there is a collector, traced."""
    keep_log(settings)
    traces.start(settings, kind)


def open_prepared(settings: Settings) -> "Site":
    """The site on a database of this version's schema; Unavailable says in one line why there is none."""
    from sqlalchemy.exc import SQLAlchemyError

    from perron.entities.opening import open_site
    from perron.store.schema import prepare
    from perron.store.shutting import refuse_moved

    try:
        site = open_site(settings)
        try:
            prepare(site.store)
            with site.store.read() as db:
                refuse_moved(db)
            own_secrets(site)
            look_at_media(settings)
            with site.store.read() as db:
                site.refresh(db)
        except BaseException:
            site.store.close()
            raise
    except (OSError, SQLAlchemyError) as wrong:
        reason = str(getattr(wrong, "orig", None) or wrong).strip().partition("\n")[0]
        raise Unavailable(f"the database or the data folder {settings.data} cannot be used: {reason}") from None
    return site


def own_secrets(site: "Site") -> None:
    """Make the secrets of a new database. Unavailable when those that are here are not its own, or open to all."""
    from perron.kit.secrets import FILE, all_fingerprint, open_to_all
    from perron.store.facts import fact, state

    path = site.given.data / FILE
    with site.store.read() as db:
        known = fact(db, "secrets")
    if known is not None and not path.exists():
        raise Unavailable(
            f"{path} is missing, and this database has its own. Copy it from another node or a backup; when it is "
            "lost for good, `perron secrets --adopt` makes another, and what the old one sealed stays shut."
        )
    if open_to_all(path):
        raise Unavailable(f"{path} can be read by everybody on this machine. Say: chmod 600 {path}")
    try:
        ours = all_fingerprint(site.given.data)
    except (OSError, ValueError) as wrong:
        reason = (isinstance(wrong, OSError) and wrong.strerror) or wrong
        raise Unavailable(f"{path} cannot be read or completed: {reason}") from None
    if known == ours:
        return
    if known is not None:
        raise Unavailable(
            f"{path} is not the one this database knows. Copy it from another node or a backup; "
            "when it is lost for good, `perron secrets --adopt` takes this one."
        )
    site.store.write(lambda tx: state(tx, "secrets", ours))


def look_at_media(settings: Settings) -> None:
    """Unavailable when media are kept in a folder that this process cannot read and write."""
    if settings.media_store not in ("", "folder"):
        return
    path = settings.data / "media"
    path.mkdir(parents=True, exist_ok=True)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise Unavailable(f"{path} cannot be read and written by this user: nothing that people sent could be shown.")


class Stopping:
    """Waits for SIGTERM or SIGINT. The first lets the process end in order, the second ends it at once."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._ask)

    def _ask(self) -> None:
        if self._asked.is_set():
            log.warning("Asked to stop a second time: stopping at once")
            os._exit(1)
        self._asked.set()
        timer = threading.Timer(PATIENCE, _end)
        timer.daemon = True
        timer.start()

    async def wait(self) -> None:
        """Until the first signal."""
        await self._asked.wait()


def settle_memory() -> None:
    """What was loaded stays: the collector need not look at it again."""
    gc.collect()
    gc.freeze()


def _end() -> None:
    log.warning("Not everything ended within %d seconds; the rest is cut", PATIENCE)
    os._exit(0)
