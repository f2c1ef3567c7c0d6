"""Figures of few say how sure they are."""

from hypothesis import given
from hypothesis import strategies as st

from perron.kit.estimates import change_of, share_of
from perron.kit.gathered import Gathered


@given(st.integers(1, 10_000), st.data())
def test_a_share_lies_within_its_interval(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = share_of(part, whole)
    assert 0 <= found.least <= found.value <= found.most <= 1
    wider = share_of(part * 1, whole)
    assert share_of(part * 100, whole * 100).most <= wider.most + 1e-9


def test_a_share_of_few_is_unsure() -> None:
    few, many = share_of(2, 5), share_of(2000, 5000)
    assert few.most - few.least > 0.6 and many.most - many.least < 0.03


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_change_lies_within_its_interval(before: int, after: int) -> None:
    if before + after:
        found = change_of(before, after)
        assert found.least <= (found.value if found.value is not None else found.least)
        assert found.most is None or found.value is None or found.value <= found.most * (1 + 1e-9)


def test_what_chance_would_do_is_no_change() -> None:
    assert not change_of(10, 12).certain
    assert change_of(10, 30).certain and change_of(30, 10).certain and change_of(0, 12).certain


def test_what_is_gathered_is_taken_once_and_has_a_bound() -> None:
    kept = Gathered[int](most=2)
    assert [kept.put(n) for n in range(3)] == [True, False, False]
    assert (kept.take(), kept.take()) == ([0, 1], [])
    assert kept.put(7)
