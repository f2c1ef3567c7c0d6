"""What lies in deploy/ runs: two web nodes and two workers behind nginx, then Caddy, with its files as they are."""

import json
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
from websockets.sync.client import connect

from trials.engines import free_port
from trials.outcome import Options, Outcome
from trials.rig import Name, Node, Town

PROMISE = "behind nginx and Caddy as in deploy/, posts, streams, uploads and files pass, and nobody notices a lost node"
ENGINES = ("postgresql",)
DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
TRUSTING = ssl._create_unverified_context()


def run(options: Options) -> Outcome:
    """Both proxies, one after the other."""
    outcome = Outcome()
    with Town(options.folder, "postgresql", redis=True) as town:
        town.env["PERRON_TRUSTED_PROXIES"] = "127.0.0.1"
        port = free_port()
        town.origin = f"https://localhost:{port}"
        ada, bea = town.people(2)
        web = [town.node("web") for _ in range(2)]
        for node in (*web, town.node("worker"), town.node("worker")):
            node.start()
        for proxy in (nginx, caddy):
            with proxy(options.folder, port, [node.port for node in web]):
                _through(town.origin, proxy.__name__, ada, bea, web, outcome, options.seconds or 5.0)
    return outcome


@contextmanager
def nginx(folder: Path, port: int, nodes: list[int]) -> Iterator[None]:
    """nginx with deploy/nginx.conf: only ports, name and certificate are this experiment's."""
    place = folder / "nginx"
    place.mkdir()
    key, certificate = place / "key.pem", place / "certificate.pem"
    made = (
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
        "-keyout",
        key,
        "-out",
        certificate,
    )
    subprocess.run(["openssl", "req", "-x509", *map(str, made)], check=True, capture_output=True)
    ours = (DEPLOY / "nginx.conf").read_text()
    for was, now in (
        ("127.0.0.1:8001", f"127.0.0.1:{nodes[0]}"),
        ("127.0.0.1:8002", f"127.0.0.1:{nodes[1]}"),
        ("listen 443 ssl http2", f"listen {port} ssl http2"),
        ("listen 80", f"listen {free_port()}"),
        ("perron.example", "localhost"),
        ("proxy_set_header Host $host;", "proxy_set_header Host $http_host;"),  # the port is not the usual one here
        ("/etc/ssl/perron/fullchain.pem", str(certificate)),
        ("/etc/ssl/perron/privkey.pem", str(key)),
    ):
        assert was in ours, f"deploy/nginx.conf does not say {was}"
        ours = ours.replace(was, now)
    kept = "".join(f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"user root; pid {place}/pid; error_log {place}/log; daemon off; events {{}}"
        f" http {{ access_log off; {kept} {ours} }}"
    )
    with _running(["nginx", "-p", str(place), "-c", str(place / "nginx.conf")], place, {}, port):
        yield


@contextmanager
def caddy(folder: Path, port: int, nodes: list[int]) -> Iterator[None]:
    """Caddy with deploy/Caddyfile as it is; it makes a certificate of its own for localhost."""
    place = folder / "caddy"
    place.mkdir()
    given = {
        "PERRON_SITE": f"localhost:{port}",
        "PERRON_NODES": " ".join(f"127.0.0.1:{one}" for one in nodes),
        "HOME": str(place),
        "XDG_DATA_HOME": str(place),
        "XDG_CONFIG_HOME": str(place),
    }
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    with _running(command, place, given, port):
        yield


@contextmanager
def _running(command: list[str], place: Path, given: dict[str, str], port: int) -> Iterator[None]:
    if shutil.which(command[0]) is None:
        raise SystemExit(f"No {command[0]} here. (Debian: apt-get install {command[0]})")
    with (place / "said").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **given})
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if httpx.get(f"https://localhost:{port}/health/ready", verify=TRUSTING, timeout=2).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            raise AssertionError(f"{command[0]} did not come up: {(place / 'said').read_text()[-2000:]}")
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def _through(origin: str, proxy: str, ada: Name, bea: Name, web: list[Node], outcome: Outcome, seconds: float) -> None:
    with httpx.Client(base_url=origin, verify=TRUSTING, timeout=30) as http:
        http.headers["authorization"] = f"Bearer {ada.token}"
        address = f"{origin.replace('https', 'wss')}/api/v1/streaming?access_token={bea.token}&stream=public:local"
        heard: list[str] = []
        with connect(address, ssl=TRUSTING) as stream:
            listening = Thread(target=_listen, args=(stream, heard), daemon=True)
            listening.start()
            time.sleep(0.5)
            began = time.monotonic()
            post = http.post("/api/v1/statuses", json={"status": f"Bonjour de {proxy}"}).raise_for_status().json()
            while post["id"] not in heard and time.monotonic() - began < 10:
                time.sleep(0.005)
            outcome.figures[f"{proxy}: post to stream, s"] = round(time.monotonic() - began, 3)
            outcome.expect(post["id"] in heard, f"{proxy}: the stream did not bring the post")
        outcome.expect(post["url"].startswith(origin), f"{proxy}: a post's address is {post['url']}")
        upload = (
            http.post("/api/v2/media", files={"file": ("a.png", _picture(), "image/png")}).raise_for_status().json()
        )
        file = httpx.get(upload["url"], verify=TRUSTING)
        outcome.expect(file.status_code == 200 and len(file.content) > 1000, f"{proxy}: a file does not pass")
        _lose_a_node(http, proxy, web, outcome, seconds)


def _lose_a_node(http: httpx.Client, proxy: str, web: list[Node], outcome: Outcome, seconds: float) -> None:
    """Read all the time while one node is killed and comes back."""
    answers: dict[int, int] = {}
    until, killed, back = time.monotonic() + seconds, False, False
    while time.monotonic() < until:
        left = until - time.monotonic()
        if not killed and left < seconds * 0.8:
            web[0].kill()
            killed = True
        elif not back and left < seconds * 0.4:
            web[0].start(wait=False)
            back = True
        status = http.get("/api/v1/timelines/home").status_code
        answers[status] = answers.get(status, 0) + 1
    web[0].wait_ready()
    outcome.figures[f"{proxy}: answers while a node was lost"] = answers
    outcome.expect([*answers] == [200], f"{proxy}: a lost node was noticed: {answers}")


def _listen(stream: Any, heard: list[str]) -> None:
    try:
        for message in stream:
            said = json.loads(message)
            if said.get("event") == "update":
                heard.append(json.loads(said["payload"])["id"])
    except Exception:
        return


def _picture() -> bytes:
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.effect_noise((400, 300), 60).save(out, "PNG")
    return out.getvalue()
