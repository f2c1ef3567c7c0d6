"""Two databases side by side: what one has and the other has not, row by row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from perron.store.engine import Db, Row
from perron.store.rows import Digest, Shape, read_rows, remove_rows, write_rows

MOST = 20_000
"""Differences that are looked at in one go."""


@dataclass
class Difference:
    """One row that is not the same. `wanted`: as the source has it; None where it has none; `found`: the target's."""

    wanted: Row | None
    found: Row | None

    @property
    def row(self) -> Row:
        """Whichever there is."""
        row = self.wanted or self.found
        assert row is not None
        return row

    def said(self, shape: Shape) -> str:
        """In one line: which row, and which of its columns."""
        place = f"{shape.name}, {shape.named_key(self.row)}"
        if self.wanted is None:
            return f"{place}: not in the source"
        if self.found is None:
            return f"{place}: missing"
        pairs = zip(shape.names, self.wanted, self.found, strict=True)
        return f"{place}: {', '.join(name for name, one, other in pairs if one != other)} differ"


@dataclass
class Comparison:
    """How a table compares."""

    source: Digest = field(default_factory=Digest)
    target: Digest = field(default_factory=Digest)
    differences: list[Difference] = field(default_factory=list)
    whole: bool = True

    @property
    def same(self) -> bool:
        """Row by row and in sum."""
        return self.whole and not self.differences and self.source.text == self.target.text


def compare(source: Db, target: Db, shape: Shape) -> Iterator[Comparison]:
    """The comparison as it grows, page by page; the last is the whole one, or ends after MOST differences."""
    so_far = Comparison()
    ours, theirs = _Reader(source, shape, so_far.source), _Reader(target, shape, so_far.target)
    while ours.fill() | theirs.fill():
        if ours.rows == theirs.rows:
            ours.rows, theirs.rows = [], []
        else:
            so_far.differences += _walk(shape, ours, theirs)
        yield so_far
        if len(so_far.differences) > MOST:
            so_far.whole = False
            break
    ours.close()
    theirs.close()
    yield so_far


class _Reader:
    """Pages of one side, and what is left of the page at hand."""

    def __init__(self, db: Db, shape: Shape, digest: Digest) -> None:
        self._pages = read_rows(db, shape)
        self._digest = digest
        self.rows: list[Row] = []
        self.done = False

    def fill(self) -> bool:
        """Have rows at hand; False when there are none left."""
        if not self.rows and not self.done:
            self.rows = next(self._pages, [])
            self.done = not self.rows
            self._digest.add(self.rows)
        return bool(self.rows)

    def close(self) -> None:
        self._pages.close()  # type: ignore[attr-defined]


def _walk(shape: Shape, ours: _Reader, theirs: _Reader) -> list[Difference]:
    """Go along both pages until one is at its end."""
    found: list[Difference] = []
    one = other = 0
    mine, others = ours.rows, theirs.rows
    while (one < len(mine) or ours.done) and (other < len(others) or theirs.done):
        here = shape.key_of(mine[one]) if one < len(mine) else None
        there = shape.key_of(others[other]) if other < len(others) else None
        if here is None and there is None:
            break
        if there is None or (here is not None and here < there):
            found.append(Difference(mine[one], None))
            one += 1
        elif here is None or there < here:
            found.append(Difference(None, others[other]))
            other += 1
        else:
            if mine[one] != others[other]:
                found.append(Difference(mine[one], others[other]))
            one += 1
            other += 1
    ours.rows, theirs.rows = mine[one:], others[other:]
    return found


def mend(target: Db, shape: Shape, differences: list[Difference]) -> None:
    """Make the target's rows what the source's are."""
    remove_rows(target, shape, [one.found for one in differences if one.found is not None])
    write_rows(target, shape, [one.wanted for one in differences if one.wanted is not None])
