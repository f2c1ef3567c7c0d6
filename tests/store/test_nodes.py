"""Processes on one database: none makes another's ids, and each finds out when it was forgotten."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import bindparam, create_engine, text, update

from perron.kit import ids
from perron.kit.ids import new_id
from perron.kit.time import now
from perron.store import Prepared, Store, Tx
from perron.store.nodes import Node, nodes_there
from perron.store.tables import nodes

END_LEASE = Prepared(update(nodes).where(nodes.c.number == bindparam("of_number")).values(until=0))


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    one = Store(database)
    yield one
    ids.use_no_node()
    one.close()


def node_of(id_: int) -> int:
    return id_ & 0x3FF


def there(store: Store) -> list[int]:
    with store.read() as db:
        return [one.number for one in nodes_there(db)]


def forget(store: Store, node: Node) -> None:
    """What a minute without a renewal comes to."""
    store.write(lambda tx: tx.run(END_LEASE, of_number=node.number))
    ids.use_node(node.number, now(), node.renew)


def test_each_process_has_a_number_of_its_own_and_gives_it_back(store: Store, database: str) -> None:
    other = Store(database)
    one, two = Node(store, "serve").enter(), Node(other, "worker").enter()
    assert one.number != two.number
    assert there(store) == sorted([one.number, two.number])
    two.leave()
    assert there(store) == [one.number]
    other.close()


def test_many_that_come_at_once_take_different_numbers(store: Store) -> None:
    come = [Node(store, "command") for _ in range(16)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(Node.enter, come))
    assert len({one.number for one in come}) == 16


def test_a_number_that_was_given_back_is_taken_last(store: Store) -> None:
    first = Node(store, "command").enter()
    first.leave()
    assert Node(store, "command").enter().number != first.number


@pytest.mark.only("sqlite")
def test_a_process_that_starts_while_another_writes_without_a_pause_comes_in_later(
    store: Store, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(lambda tx: tx.execute(text("PRAGMA busy_timeout = 50")))
    refused = threading.Event()
    monkeypatch.setattr("perron.store.nodes.log.warning", lambda *_: refused.set())
    with create_engine(database).connect() as other, ThreadPoolExecutor(1) as threads:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        coming = threads.submit(Node(store, "worker").enter)
        assert refused.wait(10) and not coming.done()
        other.rollback()
        assert coming.result(10).number == there(store)[0]


def test_ids_bear_the_number_of_their_process(store: Store) -> None:
    node = Node(store, "serve").enter()
    assert node_of(new_id()) == node_of(new_id(at=1_600_000_000_000)) == node.number
    node.leave()
    assert node_of(new_id()) >= ids.NODES


def test_a_process_that_was_forgotten_keeps_its_number_when_nobody_took_it(store: Store) -> None:
    node = Node(store, "serve").enter()
    forget(store, node)
    assert node_of(new_id()) == node.number
    assert there(store) == [node.number]


def test_a_process_whose_number_was_taken_has_another_before_it_makes_an_id(store: Store, database: str) -> None:
    node = Node(store, "serve").enter()
    lost = node.number
    forget(store, node)
    store.write(lambda tx: _steal(tx, lost))
    assert node_of(new_id()) == node.number != lost


def test_a_number_may_end_in_the_middle_of_a_write(store: Store) -> None:
    node = Node(store, "serve").enter()
    forget(store, node)
    assert node_of(store.write(lambda tx: new_id())) == node.number
    assert not store.sqlite or there(store) == []  # held while it writes; the next id renews it
    time.sleep(1.1 if store.sqlite else 0)
    new_id()
    assert there(store) == [node.number]


def test_a_write_is_refused_or_numbered_anew_when_the_number_was_taken(store: Store) -> None:
    node = Node(store, "serve").enter()
    lost = node.number
    forget(store, node)
    store.write(lambda tx: _steal(tx, lost))
    if store.sqlite:  # nothing can be taken in the middle of another write: politely refused, and then all is well
        from perron.kit.errors import Unavailable

        with pytest.raises(Unavailable):
            store.write(lambda tx: new_id())
    else:
        assert node_of(store.write(lambda tx: new_id())) != lost
    assert node_of(new_id()) != lost


def test_whoever_stays_is_renewed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("perron.store.nodes.RENEWAL", 0.05)
    node = Node(store, "serve").enter()
    store.write(lambda tx: tx.run(END_LEASE, of_number=node.number))
    node.stay()
    end = time.monotonic() + 5
    while there(store) != [node.number]:
        assert time.monotonic() < end
        time.sleep(0.02)
    node.leave()
    assert there(store) == []


def _steal(tx: Tx, number: int) -> None:
    stealing = Prepared(update(nodes).where(nodes.c.number == bindparam("of_number")).values(name="somebody 1 else"))
    tx.run(stealing, of_number=number)
