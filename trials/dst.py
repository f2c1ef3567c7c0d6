"""DST: posts planned by the clock on the wall come out at their time while clocks change and servers end."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from perron.kit.ids import born
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Name, Node, Town

PROMISE = "Posts planned by the clock of a place come out at their time, once each, over a change of clocks and a kill."
POSTS = 100
LEAD, SPREAD = 40, 60
"""Seconds until the first is due; from the first to the change of clocks, and from there to the last."""
LATEST = 30.0
ZONES = """\
Zone Trial/Leap 0:00 - AAA {at}u
  1:00 - BBB
Zone Trial/Back 1:00 - BBB {at}u
  0:00 - AAA
"""


def run(options: Options) -> Outcome:
    """Clocks of two invented places change in a minute and a half: in one they leap, in the other they go back."""
    outcome = Outcome()
    change = datetime.fromtimestamp(int(time.time()) + LEAD + SPREAD, UTC).replace(tzinfo=None)
    folder = made_zones(options.folder, change)
    launcher = MUTANTS / "clockless.py" if options.mutant else None
    with Town(options.folder, options.engine, env={"PYTHONTZPATH": f"{folder}:/usr/share/zoneinfo"}) as town:
        node = town.node("serve", {"PERRON_LOG_LEVEL": "warning"}, launcher)
        node.start()
        who = town.people(1)[0]
        meant = {f"post {n}": (wall, at) for n, (wall, at) in enumerate(walls(change))}
        refused = 0
        for text, (wall, _) in meant.items():
            try:
                ask(node, who, "/api/perron/v1/threads", {"posts": [{"status": text}], "at": wall})
            except urllib.error.HTTPError:  # as when it takes the moment for one that is over
                refused += 1
        break_off(node, [at for _, at in meant.values()])
        time.sleep(LATEST)
        came = published(node, who)
        node.stop()
    late = {text: at / 1000 - meant[text][1] for text, at in came if text in meant}
    times = Counter(text for text, _ in came)
    outcome.figures |= {
        "posts planned": len(meant),
        "refused": refused,
        "came out": len(late),
        "twice": sum(n > 1 for n in times.values()),
        "seconds late at most": round(max(late.values(), default=0.0), 1),
        "seconds early at most": round(-min(late.values(), default=0.0), 1),
        "within the leap": sum(wall["zone"] == "Trial/Leap" and at == stamp(change) for wall, at in meant.values()),
    }
    outcome.expect(len(late) == len(meant), f"{len(meant) - len(late)} did not come out")
    outcome.expect(max(times.values(), default=0) == 1, "some came out twice")
    wrong = [text for text, off in late.items() if abs(off) > LATEST]
    outcome.expect(not wrong, f"{len(wrong)} came out more than {LATEST:.0f} s from their time: {wrong[:5]}")
    return outcome


def made_zones(folder: Path, change: datetime) -> Path:
    """Zones of our own, written by the compiler that writes those of this machine."""
    source = folder / "zones"
    source.write_text(ZONES.format(at=change.strftime("%Y %b %d %H:%M:%S")))
    subprocess.run(["zic", "-d", folder / "zoneinfo", source], check=True)
    return folder / "zoneinfo"


def walls(change: datetime) -> Iterator[tuple[dict[str, Any], float]]:
    """What clocks show, and the second at which that is: before the change, within the leap, and after it."""
    hour = timedelta(hours=1)
    for n in range(POSTS):
        off = timedelta(seconds=round(-SPREAD + n * 2 * SPREAD / (POSTS - 1)))
        moment, before = change + off, off < timedelta(0)
        if n % 10 == 9:  # clocks leap over it: the moment of the leap stands for it
            yield wall("Trial/Leap", change + timedelta(minutes=n % 60)), stamp(change)
        elif n % 2:
            yield wall("Trial/Back", moment + hour if before else moment, fold=0 if before else 1), stamp(moment)
        else:
            yield wall("Trial/Leap", moment if before else moment + hour), stamp(moment)


def wall(zone: str, at: datetime, fold: int = 0) -> dict[str, Any]:
    """A time on the wall, as the API takes it."""
    return {"local": at.isoformat(timespec="seconds"), "zone": zone, "fold": fold}


def stamp(moment: datetime) -> float:
    """Seconds since 1970."""
    return moment.replace(tzinfo=UTC).timestamp()


def break_off(node: Node, due: list[float]) -> None:
    """Until the last is due: two restarts, and a kill in the second in which clocks change."""
    first, last = min(due), max(due)
    for at, kill in ((first + SPREAD / 3, False), (first + SPREAD, True), (first + SPREAD * 1.5, False)):
        time.sleep(max(0.0, at - time.time()))
        if kill:
            node.kill()
        else:
            node.stop()
        node.start()
    time.sleep(max(0.0, last - time.time()))


def published(node: Node, who: Name) -> list[tuple[str, int]]:
    """(what it says, when it was born) of everything that somebody published."""
    found: list[tuple[str, int]] = []
    below = ""
    while page := ask(node, who, f"/api/v1/accounts/{who.id}/statuses?limit=40{below}"):
        found += [(one["content"].removeprefix("<p>").removesuffix("</p>"), born(int(one["id"]))) for one in page]
        below = f"&max_id={page[-1]['id']}"
    return found


def ask(node: Node, who: Name, path: str, body: Any = None) -> Any:
    """One request, and its answer."""
    headers = {"authorization": f"Bearer {who.token}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(node.url + path, data, headers), timeout=30) as reply:
        return json.load(reply)
