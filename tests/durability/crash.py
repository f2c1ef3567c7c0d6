"""A real server that is killed again and again, clients that never stop writing, and the account of what is left.

The clients keep their own books, in this process and not in the server's folder: what was answered (acknowledged), what
was refused, and what was asked but never answered (unknown). Whatever was acknowledged must be there exactly once.
"""

import http.client
import io
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from PIL import Image
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from perron.kit.settings import Settings
from tests.rig import Site
from trials.agree import disagreements
from trials.engines import free_port

CLIENTS = 8
TARGETS = 12
MARK = re.compile(r"crash\d+x\d+")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Name:
    """Somebody who writes, or is followed."""

    handle: str
    id: str
    token: str


class Server:
    """`perron serve` in a process group of its own."""

    def __init__(self, folder: Path, launcher: Path | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.command = [sys.executable, *([str(launcher)] if launcher else ["-m", "perron"])]
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PERRON_")},
            "PERRON_DATA": str(folder),
            "PERRON_PORT": str(self.port),
            "PERRON_RATE_LIMIT": "off",
            "PERRON_LOG_LEVEL": "warning",
        }
        self.log = folder.parent / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> float:
        """Start, and wait until it is ready; seconds that this took."""
        begun = time.monotonic()
        self._log = self.log.open("ab")
        self.process = subprocess.Popen(
            [*self.command, "serve"],
            env=self.environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        while time.monotonic() - begun < 30:
            if self.process.poll() is not None:
                raise AssertionError(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            try:
                if Connection(self.port).ask("GET", "/health/ready")[0] == 200:
                    return time.monotonic() - begun
            except OSError:
                time.sleep(0.02)
        raise AssertionError("the server was not ready within 30 seconds")

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the whole group and wait for the end; the exit code."""
        assert self.process is not None and self._log is not None
        os.killpg(self.process.pid, number)
        code = self.process.wait(timeout=30)
        self._log.close()
        self.process = None
        return code

    def command_line(self, *words: str) -> str:
        """Run another command of the server on the same folder; what it printed."""
        command = [sys.executable, "-m", "perron", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
        return done.stdout

    def close(self) -> None:
        """Leave no process behind."""
        if self.process is not None:
            self.end(signal.SIGKILL)


def picture(mark: str) -> bytes:
    """A picture that is like no other."""
    out = io.BytesIO()
    color = (hash(mark) & 255, hash(mark) >> 8 & 255, hash(mark) >> 16 & 255)
    Image.new("RGB", (40, 30), color).save(out, "PNG")
    return out.getvalue()


class Unanswered(Exception):
    """The request went out and no whole answer came back: nobody knows whether it was done."""


class Connection:
    """One kept connection, as an app keeps it."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port, self.headers = port, {"authorization": f"Bearer {token}"} if token else {}
        self._open: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """One request. OSError: it never went out. Unanswered: it may have been done."""
        if self._open is None:
            self._open = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            try:
                self._open.connect()
            except OSError:
                self.close()
                raise
        kind = "application/json" if not isinstance(body, bytes) else "multipart/form-data; boundary=line"
        headers = {**self.headers, "content-type": kind}
        if key:
            headers["idempotency-key"] = key
        try:
            raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
            self._open.request(method, path, raw, headers)
            reply = self._open.getresponse()
            text = reply.read()
        except (OSError, http.client.HTTPException) as wrong:
            self.close()
            raise Unanswered from wrong
        if not self.headers:
            self.close()
        return reply.status, json.loads(text) if text else None

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None


@dataclass
class Books:
    """What the clients know. `did` holds everything acknowledged, `unknown` what has to be asked again."""

    did: dict[Key, Any] = field(default_factory=dict)
    unknown: dict[Key, Any] = field(default_factory=dict)
    refused: list[tuple[Key, int, Any]] = field(default_factory=list)
    order: dict[str, list[int]] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)
    """Mark of a post: id of its picture."""


class Client(threading.Thread):
    """Writes without pause, and remembers what it was told."""

    def __init__(self, number: int, port: int, names: list[Name], books: Books) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self.number, self.me, self.names, self.books = number, names[number], names, books
        self.connection = Connection(port, self.me.token)
        self.random = random.Random(number)
        self.stopping = threading.Event()
        self.count = 0
        self.wrong: BaseException | None = None
        self.tried: set[Key] = set()
        books.order[self.me.handle] = []

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self.step()
        except BaseException as wrong:
            self.wrong = wrong
        finally:
            self.connection.close()

    def step(self) -> None:
        key, path, body = self.choose()
        if key in self.tried:
            return
        try:
            if key[0] == "post" and self.random.random() < 0.05 and not self.add_picture(key[-1], body):
                return
            status, found = self.connection.ask("POST", path, body, key[-1] if key[0] == "post" else "")
        except Unanswered:
            self.tried.add(key)
            self.books.unknown[key] = (self.me, path, body)
        except OSError:  # it never went out: not done, and may be tried again
            time.sleep(0.01)
        else:
            self.tried.add(key)
            self.note(key, path, body, status, found)

    def add_picture(self, mark: str, body: Any) -> bool:
        """Upload a picture for a post that is about to be written; False when nobody knows what came of it."""
        head = b'--line\r\ncontent-disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        try:
            status, found = self.connection.ask("POST", "/api/v2/media", head + picture(mark) + b"\r\n--line--\r\n")
        except Unanswered:
            return False
        if status == 200:
            body["media_ids"] = [found["id"]]
            self.books.pictures[mark] = found["id"]
        return status == 200

    def note(self, key: Key, path: str, body: Any, status: int, found: Any) -> None:
        if status == 200:
            self.books.did[key] = found["id"]
            if key[0] == "post":
                self.books.order[self.me.handle].append(int(found["id"]))
                self.books.posts.append(found["id"])
        elif status >= 500:
            self.books.unknown[key] = (self.me, path, body)
        else:
            self.books.refused.append((key, status, found))

    def choose(self) -> tuple[Key, str, Any]:
        """What to do next: mostly posts, some of which name somebody, bear a tag, answer another, or are private."""
        chance, posts = self.random.random(), self.books.posts
        if chance < 0.12 and posts:
            about = self.random.choice(posts[-200:])
            return ("favourite", self.me.handle, about), f"/api/v1/statuses/{about}/favourite", {}
        if chance < 0.2 and posts:
            about = self.random.choice(posts[-200:])
            return ("boost", self.me.handle, about), f"/api/v1/statuses/{about}/reblog", {}
        if chance < 0.24:
            whom = self.random.choice(self.names)
            if whom != self.me:
                return ("follow", self.me.handle, whom.handle), f"/api/v1/accounts/{whom.id}/follow", {}
        self.count += 1
        mark = f"crash{self.number}x{self.count}"
        words = [mark]
        if self.random.random() < 0.5:
            words.append(f"@{self.random.choice(self.names).handle}")
        if self.random.random() < 0.3:
            words.append("#crash")
        body: dict[str, Any] = {"status": " ".join(words), "visibility": "public"}
        if self.random.random() < 0.2:
            body["visibility"] = self.random.choice(("unlisted", "private", "direct"))
        if self.random.random() < 0.2 and posts:
            body["in_reply_to_id"] = self.random.choice(posts[-50:])
        return ("post", self.me.handle, mark), "/api/v1/statuses", body


@dataclass
class Tally:
    """How it ended."""

    kills: int = 0
    acknowledged: int = 0
    posts: int = 0
    pictures: int = 0
    unknown: int = 0
    unknown_done: int = 0
    refused: int = 0
    slowest_start: float = 0.0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"kills {self.kills}, acknowledged {self.acknowledged} (posts {self.posts}), "
            f"pictures {self.pictures}, unknown {self.unknown} (of which done {self.unknown_done}), "
            f"refused {self.refused}, lost {len(self.lost)}, duplicated {len(self.duplicated)}, "
            f"wrong {len(self.wrong)}, slowest start {self.slowest_start:.2f} s"
        )


class Trial:
    """A server, its clients, the kills, and the verification."""

    def __init__(self, folder: Path, launcher: Path | None = None) -> None:
        self.folder = folder / "data"
        self.server = Server(self.folder, launcher)
        self.books, self.tally = Books(), Tally()
        self.names = self._people()
        self.clients = [Client(number, self.server.port, self.names, self.books) for number in range(CLIENTS)]

    def _people(self) -> list[Name]:
        site = Site(Settings(data=self.folder, rate_limit="off", workers="off"))
        try:
            people = [site.person(f"p{number}") for number in range(CLIENTS + TARGETS)]
            return [Name(one.account.handle, one.id, one.token) for one in people]
        finally:
            site.store.close()

    def run(self, kills: int, least: float, most: float) -> Tally:
        """Kill so many times, each time between `least` and `most` seconds after the server was ready."""
        chance = random.Random()
        try:
            self._start()
            for client in self.clients:
                client.start()
            for _ in range(kills):
                time.sleep(chance.uniform(least, most))
                self.server.end(signal.SIGKILL)
                self.tally.kills += 1
                self._start()
            for client in self.clients:
                client.stopping.set()
            for client in self.clients:
                client.join(timeout=30)
                assert client.wrong is None, repr(client.wrong)
            self._settle()
        finally:
            for client in self.clients:
                client.stopping.set()
            self.server.close()
        return self.tally

    def _start(self) -> None:
        self.tally.slowest_start = max(self.tally.slowest_start, self.server.start())

    def _settle(self) -> None:
        tally, books = self.tally, self.books
        tally.acknowledged, tally.refused = len(books.did), len(books.refused)
        tally.posts = sum(key[0] == "post" for key in books.did)
        tally.unknown, tally.pictures = len(books.unknown), len(books.pictures)
        self._look_at_unknown()
        self._ask_again()
        self._read_through_the_api()
        if (code := self.server.end(signal.SIGTERM)) != 0:
            tally.wrong.append(f"the server ended with {code}")
        self.server.command_line("jobs", "run", "--drain")
        with reading(self.folder) as db:
            self._read_rows(db)
            self._look_at_pictures(db)
        engine = create_engine(f"sqlite:///{self.folder / 'perron.sqlite3'}", poolclass=NullPool)
        with engine.connect() as connection:
            tally.wrong += disagreements(connection)

    def _look_at_unknown(self) -> None:
        """Before it is asked again, what was never answered is there once or not at all."""
        with reading(self.folder) as db:
            there = Counter(marks(db))
        for key in self.books.unknown:
            if key[0] == "post":
                self.tally.unknown_done += there[key[-1]] == 1
                if there[key[-1]] > 1:
                    self.tally.duplicated.append(f"{key[-1]}, never answered, is there {there[key[-1]]} times")

    def _ask_again(self) -> None:
        """The same words with the same key."""
        for key, (who, path, body) in [*self.books.unknown.items()]:
            connection = Connection(self.server.port, who.token)
            status, found = connection.ask("POST", path, body, key[-1] if key[0] == "post" else "")
            connection.close()
            if status == 200:
                self.books.did[key] = found["id"]
            elif 400 <= status < 500:  # what it is about was never to be seen: then it must not be there either
                self.books.refused.append((key, status, found))
            else:
                self.tally.wrong.append(f"{key} asked again: {status} {found}")

    def _read_through_the_api(self) -> None:
        for who in self.names[:CLIENTS]:
            connection = Connection(self.server.port, who.token)
            seen: Counter[str] = Counter()
            page: list[Any] = [None]
            below = ""
            while page:
                status, page = connection.ask("GET", f"/api/v1/accounts/{who.id}/statuses?limit=40{below}")
                assert status == 200
                seen.update(mark for one in page if not one["reblog"] for mark in MARK.findall(one["content"])[:1])
                below = f"&max_id={page[-1]['id']}" if page else ""
            connection.close()
            self._compare(f"the API shows of {who.handle}", who.handle, seen)
            ids = self.books.order[who.handle]
            if ids != sorted(ids):
                self.tally.wrong.append(f"the ids of {who.handle} do not rise with the answers")

    def _compare(self, where: str, handle: str, seen: Counter[str]) -> None:
        due = {key[-1] for key in self.books.did if key[:2] == ("post", handle)}
        self.tally.lost += [f"{where}: {mark}" for mark in sorted(due - seen.keys())]
        self.tally.duplicated += [f"{where}: {mark} {count} times" for mark, count in seen.items() if count > 1]
        self.tally.wrong += [f"{where}: {mark}, which was refused" for mark in sorted(seen.keys() - due)]

    def _read_rows(self, db: sqlite3.Connection) -> None:
        seen = Counter(marks(db))
        for who in self.names[:CLIENTS]:
            number = who.handle.removeprefix("p")
            own = Counter({one: count for one, count in seen.items() if one.startswith(f"crash{number}x")})
            self._compare(f"the table has of {who.handle}", who.handle, own)
        ids = {name.handle: int(name.id) for name in self.names}
        statements = {
            "favourite": "SELECT count(*) FROM marks WHERE account_id = ? AND post_id = ? AND favourite_id IS NOT NULL",
            "boost": "SELECT count(*) FROM posts WHERE author_id = ? AND boost_of_id = ?",
            "follow": "SELECT count(*) FROM follows WHERE follower_id = ? AND target_id = ?",
        }
        for kind, handle, about in self.books.did:
            if kind in statements:
                target = ids[about] if kind == "follow" else int(about)
                (count,) = db.execute(statements[kind], (ids[handle], target)).fetchone()
                if count != 1:
                    (self.tally.duplicated if count else self.tally.lost).append(f"{kind} {handle} {about}: {count}")

    def _look_at_pictures(self, db: sqlite3.Connection) -> None:
        """Each picture stands at its post, and its files are whole."""
        posts = {key[-1]: int(id_) for key, id_ in self.books.did.items() if key[0] == "post"}
        rows = {id_: row for id_, *row in db.execute("SELECT id, post_id, state, file, small FROM media")}
        for mark, media_id in self.books.pictures.items():
            found = rows.get(int(media_id))
            if found is None:
                self.tally.lost.append(f"the picture of {mark}")
            elif found[0] != posts.get(mark):
                self.tally.wrong.append(f"the picture of {mark} stands at {found[0]}, not at {posts.get(mark)}")
        for id_, (_, state, *files) in rows.items():
            for name in files:
                try:
                    with Image.open(self.folder / "media" / name) as one:
                        one.load()
                except OSError as wrong:
                    self.tally.wrong.append(f"file {name} of picture {id_} ({state}): {wrong}")


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The database file, read beside the server."""
    with closing(sqlite3.connect(f"file:{folder / 'perron.sqlite3'}?mode=ro", uri=True)) as connection:
        yield connection


def marks(db: sqlite3.Connection) -> list[str]:
    """The mark of every post, as often as it is there."""
    return [
        mark
        for (text,) in db.execute("SELECT text FROM posts WHERE boost_of_id IS NULL")
        for mark in MARK.findall(text)[:1]
    ]
