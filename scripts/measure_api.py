"""What the API's heavier readings cost on a large server: CPU ms a request, median and 95th percentile.

    python scripts/measure_api.py --data DIR [--rounds 300]

DIR as `grow.py` left it (a demo's town with 20,000 accounts and 1,000,000 posts added), with `PERRON_DATABASE` when it
is on PostgreSQL; no server may run on it. Requests enter the whole application in this process, without a network; the
CPU time of the process is counted, and that of PostgreSQL on this machine beside it. Words to search for are taken from
posts, two by two; beginnings of names from accounts. The reader gets 10,000 notices.
"""

import argparse
import asyncio
import os
import random
import re
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import bindparam, func, insert, select

from perron.app import App
from perron.entities.opening import open_site
from perron.kit.settings import load
from perron.people.apps import register_app
from perron.people.model import Account
from perron.people.queries import account_by_handle
from perron.people.scopes import read_scopes
from perron.people.tokens import issue_token
from perron.store import Db, Prepared, Tx
from perron.store.tables import accounts, memberships, notices, posts
from perron.timelines.notices import group_key

_USER = Prepared(select(memberships.c.user_id).where(memberships.c.account_id == bindparam("of_account")))
NOTICES = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--of", default="ada", help="who reads")
    parser.add_argument("--rounds", type=int, default=300)
    given = parser.parse_args()
    environ = {name: value for name, value in os.environ.items() if name == "PERRON_DATABASE"}
    settings, _ = load({"data": given.data, "rate_limit": "off", "workers": "off"}, environ)
    app = App(open_site(settings))
    try:
        reader = account_by_handle(app.site.store.reader(), given.of)
        assert reader is not None, "nobody is called so"
        app.site.store.write(lambda tx: give_notices(tx, reader.id))
        token = app.site.store.write(lambda tx: _token(tx, reader))
        with app.site.store.read() as db:
            asked = addresses(db, given.rounds)
            database = Database(db)
        asyncio.run(_measure(app, token, asked, database))
    finally:
        app.site.store.close()


def _token(tx: Tx, reader: Account) -> str:
    app, _ = register_app(tx, "measure", ["urn:ietf:wg:oauth:2.0:oob"], scopes="read")
    user_id = int(tx.value(_USER, of_account=reader.id))
    return issue_token(tx, app.id, user_id, reader.id, read_scopes("read"))


def give_notices(tx: Tx, account_id: int) -> None:
    """So many favourites of one's posts, by many people."""
    there = select(func.count()).select_from(notices).where(notices.c.account_id == account_id)
    if tx.execute(there).scalar_one() >= NOTICES // 2:
        return
    open_ones = (posts.c.author_id == account_id, posts.c.visibility == "public")
    own = [row[0] for row in tx.execute(select(posts.c.id).where(*open_ones))]
    people = [row[0] for row in tx.execute(select(accounts.c.id).limit(2000))]
    start = int(time.time() * 1000) - 30 * 86_400_000
    rng = random.Random(5)
    rows = {}
    for number in range(NOTICES):  # evenly over thirty days
        at, pair = start + number * 30 * 86_400_000 // NOTICES, (rng.choice(people), rng.choice(own))
        about = {"from_id": pair[0], "about_id": pair[1], "group_key": group_key(at << 16, "favourite", pair[1])}
        rows.setdefault(pair, {"id": at << 16, "account_id": account_id, "type": "favourite", **about})
    had = select(notices.c.from_id, notices.c.about_id).where(notices.c.account_id == account_id)
    for pair in tx.execute(had):
        rows.pop(tuple(pair), None)
    tx.execute(insert(notices), [*rows.values()])


def addresses(db: Db, rounds: int) -> list[tuple[str, list[str]]]:
    """What is asked for, and by which addresses, each another search."""
    rng = random.Random(3)
    texts = select(posts.c.text).where(posts.c.boost_of_id.is_(None)).order_by(posts.c.id.desc()).limit(4000)
    said = [row[0] for row in db.execute(texts)]
    names = [row[0] for row in db.execute(select(accounts.c.display_name).order_by(accounts.c.id).limit(25000))]
    words = [[word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3] for text in said]
    pairs = [" ".join(rng.sample(one, 2)) for one in words if len(one) > 1]

    def search(q: str, kind: str) -> str:
        return "/api/v2/search?" + urlencode({"q": q, "type": kind})

    def begun(name: str) -> str:
        return "/api/v1/accounts/search?" + urlencode({"q": name[: rng.randint(2, len(name))], "limit": 10})

    return [
        ("search, two words", [search(rng.choice(pairs), "statuses") for _ in range(rounds)]),
        ("accounts by prefix", [begun(rng.choice(names)) for _ in range(rounds)]),
        ("notifications v1", ["/api/v1/notifications?limit=40"] * rounds),
        ("notifications v2", ["/api/v2/notifications?limit=40"] * rounds),
        ("trends, tags", ["/api/v1/trends/tags"] * rounds),
        ("trends, posts", ["/api/v1/trends/statuses"] * rounds),
        ("trends, links", ["/api/v1/trends/links"] * rounds),
        ("suggestions", ["/api/v2/suggestions"] * rounds),
        ("directory", ["/api/v1/directory"] * rounds),
    ]


class Database:
    """The processes of PostgreSQL, where it is on this machine, and how much CPU they have used."""

    def __init__(self, db: Db) -> None:
        self.of = Path("/nowhere")
        if db.dialect == "postgresql":
            backend = db.execute(select(func.pg_backend_pid())).scalar_one()
            parent = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()[1]
            self.of = Path(f"/proc/{parent}/task/{parent}/children")

    def used(self) -> float:
        """Seconds, to the nanosecond. (What a process used that has ended meanwhile is lost.)"""
        pids = self.of.read_text().split() if self.of.exists() else []
        return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9


async def _measure(app: App, token: str, asked: list[tuple[str, list[str]]], database: Database) -> None:
    print(f"{'CPU ms':<22}{'median':>8}{'p95':>8}{'most':>8}{'kB':>8}{'database, median':>18}{'p95':>8}")
    for what, paths in asked:
        took, its, size = [], [], 0
        for path in [paths[0], *paths]:
            before, began = database.used(), time.process_time()
            size = await _get(app, path, token)
            took.append((time.process_time() - began) * 1000)
            its.append((database.used() - before) * 1000)
        p95, its_p95 = (quantiles(times[1:], n=20)[-1] for times in (took, its))
        print(f"{what:<22}{median(took[1:]):>8.2f}{p95:>8.2f}{max(took[1:]):>8.2f}{size / 1000:>8.1f}", end="")
        print(f"{median(its[1:]):>18.2f}{its_p95:>8.2f}", flush=True)


async def _get(app: App, path: str, token: str) -> int:
    answer: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answer.append(message)

    bare, _, query = path.partition("?")
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": bare, "query_string": query.encode(), "headers": headers}
    await app({**scope, "client": ("127.0.0.1", 1), "scheme": "http"}, receive, send)
    assert answer[0]["status"] == 200, (path, answer)
    return sum(len(one.get("body", b"")) for one in answer)


if __name__ == "__main__":
    main()
