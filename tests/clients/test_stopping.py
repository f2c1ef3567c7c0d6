"""Starting, refusing to start, and stopping: what an operator sees."""

from __future__ import annotations

import json
import signal
import socket as plain
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.clients.listening import SOON, events, socket
from tests.clients.server import ANSWERED_WITHIN, PERRON, Person, Served, clean_environ, serving, start
from trials.engines import free_port

pytestmark = pytest.mark.slow


def refuses(folder: Path, *more: str, within: float = ANSWERED_WITHIN, **environ: str) -> str:
    """The one line with which a server refuses to start."""
    done = subprocess.run(
        [*PERRON, "serve", "--data", str(folder), *more],
        env=clean_environ(**environ),
        capture_output=True,
        text=True,
        timeout=within,
    )
    assert done.returncode not in (0, None)
    assert done.returncode > 0
    said = (done.stdout + done.stderr).strip()
    assert "Traceback" not in said and len(said.splitlines()) == 1, said
    assert said.startswith("perron: ")
    return said


# -- not starting ------------------------------------------------------------------------------------------------------


def test_a_taken_port_stops_the_start_in_one_line(tmp_path: Path) -> None:
    with plain.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert str(port) in refuses(tmp_path / "data", "--port", str(port))
    assert not (tmp_path / "data" / "perron.sqlite3").exists()


def test_two_servers_do_not_share_a_port(served: Served, tmp_path: Path) -> None:
    assert str(served.port) in refuses(tmp_path / "two", "--port", str(served.port))
    assert served.http.get("/health/ready").status_code == 200


@pytest.mark.parametrize(
    ("environ", "toml", "names"),
    [
        ({"PERRON_PORT": "abc"}, "", "port"),
        ({"PERRON_PORT": "70000"}, "", "port"),
        ({"PERRON_FOO": "1"}, "", "PERRON_FOO"),
        ({"PERRON_REGISTRATION": "maybe"}, "", "registration"),
        ({"PERRON_HOST": "nowhere.invalid"}, "", "nowhere.invalid"),
        ({}, 'titel = "Perron"', "titel"),
        ({}, "port = [", "perron.toml"),
    ],
)
def test_a_bad_setting_stops_the_start_in_one_line(
    tmp_path: Path, environ: dict[str, str], toml: str, names: str
) -> None:
    (tmp_path / "perron.toml").write_text(toml)
    began = time.monotonic()
    assert names in refuses(tmp_path, **environ)
    assert time.monotonic() - began < 20


def test_a_folder_that_cannot_be_used_stops_the_start_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    refuses(tmp_path / "file" / "data", "--port", str(free_port()))
    assert "database" in refuses(tmp_path, "--port", str(free_port()), PERRON_DATABASE="nonsense")


# -- running -----------------------------------------------------------------------------------------------------------


def test_secrets_are_for_the_owner_only_and_logs_hold_no_token(tmp_path: Path) -> None:
    with serving(tmp_path / "data", PERRON_LOG_LEVEL="debug") as served:
        ada = served.person("ada")
        served.http.get("/api/v2/instance")
        with socket(served, ada, "user"), events(served, ada, access_token=ada.token):
            ada.says("Bonjour")
        refused = served.http.get(f"/api/v1/timelines/home?access_token={ada.token}")
        assert refused.status_code == 401
        end = time.monotonic() + ANSWERED_WITHIN  # a line is written after its answer
        while "GET /api/v1/timelines/home 401" not in (log := served.log):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert ada.token not in log and "access_token" not in log
        assert served.stop() < 15  # nothing is left to wait for, and nothing is left behind
        assert not [one.name for one in served.folder.iterdir() if one.name.endswith((".new", "-journal", "-wal"))]
        kept = [one for one in served.folder.rglob("*") if one.is_file() and "secret" in one.name]
        assert kept and all(one.stat().st_mode & 0o777 == 0o600 for one in kept if one.suffix == ".toml")


def test_people_and_tokens_are_made_at_the_command_line_while_it_runs(served: Served) -> None:
    def perron(*words: str) -> str:
        done = subprocess.run(
            [*PERRON, *words, "--data", str(served.folder)], env=clean_environ(), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    perron("admin", "account", "create", "zoe", "--email", "zoe@example.org", "--password", "un mot de passe")
    zoe = Person(served, "zoe", perron("admin", "token", "create", "zoe", "--scopes", "read write"))
    assert zoe.says("Me voici")["account"]["url"] == f"{served.origin}/@zoe"


# -- stopping ----------------------------------------------------------------------------------------------------------


def test_stopping_under_load_answers_what_has_begun(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as served:
        ada, bea = served.person("ada"), served.person("bea")
        bea.follows(ada)
        asked, outcomes, stopping = Event(), [], Event()

        def post(number: int) -> None:
            """One post after another, each on a connection of its own; what became of it."""
            fresh = httpx.Limits(max_keepalive_connections=0)
            with httpx.Client(base_url=served.origin, headers=ada.headers, timeout=15, limits=fresh) as client:
                while not stopping.is_set():
                    began = time.monotonic()
                    try:
                        reply = client.post("/api/v1/statuses", json={"status": f"@{bea.name} numéro {number}"})
                        outcomes.append((began, reply.status_code))
                    except httpx.ConnectError:
                        return
                    except httpx.TransportError as wrong:
                        outcomes.append((began, repr(wrong)))
                    asked.set()

        with (
            socket(served, bea, "user") as wire,
            events(served, bea) as sse,
            ThreadPoolExecutor(8) as pool,
        ):
            for number in range(8):
                pool.submit(post, number)
            assert asked.wait(10)
            time.sleep(0.5)
            told = time.monotonic()
            took = served.stop()
            stopping.set()
            assert wire.ended.wait(5) and sse.ended.wait(5)
        assert took < 15
        answers = [what for began, what in outcomes if began < told - 0.02]
        assert answers and set(answers) <= {200, 503}

    posted = [what for _, what in outcomes if what == 200]
    with serving(tmp_path / "data") as again:  # every answered post is there, and its job is done
        ada, bea = Person(again, ada.name, ada.token), Person(again, bea.name, bea.token)
        assert ada.account["statuses_count"] >= len(posted)
        until = time.monotonic() + 10
        while again.figure("perron_jobs_due") and time.monotonic() < until:
            time.sleep(0.05)
        assert again.figure("perron_jobs_due") == 0
        assert bea.get("/api/v1/notifications/unread_count", limit=1000)["count"] >= min(len(posted), 100)


def test_a_server_that_stops_says_so_to_those_who_ask_and_those_who_stay(tmp_path: Path) -> None:
    for number in range(5):  # a machine that is busy may look away for the whole farewell; nobody was told then
        served = start(tmp_path / f"data{number}")
        asking, staying = (HTTPConnection("127.0.0.1", served.port, timeout=15) for _ in range(2))
        for one in (asking, staying):
            assert _ask(one, "/health/ready") == (200, None)
        served.let_go()
        served.process.send_signal(signal.SIGTERM)
        try:
            while (told := _ask(asking, "/health/ready")) == (200, None):
                pass
            stayed = _ask(staying, "/health/live")
        except (OSError, HTTPException):
            served.process.wait(20)
            continue
        assert told == (503, "close")
        assert stayed == (200, "close")
        assert served.process.wait(20) == 0
        assert not _accepts(served.port)
        return
    raise AssertionError("no farewell was heard in five attempts")


def _ask(connection: HTTPConnection, path: str) -> tuple[int, str | None]:
    connection.request("GET", path)
    reply = connection.getresponse()
    reply.read()
    return reply.status, reply.headers.get("connection")


def _accepts(port: int) -> bool:
    try:
        plain.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def test_a_second_signal_stops_at_once(tmp_path: Path) -> None:
    served = start(tmp_path / "data")
    ada = served.person("ada")
    with _hanging(served, ada):  # a request that never ends, so that the first signal has something to wait for
        served.let_go()
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert served.process.poll() is None
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        served.process.wait(15)
        assert time.monotonic() - began < 7  # and not the eight seconds that others are given


def test_a_request_that_never_ends_does_not_keep_the_server(tmp_path: Path) -> None:
    served = start(tmp_path / "data")
    ada = served.person("ada")
    with _hanging(served, ada):
        assert served.stop() < 15


def _hanging(served: Served, who: Person) -> plain.socket:
    """A request whose body never comes."""
    one = plain.create_connection(("127.0.0.1", served.port))
    lines = ["POST /api/v1/statuses HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    lines += [f"Authorization: Bearer {who.token}", "Content-Length: 100", "", '{"status": "']
    one.sendall("\r\n".join(lines).encode())
    time.sleep(0.3)
    return one


def test_processes_beside_each_other_are_known_and_one_keeps_the_clock(tmp_path: Path) -> None:
    with serving(tmp_path / "data", PERRON_WORKERS="off") as served:
        command = [*PERRON, "worker", "--data", str(served.folder)]
        workers = [
            subprocess.Popen(command, env=clean_environ(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        try:
            clock = _clock(served, ["web", "worker", "worker"])
            assert clock in {str(one.pid) for one in workers}
            first = next(one for one in workers if str(one.pid) == clock)
            first.kill()
            first.wait()
            other = next(one for one in workers if one is not first)
            until = time.monotonic() + 10
            while _clock(served) != str(other.pid):
                assert time.monotonic() < until, "nobody took the clock over"
        finally:
            for one in workers:
                one.terminate()
                one.wait()
        assert [one["kind"] for one in json.loads(served.command("nodes", "--json"))] == ["web", "worker"]


def _clock(served: Served, kinds: list[str] | None = None) -> str | None:
    """The process that keeps the clock, once all that are meant to be there are there."""
    until = time.monotonic() + 10
    while True:
        there = json.loads(served.command("nodes", "--json"))
        kept = next((one["pid"] for one in there if one["clock"]), None)
        if kinds is None or ([one["kind"] for one in there] == kinds and kept is not None):
            return kept
        assert time.monotonic() < until, there
        time.sleep(0.05)


def test_a_worker_stops_in_order(tmp_path: Path) -> None:
    with serving(tmp_path / "data", PERRON_WORKERS="off") as served:
        ada, bea = served.person("ada"), served.person("bea")
        ada.says(f"@{bea.name} bonjour")
        assert served.figure("perron_jobs_due") > 0
        worker = subprocess.Popen(
            [*PERRON, "worker", "--data", str(served.folder)],
            env=clean_environ(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with worker:
            until = time.monotonic() + 10
            with socket(served, bea, "user") as heard:
                while served.figure("perron_jobs_due") and time.monotonic() < until:
                    time.sleep(0.05)
                heard.next("notification", within=SOON)  # done there, heard here
            worker.send_signal(signal.SIGTERM)
            _, said = worker.communicate(timeout=15)
        assert worker.returncode == 0, said
        assert [one["type"] for one in bea.get("/api/v1/notifications")] == ["mention"]
