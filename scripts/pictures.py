"""Take the pictures of the README and of the guide: a demo town, a real browser, both widths, languages and themes.

.venv/bin/python scripts/pictures.py [name …]      all of them, or those whose name begins so; into docs/images
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import update

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from perron.kit.time import DAY  # noqa: E402
from perron.store.tables import story_rivals  # noqa: E402
from tests.browser.conftest import ARGUMENTS, WIDTHS, sign_in  # noqa: E402
from tests.clients.server import Served, serving  # noqa: E402

FOLDER = ROOT / "docs/images"
LOOKS = (("fr", "light"), ("en", "dark"))
ADA, OWNER = "ada@example.org", "bruno@example.org"
COUNTS = [f"{what}_{side}" for side in ("first", "other") for what in ("readers", "told", "finished")]
READ = (112, 96, 38, 171, 140, 81)
THEMES = {"limestone": "", "dusk": "", "notebook": "", "poster": "#a63a2b", "herbarium": "#6a57a5"}
"""Five of the six themes of stories, each with the colour that it is shown with."""
PAGES = {
    "front": ("/", ""),
    "profile": ("/@ada", ""),
    "explore": ("/explore", ""),
    "post": ("/posts/longest", ""),
    "home": ("/home", ADA),
    "write": ("/write", ADA),
    "notices": ("/notices", ADA),
    "messages": ("/messages", ADA),
    "settings": ("/settings/appearance", ADA),
    "safety": ("/settings/safety", ADA),
    "queue": ("/queue", ADA),
    "calendar": ("/calendar", ADA),
    "deck": ("/deck", ADA),
    "story": ("/stories/told", ""),
    "basket": ("/stories/basket", ADA),
    "quoted": ("/stories/quoted", ADA),
    "look": ("/stories/look", ADA),
    "figures": ("/stories/figures", ADA),
    "rival": ("/stories/rival", ADA),
    "telling": ("/stories/begun", ADA),
    "approvals": ("/organisations/first/approvals", ADA),
    "inbox": ("/organisations/first/inbox", ADA),
    "reports": ("/manage/reports", OWNER),
    "glance": ("/manage", OWNER),
}


def main() -> None:
    wanted = sys.argv[1:]
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        data = Path(folder) / "town"
        subprocess.run([sys.executable, "-m", "perron", "demo", "--data", str(data)], check=True)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        with serving(data) as served:
            for name, (path, who) in PAGES.items():
                if not wanted or name.startswith(tuple(wanted)):
                    for picture, page in looked_at(browser, served, name, path, who):
                        keep(page, FOLDER / picture)
            if not wanted or "theme" in wanted:
                for picture, page in in_each_theme(browser, served):
                    keep(page, FOLDER / picture)
        browser.close()


def looked_at(browser: Browser, served: Served, name: str, path: str, who: str) -> Iterator[tuple[str, Page]]:
    """One page in each look, and what its picture is called."""
    for width, size in WIDTHS.items():
        for locale, theme in LOOKS:
            context = browser.new_context(
                base_url=served.origin,
                viewport=size,  # type: ignore[arg-type]
                locale=f"{locale}-{'FR' if locale == 'fr' else 'GB'}",
                color_scheme=theme,  # type: ignore[arg-type]
                timezone_id="Europe/Paris",
                device_scale_factor=1.5,
                reduced_motion="reduce",
            )
            page = context.new_page()
            if who:
                sign_in(page, who)
            there = FOUND[path](served, page) if path in FOUND else path
            page.goto(f"{there}?lang={locale}")
            if name == "look":
                page.locator(".desk-head summary").click()
            page.wait_for_timeout(600)
            yield f"{name}-{width}-{locale}-{theme}.webp", page
            context.close()


def in_each_theme(browser: Browser, served: Served) -> Iterator[tuple[str, Page]]:
    """The story of the town in five themes: as a thread by day, and as slides by night."""
    for theme, accent in THEMES.items():
        for view, light in (("", "light"), ("/slides", "dark")):
            context = browser.new_context(
                base_url=served.origin,
                viewport={"width": 1100, "height": 1000},
                locale="fr-FR",
                color_scheme=light,  # type: ignore[arg-type]
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
            )
            page = context.new_page()
            sign_in(page, ADA)
            page.goto(story_begun(served, page))
            page.locator(".desk-head summary").click()
            page.locator("#theme").select_option(theme)
            page.locator("#accent").fill(accent)
            page.locator('.desk-head button.main[type="submit"]').click()
            context.clear_cookies()
            page.goto(story_told(served, page) + view)
            page.wait_for_timeout(600)
            yield f"theme-{theme}-{view.strip('/') or 'thread'}.webp", page
            context.close()


def longest_talk(served: Served, page: Page) -> str:
    """The address of a public post that many have answered."""
    posts = served.http.get("/api/v1/timelines/public", params={"limit": 40}).json()
    url: str = max(posts, key=lambda one: one["replies_count"])["url"]
    return url.removeprefix(served.origin)


def story_told(served: Served, page: Page) -> str:
    """The address of a story of ada's."""
    ada = served.http.get("/api/v1/accounts/lookup", params={"acct": "ada"}).json()
    url: str = served.http.get(f"/api/perron/v1/accounts/{ada['id']}/stories").json()[0]["url"]
    return url.removeprefix(served.origin)


def story_begun(served: Served, page: Page) -> str:
    """Where that story is told."""
    return "/stories/" + story_told(served, page).rstrip("/").rsplit("/", 1)[1]


def first_house(served: Served, page: Page) -> str:
    """What waits for a look in the house where somebody works."""
    page.goto("/organisations")
    house = page.locator('main a[href^="/organisations/"]').first.get_attribute("href")
    return f"{house}/approvals"


def inbox_of_a_brand(served: Served, page: Page) -> str:
    """What people said to a brand of that house, for who speaks for it."""
    page.goto(first_house(served, page).rpartition("/")[0])
    page.locator(".brand-card button").first.click()
    page.wait_for_load_state("networkidle")
    return "/inbox"


def story_quoted(served: Served, page: Page) -> str:
    """Who is quoted in it."""
    return f"{story_begun(served, page)}/people"


def story_figures(served: Served, page: Page) -> str:
    """How it was read."""
    return f"{story_begun(served, page)}/figures"


def story_rival(served: Served, page: Page) -> str:
    """Two titles of it by turns, with figures of three days."""
    there = f"{story_begun(served, page)}/rival"
    page.goto(there)
    if page.locator('input[name="title"]').count():
        page.locator('input[name="title"]').fill("Une marche, neuf siècles de paroles")
        page.locator('form[enctype] button[type="submit"]').click()
        page.wait_for_load_state("networkidle")
        read = {**dict(zip(COUNTS, READ, strict=True)), "began_at": story_rivals.c.began_at - 3 * DAY}
        served.beside.store.write(lambda tx: tx.execute(update(story_rivals).values(read)))
    return there


def story_look(served: Served, page: Page) -> str:
    """Where its look is chosen."""
    return story_begun(served, page)


FOUND = {
    "/posts/longest": longest_talk,
    "/stories/told": story_told,
    "/stories/begun": story_begun,
    "/stories/quoted": story_quoted,
    "/stories/look": story_look,
    "/stories/figures": story_figures,
    "/stories/rival": story_rival,
    "/organisations/first/approvals": first_house,
    "/organisations/first/inbox": inbox_of_a_brand,
}
"""Addresses that differ from town to town."""


def keep(page: Page, path: Path) -> None:
    """What the window shows, as WebP."""
    shown = Image.open(io.BytesIO(page.screenshot()))
    shown.save(path, "WEBP", quality=72, method=6)
    print(path.relative_to(ROOT), f"{path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
