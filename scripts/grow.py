"""Fill a data folder with an old, large server, straight into the database, to see what grows with age.

    python scripts/grow.py --data DIR [--posts 1000000] [--accounts 20000] [--fans 100000 --of celeb]

The folder must hold a server with some posts already: their texts, tags and rendered fragments are what the older
posts are made of. Accounts called old000000 … follow each other and some of those who were there; `--fans` adds
followers to one account. Nothing here goes through the API; counts are made to agree at the end.
"""

import argparse
import random
import sqlite3
import time
from pathlib import Path

DAY = 86_400_000
BATCH = 20_000
SYLLABLES = [first + then for first in "bcdfglmnprstv" for then in ("a", "e", "i", "o", "u", "an", "er", "ou")]


def main() -> None:
    given = read_arguments()
    db = sqlite3.connect(given.data / "perron.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        db.execute(f"PRAGMA {pragma}")
    rng = random.Random(11)
    began = time.monotonic()
    there = [row[0] for row in db.execute("SELECT id FROM accounts WHERE handle NOT LIKE 'old%'")]
    if given.accounts:
        made = add_accounts(db, given.accounts, there)
        add_follows(db, rng, made, there)
        say(began, f"{len(made)} accounts and their follows")
        add_posts(db, rng, given.posts, made + there)
        say(began, f"{given.posts} posts")
    if given.fans:
        add_fans(db, given.fans, given.of)
        say(began, f"{given.fans} fans of {given.of}")
    agree(db)
    say(began, "counts agree")
    db.execute("INSERT INTO post_words (post_words) VALUES ('optimize')")  # merged as years of small writes leave it
    db.execute("ANALYZE")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--fans", type=int, default=0)
    parser.add_argument("--of", default="celeb")
    return parser.parse_args()


def say(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)


def add_accounts(db: sqlite3.Connection, count: int, there: list[int], prefix: str = "old") -> list[int]:
    """Accounts that look like the first one there, dated three years ago."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(accounts)")]
    model = dict(zip(columns, db.execute("SELECT * FROM accounts WHERE id = ?", (there[0],)).fetchone(), strict=True))
    start = (int(time.time() * 1000) - 1100 * DAY) << 16
    rows = []
    rng = random.Random(7)
    for n in range(count):
        name = f"{prefix}{n:06d}"
        id_ = start + (n << 17) + (1 if prefix == "old" else 2)
        fragment = model["fragment"].replace(str(model["id"]).encode(), str(id_).encode())
        fragment = fragment.replace(model["username"].encode(), name.encode())
        called = f"{surname(rng)} {surname(rng)}"
        own = {"id": id_, "handle": name, "username": name, "display_name": called, "fragment": fragment}
        rows.append(tuple({**model, **own}.values()))
    db.execute("BEGIN")
    db.executemany(f"INSERT INTO accounts VALUES ({','.join('?' * len(columns))})", rows)
    id_at, name_at, called_at = (columns.index(one) for one in ("id", "username", "display_name"))
    named = [(row[id_at], f"{row[name_at]} {row[called_at]}".lower()) for row in rows]
    db.executemany("INSERT INTO account_words (rowid, words) VALUES (?, ?)", named)
    db.execute("COMMIT")
    return [row[columns.index("id")] for row in rows]


def surname(rng: random.Random) -> str:
    """A name as people bear them, of two or three syllables."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def add_follows(db: sqlite3.Connection, rng: random.Random, made: list[int], there: list[int]) -> None:
    """Each of the new follows 25 of the new, each fifth also one who was there; those follow 20 of the new each.

    Whoever was there keeps about as many followers as before: what is to be seen is age, not fame."""
    base = (int(time.time() * 1000) - 1000 * DAY) << 16
    pairs = {(one, other) for one in made for other in rng.sample(made, 25) if one != other}
    pairs |= {(one, rng.choice(there)) for one in made[::5]}
    pairs |= {(one, other) for one in there for other in rng.sample(made, 20)}
    rows = [(one, other, base + n) for n, (one, other) in enumerate(sorted(pairs))]
    db.execute("BEGIN")
    db.executemany("INSERT OR IGNORE INTO follows (follower_id, target_id, id) VALUES (?, ?, ?)", rows)
    db.execute("COMMIT")


def add_posts(db: sqlite3.Connection, rng: random.Random, count: int, authors: list[int]) -> None:
    """Posts spread over the three years before yesterday, each a copy of one that was there under another id."""
    columns = [row[1] for row in db.execute("PRAGMA table_info(posts)")]
    models = [
        dict(zip(columns, row, strict=True))
        for row in db.execute("SELECT * FROM posts WHERE listed AND fragment IS NOT NULL LIMIT 3000")
    ]
    tags = {}
    for post_id, tag_id in db.execute("SELECT post_id, tag_id FROM post_tags"):
        tags.setdefault(post_id, []).append(tag_id)
    first, last = (int(time.time() * 1000) - 1095 * DAY), int(time.time() * 1000) - DAY
    step = (last - first) / count
    marks = ",".join("?" * len(columns))
    for start in range(0, count, BATCH):
        rows, borne, words = [], [], []
        for n in range(start, min(count, start + BATCH)):
            model = rng.choice(models)
            id_, author = int(first + n * step) << 16 | (n & 0xFFFF), rng.choice(authors)
            fragment = model["fragment"].replace(str(model["id"]).encode(), str(id_).encode())
            rows.append(
                tuple({**model, "id": id_, "author_id": author, "thread_id": id_, "fragment": fragment}.values())
            )
            borne += [(tag_id, id_, author, 1) for tag_id in tags.get(model["id"], ())]
            words.append((id_, model["text"].lower()))
        db.execute("BEGIN")
        db.executemany(f"INSERT INTO posts VALUES ({marks})", rows)
        db.executemany("INSERT INTO post_tags (tag_id, post_id, author_id, listed) VALUES (?, ?, ?, ?)", borne)
        db.executemany("INSERT INTO post_words (rowid, words) VALUES (?, ?)", words)
        db.execute("COMMIT")


def add_fans(db: sqlite3.Connection, count: int, handle: str) -> None:
    """Many followers for one account."""
    (target,) = db.execute("SELECT id FROM accounts WHERE handle = ?", (handle,)).fetchone()
    fans = add_accounts(db, count, [target], prefix="fan")
    base = (int(time.time() * 1000) - 900 * DAY) << 16
    db.execute("BEGIN")
    db.executemany(
        "INSERT OR IGNORE INTO follows (follower_id, target_id, id) VALUES (?, ?, ?)",
        [(fan, target, base + n) for n, fan in enumerate(fans)],
    )
    db.execute("COMMIT")


def agree(db: sqlite3.Connection) -> None:
    """Counts that agree with the rows."""
    db.execute("BEGIN")
    for column, query in (
        ("posts_count", "SELECT author_id AS id, COUNT(*) AS n FROM posts GROUP BY 1"),
        ("followers_count", "SELECT target_id AS id, COUNT(*) AS n FROM follows GROUP BY 1"),
        ("following_count", "SELECT follower_id AS id, COUNT(*) AS n FROM follows GROUP BY 1"),
    ):
        db.execute(f"UPDATE accounts SET {column} = 0")
        db.execute(f"UPDATE accounts SET {column} = counted.n FROM ({query}) AS counted WHERE counted.id = accounts.id")
    db.execute("COMMIT")


if __name__ == "__main__":
    main()
