"""Whom an account might like to follow: those followed by those it follows, those who are much heard, much followed."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, select

from perron.people.model import Account
from perron.people.queries import find_account
from perron.store import Db, Prepared, Tx, among, const, insert_new
from perron.store.tables import (
    accounts,
    blocks,
    dismissed_suggestions,
    follow_requests,
    follows,
    mutes,
    posts,
)

FRIENDS = 50
"""Of those one follows, the latest so many are asked whom they follow…"""
BUSIEST = 500
"""… unless they follow more than this: who follows everybody recommends nobody."""
HEARD = 1000
"""Public posts, the latest, whose boosts and favourites are counted."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account and why it is suggested: `friends_of_friends`, `most_interactions`, `most_followed`."""

    account_id: int
    sources: tuple[str, ...]


_ME: ColumnElement[int] = bindparam("viewer")
_ties, _barriers, _silences, _requests = (
    follows.alias("tie"),
    blocks.alias("barrier"),
    mutes.alias("silence"),
    follow_requests.alias("request"),
)


def _to(table: Any, first: str) -> ColumnElement[bool]:
    return exists().where(table.c[first] == _ME, table.c.target_id == accounts.c.id)


_welcome = (
    accounts.c.id != _ME,
    accounts.c.state == const("active"),
    accounts.c.discoverable,
    ~accounts.c.silenced,
    accounts.c.moved_to_id.is_(None),
    ~_to(_ties, "follower_id"),
    ~_to(_requests, "follower_id"),
    ~_to(_barriers, "owner_id"),
    ~exists().where(_barriers.c.owner_id == accounts.c.id, _barriers.c.target_id == _ME),
    ~_to(_silences, "owner_id"),
    ~_to(dismissed_suggestions, "account_id"),
)
_latest = (
    select(follows.c.target_id)
    .where(follows.c.follower_id == _ME)
    .order_by(follows.c.id.desc())
    .limit(FRIENDS)
    .subquery("latest")
)
_people = accounts.alias("friend")
_theirs = (
    select(follows.c.target_id, func.count().label("n"))
    .join(_latest, _latest.c.target_id == follows.c.follower_id)
    .join(_people, _people.c.id == follows.c.follower_id)
    .where(_people.c.following_count <= BUSIEST, ~_people.c.hide_collections, _people.c.state == const("active"))
    .group_by(follows.c.target_id)
    .subquery("theirs")
)
_heard = (
    select(posts.c.author_id, (posts.c.favourites_count + posts.c.boosts_count).label("n"))
    .where(posts.c.visibility == const("public"), posts.c.boost_of_id.is_(None))
    .order_by(posts.c.id.desc())
    .limit(HEARD)
    .subquery("heard")
)
_loud = select(_heard.c.author_id, func.sum(_heard.c.n).label("n")).group_by(_heard.c.author_id).subquery("loud")


def _page(query: Select[Any], *order: ColumnElement[Any]) -> Prepared:
    return Prepared(query.where(*_welcome).order_by(*order, accounts.c.id.desc()).limit(bindparam("limit")))


_SOURCES = {
    "friends_of_friends": _page(
        select(accounts.c.id).join(_theirs, _theirs.c.target_id == accounts.c.id), _theirs.c.n.desc()
    ),
    "most_interactions": _page(
        select(accounts.c.id).join(_loud, _loud.c.author_id == accounts.c.id).where(_loud.c.n > 0), _loud.c.n.desc()
    ),
    "most_followed": _page(
        select(accounts.c.id).where(accounts.c.domain.is_(None), accounts.c.followers_count > 0),
        accounts.c.followers_count.desc(),
    ),
}
_DISMISS = insert_new(dismissed_suggestions, "account_id", "target_id")
_DISMISSED = Prepared(
    select(dismissed_suggestions.c.target_id).where(
        dismissed_suggestions.c.account_id == _ME, among(dismissed_suggestions.c.target_id)
    )
)


def suggest(db: Db, viewer: int, limit: int) -> list[Suggestion]:
    """Whom an account might like to follow: first those followed by those it follows. Neither whom it follows already,
    has asked to follow, keeps away or does not want to be suggested, nor who does not wish to be discovered."""
    reasons: dict[int, list[str]] = {}
    for source, statement in _SOURCES.items():
        for account_id in db.column(statement, viewer=viewer, limit=limit):
            reasons.setdefault(account_id, []).append(source)
    return [Suggestion(id_, tuple(sources)) for id_, sources in reasons.items()][:limit]


def past_suggestions(db: Db, viewer: int, limit: int) -> list[int]:
    """Only those followed by those whom an account follows."""
    return db.column(_SOURCES["friends_of_friends"], viewer=viewer, limit=limit)


def dismissed_among(db: Db, viewer: int, account_ids: Collection[int]) -> set[int]:
    """Which of these an account does not want to be suggested."""
    return set(db.column(_DISMISSED, viewer=viewer, ids=db.id_list([*account_ids])))


def dismiss_suggestion(tx: Tx, who: Account, account_id: int) -> None:
    """No longer suggest an account; nothing is wrong when there is none."""
    if find_account(tx, account_id) is not None:
        tx.run(_DISMISS, account_id=who.id, target_id=account_id)
