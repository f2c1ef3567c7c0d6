"""Pages by id, in both directions."""

import pytest
from sqlalchemy import bindparam, select

from perron.store import Store, insert
from perron.store.paging import Paged, Paging
from perron.store.tables import list_members

ADD = insert(list_members, "list_id", "account_id", "id")
PAGES = Paged(
    select(list_members.c.id, list_members.c.account_id).where(list_members.c.list_id == bindparam("of_list")),
    list_members.c.id,
)


@pytest.mark.parametrize(
    ("paging", "expected"),
    [
        (Paging(limit=3), [10, 9, 8]),
        (Paging(below=8, limit=3), [7, 6, 5]),
        (Paging(below=3, limit=3), [2, 1]),
        (Paging(above=8, limit=3), [10, 9]),
        (Paging(above=2, limit=3), [10, 9, 8]),
        (Paging(above=2, ascending=True, limit=3), [5, 4, 3]),
        (Paging(above=9, ascending=True, limit=3), [10]),
        (Paging(above=2, below=6, ascending=True, limit=10), [5, 4, 3]),
        (Paging(above=10, ascending=True, limit=3), []),
        (Paging(below=1, limit=3), []),
    ],
)
def test_a_page_is_newest_first_whichever_way_it_is_reached(store: Store, paging: Paging, expected: list[int]) -> None:
    rows = [{"list_id": of, "account_id": n, "id": n} for of in (1, 2) for n in range(1, 11)]
    store.write(lambda tx: tx.many(ADD, rows))
    with store.read() as db:
        assert [row[0] for row in PAGES.rows(db, paging, of_list=1)] == expected


def test_pages_down_and_up_meet_everybody_once(store: Store) -> None:
    rows = [{"list_id": 1, "account_id": n, "id": n * 7} for n in range(1, 51)]
    store.write(lambda tx: tx.many(ADD, rows))
    with store.read() as db:
        down: list[int] = []
        while page := PAGES.rows(db, Paging(limit=7, **({"below": down[-1]} if down else {})), of_list=1):
            down += [row[0] for row in page]
        up: list[int] = []
        while page := PAGES.rows(db, Paging(above=up[-1] if up else 0, ascending=True, limit=7), of_list=1):
            up += [row[0] for row in reversed(page)]
    assert down == up[::-1] == [n * 7 for n in range(50, 0, -1)]
