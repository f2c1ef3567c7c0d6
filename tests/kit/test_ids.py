"""Ids: they sort by birth and never meet."""

import time
from concurrent.futures import ThreadPoolExecutor

from perron.kit.ids import born, first_id_at, new_id


def test_ids_only_grow() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(set(made))


def test_eight_threads_never_make_the_same() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [new_id() for _ in range(5_000)], range(8)))
    assert all(each == sorted(each) for each in made)
    assert len({one for each in made for one in each}) == 40_000


def test_an_id_tells_its_birth() -> None:
    while born(new_id()) > time.time_ns() // 1_000_000:  # the tests above have used up the ids of the next second
        time.sleep(0.01)
    time.sleep(0.002)
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert before <= born(made) <= time.time_ns() // 1_000_000
    assert born(new_id(at=1_600_000_000_000)) == 1_600_000_000_000
    assert first_id_at(born(made)) <= made < first_id_at(born(made) + 1)


def test_ids_sort_by_time() -> None:
    past = [new_id(at=ms) for ms in range(1_600_000_000_000, 1_600_000_000_100)]
    assert past == sorted(past)
    assert past[-1] < new_id() < 2**62


def test_ids_of_one_moment_differ_and_sort_as_they_were_made() -> None:
    made = [new_id(at=1_600_000_000_000) for _ in range(1000)]
    assert made == sorted(set(made))
    assert new_id(at=1_600_000_000_001) not in made
