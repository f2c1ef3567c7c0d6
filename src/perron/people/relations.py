"""Who follows, asks to follow, blocks and mutes whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, update

from perron.kit.time import now
from perron.store import Db, Prepared, Tx, among, const, insert_new, tell, upsert
from perron.store.paging import Paged, Paging
from perron.store.tables import (
    account_domain_blocks,
    account_notes,
    accounts,
    blocks,
    endorsements,
    follow_requests,
    follows,
    mutes,
)


@dataclass(frozen=True, slots=True)
class Following:
    """How one account follows another."""

    boosts: bool = True
    notify: bool = False
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """Everything between a viewer and another account."""

    following: Following | None = None
    requested: bool = False
    requested_by: bool = False
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notices: bool = False
    mute_expires_at: int | None = None
    note: str = ""
    domain_blocking: bool = False
    endorsed: bool = False


_FOLLOW = ("follower_id", "target_id", "id", "boosts", "notify", "languages")
_ADD_FOLLOW = insert_new(follows, *_FOLLOW)
_ADD_REQUEST = insert_new(follow_requests, *_FOLLOW)
_ADD_BLOCK = insert_new(blocks, "owner_id", "target_id", "id")
_ADD_MUTE = upsert(mutes, "owner_id", "target_id", "id", "notices", "expires_at", key=("owner_id", "target_id"))
_NOTE = upsert(account_notes, "owner_id", "target_id", "comment", key=("owner_id", "target_id"))


def _remove(table: Table, first: str) -> Prepared:
    return Prepared(delete(table).where(table.c[first] == bindparam("who"), table.c.target_id == bindparam("whom")))


_REMOVE = {
    "follow": _remove(follows, "follower_id"),
    "request": _remove(follow_requests, "follower_id"),
    "block": _remove(blocks, "owner_id"),
    "mute": _remove(mutes, "owner_id"),
    "endorsement": _remove(endorsements, "owner_id"),
}
_CHANGE_FOLLOW = Prepared(
    update(follows)
    .where(follows.c.follower_id == bindparam("who"), follows.c.target_id == bindparam("whom"))
    .values(boosts=bindparam("new_boosts"), notify=bindparam("new_notify"), languages=bindparam("new_languages"))
)
_TO = {
    table.name: Prepared(select(table).where(table.c[first] == bindparam("who"), among(table.c.target_id)))
    for table, first in (
        (follows, "follower_id"),
        (follow_requests, "follower_id"),
        (blocks, "owner_id"),
        (mutes, "owner_id"),
        (account_notes, "owner_id"),
        (endorsements, "owner_id"),
    )
}
_FROM = {
    table.name: Prepared(select(table.c[first]).where(table.c.target_id == bindparam("who"), among(table.c[first])))
    for table, first in ((follows, "follower_id"), (follow_requests, "follower_id"), (blocks, "owner_id"))
}


_ASKED = Prepared(
    select(follow_requests.c.boosts, follow_requests.c.notify, follow_requests.c.languages).where(
        follow_requests.c.follower_id == bindparam("who"), follow_requests.c.target_id == bindparam("whom")
    )
)
_FOLLOWED = Prepared(
    select(follows.c.target_id).where(follows.c.follower_id == bindparam("who"), among(follows.c.target_id))
)
_DOMAINS = Prepared(
    select(accounts.c.id)
    .join(account_domain_blocks, account_domain_blocks.c.domain == accounts.c.domain)
    .where(account_domain_blocks.c.owner_id == bindparam("who"), among(accounts.c.id))
)


def _paged(table: Table, fixed: str, wanted: str) -> Paged:
    return Paged(
        select(table.c.id, table.c[wanted])
        .join(accounts, accounts.c.id == table.c[wanted])
        .where(table.c[fixed] == bindparam("who"), accounts.c.state == const("active")),
        table.c.id,
    )


_PAGES = {
    "followers": _paged(follows, "target_id", "follower_id"),
    "following": _paged(follows, "follower_id", "target_id"),
    "requests": _paged(follow_requests, "target_id", "follower_id"),
    "blocks": _paged(blocks, "owner_id", "target_id"),
    "mutes": _paged(mutes, "owner_id", "target_id"),
}
_over = (mutes.c.expires_at.is_not(None), mutes.c.expires_at <= bindparam("now"))
_OVER = Prepared(select(mutes.c.owner_id).where(*_over))
_EXPIRED = Prepared(delete(mutes).where(*_over))


def relations(db: Db, viewer: int, account_ids: Sequence[int]) -> dict[int, Relation]:
    """What is between a viewer and each of these accounts."""
    ids = db.id_list(account_ids)
    to = {
        name: {row["target_id"]: row for row in _named(db, name, statement, who=viewer, ids=ids)}
        for name, statement in _TO.items()
    }
    from_ = {name: set(db.column(statement, who=viewer, ids=ids)) for name, statement in _FROM.items()}
    from_["domains"] = set(db.column(_DOMAINS, who=viewer, ids=ids))
    return {id_: _relation(id_, to, from_) for id_ in account_ids}


def _named(db: Db, name: str, statement: Prepared, **values: Any) -> list[dict[str, Any]]:
    columns = [column.name for column in _TABLES[name].columns]
    return [dict(zip(columns, row, strict=True)) for row in db.all(statement, **values)]


_TABLES = {table.name: table for table in (follows, follow_requests, blocks, mutes, account_notes, endorsements)}


def _relation(id_: int, to: dict[str, dict[int, dict[str, Any]]], from_: dict[str, set[int]]) -> Relation:
    follow, mute, note = to["follows"].get(id_), to["mutes"].get(id_), to["account_notes"].get(id_)
    muting = mute is not None and (mute["expires_at"] is None or mute["expires_at"] > now())
    return Relation(
        following=Following(bool(follow["boosts"]), bool(follow["notify"]), _languages(follow["languages"]))
        if follow
        else None,
        requested=id_ in to["follow_requests"],
        requested_by=id_ in from_["follow_requests"],
        followed_by=id_ in from_["follows"],
        blocking=id_ in to["blocks"],
        blocked_by=id_ in from_["blocks"],
        muting=muting,
        muting_notices=muting and bool(mute and mute["notices"]),
        mute_expires_at=mute["expires_at"] if muting and mute else None,
        note=note["comment"] if note else "",
        domain_blocking=id_ in from_["domains"],
        endorsed=id_ in to["endorsements"],
    )


def followed_among(db: Db, viewer: int, account_ids: Collection[int]) -> set[int]:
    """Which of these accounts a viewer follows."""
    return set(db.column(_FOLLOWED, who=viewer, ids=db.id_list([*account_ids])))


def relation(db: Db, viewer: int, account_id: int) -> Relation:
    """What is between a viewer and one account."""
    return relations(db, viewer, [account_id])[account_id]


def _languages(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def add_follow(tx: Tx, who: int, whom: int, id_: int, how: Following) -> bool:
    return tx.run(_ADD_FOLLOW, **_follow(who, whom, id_, how)) > 0


def add_request(tx: Tx, who: int, whom: int, id_: int, how: Following) -> bool:
    return tx.run(_ADD_REQUEST, **_follow(who, whom, id_, how)) > 0


def _follow(who: int, whom: int, id_: int, how: Following) -> dict[str, Any]:
    languages = " ".join(how.languages)
    return {
        "follower_id": who,
        "target_id": whom,
        "id": id_,
        "boosts": how.boosts,
        "notify": how.notify,
        "languages": languages,
    }


def asked(db: Db, who: int, whom: int) -> Following | None:
    """How somebody wishes to follow an account that has not answered yet."""
    row = db.one(_ASKED, who=who, whom=whom)
    return Following(bool(row[0]), bool(row[1]), _languages(row[2])) if row else None


def change_follow(tx: Tx, who: int, whom: int, how: Following) -> None:
    languages = " ".join(how.languages)
    tx.run(_CHANGE_FOLLOW, who=who, whom=whom, new_boosts=how.boosts, new_notify=how.notify, new_languages=languages)


def add_block(tx: Tx, who: int, whom: int, id_: int) -> bool:
    return tx.run(_ADD_BLOCK, owner_id=who, target_id=whom, id=id_) > 0


def add_mute(tx: Tx, who: int, whom: int, id_: int, *, notices: bool, expires_at: int | None) -> None:
    tx.run(_ADD_MUTE, owner_id=who, target_id=whom, id=id_, notices=notices, expires_at=expires_at)


def remove_relation(tx: Tx, kind: str, who: int, whom: int) -> bool:
    """Remove a `follow`, `request`, `block`, `mute` or `endorsement`; False when there was none."""
    return tx.run(_REMOVE[kind], who=who, whom=whom) > 0


def change_note(tx: Tx, who: int, whom: int, comment: str) -> None:
    tx.run(_NOTE, owner_id=who, target_id=whom, comment=comment)


def end_mutes(tx: Tx) -> None:
    """Remove mutes whose time is over; their owners' homes and streams hear of it."""
    at = now()
    owners = dict.fromkeys(tx.column(_OVER, now=at))
    if owners:
        tx.run(_EXPIRED, now=at)
        for owner in owners:
            tell(tx, "relations", owner)


def related(db: Db, kind: str, who: int, paging: Paging) -> list[tuple[int, int]]:
    """A page of `followers`, `following`, `requests`, `blocks` or `mutes`: (id of the relation, account)."""
    return [(row[0], row[1]) for row in _PAGES[kind].rows(db, paging, who=who)]
