"""Who reads a story, counted without knowing anybody.

What was read is kept in memory for a minute (`kit/gathered.py`) and written down together. A reader is known for
one day at most, as a number made of where they come from, their browser and a salt of that day; salt and numbers are
destroyed with the day, so that nobody can say who came twice, or whether somebody came at all. Whoever asks not to be
followed is counted as a view and nothing else.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.kit.time import DAY, MINUTE, now
from perron.store import Prepared, Tx, among, const, insert_new, insert_or_change
from perron.store.tables import stories, story_days, story_depths, story_readers, story_salts
from perron.suite.stories.queries import places_in
from perron.suite.stories.rival import Rival, count_readers, counted_at, rivals_of

VISIT = 30 * MINUTE
"""Whoever comes again within this time is still reading: no second view."""
MOST_CLICKS = 50
"""How many items of a story can be left by one reader in a day."""
KINDS = ("page", "quiet", "frame", "machine", "follow")

_FIELDS = ("views", "readers", "quiet", "frames", "machines", "follows")
_ADD_DAY = insert_or_change(
    story_days,
    *("story_id", "day", *_FIELDS),
    key=("story_id", "day"),
    to=lambda new: {name: story_days.c[name] + new[name] for name in _FIELDS},
)
_ADD_DEPTH = insert_or_change(
    story_depths,
    *("story_id", "item_id", "rank", "stopped", "clicks"),
    key=("story_id", "item_id"),
    to=lambda new: {
        "rank": new["rank"],
        "stopped": story_depths.c.stopped + new.stopped,
        "clicks": story_depths.c.clicks + new.clicks,
    },
)
_OUT = Prepared(select(stories.c.id).where(among(stories.c.id), stories.c.state == const("published")))
_SALT = Prepared(select(story_salts.c.salt).where(story_salts.c.day == bindparam("on_day")))
_ADD_SALT = insert_new(story_salts, "day", "salt")
_THAT_READER = (story_readers.c.story_id == bindparam("of_story"), story_readers.c.reader == bindparam("by_reader"))
_STATE = ("seen_at", "item_id", "rank", "clicked", "side")
_READER = Prepared(select(*(story_readers.c[name] for name in _STATE)).where(*_THAT_READER).with_for_update())
_ADD_READER = insert_new(story_readers, "story_id", "reader", "day", *_STATE)
_KEEP_READER = Prepared(
    update(story_readers).where(*_THAT_READER).values({name: bindparam(f"new_{name}") for name in _STATE})
)
_BLANK = Prepared(update(story_salts).where(story_salts.c.day < bindparam("today")).values(salt=bytes(16)))
_FORGET = [Prepared(delete(one).where(one.c.day < bindparam("today"))) for one in (story_readers, story_salts)]


class Seen(NamedTuple):
    """Something a reader did: opened a story (`kind`: one of KINDS), came to an item, left by one. `where` and
    `browser` tell readers apart, and are written down nowhere."""

    story_id: int
    at: int
    kind: str = "page"
    where: str = ""
    browser: str = ""
    item: int = 0
    click: int = 0


@dataclass(slots=True)
class _Reader:
    """What is known of a reader of one day: when they opened the story last, how far they came, by what they left,
    and which of two titles they were shown first."""

    seen_at: int
    item_id: int | None = None
    rank: int | None = None
    clicked: str = ""
    side: int | None = None


@dataclass(slots=True)
class _Sums:
    """What is to be added."""

    days: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    depths: Counter[tuple[int, int, str]] = field(default_factory=Counter)
    ranks: dict[tuple[int, int], int] = field(default_factory=dict)
    rivals: Mapping[int, Rival] = field(default_factory=dict)
    sides: dict[int, Counter[tuple[str, int]]] = field(default_factory=dict)

    def depth(self, story_id: int, item_id: int, rank: int, what: str, by: int) -> None:
        self.depths[story_id, item_id, what] += by
        self.ranks[story_id, item_id] = rank

    def side(self, story_id: int, one: _Reader, what: str) -> None:
        if one.side is not None:
            self.sides.setdefault(story_id, Counter())[what, one.side] += 1


def keep_views(tx: Tx, events: Sequence[Seen]) -> None:
    """Write down what was read; of a story that is not out, nothing."""
    there = set(tx.column(_OUT, ids=tx.id_list({one.story_id for one in events}))) if events else set()
    sums, readers = _Sums(rivals=rivals_of(tx, [*there])), dict[tuple[int, int, int], list[Seen]]()
    salts: dict[int, bytes] = {}
    for one in events:
        if one.story_id not in there:
            continue
        day = one.at // DAY
        if one.kind != "page":
            sums.days[one.story_id, day, _column(one.kind)] += 1
            if one.kind == "quiet":
                sums.days[one.story_id, day, "views"] += 1
            continue
        if day not in salts:
            salts[day] = _salt(tx, day)
        readers.setdefault((one.story_id, day, number_of(salts[day], one)), []).append(one)
    deeper = {one.story_id for one in events if one.item or one.click}
    places: dict[int, dict[int, int]] = {}
    for (story_id, day, reader), seen in sorted(readers.items()):
        if story_id not in places:
            places[story_id] = dict(places_in(tx, story_id)) if story_id in deeper else {}
        _keep_reader(tx, sums, story_id, day, reader, seen, places[story_id])
    _add(tx, sums)


def count_follow(tx: Tx, story_id: int) -> None:
    """Somebody began to follow the teller from their story."""
    keep_views(tx, [Seen(story_id, now(), "follow")])


def number_of(salt: bytes, one: Seen) -> int:
    """A reader of a story as a number; without the salt, it cannot be made again."""
    said = f"{one.story_id}\n{one.where}\n{one.browser}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(said, digest_size=8, key=salt).digest()) >> 1


def forget_readers(tx: Tx) -> None:
    """Salts of days that are over are overwritten and removed, and the numbers that were made with them."""
    today = now() // DAY
    if tx.run(_BLANK, today=today):
        for statement in _FORGET:
            tx.run(statement, today=today)


def _column(kind: str) -> str:
    return {"quiet": "quiet", "frame": "frames", "machine": "machines", "follow": "follows"}[kind]


def _salt(tx: Tx, day: int) -> bytes:
    tx.run(_ADD_SALT, day=day, salt=secrets.token_bytes(16))
    return bytes(tx.value(_SALT, on_day=day))


def _keep_reader(
    tx: Tx, sums: _Sums, story_id: int, day: int, reader: int, seen: Iterable[Seen], places: Mapping[int, int]
) -> None:
    """What one reader did since it was written down last."""
    seen = sorted(seen, key=lambda one: one.at)
    rival = sums.rivals.get(story_id)
    first = _Reader(seen[0].at, side=counted_at(rival, seen[0].at) if rival else None)
    values = {name: getattr(first, name) for name in _STATE}
    if tx.run(_ADD_READER, story_id=story_id, reader=reader, day=day, **values):
        sums.days[story_id, day, "views"] += 1
        sums.days[story_id, day, "readers"] += 1
        sums.side(story_id, first, "readers")
        before = first
    else:
        row = tx.one(_READER, of_story=story_id, by_reader=reader)
        before = _Reader(*row) if row else first
    after = _followed(sums, story_id, day, before, seen, places)
    if after != before:
        new = {f"new_{name}": getattr(after, name) for name in _STATE}
        tx.run(_KEEP_READER, of_story=story_id, by_reader=reader, **new)


def _followed(
    sums: _Sums, story_id: int, day: int, before: _Reader, seen: Iterable[Seen], places: Mapping[int, int]
) -> _Reader:
    """A reader after what they did."""
    one = replace(before)
    for event in seen:
        if event.at - one.seen_at > VISIT:
            sums.days[story_id, day, "views"] += 1
        one.seen_at = max(one.seen_at, event.at)
        rank = places.get(event.item)
        if rank is not None and (one.rank is None or rank > one.rank):
            if one.item_id is not None and one.rank is not None:
                sums.depth(story_id, one.item_id, places.get(one.item_id, one.rank), "stopped", -1)
            else:
                sums.side(story_id, one, "told")
            if one.side is not None and rank == max(places.values()):
                sums.side(story_id, one, "finished")
            one.item_id, one.rank = event.item, rank
            sums.depth(story_id, event.item, rank, "stopped", 1)
        left = one.clicked.split()
        if event.click in places and str(event.click) not in left and len(left) < MOST_CLICKS:
            one.clicked = " ".join([*left, str(event.click)])
            sums.depth(story_id, event.click, places[event.click], "clicks", 1)
    return one


def _add(tx: Tx, sums: _Sums) -> None:
    """Add the sums, always in one order, so that two who do so at once do not wait for each other."""
    days = sorted({(story_id, day) for story_id, day, _ in sums.days})
    tx.many(
        _ADD_DAY,
        [
            {"story_id": story_id, "day": day} | {name: sums.days[story_id, day, name] for name in _FIELDS}
            for story_id, day in days
        ],
    )
    for story_id, more in sorted(sums.sides.items()):
        count_readers(tx, story_id, more)
    items = sorted({(story_id, item_id) for story_id, item_id, _ in sums.depths})
    tx.many(
        _ADD_DEPTH,
        [
            {"story_id": story_id, "item_id": item_id, "rank": sums.ranks[story_id, item_id]}
            | {name: sums.depths[story_id, item_id, name] for name in ("stopped", "clicks")}
            for story_id, item_id in items
        ],
    )
