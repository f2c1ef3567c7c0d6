"""A town to break things in: the servers it stands on, and real `perron` processes in process groups of their own.

with Town(folder, "postgresql", redis=True) as town:
    ada, bea = town.people(2)
    node = town.node("serve", {"PERRON_WORKERS": "off"})
    node.start()
    node.kill()
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from perron.entities.opening import open_site
from perron.entities.site import Site
from perron.kit.settings import Settings, load
from perron.people.apps import register_app
from perron.people.queries import add_account, add_membership
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.people.users import add_user
from perron.store import Tx
from perron.store.schema import prepare
from trials.engines import Postgres, Redis, free_port

ALL = "read write follow push profile"
READY = 180.0
"""Most seconds that a node may take to be ready: much is going on on some machines."""


class Name(NamedTuple):
    """Somebody who can be written as, or followed."""

    handle: str
    id: int
    token: str


class Node:
    """One `perron` process, in a process group of its own."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        launcher: Path | None = None,
        before: Sequence[str] = (),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.words, self.environment, self.log, self.host, self.port = words, environment, log, host, port
        self.command = [*before, sys.executable, *([str(launcher)] if launcher else ["-m", "perron"]), *words]
        self.process: subprocess.Popen[bytes] | None = None
        self._born = 0

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        """The process (the leader of its group)."""
        assert self.process is not None, "it does not run"
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, *, wait: bool = True) -> float:
        """Start; with `wait`, until it is ready. Seconds that this took."""
        begun = time.monotonic()
        self._born = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if wait:
            self.wait_ready()
        return time.monotonic() - begun

    def wait_ready(self, seconds: float = READY) -> None:
        """Until it answers that it is ready or, for a worker, says that it works."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.running:
                raise AssertionError(f"{self.words} ended instead of starting:\n{self.said(lately=True)[-3000:]}")
            if self.ready():
                return
            time.sleep(0.02)
        raise AssertionError(f"{self.words} was not ready within {seconds} seconds:\n{self.said(lately=True)[-3000:]}")

    def ready(self) -> bool:
        """Whether it says that it can serve."""
        if self.words[0] == "worker":
            return "Perron is working" in self.said(lately=True)
        try:
            with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5) as reply:
                return bool(reply.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the whole group."""
        os.killpg(self.pid, number)

    def wait(self, seconds: float = 30.0) -> int:
        """Until it ends; its exit code."""
        assert self.process is not None, "it does not run"
        code = self.process.wait(timeout=seconds)
        self.process = None
        return code

    def kill(self) -> None:
        """`kill -9`, the whole group; one that has ended already is fine."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.signal(signal.SIGKILL)
            self.wait()

    def stop(self, seconds: float = 30.0) -> int:
        """Ask it to stop, and wait; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def said(self, *, lately: bool = False) -> str:
        """Its log: of all its lives or, `lately`, of the present one."""
        found = self.log.read_bytes() if self.log.exists() else b""
        return found[self._born :].decode(errors="replace") if lately else found.decode(errors="replace")


class Town(AbstractContextManager["Town"]):
    """A database of one engine, perhaps a Redis server, one data folder, and the nodes that share them."""

    def __init__(
        self,
        folder: Path,
        engine: str,
        redis: bool = False,
        *,
        env: Mapping[str, str] | None = None,
        data: Path | None = None,
    ) -> None:
        """`data`: where the data folder is, such as on a mount; else within `folder`."""
        self.folder, self.engine, self.env = folder, engine, dict(env or {})
        self.data = data or folder / "data"
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        self.nodes: list[Node] = []
        self.origin = f"http://localhost:{free_port()}"
        self._wants_redis = redis

    def __enter__(self) -> "Town":
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.engine == "postgresql":
                self.postgres = self.open_postgres()
            if self._wants_redis:
                self.redis = Redis()
        except BaseException:
            self.close()
            raise
        return self

    def open_postgres(self) -> Postgres:
        """The database server; other towns may want theirs elsewhere."""
        return Postgres()

    def __exit__(self, kind: type[BaseException] | None, wrong: BaseException | None, at: TracebackType | None) -> None:
        if wrong is not None:
            for node in self.nodes:
                if said := node.said()[-1500:]:
                    print(f"-- {node.words}, at the end of its log:\n{said}", file=sys.stderr)
        self.close()

    def close(self) -> None:
        """Leave no process behind."""
        for node in self.nodes:
            node.kill()
        for server in (self.redis, self.postgres):
            if server is not None:
                server.close()

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.postgres.url if self.postgres else f"sqlite:///{self.data / 'perron.sqlite3'}"

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a process of this town is given: nothing of what is set outside."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PERRON_")},
            "PYTHONPATH": os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH")))),
            "PERRON_DATA": str(self.data),
            "PERRON_DATABASE": self.database,
            "PERRON_ORIGIN": self.origin,
            "PERRON_RATE_LIMIT": "off",
            "PERRON_FOLLOWS_PER_HOUR": "0",
            "PERRON_FOLLOWS_PER_DAY": "0",
            "PERRON_LOG_LEVEL": "warning",
            **({"PERRON_REDIS": self.redis.url} if self.redis else {}),
            **self.env,
            **(more or {}),
        }

    def settings(self) -> Settings:
        """The same settings, for work in this process."""
        return load({}, {name: value for name, value in self.environment().items() if name.startswith("PERRON_")})[0]

    def node(
        self,
        kind: str,
        env: Mapping[str, str] | None = None,
        launcher: Path | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        before: Sequence[str] = (),
    ) -> Node:
        """A process that is not started yet: `serve`, `web` or `worker`. `launcher` is a Python file run in place of
        `-m perron`; `before` comes in front of the command, such as `("strace", "-f")`."""
        port = port or free_port()
        given = {"PERRON_HOST": host, "PERRON_PORT": str(port), **(env or {})}
        log = self.folder / f"{len(self.nodes)}-{kind}.log"
        node = Node([kind], self.environment(given), log, launcher=launcher, before=before, host=host, port=port)
        self.nodes.append(node)
        return node

    def perron(self, *words: str, seconds: float = 120.0, code: int | None = 0) -> str:
        """Run another command to its end; what it printed (both ways). `code=None` takes any exit code."""
        command = [sys.executable, "-m", "perron", *words]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=seconds)
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, f"perron {words} ended with {done.returncode}: {said[-2000:]}"
        return said

    def people(self, count: int, prefix: str = "p", *, scopes: str = ALL) -> list[Name]:
        """New people with a token each: p0, p1, … Made in this process, thousands in a second."""
        wanted = read_scopes(scopes)
        with self.opened() as site:
            app, _ = site.store.write(
                lambda tx: register_app(tx, "trials", ["urn:ietf:wg:oauth:2.0:oob"], scopes=scopes)
            )

            def join(tx: Tx, handle: str) -> Name:
                user = add_user(tx, f"{handle}@example.org", "")
                account = add_account(tx, handle, language="en")
                add_membership(tx, user.id, account.id)
                return Name(handle, account.id, issue_token(tx, app.id, user.id, account.id, wanted))

            handles = [f"{prefix}{number}" for number in range(count)]
            parts = [handles[at : at + 500] for at in range(0, count, 500)]
            return [name for part in parts for name in site.store.write(lambda tx, p=part: [join(tx, h) for h in p])]

    @contextmanager
    def opened(self) -> Iterator[Site]:
        """The installation in this process, to prepare what an experiment needs."""
        site = open_site(self.settings())
        try:
            prepare(site.store)
            yield site
        finally:
            site.store.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The database, looked at from outside."""
        engine = create_engine(self.database, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()
