"""A town of some years for long experiments: made once, kept in the folder for temporary files, copied for each."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import perron.store.tables
from trials.rig import Name, Town

GROW = Path(__file__).parents[1] / "scripts" / "grow.py"
ACCOUNTS, POSTS, FANS = 20_000, 200_000, 10_000
PEOPLE = 100
ORIGIN = "http://localhost:18999"


def grown(town: Town) -> tuple[list[Name], Name]:
    """Give a town (SQLite, not begun yet) its past: people to write as, and one whom ten thousand follow."""
    kept = _kept()
    town.origin = ORIGIN
    shutil.copytree(kept / "data", town.data, dirs_exist_ok=True)
    names = [Name(*one) for one in json.loads((kept / "people.json").read_text())]
    return names[:-1], names[-1]


def _kept() -> Path:
    sources = (Path(perron.store.tables.__file__), GROW, Path(__file__))
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"perron-grown-{mark}"
    if not (place / "people.json").exists():
        making = Path(tempfile.mkdtemp(prefix="perron-growing-"))
        _make(making)
        making.rename(place) if not place.exists() else shutil.rmtree(making)
    return place


def _make(folder: Path) -> None:
    with Town(folder, "sqlite") as town:
        town.origin = ORIGIN
        town.perron("demo", seconds=300)
        people = [*town.people(PEOPLE), *town.people(1, "big")]
    words = ("--data", str(town.data), "--accounts", str(ACCOUNTS), "--posts", str(POSTS))
    famous = ("--fans", str(FANS), "--of", people[-1].handle)
    subprocess.run([sys.executable, str(GROW), *words, *famous], check=True, capture_output=True)
    (folder / "people.json").write_text(json.dumps(people))
