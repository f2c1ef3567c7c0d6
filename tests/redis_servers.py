"""Real servers that speak the Redis protocol: one alone, one with sentinels, a cluster. They keep nothing on disk."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from trials.engines import free_port

PROGRAM = "redis-server"
PATIENCE = 15.0
BUS = 10_000
"""So far above its port a node of a cluster listens to the others."""


def until(done: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + seconds
    while True:
        try:
            if done():
                return
        except (RedisError, OSError):
            pass
        assert time.monotonic() < end, "It did not happen in time."
        time.sleep(0.02)


class Server:
    """One process on a port of its own."""

    def __init__(self, folder: Path, *more: str, port: int = 0) -> None:
        self.folder, self.port, self.more = folder, port or free_port(BUS), more
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> "Server":
        quiet = ("--save", "", "--appendonly", "no", "--dir", str(self.folder), "--bind", "127.0.0.1")
        command = [PROGRAM, *self.command(), *quiet, "--enable-debug-command", "yes", *self.more]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.lives)
        return self

    def command(self) -> list[str]:
        return ["--port", str(self.port)]

    def lives(self) -> bool:
        try:
            return bool(self.client().ping())
        except RedisError as wrong:
            return "uthenticat" in str(wrong)

    def client(self) -> Redis:
        return Redis(port=self.port, socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


class Sentinel(Server):
    """One that watches over a master."""

    def __init__(self, folder: Path, master: int) -> None:
        super().__init__(folder)
        self.file = folder / "sentinel.conf"
        self.file.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor town 127.0.0.1 {master} 2\n"
            "sentinel down-after-milliseconds town 500\nsentinel failover-timeout town 2000\n"
        )

    def start(self) -> "Server":
        command = [PROGRAM, str(self.file), "--sentinel"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.lives)
        return self


def start_trio(folder: Path) -> tuple[list[Server], list[Server], str]:
    """A master with two replicas, three sentinels, and their address."""
    master = Server(folder / "data-0").start()
    follow = ("--replicaof", f"127.0.0.1 {master.port}")
    replicas = [Server(folder / f"data-{n}", *follow).start() for n in (1, 2)]
    sentinels = [Sentinel(folder / f"sentinel-{n}", master.port).start() for n in range(3)]
    until(lambda: all(one.client().info("replication")["master_link_status"] == "up" for one in replicas))
    until(lambda: all(_watched(one.client()) for one in sentinels))
    hosts = ",".join(f"127.0.0.1:{one.port}" for one in sentinels)
    return [master, *replicas], sentinels, f"redis+sentinel://{hosts}/town/0"


def _watched(sentinel: Redis) -> bool:
    known = sentinel.info("sentinel")["master0"]
    return known["status"] == "ok" and known["slaves"] == 2 and known["sentinels"] == 3


def start_cluster(folder: Path) -> tuple[list[Server], str]:
    """Three masters that share all slots, and their address."""
    more = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "1000")
    servers = [Server(folder / f"cluster-{n}", *more).start() for n in range(3)]
    hosts = [f"127.0.0.1:{one.port}" for one in servers]
    create = ["redis-cli", "--cluster", "create", *hosts, "--cluster-yes"]
    subprocess.run(create, check=True, stdout=subprocess.DEVNULL)
    until(lambda: all(one.client().execute_command("CLUSTER INFO")["cluster_state"] == "ok" for one in servers))
    return servers, f"redis+cluster://{','.join(hosts)}"


def kill_all(servers: list[Server]) -> None:
    for one in servers:
        one.kill()
        shutil.rmtree(one.folder, ignore_errors=True)


GIVEN = os.environ.get("TEST_REDIS", "")
"""A server that was started for the suite. Whoever breaks one starts their own."""
