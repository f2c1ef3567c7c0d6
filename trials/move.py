"""Show 4: the demo's town a hundred times over moves from SQLite to PostgreSQL with its media, and back."""

import re
import time

from sqlalchemy import create_engine, func, select, update

from perron.store.tables import posts
from trials.hundredfold import multiply
from trials.outcome import Options, Outcome
from trials.rig import Town

PROMISE = "A hundred towns move from SQLite to PostgreSQL and back with their media, and every row is the same."
ENGINES = ("postgresql",)
TIMES = 100
LONG = 3600.0
_SAID = re.compile(r"([\d,]+) rows moved and compared in ([\d.]+) s .*digest ([0-9a-f]{64})")


def run(options: Options) -> Outcome:
    """Make the towns, move them there, look, move them back, and flip a value to see that it is found."""
    outcome, times = Outcome(), int(options.seconds) or TIMES  # --seconds 5: a small one, of five towns
    with Town(options.folder, options.engine) as town:
        own, there = f"sqlite:///{town.data / 'perron.sqlite3'}", town.database
        back = f"sqlite:///{options.folder / 'back.sqlite3'}"
        town.env["PERRON_DATABASE"] = own
        town.perron("demo", seconds=LONG)
        multiply(town.data, times, say=lambda line: print(f"  {line}", flush=True))
        town.perron("check", "--repair", seconds=LONG, code=None)
        copy = options.folder / "copied"
        first = moved(town, outcome, "to PostgreSQL", own, there, "--copy-data", str(copy))
        outcome.expect("files are missing" not in first, "files are missing")
        outcome.figures["files"] = sum(1 for path in (copy / "media").rglob("*") if path.is_file())
        if options.mutant:
            flip(there)
        verified(town, outcome, own, there, 0)
        town.env["PERRON_DATABASE"] = there
        said = town.perron("check", seconds=LONG, code=None)
        outcome.expect("everything is as it should be" in said, f"perron check says: {said[-500:]}")
        town.env["PERRON_DATABASE"] = own
        moved(town, outcome, "back to SQLite", there, back)
        outcome.expect(outcome.figures["digest to PostgreSQL"] == outcome.figures["digest back to SQLite"], "digests")
        verified(town, outcome, own, back, 0)
        flip(back)
        verified(town, outcome, own, back, 1)
    return outcome


def moved(town: Town, outcome: Outcome, name: str, source: str, target: str, *more: str) -> str:
    """Move, and take down the figures; what was said."""
    begun = time.monotonic()
    said = town.perron("move", "--from", source, "--to", target, *more, seconds=LONG)
    rows, seconds, digest = _SAID.findall(said)[0]
    outcome.figures |= {
        f"rows {name}": int(rows.replace(",", "")),
        f"seconds {name}": float(seconds),
        f"rows a second {name}": round(int(rows.replace(",", "")) / float(seconds)),
        f"seconds with the process {name}": round(time.monotonic() - begun, 1),
        f"digest {name}": digest,
        f"writes waited {name}": re.findall(r"Writes waited for ([\d.]+) s", said)[0],
    }
    return said


def verified(town: Town, outcome: Outcome, source: str, target: str, code: int) -> None:
    """Compare row by row, and see that the outcome is the one expected."""
    said = town.perron("move", "--from", source, "--to", target, "--verify", seconds=LONG, code=None)
    same = "are the same on both sides" in said
    outcome.expect(same == (code == 0), f"--verify said: {said[-500:]}")


def flip(database: str) -> None:
    """Change one letter of one post, as a bad disk might."""
    engine = create_engine(database)
    with engine.begin() as connection:
        newest = select(func.max(posts.c.id)).where(posts.c.text != "").scalar_subquery()
        connection.execute(update(posts).where(posts.c.id == newest).values(text=posts.c.text + "."))
    engine.dispose()
