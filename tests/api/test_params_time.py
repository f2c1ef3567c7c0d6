"""Reading what a request says takes time in proportion to its length, whatever it is made of."""

from __future__ import annotations

import contextlib
import time

import pytest

from perron.api.params import from_query
from perron.kit.errors import Invalid

UNITS = ("x", "=", "&", "[", "]", ".", "%", "+", "a&", "a=b&", "=&", "é", "%41")


def seconds(text: str) -> float:
    """The least of three times."""
    least = 9e9
    for _ in range(3):
        begun = time.thread_time()
        with contextlib.suppress(Invalid):
            from_query(text)
        least = min(least, time.thread_time() - begun)
    return least


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("start", ["", "a=", "a=b&a"])
def test_eight_times_the_length_takes_no_more_than_some_eight_times_as_long(start: str, unit: str) -> None:
    short, long = (seconds(start + unit * (length // len(unit))) for length in (8_000, 64_000))
    assert long < 24 * max(short, 0.0005), f"{start}{unit}…: {short:.4f} and {long:.4f} s"


def test_plain_and_other_queries_read_the_same() -> None:
    for plain in ("limit=20&local=true", "a=&b.c=d-e", "a=1&a=2", "&".join(f"a{n}=1" for n in range(49))):
        otherwise = from_query(plain + "&%7A=last")  # one letter in another way, and the other road is taken
        assert otherwise == {**from_query(plain), "z": "last"}
