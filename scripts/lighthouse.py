"""Ask Lighthouse about the main pages of a demo town, and say where a page falls short.

.venv/bin/python scripts/lighthouse.py            needs chromium, node 18 or later, and npm

Lighthouse is fetched from npm into .venv/front when it is not there. Each page is asked about as a phone sees it; how
well a page of somebody who is signed in can be found is not asked. Run it on a machine that does nothing else.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.clients.server import PASSWORD, Served, serving  # noqa: E402

VERSION = "12.8.2"
HOME = ROOT / ".venv/front/lighthouse"
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update "
    "--disable-sync"
)


def main() -> None:
    missing = [name for name in ("npm", "node", "chromium") if not shutil.which(name)]
    if missing:
        sys.exit(f"Missing: {', '.join(missing)}. On Debian or Ubuntu: sudo apt-get install nodejs npm chromium")
    program = HOME / "node_modules/.bin/lighthouse"
    if not program.exists():
        fetch = [
            "npm",
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(HOME),
            f"lighthouse@{VERSION}",
        ]
        subprocess.run(fetch, check=True)
    short = 0
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "town"
        subprocess.run(
            [sys.executable, "-m", "perron", "demo", "--data", str(data)], check=True, stdout=subprocess.DEVNULL
        )
        with serving(data) as served:
            post = served.http.get("/api/v1/timelines/public", params={"limit": 1}).json()[0]
            own = post["url"].removeprefix(served.origin)
            for path, cookie in (("/", ""), ("/@ada", ""), (own, ""), ("/explore", ""), ("/home", signed_in(served))):
                short += ask(program, served.origin + path, cookie, Path(folder) / "answer.json")
    sys.exit(1 if short else 0)


def ask(program: Path, url: str, cookie: str, answer: Path) -> int:
    """One page; how many of its figures fall short."""
    command = [str(program), url, "--quiet", "--output=json", f"--output-path={answer}", f"--chrome-flags={FLAGS}"]
    command += [f"--only-categories={','.join(WANTED)}", "--no-enable-error-reporting"]
    if cookie:
        command.append("--extra-headers=" + json.dumps({"Cookie": cookie}))
    environ = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    subprocess.run(command, check=True, env=environ, stdout=subprocess.DEVNULL)
    found = json.loads(answer.read_text())
    figures = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in WANTED}
    print(f"{url:60}", "  ".join(f"{name} {figure}" for name, figure in figures.items()), weight(found), flush=True)
    wanted = [name for name in WANTED if not (cookie and name == "seo")]
    for name in wanted:
        for part in found["categories"][name]["auditRefs"]:
            audit = found["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                print(f"    {name}: {audit['id']} {audit.get('displayValue', '')}: {audit['title']}")
    return sum(figures[name] < WANTED[name] for name in wanted)


def weight(found: dict[str, Any]) -> str:
    """What travelled, with and without pictures."""
    asked = found["audits"]["network-requests"]["details"]["items"]
    whole = sum(one["transferSize"] for one in asked)
    pictures = sum(one["transferSize"] for one in asked if one.get("resourceType") in ("Image", "Media"))
    return f"{round((whole - pictures) / 1000)} kB before pictures, {round(whole / 1000)} kB with them"


def signed_in(served: Served) -> str:
    """The cookie of ada's browser."""
    with httpx.Client(base_url=served.origin) as browser:
        token = browser.get("/sign-in").text.partition('name="csrf" value="')[2].partition('"')[0]
        browser.post("/sign-in", data={"csrf": token, "email": "ada@example.org", "password": PASSWORD})
        return "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)


if __name__ == "__main__":
    main()
