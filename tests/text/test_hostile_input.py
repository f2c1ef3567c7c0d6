"""Work grows with the text and not with its square, whatever the text is."""

import gc
import time
from collections.abc import Callable

import pytest

from perron.text.html import to_html
from perron.text.reading import read
from perron.text.words import fts5_match, index_words

SIZE = 100_000
SLACK = 4  # times the 200 ms that a text of this size may take, for slow machines

HOSTILE = {
    "at signs": ("", "@", ""),
    "number signs": ("", "#", ""),
    "colons": ("", ":a", ""),
    "parentheses": ("", "(", "http://a"),
    "open parentheses in a link": ("http://a.test/", "(", ""),
    "one endless host": ("http://", "a.", ""),
    "links in a row": ("", "http://a.b/(", ""),
    "hosts in a row": ("", "http://a.b@", ""),
    "punctuation in a link": ("http://a.test/", "!", ""),
    "mentions in a row": ("", "@a@", ""),
    "mentions with dots": ("", "@a.", ""),
    "one endless domain": ("a@", "a-", ""),
    "one endless domain of a mention": ("@a@", "a-", ""),
    "mentions of foreign domains": ("", "@x@é.é ", ""),
    "accents": ("", "\u0301", ""),
    "accents in disorder": ("", "\u0301\u0316", ""),
    "flags": ("", "🇫", ""),
    "joined emoji": ("", "👩\u200d", ""),
    "syllables": ("", "\u1100", ""),
    "empty lines": ("", "\n \n", "x"),
    "dots in a tag": ("#a", "·", ""),
    "tags that unfold": ("", "#\ufdfa ", ""),
    "words": ("", "mot ", ""),
    "apostrophes": ("", "l'", ""),
    "quotes": ("", '"a', ""),
    "hyphens": ("", "-", ""),
}


def text_of(name: str, size: int) -> str:
    before, unit, after = HOSTILE[name]
    return before + unit * (size // len(unit)) + after


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this thread, the least of three: what else the machine does, and what earlier tests left to be
    collected, is not to be measured."""
    gc.collect()
    gc.disable()
    try:
        return min(_seconds(work) for _ in range(3))
    finally:
        gc.enable()


def _seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def write(text: str) -> str:
    return to_html(read(text), people={}, tag_url="https://perron.test/tags/")


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_and_writing_take_linear_time(name: str) -> None:
    one, two = text_of(name, SIZE // 2), text_of(name, SIZE)
    first, second = seconds(lambda: write(one)), seconds(lambda: write(two))
    assert second < SLACK * 0.2
    assert second < 3 * first + 0.1


@pytest.mark.parametrize(
    "name", ["accents in disorder", "flags", "words", "apostrophes", "quotes", "hyphens", "empty lines"]
)
def test_indexing_takes_linear_time(name: str) -> None:
    one, two = text_of(name, SIZE // 2), text_of(name, SIZE)
    first, second = seconds(lambda: index_words(one, None)), seconds(lambda: index_words(two, None))
    assert second < 3 * first + 0.1
    assert seconds(lambda: fts5_match(two)) < 0.2
