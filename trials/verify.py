"""Holding a town to what its clients were told: nothing lost, nothing twice, nothing refused, all in agreement."""

import asyncio
import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from perron.media.prune import prune
from trials.acks import Crowd, Deed, key_of
from trials.agree import COMES_BACK, disagreements, spoiled_files, strays
from trials.line import Line, Unanswered
from trials.outcome import Outcome
from trials.rig import Name, Town

DAYS = 3 * 24 * 3600
PATIENCE = 120.0
"""Seconds in which jobs have to end; a process that was killed may have held some for a minute."""


@dataclass
class Report:
    """What does not agree with what the clients were told."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def compare(self, where: str, due: Iterable[str], seen: Counter[str]) -> None:
        """What is due is seen once, and nothing else is."""
        owed = set(due)
        self.lost += [f"{where}: {name}" for name in sorted(owed - seen.keys())]
        self.doubled += [f"{where}: {name}, {count} times" for name, count in seen.items() if count > 1]
        self.wrong += [f"{where}: {name}, which was refused" for name in sorted(seen.keys() - owed)]

    def count(self, count: int, what: str) -> None:
        if count != 1:
            (self.doubled if count else self.lost).append(f"{what}: {count}")


async def settle(
    crowd: Crowd,
    outcome: Outcome,
    *,
    url: str = "",
    homes: bool = True,
    files: bool = True,
    patience: float = PATIENCE,
) -> Report:
    """Ask again what is unknown, let the jobs end, compare everything, and note figures and failures. `files`: those
    that nobody uses are cleared away as well, by the code of this process."""
    report, books, url = Report(), crowd.books, url or crowd.urls[0]
    unknown = [*books.which("unknown")]
    outcome.figures |= {"acknowledged": books.acknowledged, "unknown": len(unknown)}
    outcome.figures["unknown but done"] = look_at_unknown(crowd, unknown, report)
    await ask_again(url, crowd, unknown, report)
    await jobs_end(crowd.town, report, patience)
    await read_own(url, crowd, report)
    if homes:
        await read_homes(url, crowd, report)
    with crowd.town.reading() as db:
        read_rows(db, crowd, report)
        report.wrong += disagreements(db)
    if files:
        clear_away(crowd.town, report)
    outcome.figures |= {
        "posts": sum(1 for _ in books.which("ok", "post", "picture")),
        "pictures": sum(1 for _ in books.which("ok", "picture")),
        "refused": sum(1 for _ in books.which("fail")),
        "lost": len(report.lost),
        "doubled": len(report.doubled),
        "wrong": len(report.wrong),
    }
    for kind in ("lost", "doubled", "wrong"):
        outcome.failures += [f"{kind}: {one}" for one in getattr(report, kind)]
    return report


def marks(db: Connection, seed: str) -> Counter[str]:
    """The name of every post of a run, as often as it is there."""
    pattern = re.compile(rf"\b{seed}\d+x\d+\b")
    rows = db.execute(text("SELECT text FROM posts WHERE boost_of_id IS NULL"))
    return Counter(name for (words,) in rows for name in pattern.findall(words)[:1])


def look_at_unknown(crowd: Crowd, unknown: list[Deed], report: Report) -> int:
    """Before it is asked again, what was never answered is there once or not at all; how often it was."""
    with crowd.town.reading() as db:
        there = marks(db, crowd.seed)
    for deed in unknown:
        if there[deed.name] > 1:
            report.doubled.append(f"{deed.name}, never answered, is there {there[deed.name]} times")
    return sum(there[deed.name] == 1 for deed in unknown)


async def ask_again(url: str, crowd: Crowd, unknown: list[Deed], report: Report) -> None:
    """The same words with the same key."""
    for deed in unknown:
        line = Line(url, deed.who.token)
        try:
            answer = await line.ask("POST", deed.path, deed.body, key=key_of(deed))
            again = await line.ask("POST", deed.path, deed.body, key=key_of(deed)) if key_of(deed) else answer
        except Unanswered as wrong:
            report.wrong.append(f"{deed.name} asked again: {wrong}")
            continue
        finally:
            line.close()
        if answer.status == 200:
            crowd.books.note(deed, "ok", 200, int(answer.json()["id"]))
            if again.status != 200:
                report.wrong.append(f"{deed.name} asked a third time: {again.status} {again.body[:200]!r}")
            elif int(again.json()["id"]) != deed.id:
                report.doubled.append(f"{deed.name}: the same key gave {deed.id} and {again.json()['id']}")
        elif 400 <= answer.status < 500:
            crowd.books.note(deed, "fail", answer.status)
        else:
            report.wrong.append(f"{deed.name} asked again: {answer.status} {answer.body[:200]!r}")


async def jobs_end(town: Town, report: Report, seconds: float = PATIENCE) -> float:
    """Wait until all that follows has been done; seconds that this took."""
    begun = time.monotonic()
    owed = text(f"SELECT id, name, tries, error FROM jobs WHERE failed OR name NOT IN ({COMES_BACK})")
    while True:
        with town.reading() as db:
            rows = db.execute(owed).fetchall()
        if not rows or time.monotonic() - begun > seconds:
            break
        await asyncio.sleep(0.2)
    report.wrong += [f"jobs that did not end: {len(rows)}, such as {rows[0]}"] if rows else []
    return time.monotonic() - begun


async def pages(url: str, who: Name, path: str) -> list[Any]:
    """Everything that an address of the API has to give, page by page."""
    line, found, below = Line(url, who.token), [], ""
    try:
        while True:
            answer = await line.ask("GET", f"{path}?limit=40{below}")
            assert answer.status == 200, f"{path}: {answer.status}"
            page = answer.json()
            if not page:
                return found
            found += page
            below = f"&max_id={page[-1]['id']}"
    finally:
        line.close()


def named(statuses: Iterable[Any], seed: str) -> Counter[str]:
    """The names that statuses bear in their words, boosts left out."""
    pattern = re.compile(rf"\b{seed}\d+x\d+\b")
    return Counter(name for one in statuses if not one["reblog"] for name in pattern.findall(one["content"])[:1])


async def read_own(url: str, crowd: Crowd, report: Report) -> None:
    """Each writer's own page has what they were told, and its ids rise as the answers came."""
    for who in crowd.writers:
        seen = named(await pages(url, who, f"/api/v1/accounts/{who.id}/statuses"), crowd.seed)
        due = (one.name for one in crowd.books.which("ok", "post", "picture") if one.who is who)
        report.compare(f"the API shows of {who.handle}", due, seen)
        ids = crowd.books.order[who.handle]
        if ids != sorted(ids):
            report.wrong.append(f"the ids of {who.handle} do not rise with the answers")


async def read_homes(url: str, crowd: Crowd, report: Report) -> None:
    """Who follows all writers finds each of their posts once."""
    due = [one for one in crowd.books.which("ok", "post", "picture") if one.body["visibility"] != "direct"]
    for reader in crowd.readers:
        seen = named(await pages(url, reader, "/api/v1/timelines/home"), crowd.seed)
        report.compare(f"the home of {reader.handle}", (one.name for one in due), seen)


_COUNTS = {
    "favourite": "SELECT account_id, post_id FROM marks WHERE favourite_id IS NOT NULL",
    "boost": "SELECT author_id, boost_of_id FROM posts WHERE boost_of_id IS NOT NULL",
    "follow": "SELECT follower_id, target_id FROM follows",
}


def read_rows(db: Connection, crowd: Crowd, report: Report) -> None:
    """The tables have each deed once, and none that was refused."""
    books = crowd.books
    posts = [*books.which("ok", "post", "picture")]
    report.compare("the tables", (one.name for one in posts), marks(db, crowd.seed))
    for kind, statement in _COUNTS.items():
        there = Counter((who, about) for who, about in db.execute(text(statement)))
        for deed in books.which("ok", kind):
            report.count(there[(deed.who.id, deed.about)], deed.name)
        for deed in books.which("fail", kind):
            if there[(deed.who.id, deed.about)]:
                report.wrong.append(f"{deed.name} was refused ({deed.status}) and is there")
    by_id = dict(db.execute(text("SELECT id, text FROM posts WHERE boost_of_id IS NULL")).fetchall())
    report.wrong += [
        f"{one.name} was answered as {one.id}, which is {by_id.get(one.id)!r}"
        for one in posts
        if by_id.get(one.id, "").split(" ")[0] != one.name
    ]
    shown = dict(db.execute(text("SELECT id, post_id FROM media")).fetchall())
    for deed in books.which("ok", "picture"):
        if deed.picture not in shown:
            report.lost.append(f"the picture of {deed.name}")
        elif shown[deed.picture] != deed.id:
            report.wrong.append(f"the picture of {deed.name} stands at {shown[deed.picture]}, not at {deed.id}")


def clear_away(town: Town, report: Report) -> None:
    """After the clearing that a server does, as if days had passed, the files are those of the rows and whole."""
    media = town.data / "media"
    if not media.exists():
        return
    long_ago = time.time() - DAYS
    for path in media.rglob("*"):
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    with town.opened() as site:
        prune(site.store, site.files)
    with town.reading() as db:
        report.wrong += spoiled_files(db, media)
        report.wrong += strays(db, media)
