"""Fill a database with an old, large server, straight into its tables, to see what grows with age.

    python scripts/grow.py --data DIR [--posts 1000000] [--accounts 20000] [--fans 100000 --of celeb]

DIR and, where it is set, `PERRON_DATABASE` say which, on SQLite as on PostgreSQL; no server may run on it. It must hold
some posts already: their texts, tags and rendered fragments are what the older posts are made of. Accounts called
old000000 … follow each other and some of those who were there; `--fans` adds followers to one account. Nothing here
goes through the API; counts are made to agree at the end.
"""

import argparse
import os
import random
import time
from typing import Any

from sqlalchemy import select, update

from perron.kit.settings import load
from perron.people.recount import COUNTERS as OF_PEOPLE
from perron.posts.recount import COUNTERS as OF_POSTS
from perron.store import Store, Tx
from perron.store.building import hurry, settle_down, transaction
from perron.store.counters import Counter, all_counted
from perron.store.rows import SHAPES, write_rows
from perron.store.search import account_words, post_words
from perron.store.tables import accounts, post_tags, posts, tags
from perron.text.words import index_words

DAY = 86_400_000
BATCH = 20_000
MODELS = 3000
SYLLABLES = [first + then for first in "bcdfglmnprstv" for then in ("a", "e", "i", "o", "u", "an", "er", "ou")]
SHAPE = {shape.name: shape for shape in SHAPES}
NEW = {
    **dict.fromkeys(("replies_count", "boosts_count", "favourites_count", "quotes_count"), 0),
    **dict.fromkeys(("reply_to_id", "reply_to_account_id", "quote_of_id", "via_id", "poll_id"), None),
}
"""What a post that was copied has of its own: nobody has answered it, and it answers nobody."""
NOBODY = {"requests_count": 0, "credits_count": 0}
COUNTERS = (
    *(one for one in OF_PEOPLE if one.column.key in ("posts_count", "followers_count", "following_count")),
    *(one for one in OF_POSTS if one.column.table is tags),
)
Row = dict[str, Any]


def main() -> None:
    given = read_arguments()
    environ = {name: value for name, value in os.environ.items() if name == "PERRON_DATABASE"}
    store = Store(load({"data": given.data}, environ)[0].database_url)
    rng = random.Random(11)
    began = time.monotonic()
    with store.engine.connect() as connection:
        hurry(connection, True)
        old = accounts.c.handle.like("old%")
        there = [row[0] for row in connection.execute(select(accounts.c.id).where(~old))]
        if given.accounts:
            with transaction(connection) as tx:
                made = add_accounts(tx, given.accounts, there[0])
                add_follows(tx, rng, made, there)
            say(began, f"{len(made)} accounts and their follows")
            models, borne = models_of(connection)
            for start in range(0, given.posts, BATCH):
                part = range(start, min(given.posts, start + BATCH))
                with transaction(connection) as tx:
                    add_posts(tx, rng, part, given.posts, made + there, models, borne)
            say(began, f"{given.posts} posts")
        if given.fans:
            with transaction(connection) as tx:
                add_fans(tx, given.fans, given.of)
            say(began, f"{given.fans} fans of {given.of}")
        for counter in COUNTERS:
            with transaction(connection) as tx:
                agree(tx, counter)
        say(began, "counts agree")
        if store.sqlite:
            connection.exec_driver_sql("INSERT INTO post_words (post_words) VALUES ('optimize')")  # as years leave it
            connection.commit()
        hurry(connection, False)
        settle_down(connection)
    store.close()
    say(began, "looked at by the database")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--fans", type=int, default=0)
    parser.add_argument("--of", default="celeb")
    return parser.parse_args()


def say(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:6.0f} s  {what}", flush=True)


def write(tx: Tx, table: str, rows: list[Row]) -> None:
    """Add rows as they are; what one does not say of a column is nothing."""
    shape = SHAPE[table]
    write_rows(tx, shape, [tuple(row[name] for name in shape.names) for row in rows])


def add_accounts(tx: Tx, count: int, model_id: int, prefix: str = "old") -> list[int]:
    """Accounts that look like one that is there, dated three years ago."""
    model = dict(tx.execute(select(accounts).where(accounts.c.id == model_id)).mappings().one())
    start = (int(time.time() * 1000) - 1100 * DAY) << 16
    rows: list[Row] = []
    rng = random.Random(7)
    for n in range(count):
        name, id_ = f"{prefix}{n:06d}", start + (n << 17) + (1 if prefix == "old" else 2)
        fragment = (model["fragment"] or b"").replace(str(model["id"]).encode(), str(id_).encode())
        fragment = fragment.replace(model["username"].encode(), name.encode())
        called = f"{surname(rng)} {surname(rng)}"
        own = {"id": id_, "handle": name, "username": name, "display_name": called, "fragment": fragment, **NOBODY}
        rows.append({**model, **own})
    write(tx, "accounts", rows)
    account_words.add_many(tx, [(row["id"], f"{row['username']} {row['display_name']}".lower()) for row in rows])
    return [row["id"] for row in rows]


def surname(rng: random.Random) -> str:
    """A name as people bear them, of two or three syllables."""
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def add_follows(tx: Tx, rng: random.Random, made: list[int], there: list[int]) -> None:
    """Each of the new follows 25 of the new, each fifth also one who was there; those follow 20 of the new each.

    Whoever was there keeps about as many followers as before: what is to be seen is age, not fame."""
    pairs = {(one, other) for one in made for other in rng.sample(made, min(25, len(made))) if one != other}
    pairs |= {(one, rng.choice(there)) for one in made[::5]}
    pairs |= {(one, other) for one in there for other in rng.sample(made, min(20, len(made)))}
    write_follows(tx, sorted(pairs), 1000)


def write_follows(tx: Tx, pairs: list[tuple[int, int]], days: int) -> None:
    """Who follows whom since so many days."""
    base = (int(time.time() * 1000) - days * DAY) << 16
    usual = {"boosts": True, "notify": False, "languages": "", "uri": None}
    known = dict.fromkeys(SHAPE["follows"].names) | usual
    rows = [{**known, "follower_id": one, "target_id": other, "id": base + n} for n, (one, other) in enumerate(pairs)]
    write(tx, "follows", rows)


def models_of(connection: Any) -> tuple[list[Row], dict[int, list[int]]]:
    """Posts that the older ones are copies of, with their words; and the tags that they bear."""
    wanted = select(posts).where(posts.c.listed, posts.c.fragment.is_not(None), posts.c.boost_of_id.is_(None))
    models = [dict(row) for row in connection.execute(wanted.limit(MODELS)).mappings()]
    for model in models:
        model["words"] = index_words(model["text"], model["language"] or None)
    borne: dict[int, list[int]] = {}
    for post_id, tag_id in connection.execute(select(post_tags.c.post_id, post_tags.c.tag_id)):
        borne.setdefault(post_id, []).append(tag_id)
    connection.commit()
    return models, borne


def add_posts(
    tx: Tx,
    rng: random.Random,
    part: range,
    count: int,
    authors: list[int],
    models: list[Row],
    borne: dict[int, list[int]],
) -> None:
    """Part of the posts that are spread over the three years before yesterday, each a copy of one under another id."""
    first, last = (int(time.time() * 1000) - 1095 * DAY), int(time.time() * 1000) - DAY
    step = (last - first) / count
    rows: list[Row] = []
    bears: list[Row] = []
    words: list[tuple[int, str]] = []
    for n in part:
        model = rng.choice(models)
        id_, author = int(first + n * step) << 16 | (n & 0xFFFF), rng.choice(authors)
        fragment = model["fragment"].replace(str(model["id"]).encode(), str(id_).encode())
        rows.append({**model, **NEW, "id": id_, "author_id": author, "thread_id": id_, "fragment": fragment})
        for tag_id in borne.get(model["id"], ()):
            bears.append({"tag_id": tag_id, "post_id": id_, "author_id": author, "listed": True})
        words.append((id_, model["words"]))
    write(tx, "posts", rows)
    write(tx, "post_tags", bears)
    post_words.add_many(tx, words)


def add_fans(tx: Tx, count: int, handle: str) -> None:
    """Many followers for one account."""
    target = tx.execute(select(accounts.c.id).where(accounts.c.handle == handle)).scalar_one()
    fans = add_accounts(tx, count, target, prefix="fan")
    write_follows(tx, [(fan, target) for fan in fans], 900)


def agree(tx: Tx, counter: Counter) -> None:
    """A count that agrees with the rows, for all who keep it."""
    table: Any = counter.column.table
    real = all_counted(counter).subquery("counted")
    tx.execute(update(table).values({counter.column: 0}).where(counter.column != 0))
    tx.execute(update(table).values({counter.column: real.c.n}).where(table.c.id == real.c.id))


if __name__ == "__main__":
    main()
