"""From whom an account is told at once, who is kept apart until it looks, and who is not heard."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, literal, or_, select

from perron.kit.errors import Invalid
from perron.kit.ids import first_id_at
from perron.kit.time import DAY, now
from perron.store import Db, Prepared, Tx, const, upsert
from perron.store.tables import (
    accounts,
    follows,
    memberships,
    mentions,
    notice_permissions,
    notice_policies,
    posts,
    users,
)

ANSWERS = ("accept", "filter", "drop")
NEW = 30 * DAY
"""How long an account is new."""
WEIGHED = frozenset((
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "quote", "credit"),
    *("added_to_collection", "story"),
))  # fmt: skip
"""What somebody does to reach one; whatever else a notice tells (a poll that ended, a word of moderators) arrives."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What happens to notices from each kind of people: `accept`, `filter` (kept apart) or `drop`."""

    not_followed: str = "accept"
    not_followers: str = "accept"
    new_accounts: str = "accept"
    private_mentions: str = "filter"
    limited_accounts: str = "filter"
    bots: str = "accept"


_NAMES = tuple(one.name for one in fields(Policy))
_OWN = Prepared(
    select(*(notice_policies.c[name] for name in _NAMES)).where(notice_policies.c.account_id == bindparam("of_account"))
)
_SET = upsert(notice_policies, "account_id", *_NAMES, key=("account_id",))

_TOLD: Any = bindparam("told")
_BY: Any = bindparam("by")
_words = posts.alias("words")
_before = posts.alias("before")
_followed = exists().where(follows.c.follower_id == _TOLD, follows.c.target_id == _BY)
_follows_back = follows.alias("follows_back")
_follower = exists().where(_follows_back.c.follower_id == _BY, _follows_back.c.target_id == _TOLD)
_let_through = exists().where(notice_permissions.c.account_id == _TOLD, notice_permissions.c.from_id == _BY)
_runs_the_place = exists().where(
    memberships.c.account_id == _BY, memberships.c.user_id == users.c.id, users.c.role != const("user")
)
_asked_for = exists().where(  # an answer to what one wrote to them
    _before.c.thread_id == _words.c.thread_id,
    _before.c.author_id == _TOLD,
    mentions.c.post_id == _before.c.id,
    mentions.c.account_id == _BY,
)
_private = exists().where(_words.c.id == bindparam("about"), _words.c.visibility == const("mentioned"), ~_asked_for)


def _chosen(name: str) -> ColumnElement[str]:
    """What an account has decided, or what holds where it has decided nothing."""
    return func.coalesce(notice_policies.c[name], literal(getattr(Policy(), name)))


def _unless_accepted(when: ColumnElement[bool], name: str) -> ColumnElement[int]:
    weight = case((_chosen(name) == const("drop"), 2), (_chosen(name) == const("filter"), 1), else_=0)
    return case((when, weight), else_=0)


_VERDICT = Prepared(
    select(
        _unless_accepted(~_followed, "not_followed"),
        _unless_accepted(~_follower, "not_followers"),
        _unless_accepted(and_(~_followed, accounts.c.id > bindparam("new_since")), "new_accounts"),
        _unless_accepted(and_(~_followed, _private), "private_mentions"),
        _unless_accepted(and_(~_followed, accounts.c.silenced), "limited_accounts"),
        _unless_accepted(and_(~_followed, accounts.c.kind == const("bot")), "bots"),
    )
    .select_from(accounts.outerjoin(notice_policies, notice_policies.c.account_id == _TOLD))
    .where(accounts.c.id == _BY, ~or_(_let_through, _runs_the_place))
)


def policy_of(db: Db, account_id: int) -> Policy:
    """What an account has decided about notices."""
    row = db.one(_OWN, of_account=account_id)
    return Policy(*row) if row else Policy()


def change_policy(tx: Tx, account_id: int, policy: Policy) -> None:
    """Decide otherwise about notices, from now on; what was kept apart stays there until it is looked at."""
    values = {name: getattr(policy, name) for name in _NAMES}
    for name, value in values.items():
        if value not in ANSWERS:
            what = name.replace("_", " ").capitalize()
            raise Invalid(f"Validation failed: {what} is not included in the list (accept, filter or drop)")
    tx.run(_SET, account_id=account_id, **values)


def verdict(db: Db, told: int, type_: str, by: int, post_id: int = 0) -> str:
    """What comes of somebody's deed: it is told (`accept`), kept apart (`filter`), or not heard (`drop`).

    The strictest of what the account has decided holds.
    """
    if type_ not in WEIGHED or told == by:
        return "accept"
    row = db.one(_VERDICT, told=told, by=by, about=post_id, new_since=first_id_at(now() - NEW))
    return ANSWERS[max(row)] if row else "accept"
