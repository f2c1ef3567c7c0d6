"""How long until a post is in the home of every follower, when all of them are reading at the moment.

    python scripts/measure_fans.py --data DIR --of celeb

DIR as `grow.py --fans` left it; no server may be running on it. Every follower's home is held in memory first.
"""

import argparse
import time

from perron.entities.opening import open_site
from perron.kit.settings import load
from perron.people.queries import account_by_handle
from perron.people.relations import related
from perron.posts.model import Draft
from perron.posts.publish import publish
from perron.store.paging import Paging
from perron.timelines.arrivals import arrive
from perron.timelines.home import fill_home


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--of", default="celeb")
    given = parser.parse_args()
    settings, _ = load({"data": given.data}, {})
    site = open_site(settings)
    db = site.store.reader()
    author = account_by_handle(db, given.of)
    assert author is not None

    began = time.perf_counter()
    readers = [account for _, account in related(db, "followers", author.id, Paging(limit=1_000_000))]
    for reader in readers:
        site.rings.keep(fill_home(db, reader))
    print(f"{len(readers)} homes held after {time.perf_counter() - began:.1f} s")

    began = time.perf_counter()
    post = site.store.write(lambda tx: publish(tx, author, Draft("À toutes et à tous"), settings))
    committed = time.perf_counter()
    reached = arrive(db, site.rings, post.id)
    done = time.perf_counter()
    held = sum(site.rings.by_owner[reader].holds(post.id) for reader in readers)
    print(f"committed after {committed - began:.3f} s, in {held} of {len(readers)} homes after {done - began:.3f} s")
    assert len(reached) >= held == len(readers)
    site.store.close()


if __name__ == "__main__":
    main()
