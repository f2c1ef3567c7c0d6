"""Notices that are about the same, told as one: favourites and boosts of a post, follows, sign-ups.

A page is read as the single notices are, a few more than it has room for, and folded into groups. A group lies within
twelve hours, so that only those at the end of what was read can have older notices; they are counted as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, bindparam, case, cast, delete, func, literal, select

from perron.kit import json
from perron.kit.ids import first_id_at
from perron.store import Db, Prepared, Tx, among_texts
from perron.store.paging import NEWEST, Paging
from perron.store.tables import notices
from perron.timelines.notice_pages import EVERYTHING, Wanted, chosen, notices_page, told_to, window
from perron.timelines.notices import COLUMNS, GROUPED, SPAN, Notice, dismiss_notices, find_notice

FACES = 8
"""People of a group who are named or shown; the others are counted."""
READ = (2, 3, 5, 40)
"""How many notices are read for each group that a page has room for; then so many more, until it is full."""
ALONE = "ungrouped-"
"""How the key of a notice begins that is told by itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """Notices that are told as one. `notice` is one of them; `oldest_id` and `newest_id` are the ends of what the page
    has of them; `from_ids` are the newest people, eight at most, of `size` notices."""

    notice: Notice
    key: str
    size: int
    from_ids: tuple[int, ...]
    newest_id: int
    oldest_id: int


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Groups, newest first, and the ids at which the pages above and below them begin; 0: there is none."""

    groups: list[Group] = field(default_factory=list)
    newest_id: int = 0
    oldest_id: int = 0


@dataclass(slots=True)
class _Read:
    """What was read for a page: in order, one notice of each group, and its notices by key. `lowest` is the id below
    which nothing was read; `whole`: there was nothing more to read."""

    heads: list[Notice] = field(default_factory=list)
    members: dict[str, list[Notice]] = field(default_factory=dict)
    lowest: int = 0
    highest: int = 0
    whole: bool = False


_TOLD: Any = bindparam("told")
_grouped = among_texts(notices.c.type, "grouped")
_between = (notices.c.id >= bindparam("begin"), notices.c.id < bindparam("end"))
_of_groups = (told_to(notices), chosen(notices), among_texts(notices.c.group_key, "keys"), *_between)
_FROM = Prepared(select(notices.c.group_key, notices.c.from_id).where(*_of_groups).order_by(notices.c.id.desc()))
_KEYS = Prepared(select(notices.c.group_key).where(*_of_groups).distinct())
_of_group = (notices.c.account_id == _TOLD, notices.c.group_key == bindparam("of_group"), *_between)
_MEMBERS = Prepared(select(*COLUMNS).where(told_to(notices), *_of_group).order_by(notices.c.id.desc()))
_PEOPLE = Prepared(
    window(select(notices.c.id, notices.c.from_id).where(told_to(notices), *_of_group)).order_by(notices.c.id.desc())
)
_DISMISS = Prepared(delete(notices).where(*_of_group))
_key = case((_grouped, notices.c.group_key), else_=literal(ALONE).concat(cast(notices.c.id, String)))
_UNREAD = Prepared(
    select(func.count()).select_from(
        select(_key)
        .where(told_to(notices), chosen(notices), notices.c.id > bindparam("above"))
        .distinct()
        .limit(bindparam("limit"))
        .subquery()
    )
)


def groups_page(
    db: Db, account_id: int, paging: Paging, wanted: Wanted = EVERYTHING, *, grouped: Sequence[str] = GROUPED
) -> GroupPage:
    """A page of an account's notices, newest first, of which those of the types `grouped` are told as one. A group that
    reaches over the end of a page is told of again on the next one, as it was then."""
    read = _read(db, account_id, paging, wanted, grouped)
    if not read.heads:
        return GroupPage()
    heads = read.heads[::-1] if paging.ascending else read.heads
    full = len(heads) == paging.limit
    newest, oldest = heads[0].id, heads[-1].id
    if not full and not read.whole:  # a crowd in few groups: the next page goes on where reading stopped
        newest, oldest = (read.highest, oldest) if paging.ascending else (newest, read.lowest)
    end = paging.below - 1 if read.whole and not full and paging.ascending else newest
    begin = paging.above + 1 if read.whole and not full and not paging.ascending else oldest
    return GroupPage(_groups(db, read, heads, wanted, begin=begin, end=end), newest, oldest)


def groups_below(db: Db, account_id: int, below: int, wanted: Wanted = EVERYTHING, *, limit: int = 20) -> GroupPage:
    """A page of an account's groups, newest first, without those that are told above it."""
    read = _read(db, account_id, Paging(below=below, limit=limit), wanted, GROUPED, once=True)
    full = len(read.heads) == limit
    oldest = read.heads[-1].id if full else 0 if read.whole else read.lowest
    return GroupPage(_groups(db, read, read.heads, wanted, begin=0, end=NEWEST), below, oldest)


def find_group(db: Db, account_id: int, key: str) -> Group | None:
    """A group by its key; a single notice is one, whatever its own key."""
    if key.startswith(ALONE):
        notice = find_notice(db, account_id, _alone(key))
        return _single(notice) if notice else None
    found = [Notice(*row) for row in db.all(_MEMBERS, told=account_id, filtered_too=1, **_of(key))]
    return _group(found[0], found, 0, ()) if found else None


def people_of_group(db: Db, account_id: int, key: str, paging: Paging) -> list[tuple[int, int]]:
    """A page of a group, newest first: (notice, whom it is from)."""
    if key.startswith(ALONE):
        notice = find_notice(db, account_id, _alone(key))
        return [(notice.id, notice.from_id)] if notice and paging.above < notice.id < paging.below else []
    bounds = {"below": paging.below, "above": paging.above, "limit": paging.limit}
    return [(row[0], row[1]) for row in db.all(_PEOPLE, told=account_id, filtered_too=1, **bounds, **_of(key))]


def dismiss_group(tx: Tx, account_id: int, key: str) -> None:
    """Forget the notices of a group."""
    if key.startswith(ALONE):
        dismiss_notices(tx, account_id, [_alone(key)])
    else:
        tx.run(_DISMISS, told=account_id, **_of(key))


def unread_groups(
    db: Db,
    account_id: int,
    above: int,
    limit: int = 100,
    wanted: Wanted = EVERYTHING,
    *,
    grouped: Sequence[str] = GROUPED,
) -> int:
    """How many groups have a notice that is newer than the one with this id, up to a limit."""
    values = {"told": account_id, "above": above, "limit": limit, **wanted.values}
    return int(db.value(_UNREAD, **values, grouped=json.encode_text(grouped)))


def _read(
    db: Db, account_id: int, paging: Paging, wanted: Wanted, grouped: Sequence[str], *, once: bool = False
) -> _Read:
    """Read on until a page is full. `once`: what is told above it is passed over."""
    read = _Read(lowest=paging.below, highest=paging.above)
    told: set[str] = set()
    for times in READ:
        below, above = (paging.below, read.highest) if paging.ascending else (read.lowest, paging.above)
        most = times * paging.limit
        found = notices_page(db, account_id, Paging(below, above, paging.ascending, most), wanted)
        read.whole = len(found) < most
        if not found:
            break
        if once:
            told |= _told_above(db, account_id, paging.below, found, wanted)
        read.lowest, read.highest = min(read.lowest, found[-1].id), max(read.highest, found[0].id)
        for one in found[::-1] if paging.ascending else found:
            key = one.group_key if one.type in grouped else f"{ALONE}{one.id}"
            if key in read.members:
                read.members[key].append(one)
            elif len(read.heads) < paging.limit and key not in told:
                read.heads.append(one)
                read.members[key] = [one]
        if read.whole or len(read.heads) == paging.limit:
            break
    if paging.ascending or read.whole:
        read.lowest = paging.above + 1
    return read


def _told_above(db: Db, account_id: int, below: int, found: Sequence[Notice], wanted: Wanted) -> set[str]:
    """The keys of those groups among some notices that have newer ones above."""
    near = {one.group_key: _bounds(one.group_key)[1] for one in found if one.type in GROUPED}
    near = {key: end for key, end in near.items() if end > below}
    if not near:
        return set()
    values = {"begin": below, "end": max(near.values()), "keys": json.encode_text([*near]), **wanted.values}
    return set(db.column(_KEYS, told=account_id, **values))


def _groups(db: Db, read: _Read, heads: Sequence[Notice], wanted: Wanted, *, begin: int, end: int) -> list[Group]:
    """What is to be told of the groups that were read, as far as they are not newer than `end`."""
    began = {key: _bounds(key)[0] for key in read.members if not key.startswith(ALONE)}
    edge = [key for key, id_ in began.items() if id_ < read.lowest]
    older: dict[str, list[int]] = {}
    if edge:
        values = {"begin": min(began[key] for key in edge), "end": read.lowest, "keys": json.encode_text(edge)}
        for key, from_id in db.all(_FROM, told=heads[0].account_id, **values, **wanted.values):
            older.setdefault(key, []).append(from_id)
    made = []
    for one in heads:
        members = read.members.get(one.group_key)
        if members is None or one.group_key.startswith(ALONE):
            made.append(_single(one))
        else:
            shown = members if members[0].id > members[-1].id else members[::-1]
            if shown[0].id > end:
                shown = [each for each in shown if each.id <= end]
            made.append(_group(one, shown, begin, older.get(one.group_key, ())))
    return made


def _group(one: Notice, members: Sequence[Notice], begin: int, older: Sequence[int]) -> Group:
    """A group from those of its notices that were read, newest first, and whom older ones are from."""
    people = [*(each.from_id for each in members[:FACES]), *older[:FACES]][:FACES]
    oldest = next((each.id for each in reversed(members) if each.id >= begin), members[0].id)
    return Group(one, one.group_key, len(members) + len(older), tuple(people), members[0].id, oldest)


def _bounds(key: str) -> tuple[int, int]:
    """The ids between which the notices of a group lie."""
    began = int(key.rpartition("-")[2]) * SPAN
    return min(first_id_at(began), NEWEST), min(first_id_at(began + SPAN), NEWEST)


def _of(key: str) -> dict[str, Any]:
    begin, end = _bounds(key)
    return {"of_group": key, "begin": begin, "end": end}


def _single(one: Notice) -> Group:
    return Group(one, f"{ALONE}{one.id}", 1, (one.from_id,), one.id, one.id)


def _alone(key: str) -> int:
    number = key.removeprefix(ALONE)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
