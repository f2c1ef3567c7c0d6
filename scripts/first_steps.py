"""Walk through the first minutes of somebody new with a stop-watch, and write docs/first-steps.md.

.venv/bin/python scripts/first_steps.py            needs chromium; takes four minutes

On a demo town, at the pace of people: see tests/browser/first_steps.py.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from perron.cli import main as perron  # noqa: E402
from tests.browser.conftest import ARGUMENTS, WIDTHS, sign_in  # noqa: E402
from tests.browser.first_steps import CHARACTERS, READING, THOUGHT, Watch, first_steps, table  # noqa: E402
from tests.clients.server import Served, clean_environ, serving  # noqa: E402

NAMES = {"phone": "On a phone (360 px)", "desk": "On a desk (1280 px)"}
HEAD = f"""# First steps

From the front page to a first post that a second person has answered: what somebody new does, click by click, with a
stop-watch. The limit is three minutes, without a page of help. Measured by `scripts/first_steps.py` on the demo's town,
in a real browser, at the pace of people: {CHARACTERS} characters a second, {THOUGHT} seconds of thought before each
click, {READING:.0f} seconds for the front page and as many for the rules. `tests/browser/test_first_steps.py` keeps
the limit.
"""


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("Missing: chromium. On Debian or Ubuntu: sudo apt-get install chromium")
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        perron(["demo", "--data", str(data)])
        with serving(data) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS, env=clean_environ())
            parts += [walk(served, browser, width) for width in WIDTHS]
            browser.close()
    (ROOT / "docs" / "first-steps.md").write_text("\n".join(parts))


def walk(served: Served, browser: Browser, width: str) -> str:
    """The chapter of one width."""
    new, other = (
        browser.new_context(base_url=served.origin, viewport=WIDTHS[width], locale="fr-FR").new_page()  # type: ignore[arg-type]
        for _ in range(2)
    )
    sign_in(other, "nadia")
    watch = Watch(real=True)
    first_steps(new, other, f"lise_{width}", watch)
    minutes, seconds = divmod(round(watch.seconds), 60)
    print(f"{width}: {minutes} min {seconds:02} s, {watch.clicks} clicks")
    said = f"{minutes} min {seconds:02} s and {watch.clicks} clicks, of both people together"
    return f"## {NAMES[width]}\n\n{said}.\n\n{table(watch)}\n"


if __name__ == "__main__":
    main()
