"""What a deck costs a browser: fifteen columns with two hundred posts each, scrolled and written to, in Chromium.

.venv/bin/python scripts/measure_deck.py [--columns 15] [--posts 200] [--picture deck.png]

A server of its own with one reader and a few who write. Told are: frames a second while one column is scrolled as by a
wheel, and while four scroll at once; how long the longest of them were; milliseconds of script for each post that comes
to one column, and to all of them.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.api.pictures import png  # noqa: E402
from tests.browser.conftest import ARGUMENTS, bring_in  # noqa: E402
from tests.clients.server import Person, Served, serving  # noqa: E402

TAGS = [f"marche{n}" for n in range(20)]
WORDS = (
    "La fontaine coule, les volets sont repeints, et l’on parle bas sur les marches jusqu’à ce que la lampe s’allume. "
)
COUNTED = ("ScriptDuration", "TaskDuration", "LayoutDuration", "RecalcStyleDuration")
SCROLL = """async (seconds) => {
  const all = [...document.querySelectorAll(".deck > .column .scroller")].slice(0, 4);
  const times = [];
  let [began, down] = [performance.now(), 1];
  await new Promise((done) => {
    const frame = (now) => {
      times.push(now);
      for (const one of all) {
        one.scrollTop += 45 * down;
        if (one.scrollTop + one.clientHeight >= one.scrollHeight - 10) down = -1;
        else if (one.scrollTop === 0) down = 1;
      }
      now - began < seconds * 1000 ? requestAnimationFrame(frame) : done();
    };
    requestAnimationFrame(frame);
  });
  return times.slice(1).map((one, n) => one - times[n]);
}"""
WATCH = """() => {
  window.frames_seen = [];
  const see = (now) => { frames_seen.push(now); window.seen_enough || requestAnimationFrame(see); };
  requestAnimationFrame(see);
}"""
SEEN = """() => {
  window.seen_enough = true;
  return frames_seen.slice(1).map((one, n) => one - frames_seen[n]);
}"""
FILL = """async (most) => {
  const wait = (ms) => new Promise((go) => setTimeout(go, ms));
  const fill = async (one) => {
    for (let tries = 0; one.querySelectorAll(".item").length < most && tries < 600; tries += 1) {
      one.scrollTop = 1;
      await wait(20);
      one.scrollTop = one.scrollHeight;
      await wait(40);
    }
    one.scrollTop = 0;
  };
  await Promise.all([...document.querySelectorAll(".deck > .column .scroller")].slice(0, -1).map(fill));
}"""
COUNT = "all => all.map((one) => one.querySelectorAll('.item').length)"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--columns", type=int, default=15)
    asked.add_argument("--posts", type=int, default=200)
    asked.add_argument("--picture", type=Path)
    wish = asked.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        serving(Path(folder) / "data") as served,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = chromium.new_context(base_url=served.origin, viewport={"width": 1920, "height": 1080})
        measure(served, context.new_page(), wish)
        chromium.close()


def measure(served: Served, page: Page, wish: argparse.Namespace) -> None:
    reader, friend, other = (served.person(name) for name in ("reader", "friend", "other"))
    reader.follows(friend)
    fill(friend, wish.posts, wish.columns)
    path = deck(reader, friend, other, wish.columns)
    bring_in(page, served, reader.name)
    with page.expect_response("**/fresh?*"):
        page.goto(path)
    page.evaluate(FILL, wish.posts)
    counts = page.locator(".deck > .column .stream").evaluate_all(COUNT)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    print(f"{len(counts)} columns with {min(counts[:-1])} to {max(counts)} posts, {nodes} elements")
    if wish.picture:
        page.screenshot(path=str(wish.picture))
    cdp = page.context.new_cdp_session(page)
    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    wheeled(page, cdp)
    scrolled(page, cdp)
    page.evaluate("for (const one of document.querySelectorAll('.scroller')) one.scrollTop = 0")
    arrived(page, cdp, other, "to one column", visibility="unlisted")
    arrived(page, cdp, friend, f"to {wish.columns - 1} columns at once", tags=wish.columns)


def fill(friend: Person, posts: int, columns: int) -> None:
    """Posts that stand in every column, one in five with a picture."""
    tags = " ".join(f"#{one}" for one in TAGS[:columns])
    files = {"file": ("vue.png", png(), "image/png")}
    for n in range(posts + 10):
        media = []
        if n % 5 == 0:
            media = [friend.call("POST", "/api/v2/media", files=files, data={"description": "Vue"})["id"]]
        friend.says(f"{n}. {WORDS[: 40 + 37 * (n % 9)]} {tags}", media_ids=media)


def deck(reader: Person, friend: Person, other: Person, columns: int) -> str:
    made = reader.post("/api/v1/lists", {"title": "Voisins"})
    reader.post(f"/api/v1/lists/{made['id']}/accounts", {"account_ids": [friend.id]})
    wished: list[dict[str, Any]] = [
        {"kind": "home"},
        {"kind": "list", "of": made["id"]},
        {"kind": "account", "of": friend.id},
        {"kind": "public", "of": "here"},
        *({"kind": "tag", "of": one} for one in TAGS[: columns - 5]),
        {"kind": "account", "of": other.id},
    ]
    return f"/deck/{reader.post('/api/perron/v1/decks', {'name': 'Mesure', 'columns': wished})['id']}"


def counted(cdp: CDPSession) -> dict[str, float]:
    told = {one["name"]: one["value"] for one in cdp.send("Performance.getMetrics")["metrics"]}
    return {name: told[name] * 1000 for name in COUNTED}


def wheeled(page: Page, cdp: CDPSession) -> None:
    """One column, by what a hand does with a wheel: 2,000 px a second, for five seconds."""
    box = page.locator(".deck > .column .scroller").first.bounding_box()
    assert box
    page.evaluate(WATCH)
    before = counted(cdp)
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    cdp.send("Input.synthesizeScrollGesture", {**at, "yDistance": -10_000, "speed": 2000, "gestureSourceType": "mouse"})
    say_frames("scrolling one column with the wheel", page.evaluate(SEEN), before, counted(cdp))


def scrolled(page: Page, cdp: CDPSession) -> None:
    page.evaluate(SCROLL, 2)
    before = counted(cdp)
    say_frames("scrolling four columns", page.evaluate(SCROLL, 8), before, counted(cdp))


def say_frames(what: str, frames: list[float], before: dict[str, float], after: dict[str, float]) -> None:
    """How many there were in a second, how long they took, and what the page's own thread did for each."""
    frames = sorted(frames)
    each = {name: (value - before[name]) / len(frames) for name, value in after.items()}
    late, last = sum(one > 25 for one in frames), frames[int(len(frames) * 0.99)]
    print(
        f"{what}: {1000 / statistics.mean(frames):.1f} frames a second, "
        f"median {frames[len(frames) // 2]:.1f} ms, p99 {last:.1f} ms, {late} of {len(frames)} later than 25 ms; "
        f"work of each frame: {told(each)}"
    )


def told(each: dict[str, float]) -> str:
    """Milliseconds of the page's own thread, however busy the machine is."""
    return ", ".join(f"{name.removesuffix('Duration').lower()} {value:.2f} ms" for name, value in each.items())


def arrived(page: Page, cdp: CDPSession, who: Person, where: str, *, tags: int = 0, visibility: str = "public") -> None:
    """Posts one by one, far enough apart not to be put in together."""
    said, costs = " ".join(f"#{one}" for one in TAGS[:tags]), []
    for n in range(20):
        before = counted(cdp)
        post = who.says(f"Nouveau {n} {said}", visibility=visibility)
        time.sleep(1)  # nobody looks meanwhile: what looks is counted as the page's work
        costs.append({name: value - before[name] for name, value in counted(cdp).items()})
    assert page.evaluate(f"!!document.querySelector('[id$=\"-p{post['id']}\"]')"), "the last one has not come"
    middle = {name: statistics.median(one[name] for one in costs) for name in COUNTED}
    most = max(one["ScriptDuration"] for one in costs)
    print(f"a post that comes {where}: {told(middle)} (script at most {most:.2f}); median of {len(costs)}")


if __name__ == "__main__":
    main()
