"""Bring every file from one place to another, while both are read; begun again, it goes on where it was."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from perron.media.files import Files, Kept, digest_of

AT_ONCE = 8
Watch = Callable[[str, int, int], None]


@dataclass
class Moved:
    """How many files were brought over, were there already, went meanwhile; and which are not what they should be."""

    files: int = 0
    bytes: int = 0
    there: int = 0
    gone: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)


def move(old: Files, new: Files, *, keep: bool, watch: Watch) -> Moved:
    """Copy what `old` has to `new`, compare what arrived with what left, and only then remove it (unless `keep`)."""
    todo, outcome = list(old.listed()), Moved()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done, (one, how) in enumerate(_each(pool, todo, lambda one: _bring(old, new, one, keep)), 1):
            if how == "brought":
                outcome.files, outcome.bytes = outcome.files + 1, outcome.bytes + one.bytes
            elif how == "wrong":
                outcome.wrong.append(one.key)
            else:
                setattr(outcome, how, getattr(outcome, how) + 1)
            watch("files", done, len(todo))
    outcome.left = sum(1 for _ in old.listed())
    return outcome


def _each(pool: ThreadPoolExecutor, todo: list[Kept], work: Callable[[Kept], str]) -> Iterator[tuple[Kept, str]]:
    """The outcome of each, with few in the air at a time: the first trouble ends it soon."""
    waiting = iter(todo)
    while some := list(islice(waiting, AT_ONCE * 4)):
        yield from zip(some, pool.map(work, some), strict=True)


def _bring(old: Files, new: Files, one: Kept, keep: bool) -> str:
    path = old.path(one.key)
    if path is None:
        return "gone"
    try:
        digest = digest_of(path)
        there = new.digest(one.key) == digest
        if not there:
            new.put_as(one.key, path)
            if new.digest(one.key) != digest:
                return "wrong"
    except FileNotFoundError:
        return "gone"
    if not keep:
        old.remove(one.key)
    return "there" if there else "brought"
