"""The real thing for clients to talk to: `perron serve` in a process of its own, over real HTTP."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from perron import cli
from perron.entities.opening import begin_sharing, end_sharing, open_site
from perron.kit.settings import load
from perron.people.apps import OUT_OF_BAND, register_app
from perron.people.join import join
from perron.people.passwords import hash_password
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.store import Tx
from trials.engines import free_port

ALL = "read write follow push profile"
PASSWORD = "les marches du perron"
PERRON = [sys.executable, "-m", "perron"]
NUMBERS = count(1)
READY_WITHIN, ANSWERED_WITHIN, STOPPED_WITHIN = 180, 60, 60
"""Seconds. Only what fails takes so long; how busy the machine is must not decide."""
GROUND = ("PERRON_DATABASE", "PERRON_REDIS")
QUIETLY = {"PERRON_RATE_LIMIT": "off", "PERRON_ADMISSION": "off"}
"""Nobody is sent away for want of time, however busy the machine of the tests is; `tests/admission` looks at that."""


class Served:
    """A server that runs, its data folder, and the people in it."""

    def __init__(
        self, folder: Path, port: int, process: subprocess.Popen[bytes], ground: Mapping[str, str] | None = None
    ) -> None:
        """`ground`: which database and which server that nodes share it stands on, as settings."""
        self.folder, self.port, self.process = folder, port, process
        self.ground = ground or {}
        self.origin = f"http://localhost:{port}"
        self.streams = f"ws://localhost:{port}/api/v1/streaming"
        self.http = httpx.Client(base_url=self.origin, timeout=ANSWERED_WITHIN)
        self.beside = open_site(load({"data": str(folder), "port": str(port)}, self.ground)[0])
        """The same database, opened a second time, as commands do while the server runs."""
        self._shares = False

    def let_go(self) -> None:
        """Keep no connection to the server or its database."""
        self.http.close()
        if self._shares:
            end_sharing(self.beside)
            self._shares = False
        self.beside.store.close()

    def share(self) -> None:
        """Be heard by the server at once, also where it listens to another server for that."""
        begin_sharing(self.beside)
        self._shares = self.beside.shared is not None

    @property
    def log(self) -> str:
        """What the server has said so far."""
        return log_of(self.folder).read_text()

    def command(self, *words: str) -> str:
        """Run `perron …` on the same data folder, in this process (a new one takes a second); what it printed."""
        out = io.StringIO()
        with redirect_stdout(out), surrounded_by(self.ground):
            code = cli.main([*words, "--data", str(self.folder)])
        assert code == 0, f"perron {' '.join(words)} ended with {code}"
        return out.getvalue().strip()

    def person(self, name: str, *, scopes: str = ALL, follows: Person | None = None) -> Person:
        """Somebody new. Their name is made unique, so that tests can share a server."""
        name = f"{name}{next(NUMBERS)}"
        token = self.beside.store.write(lambda tx: _join(tx, name, scopes))
        person = Person(self, name, token)
        if follows:
            person.follows(follows)
        return person

    def token(self, name: str, scopes: str = ALL) -> str:
        """Another token for somebody, as `perron admin token create` gives it."""
        return self.command("admin", "token", "create", name, "--scopes", scopes)

    def figure(self, name: str) -> float:
        """One of the figures for monitors."""
        lines = self.http.get("/metrics").text.splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def stop(self, within: float = STOPPED_WITHIN) -> float:
        """Ask the server to stop; how many seconds it took. Its exit code must be 0."""
        self.let_go()
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(within)
        assert code == 0, f"the server ended with {code}:\n{self.log}"
        return time.monotonic() - began


class Person:
    """Somebody with a token, and the things they do over HTTP."""

    def __init__(self, served: Served, name: str, token: str) -> None:
        self.served, self.name, self.token = served, name, token
        self.email = f"{name}@example.org"
        self.headers = {"authorization": f"Bearer {token}"}
        self.account: dict[str, Any] = self.get("/api/v1/accounts/verify_credentials") if token else {}

    @property
    def id(self) -> str:
        return str(self.account["id"])

    def call(self, method: str, path: str, *, expect: int = 200, **more: Any) -> Any:
        reply = self.served.http.request(method, path, headers={**self.headers, **more.pop("headers", {})}, **more)
        says = self.served.log[-3000:] if reply.status_code >= 500 else ""
        assert reply.status_code == expect, f"{method} {path}: {reply.status_code} {reply.text[:500]}\n{says}"
        return reply.json() if reply.content else None

    def get(self, path: str, **params: Any) -> Any:
        return self.call("GET", path, params=params)

    def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self.call("POST", path, json=body or {}, expect=expect)

    def says(self, text: str, **more: Any) -> Any:
        return self.post("/api/v1/statuses", {"status": text, **more})

    def follows(self, other: Person) -> Any:
        return self.post(f"/api/v1/accounts/{other.id}/follow")

    def edits(self, status: dict[str, Any], text: str) -> Any:
        return self.call("PUT", f"/api/v1/statuses/{status['id']}", json={"status": text})

    def deletes(self, status: dict[str, Any]) -> Any:
        return self.call("DELETE", f"/api/v1/statuses/{status['id']}")


@contextmanager
def serving(folder: Path, *more: str, program: Sequence[str] = PERRON, **environ: str) -> Iterator[Served]:
    """A server from here to the end of the block; there it must stop in order, unless that was done before."""
    served = start(folder, *more, program=program, **environ)
    try:
        yield served
        if served.process.poll() is None:
            served.stop()
    finally:
        served.let_go()
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


def start(folder: Path, *more: str, program: Sequence[str] = PERRON, **environ: str) -> Served:
    """Start a server on a free port and wait until it is ready; `program`: what is started as `perron`."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    with log_of(folder).open("wb") as log:
        process = subprocess.Popen(
            [*program, "serve", "--data", str(folder), "--port", str(port), *more],
            env=clean_environ(**{**QUIETLY, **environ}),
            stdout=log,
            stderr=log,
        )
    ground = {name: value for name, value in environ.items() if name in GROUND}
    served = Served(folder, port, process, ground)
    patience = time.monotonic() + READY_WITHIN
    while time.monotonic() < patience:
        try:
            if served.http.get("/health/ready").status_code == 200:
                served.share()
                return served
        except httpx.TransportError:
            assert process.poll() is None, f"the server did not start:\n{served.log}"
            time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError(f"the server was not ready within {READY_WITHIN} seconds:\n{served.log}")


def _join(tx: Tx, name: str, scopes: str) -> str:
    """An account, its user and a token, by the functions that `perron admin` uses."""
    user, account = join(
        tx, username=name, email=f"{name}@example.org", password_hash=_hashed(), locale="fr", policy="open"
    )
    app, _ = register_app(tx, "tests", [OUT_OF_BAND], scopes=scopes)
    return issue_token(tx, app.id, user.id, account.id, read_scopes(scopes))


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


@contextmanager
def surrounded_by(environ: Mapping[str, str]) -> Iterator[None]:
    """As if the process had been started with these, too."""
    before = dict(os.environ)
    os.environ.update(environ)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def log_of(folder: Path) -> Path:
    return folder.with_name(folder.name + ".log")


def clean_environ(**more: str) -> dict[str, str]:
    """This process's environment without what would set up another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PERRON_")} | more
