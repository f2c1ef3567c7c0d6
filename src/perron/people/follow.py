"""Follow an account, be let in, leave, show the door."""

from perron.jobs import emit
from perron.kit.errors import NotAllowed, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.people.counts import count
from perron.people.follow_limits import count_follow, count_within_limits
from perron.people.model import Account, Followed, FollowRequested, Unfollowed
from perron.people.queries import find_account
from perron.people.relations import (
    Following,
    add_follow,
    add_request,
    asked,
    change_follow,
    relation,
    remove_relation,
)
from perron.store import Db, Tx, tell


def follow(tx: Tx, who: Account, whom_id: int, how: Following, settings: Settings) -> None:
    """Follow an account, or ask to when it is locked. Following again changes how one follows."""
    whom = _somebody(tx, whom_id)
    if whom.state == "suspended":
        raise NotFound
    if whom.id == who.id:
        raise NotAllowed("This action is not allowed: you cannot follow yourself")
    between = relation(tx, who.id, whom.id)
    if between.blocked_by or between.blocking:
        raise NotAllowed("This action is not allowed")
    if between.following:
        change_follow(tx, who.id, whom.id, how)
        tell(tx, "relations", who.id, whom.id)
        return
    if between.requested:
        return
    count_within_limits(tx, who, settings)
    _ask_or_enter(tx, who.id, whom, how)


def follow_on(tx: Tx, follower_id: int, before_id: int, whom: Account, how: Following) -> None:
    """Follow somebody in place of whom they succeed: no limit holds, and nobody follows who is kept away."""
    _part(tx, follower_id, before_id)
    between = relation(tx, follower_id, whom.id)
    apart = between.blocked_by or between.blocking or between.following or between.requested
    if follower_id != whom.id and not apart:
        _ask_or_enter(tx, follower_id, whom, how)


def _ask_or_enter(tx: Tx, follower_id: int, whom: Account, how: Following) -> None:
    if whom.locked:
        add_request(tx, follower_id, whom.id, new_id(), how)
        count(tx, whom.id, "requests_count", 1)
        emit(tx, FollowRequested(follower_id, whom.id))
    else:
        _let_in(tx, follower_id, whom.id, how)


def unfollow(tx: Tx, who: Account, whom_id: int) -> None:
    """Follow no longer, or no longer ask to."""
    whom = _somebody(tx, whom_id)
    if _part(tx, who.id, whom.id):
        count_follow(tx, who.id)


def remove_follower(tx: Tx, who: Account, follower_id: int) -> None:
    """Have somebody follow one no longer."""
    _part(tx, _somebody(tx, follower_id).id, who.id)


def accept(tx: Tx, who: Account, follower_id: int) -> None:
    """Let somebody in who asked to follow."""
    how = asked(tx, follower_id, who.id)
    if how is None:
        raise NotFound
    remove_relation(tx, "request", follower_id, who.id)
    count(tx, who.id, "requests_count", -1)
    _let_in(tx, follower_id, who.id, how)


def reject(tx: Tx, who: Account, follower_id: int) -> None:
    """Do not let somebody in who asked to follow."""
    if not remove_relation(tx, "request", follower_id, who.id):
        raise NotFound
    count(tx, who.id, "requests_count", -1)


def part(tx: Tx, one: int, other: int) -> None:
    """End every following and asking between two accounts."""
    _part(tx, one, other)
    _part(tx, other, one)


def _let_in(tx: Tx, follower_id: int, target_id: int, how: Following) -> None:
    if add_follow(tx, follower_id, target_id, new_id(), how):
        count(tx, follower_id, "following_count", 1)
        count(tx, target_id, "followers_count", 1)
        tell(tx, "relations", follower_id, target_id)
        emit(tx, Followed(follower_id, target_id))


def _part(tx: Tx, follower_id: int, target_id: int) -> bool:
    """False when there was nothing between them."""
    asked_for = remove_relation(tx, "request", follower_id, target_id)
    if asked_for:
        count(tx, target_id, "requests_count", -1)
    if remove_relation(tx, "follow", follower_id, target_id):
        remove_relation(tx, "endorsement", follower_id, target_id)
        count(tx, follower_id, "following_count", -1)
        count(tx, target_id, "followers_count", -1)
        tell(tx, "relations", follower_id, target_id)
        emit(tx, Unfollowed(follower_id, target_id))
        return True
    return asked_for


def _somebody(db: Db, account_id: int) -> Account:
    found = find_account(db, account_id)
    if found is None or found.state not in ("active", "suspended"):
        raise NotFound
    return found
