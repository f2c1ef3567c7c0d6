"""Notices that are about the same, told as one: favourites and boosts of a post, follows, sign-ups.

A page has one notice of each group, its newest there (its oldest, when the page is read upwards), and what is to be
told of the group: how many they are, and who they are from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, bindparam, case, cast, delete, exists, func, literal, not_, select

from perron.kit import json
from perron.store import Db, Prepared, Tx, among_texts
from perron.store.paging import NEWEST, Paging
from perron.store.tables import notices
from perron.timelines.notice_pages import EVERYTHING, Wanted, chosen, told_to, window
from perron.timelines.notices import COLUMNS, GROUPED, Notice, dismiss_notices, find_notice

FACES = 8
"""People of a group who are named or shown; the others are counted."""
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


_TOLD: Any = bindparam("told")
_other = notices.alias("other")
_grouped = among_texts(notices.c.type, "grouped")
_same = (_other.c.group_key == notices.c.group_key, told_to(_other), chosen(_other))
_newer = exists().where(*_same, _other.c.id > notices.c.id, _other.c.id < bindparam("reach"))
_older = exists().where(*_same, _other.c.id < notices.c.id, _other.c.id > bindparam("above"))
_shown = window(select(*COLUMNS).where(told_to(notices), chosen(notices)))
_DOWN = Prepared(_shown.where(not_(_grouped & _newer)).order_by(notices.c.id.desc()))
_UP = Prepared(_shown.where(not_(_grouped & _older)).order_by(notices.c.id))

_by_key: Any = {"partition_by": notices.c.group_key}
_members = (
    select(
        notices.c.group_key,
        notices.c.from_id,
        notices.c.id,
        func.count().over(**_by_key).label("size"),
        func.min(case((notices.c.id >= bindparam("begin"), notices.c.id))).over(**_by_key).label("oldest"),
        func.row_number().over(**_by_key, order_by=notices.c.id.desc()).label("place"),
    )
    .where(
        told_to(notices), chosen(notices), among_texts(notices.c.group_key, "keys"), notices.c.id <= bindparam("end")
    )
    .subquery("members")
)
_MEMBERS = Prepared(
    select(*(_members.c[name] for name in ("group_key", "from_id", "id", "size", "oldest")))
    .where(_members.c.place <= FACES)
    .order_by(_members.c.group_key, _members.c.place)
)
_NEWEST_OF = Prepared(
    select(*COLUMNS)
    .where(told_to(notices), notices.c.group_key == bindparam("of_group"))
    .order_by(notices.c.id.desc())
    .limit(1)
)
_PEOPLE = Prepared(
    window(
        select(notices.c.id, notices.c.from_id).where(told_to(notices), notices.c.group_key == bindparam("of_group"))
    ).order_by(notices.c.id.desc())
)
_DISMISS = Prepared(delete(notices).where(notices.c.account_id == _TOLD, notices.c.group_key == bindparam("of_group")))
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
) -> list[Group]:
    """A page of an account's notices, newest first, of which those of the types `grouped` are told as one. A group that
    reaches over the end of a page is told of again on the next one, as it was then."""
    found = _heads(db, account_id, paging, wanted, grouped, reach=paging.below)
    if not found:
        return []
    last = len(found) < paging.limit  # then the page ends where what was asked for does
    end = paging.below - 1 if last and paging.ascending else found[0].id
    begin = paging.above + 1 if last and not paging.ascending else found[-1].id
    return _groups(db, found, wanted, grouped, begin=begin, end=end)


def groups_below(db: Db, account_id: int, below: int, wanted: Wanted = EVERYTHING, *, limit: int = 20) -> list[Group]:
    """A page of an account's groups, newest first, without those that are told above it."""
    found = _heads(db, account_id, Paging(below=below, limit=limit), wanted, GROUPED, reach=NEWEST)
    return _groups(db, found, wanted, GROUPED, begin=0, end=NEWEST)


def _heads(
    db: Db, account_id: int, paging: Paging, wanted: Wanted, grouped: Sequence[str], *, reach: int
) -> list[Notice]:
    """One notice of each group; a group that has a newer one below `reach` is told above."""
    values = {"told": account_id, **wanted.values, "grouped": json.encode_text(grouped)}
    values |= {"below": paging.below, "above": paging.above, "limit": paging.limit}
    if paging.ascending:
        return [Notice(*row) for row in db.all(_UP, **values)][::-1]
    return [Notice(*row) for row in db.all(_DOWN, **values, reach=reach)]


def find_group(db: Db, account_id: int, key: str) -> Group | None:
    """A group by its key; a single notice is one, whatever its own key."""
    if key.startswith(ALONE):
        notice = find_notice(db, account_id, _alone(key))
        return _single(notice) if notice else None
    row = db.one(_NEWEST_OF, told=account_id, of_group=key, filtered_too=1)
    wanted = Wanted(filtered_too=True)
    return _groups(db, [Notice(*row)], wanted, GROUPED, begin=0, end=NEWEST)[0] if row else None


def people_of_group(db: Db, account_id: int, key: str, paging: Paging) -> list[tuple[int, int]]:
    """A page of a group, newest first: (notice, whom it is from)."""
    if key.startswith(ALONE):
        notice = find_notice(db, account_id, _alone(key))
        return [(notice.id, notice.from_id)] if notice and paging.above < notice.id < paging.below else []
    bounds = {"below": paging.below, "above": paging.above, "limit": paging.limit}
    return [(row[0], row[1]) for row in db.all(_PEOPLE, told=account_id, of_group=key, filtered_too=1, **bounds)]


def dismiss_group(tx: Tx, account_id: int, key: str) -> None:
    """Forget the notices of a group."""
    if key.startswith(ALONE):
        dismiss_notices(tx, account_id, [_alone(key)])
    else:
        tx.run(_DISMISS, told=account_id, of_group=key)


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


def _groups(
    db: Db, found: Sequence[Notice], wanted: Wanted, grouped: Sequence[str], *, begin: int, end: int
) -> list[Group]:
    """What is to be told of the groups of some notices, as far as they are not newer than `end`."""
    keys = [one.group_key for one in found if one.type in grouped]
    members: dict[str, list[tuple[Any, ...]]] = {}
    if keys:
        values = {"told": found[0].account_id, **wanted.values, "begin": begin, "end": end}
        for row in db.all(_MEMBERS, **values, keys=json.encode_text(keys)):
            members.setdefault(row[0], []).append(row)
    return [_group(one, members.get(one.group_key) if one.type in grouped else None) for one in found]


def _group(one: Notice, members: list[tuple[Any, ...]] | None) -> Group:
    if not members:
        return _single(one)
    _, _, newest, size, oldest = members[0]
    return Group(one, one.group_key, size, tuple(row[1] for row in members), newest, oldest or newest)


def _single(one: Notice) -> Group:
    return Group(one, f"{ALONE}{one.id}", 1, (one.from_id,), one.id, one.id)


def _alone(key: str) -> int:
    number = key.removeprefix(ALONE)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
