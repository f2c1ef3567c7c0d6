"""R-13: the disks of data, media, temporary files and PostgreSQL are full for a minute, while twenty clients write."""

import asyncio
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from trials.acks import Crowd
from trials.disks import Disk, Disks
from trials.engines import Postgres
from trials.line import Line, NotSent, Unanswered, seconds_until
from trials.outcome import MUTANTS, Options, Outcome
from trials.rig import Node, Town
from trials.verify import settle

PROMISE = "With a full disk everything can be read, nothing answered is lost or half kept, and all heals by itself."
FULL, BETWEEN = 60.0, 8.0
HEALED = 10.0
"""Most seconds until writes are taken again once there is room."""
SIZE, FILES = "96m", "640m"
PICTURE = 300_000


class Full:
    """One kind of fullness: what is full, and how it is brought about and ended."""

    def __init__(self, name: str, begin: Callable[[], None], end: Callable[[], None]) -> None:
        self.name, self.begin, self.end = name, begin, end


class Town13(Town):
    """A town with disks of its own for everything."""

    def __init__(self, options: Options, disks: Disks) -> None:
        super().__init__(options.folder, options.engine, env={"TMPDIR": str(options.folder / "temp")})
        self.disks = disks
        self.disk = disks.mount(self.data, SIZE, 4000)
        self.media = disks.mount(self.data / "media", FILES, 20_000)  # a minute of pictures must not fill it by itself
        self.temp = disks.mount(self.folder / "temp", "24m", 2000)
        self.tables: Disk | None = None

    def open_postgres(self) -> Postgres:
        """With its tables and its log (pg_wal) on one small disk."""
        place = Path(tempfile.mkdtemp(prefix="perron-tables-"))  # not below our folder: it belongs to another user
        place.chmod(0o755)
        self.tables = self.disks.mount(place, "320m")
        return Postgres(place, options="-c max_wal_size=96MB -c min_wal_size=32MB")

    def revive(self) -> None:
        """What a service manager does for a PostgreSQL that has ended itself (it does when its log cannot grow)."""
        assert self.postgres is not None
        try:
            self.postgres.run("psql", "-c", "SELECT 1", "perron")
        except Exception:
            self.postgres.start()


def run(options: Options) -> Outcome:
    """Every disk in turn: bytes, then files, then all at once."""
    return asyncio.run(_run(options))


async def _run(options: Options) -> Outcome:
    outcome = Outcome()
    launcher = MUTANTS / "no_room_ignored.py" if options.mutant else None
    seconds = options.seconds or (8.0 if options.mutant else FULL)
    with Disks() as disks, Town13(options, disks) as town:
        node = town.node("serve", launcher=launcher)
        node.start()
        crowd = Crowd(town, [node.url], pause=0.1, patience=20.0)
        log_begins = node.log.stat().st_size
        async with crowd:
            await asyncio.sleep(3)
            for full in fullnesses(town, options):
                await one(town, crowd, node, full, seconds, outcome)
                if outcome.failures and options.mutant:
                    break
        await settle(crowd, outcome)
        check_files(town, outcome)
        outcome.expect(node.running, "the process ended")
        outcome.expect(node.stop() == 0, "it did not stop in order")
        outcome.figures["log, bytes"] = node.log.stat().st_size - log_begins
        outcome.expect("Traceback" not in node.said(), f"the log says: {about(node.said())}")
    return outcome


def fullnesses(town: Town13, options: Options) -> list[Full]:
    """What can be full."""
    pairs = [("data", town.disk), ("media", town.media), ("temp", town.temp)]
    found = [Full(name, disk.fill, disk.free_again) for name, disk in pairs]
    found += [Full(f"{name}, files", disk.fill_with_files, disk.free_again) for name, disk in pairs]
    if town.tables is not None:
        tables = town.tables
        found.append(Full("PostgreSQL", tables.fill, tables.free_again))
    return [found[1], *found[:1]] if options.mutant else found


async def one(town: Town13, crowd: Crowd, node: Node, full: Full, seconds: float, outcome: Outcome) -> None:
    """Fill, look how reads and writes fare, free, and see how soon all is well."""
    before = Counter(crowd.books.statuses)
    reads: Counter[str] = Counter()
    uploads: Counter[int] = Counter()
    after: list[str] = []
    await asyncio.to_thread(full.begin)
    end = time.monotonic() + seconds
    reader, writer = (
        Line(node.url, crowd.readers[0].token, patience=15),
        Line(node.url, crowd.names[0].token, patience=15),
    )
    home = crowd.names[1].id
    while time.monotonic() < end:
        await asyncio.to_thread(full.begin)  # what jobs have let go of is taken again
        for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", f"/api/v1/accounts/{home}/statuses", "/"):
            reads[await status(reader, "GET", path)] += 1
        answer = await upload(writer)
        uploads[answer[0]] += 1
        after += [answer[1]] if answer[0] in (503, 507) else []
        crowd.check()
        await asyncio.sleep(0.3)
    during = Counter(crowd.books.statuses) - before

    await asyncio.to_thread(full.end)
    began = time.monotonic()
    if full.name == "PostgreSQL":
        await asyncio.to_thread(town.revive)
    healed = await seconds_until(node.url, crowd.names[0].token, takes_all, since=began, patience=15)
    reader.close()
    writer.close()

    name = full.name
    outcome.figures[f"{name}: reads"] = dict(reads)
    outcome.figures[f"{name}: writes"] = dict(sorted(during.items()))
    outcome.figures[f"{name}: uploads"] = dict(sorted(uploads.items()))
    outcome.figures[f"{name}: healed after, seconds"] = round(healed, 2)
    allowed = {"200", "503"} if name == "PostgreSQL" else {"200"}
    outcome.expect(set(reads) <= allowed, f"{name}: reads were answered {dict(reads)}")
    wrong = {one: n for one, n in ((*during.items(), *uploads.items())) if one not in (200, 404, 422, 429, 503, 507)}
    outcome.expect(not wrong, f"{name}: writes were answered {wrong}")
    outcome.expect(all(each.isdigit() for each in after), f"{name}: a refusal without Retry-After")
    outcome.expect(healed <= HEALED, f"{name}: it took {healed:.1f} s until everything was taken again")
    await asyncio.sleep(BETWEEN if seconds >= FULL else 1)


async def status(line: Line, method: str, path: str) -> str:
    """How a request was answered."""
    try:
        return str((await line.ask(method, path)).status)
    except (NotSent, Unanswered):
        return "nothing"


async def upload(line: Line) -> tuple[int, str]:
    """Send a larger picture (one that does not stay in memory); its status, and after how long to come back."""
    try:
        answer = await line.ask("POST", "/api/v2/media", noise(PICTURE))
    except (NotSent, Unanswered):
        return 0, ""
    return answer.status, answer.headers.get("retry-after", "")


async def takes_all(line: Line) -> bool:
    """Whether a post and a picture are both taken."""
    answer = await line.ask("POST", "/api/v1/statuses", {"status": f"healed {time.monotonic()}"})
    return answer.status == 200 and (await upload(line))[0] == 200


def noise(size: int) -> bytes:
    """A picture that no encoder makes small."""
    import io
    import random

    from PIL import Image

    side = int((size / 3) ** 0.5)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.randbytes(side * side * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


def check_files(town: Town, outcome: Outcome) -> None:
    """No file is empty, half written or left behind; secrets and settings are what they were."""
    empty = [path for path in (town.data / "media").rglob("*") if path.is_file() and path.stat().st_size == 0]
    empty = [path for path in empty if "many" not in path.parts]
    outcome.expect(not empty, f"{len(empty)} empty files, such as {empty[:3]}")
    left = [*town.data.glob("*.new"), *(town.data / "media" / "unfinished").glob("*")]
    outcome.expect(not left, f"left behind: {left[:5]}")
    for name in ("secrets.toml", "perron.toml"):
        path = town.data / name
        try:
            found = tomllib.loads(path.read_text())
        except (OSError, tomllib.TOMLDecodeError) as wrong:
            outcome.failures.append(f"{name}: {wrong}")
        else:
            outcome.expect(name != "secrets.toml" or len(found) >= 5, f"{name} lacks something")


def about(said: str) -> str:
    """The first mistake in a log."""
    at = said.find("Traceback")
    return said[max(0, at - 300) :][:1500]
