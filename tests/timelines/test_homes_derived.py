"""How a home is derived: from those one follows, and not from everything there is."""

from collections.abc import Iterator
from typing import Any

import pytest

from perron.kit.ids import new_id
from perron.store import Prepared, Tx, insert
from perron.store.paging import NEWEST
from perron.store.tables import accounts, follows, posts
from perron.timelines import home
from tests.rig import Site

AUTHORS, FOLLOWED, EACH = 60, 6, 30


def settle(tx: Tx) -> int:
    """A town in which somebody follows a few of many, all of whom write; their id."""
    ids = [new_id() for _ in range(AUTHORS)]
    add: dict[str, Prepared] = {
        "accounts": insert(accounts, "id", "handle"),
        "follows": insert(follows, "id", "follower_id", "target_id"),
        "posts": insert(posts, "id", "author_id"),
    }
    tx.many(add["accounts"], [{"id": one, "handle": f"p{one}"} for one in ids])
    tx.many(
        add["follows"], [{"id": new_id(), "follower_id": ids[0], "target_id": one} for one in ids[1 : FOLLOWED + 1]]
    )
    tx.many(add["posts"], [{"id": new_id(), "author_id": one} for _ in range(EACH) for one in ids])
    return ids[0]


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


@pytest.mark.only("postgresql")  # SQLite has one way to do it
@pytest.mark.parametrize("knows", [False, True], ids=["before the tables are known", "when they are known"])
def test_a_home_is_derived_from_those_one_follows_whatever_postgresql_knows_of_the_tables(
    site: Site, knows: bool
) -> None:
    viewer = site.store.write(settle)
    with site.store.read() as db:
        if knows:
            db._raw.execute("ANALYZE posts, follows, accounts")
        sql, fixed = home._AUTHOR_BY_AUTHOR.sql(db.dialect)
        values = {**fixed, "viewer": viewer, "below": NEWEST, "each": 40, "limit": 400}
        ((((plan,),),),) = (db._raw.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, values).fetchall(),)
        read = [one for one in steps(plan["Plan"]) if one.get("Relation Name") == "posts"]
        seen = sum(one["Actual Rows"] * one["Actual Loops"] for one in read)
        seen += sum(one.get("Rows Removed by Join Filter", 0) for one in steps(plan["Plan"]))
    mine = (FOLLOWED + 1) * EACH
    assert plan["Plan"]["Actual Rows"] == mine
    assert seen <= 3 * mine  # each once by its author, once by itself
