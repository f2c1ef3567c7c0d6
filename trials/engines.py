"""Database and Redis servers of an experiment's own, in folders of its own, that can be paused, killed and started."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

AS_ROOT = os.geteuid() == 0


def free_port(and_above: int = 0) -> int:
    """A port that nobody listens on, nor on the one so far above it."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                if and_above:
                    other.bind(("127.0.0.1", port + and_above))
            except (OSError, OverflowError):
                continue
            return port


def postgres_programs() -> Path:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    program = str(found[-1]) if found else shutil.which("initdb")
    if program is None:
        raise SystemExit("No PostgreSQL here. (Debian: apt-get install postgresql)")
    return Path(program).parent


def _lives(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


class Postgres:
    """A PostgreSQL that keeps what it promises (fsync on), reachable by a socket in its folder."""

    def __init__(self, place: Path | None = None, *, options: str = "", connections: int = 100) -> None:
        """`place`: where the data is kept, such as on a mount; else in a new folder."""
        self.sockets = Path(tempfile.mkdtemp(prefix="perron-pg-"))  # a socket's path must be short
        self.data = (place or self.sockets) / "db"
        self.log = self.sockets / "log"
        self.bin = postgres_programs()
        self.options = f"-c listen_addresses='' -c unix_socket_directories='{self.sockets}' "
        self.options += f"-c max_connections={connections} {options}"
        self.url = f"postgresql+psycopg://perron@/perron?host={self.sockets}"
        if AS_ROOT:  # PostgreSQL does not run as root
            for folder in {self.sockets, self.data.parent}:
                os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        self.make()

    def make(self) -> None:
        """A new one, with an empty database."""
        self._do("initdb", "-D", self.data, "-U", "perron", "-A", "trust", "-E", "UTF8", "--locale=C", "-k")
        self.start()
        self._do("createdb", "-h", self.sockets, "-U", "perron", "-T", "template0", "perron")

    def start(self) -> None:
        """Start, and wait until it accepts connections (after a crash: until it has recovered)."""
        for lock in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*.lock")):
            if lock.exists() and not _lives(int(lock.read_text().splitlines()[0])):
                lock.unlink()  # it was killed and the system has not forgotten it yet: it would be believed to run
        self._do("pg_ctl", "-D", self.data, "-s", "-w", "-t", "60", "-l", self.log, "-o", self.options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop: `smart`, `fast`, or `immediate`, which is a crash."""
        self._do("pg_ctl", "-D", self.data, "-s", "-w", "-m", mode, "stop")

    @property
    def pid(self) -> int:
        """The postmaster."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def pids(self) -> list[int]:
        """The postmaster and all its processes."""
        found = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, found)]

    def pause(self) -> None:
        """Let every process stand still, as on a machine that hangs."""
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)

    def kill(self) -> None:
        """`kill -9` for every process, also of those that are paused."""
        gone = self.pids()
        for pid in gone:
            os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 15
        while any(_lives(pid) for pid in gone) and time.monotonic() < until:
            time.sleep(0.02)

    def run(self, program: str, *words: str) -> str:
        """Run one of PostgreSQL's programs (`psql`, `pg_amcheck`, …) on this server; what it printed."""
        return self._do(program, "-h", self.sockets, "-U", "perron", *words)

    def close(self) -> None:
        """Leave nothing behind."""
        if (self.data / "postmaster.pid").exists():
            try:
                self.go_on()
                self.stop("immediate")
            except (OSError, AssertionError):
                pass
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _do(self, program: str, *words: object) -> str:
        command = [str(self.bin / program), *map(str, words)]
        if AS_ROOT:
            command = ["runuser", "-u", "postgres", "--", *command]
        # pg_ctl leaves its server with what it was given: no pipes, or we would wait for the server's end
        with tempfile.TemporaryFile() as out:
            done = subprocess.run(command, stdout=out, stderr=out, cwd="/", timeout=120)
            out.seek(0)
            said = out.read().decode(errors="replace")
        if done.returncode:
            log = self.log.read_text(errors="replace")[-1500:] if self.log.exists() else ""
            raise AssertionError(f"{program} ended with {done.returncode}: {said}\n{log}")
        return said


class Standby(Postgres):
    """A copy of another server that follows it, and can be read."""

    def __init__(self, primary: Postgres) -> None:
        self.primary = primary
        super().__init__()

    def make(self) -> None:
        words = ("-h", self.primary.sockets, "-U", "perron", "-D", self.data)
        self._do("pg_basebackup", *words, "-R", "-X", "stream", "-c", "fast")
        self.start()

    def stand_still(self) -> None:
        """Hear what the other does, and let nobody see it yet."""
        self.run("psql", "-c", "SELECT pg_wal_replay_pause()", "perron")

    def follow_on(self) -> None:
        """After `stand_still`."""
        self.run("psql", "-c", "SELECT pg_wal_replay_resume()", "perron")


class Redis:
    """A Redis server on a free port of this machine, that keeps nothing on disk."""

    def __init__(self, *options: str) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        if program is None:
            raise SystemExit("No Redis server here. (Debian: apt-get install redis-server)")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.folder = Path(tempfile.mkdtemp(prefix="perron-redis-"))
        words = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        self.command = [program, *words, "--save", "", "--appendonly", "no", *options]
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start, empty, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                if self.ask("PING").startswith(b"+PONG"):
                    return
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"Redis did not start: {(self.folder / 'log').read_text()[-1000:]}")

    def ask(self, *words: str) -> bytes:
        """One command, such as `("CONFIG", "SET", "maxmemory", "2mb")`; the beginning of the answer as it came."""
        said = f"*{len(words)}\r\n" + "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(said.encode())
            return line.recv(65536)

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End it at once; everything in it is lost."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=15)
            self.process = None

    def pause(self) -> None:
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """Leave nothing behind."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
