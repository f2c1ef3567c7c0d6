"""Build the wheel and try it as a stranger would: in an empty venv, away from this checkout.

The wheel holds every file of the package. `perron --version` names the version of pyproject.toml; `perron serve`
answers 200 on /health/ready, shows its pages in both languages with their stylesheet, typefaces, scripts and pictures,
and leaves with status 0 on SIGTERM. Versions of the dependencies are those of uv.lock where uv is at hand.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0  # seconds for a cold start on a busy machine
PAGES = {  # a page, and what it says in each language
    "/": ("fr", 'lang="fr"'),
    "/sign-in": ("fr", "Mot de passe"),
    "/guide": ("en", 'lang="en"'),
    "/features": ("en", 'lang="en"'),
}
KINDS = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="perron-wheel-") as folder:
        place = Path(folder)
        wheel = build(place / "dist")
        holds_everything(wheel)
        perron = install(wheel, place)
        says_its_version(perron, place)
        serves_and_leaves(perron, place)
    print(f"{wheel.name}: installs, serves, stops")


def build(dist: Path) -> Path:
    if uv := find_uv():
        run(uv, "build", "--quiet", "--wheel", "--out-dir", dist, ROOT, cwd=ROOT)
    else:
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", dist, ROOT, cwd=ROOT)
    return next(dist.glob("perron-*.whl"))


def holds_everything(wheel: Path) -> None:
    """Whatever the package has here, and the pictures of the pages, is in the wheel."""
    package, pictures = ROOT / "src/perron", ROOT / "docs/images"
    wanted = {f"perron/{one.relative_to(package).as_posix()}" for one in package.rglob("*") if one.is_file()}
    wanted |= {f"perron/web/static/images/{one.name}" for one in pictures.glob("*.webp")}
    with zipfile.ZipFile(wheel) as packed:
        missing = {name for name in wanted if "__pycache__" not in name} - set(packed.namelist())
    if missing:
        sys.exit(f"The wheel lacks {len(missing)} files, such as {sorted(missing)[:3]}")


def install(wheel: Path, place: Path) -> Path:
    venv = place / "venv"
    if uv := find_uv():
        locked = place / "locked.txt"
        run(
            *(uv, "export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--no-hashes"),
            *("--output-file", locked),
            cwd=ROOT,
        )
        run(uv, "venv", "--quiet", "--python", sys.executable, venv, cwd=place)
        python = venv / "bin" / "python"
        run(uv, "pip", "install", "--quiet", "--python", python, "--constraint", locked, wheel, cwd=place)
    else:
        run(sys.executable, "-m", "venv", venv, cwd=place)
        run(venv / "bin" / "python", "-m", "pip", "install", "--quiet", wheel, cwd=place)
    return venv / "bin" / "perron"


def says_its_version(perron: Path, place: Path) -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    said = subprocess.run([perron, "--version"], cwd=place, capture_output=True, text=True, check=True).stdout
    if wanted not in said:
        sys.exit(f"`perron --version` says {said.strip()!r}; pyproject.toml says {wanted}.")


def serves_and_leaves(perron: Path, place: Path) -> None:
    port = free_port()
    log = place / "serve.log"
    with log.open("w") as out:
        command = [perron, "serve", "--data", place / "data", "--port", str(port)]
        server = subprocess.Popen(command, cwd=place, stdout=out, stderr=subprocess.STDOUT)
        try:
            trouble = wait_until_ready(server, port) or shows_pages(port) or leave(server)
        finally:
            if server.poll() is None:
                server.kill()
                server.wait()
    if trouble:
        sys.exit(f"{trouble}\n--- what it said ---\n{log.read_text()}")


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> str | None:
    """None once the door answers; a sentence when it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            return f"`perron serve` ended by itself with status {server.returncode}."
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
                if answer.status == 200:
                    return None
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    return f"`perron serve` did not answer 200 on /health/ready within {PATIENCE:.0f} s."


def shows_pages(port: int) -> str | None:
    """None once pages are there with everything they ask for; a sentence about the first thing that is not."""
    found: set[str] = set()
    for path, (locale, says) in PAGES.items():
        status, _, page = fetch(port, path, locale)
        if status != 200 or says not in page:
            return f"{path} answers {status} and does not say {says!r}."
        found |= set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    for sheet in [one for one in found if one.endswith(".css")]:
        found |= set(re.findall(r"url\(\W?(/static/[^)\"']+)", fetch(port, sheet)[2]))
    for path in sorted(found):
        status, kind, _ = fetch(port, path)
        if status != 200 or not kind.startswith(KINDS.get(Path(path).suffix, "")):
            return f"{path} answers {status} as {kind!r}."
    missing = KINDS.keys() - {Path(path).suffix for path in found}
    return f"No page asks for a file of these kinds: {sorted(missing)}" if missing else None


def fetch(port: int, path: str, locale: str = "fr") -> tuple[int, str, str]:
    """Status, kind and words of an answer."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": locale})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.headers.get("content-type", ""), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as wrong:
        return wrong.code, "", ""


def leave(server: subprocess.Popen[bytes]) -> str | None:
    server.send_signal(signal.SIGTERM)
    try:
        status = server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        return "`perron serve` was still there 30 s after SIGTERM."
    return None if status == 0 else f"`perron serve` left with status {status} after SIGTERM."


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_uv() -> str | None:
    beside = Path(sys.executable).with_name("uv")
    return shutil.which("uv") or (str(beside) if beside.exists() else None)


def run(*command: str | Path, cwd: Path) -> None:
    surroundings = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    if subprocess.run(command, cwd=cwd, env=surroundings).returncode != 0:
        sys.exit(f"This step did not pass: {' '.join(map(str, command))}")


if __name__ == "__main__":
    main()
