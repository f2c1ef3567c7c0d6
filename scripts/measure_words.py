"""How long two words take to be found among a million posts on PostgreSQL, and whether its index is used.

    scripts/with_postgres .venv/bin/python scripts/measure_words.py [--posts 1000000] [--rounds 200]

Makes a database of its own on the server in TEST_POSTGRES, and drops it. Posts are of words as frequent as words are
(the hundredth is said a hundred times less often than the first); their rows are copied in, the index is made last.
"""

import argparse
import os
import random
import time
from itertools import accumulate
from statistics import median, quantiles
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from perron.kit.ids import new_id
from perron.people.queries import add_account
from perron.posts.search_index import _SEARCH, search_posts
from perron.posts.search_query import read_query
from perron.store import Store
from perron.store.schema import prepare
from perron.store.search import post_words, tsvector
from perron.text.words import fts5_match, index_words

SYLLABLES = [first + then for first in "bcdfglmnprstvz" for then in ("a", "e", "i", "o", "u", "an", "er", "ou")]
VOCABULARY = 30_000
DAY = 86_400_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    url = make_url(os.environ["TEST_POSTGRES"])
    with create_engine(url, isolation_level="AUTOCOMMIT").connect() as server:
        server.execute(text("DROP DATABASE IF EXISTS measured_words"))
        server.execute(text("CREATE DATABASE measured_words"))
        try:
            measure(url.set(database="measured_words").render_as_string(hide_password=False), given)
        finally:
            server.execute(text("DROP DATABASE measured_words WITH (FORCE)"))


def measure(url: str, given: argparse.Namespace) -> None:
    """Fill, ask, and say how long it took."""
    store = Store(url)
    prepare(store)
    rng = random.Random(5)
    words = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))) for _ in range(VOCABULARY)]
    shares = [*accumulate(1 / place for place in range(1, VOCABULARY + 1))]
    author = store.write(lambda tx: add_account(tx, "writer", language="fr")).id
    raw: Any = store.engine.raw_connection().driver_connection
    raw.execute("UPDATE accounts SET indexable = true, discoverable = true")
    began = time.monotonic()
    fill(raw, rng, words, shares, author, given.posts)
    print(f"{given.posts} posts in {time.monotonic() - began:.0f} s", flush=True)
    took, found = [], 0
    with store.read() as db:
        for _ in range(given.rounds):
            asked = " ".join(rng.choices(words, cum_weights=shares, k=2))
            began = time.perf_counter()
            found += len(search_posts(db, asked, viewer=None, limit=20))
            took.append((time.perf_counter() - began) * 1000)
        sql, fixed = _SEARCH._anybody.sql("postgresql")
        query = read_query(f"{words[200]} {words[900]}")
        values = {"author": 0, "without_author": 0, "below": 2**62, "least": 0, "limit": 20, "offset": 0, **fixed}
        values |= {"language": query.language, "without_language": query.without_language}
        values["words"] = post_words.asked(db, fts5_match(query.words) or "")
        plan = [row[0] for row in raw.execute("EXPLAIN (ANALYZE, COSTS OFF) " + sql, values).fetchall()]
    print(f"two words: median {median(took):.1f} ms, p95 {quantiles(took, n=20)[18]:.1f} ms, {found} posts found")
    used = any("ix_post_words_words" in line for line in plan)
    print("the GIN index is used" if used else "the GIN index is NOT used", *plan, sep="\n")
    store.close()


def fill(raw: Any, rng: random.Random, words: list[str], shares: list[float], author: int, count: int) -> None:
    """Posts of three years, and the words that they are found by; indexes that slow this down are made at the end."""
    raw.execute("DROP INDEX ix_post_words_words")
    start, step = new_id() - (1095 * DAY << 16), (1095 * DAY << 16) // count
    columns = "id, author_id, thread_id, text, language, listed, here, indexed, fragment"
    for first in range(0, count, 50_000):
        made = []
        for n in range(first, min(count, first + 50_000)):
            said = " ".join(rng.choices(words, cum_weights=shares, k=12))
            made.append((start + n * step, said))
        with raw.cursor() as cursor:
            with cursor.copy(f"COPY posts ({columns}) FROM STDIN") as copy:
                for id_, said in made:
                    copy.write_row((id_, author, id_, said, "fr", True, True, True, b"{}"))
            with cursor.copy("COPY post_words (rowid, words) FROM STDIN") as copy:
                for id_, said in made:
                    copy.write_row((id_, tsvector(index_words(said, "fr"))))
    raw.execute("CREATE INDEX ix_post_words_words ON post_words USING gin (words)")
    raw.execute("ANALYZE")


if __name__ == "__main__":
    main()
