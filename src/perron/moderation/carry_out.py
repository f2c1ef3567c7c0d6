"""What decisions do, and what their undoing does; `decide.py` says when."""

from collections.abc import Callable

from perron.moderation.emails import keep_out_address_of, let_address_back_in
from perron.moderation.model import Strike
from perron.people.model import Account
from perron.people.standing import change_limit, change_state, change_veil, user_of
from perron.people.users import disable_user, enable_user
from perron.posts.delete import take_down
from perron.posts.queries import post_as_stored
from perron.posts.sensitive import mark_sensitive, show_anew
from perron.store import Tx


def show_openly(tx: Tx, target: Account, post_id: int) -> None:
    """Show a post of an account openly again, unless it bears a warning of its own."""
    post = post_as_stored(tx, post_id)
    if post is not None and post.author_id == target.id and not post.warning:
        mark_sensitive(tx, post_id, False)


def _warn(tx: Tx, target: Account, strike: Strike) -> None:
    """Words only."""


def _mark(tx: Tx, target: Account, strike: Strike) -> None:
    for post_id, _ in strike.posts:
        mark_sensitive(tx, post_id, True)


def _delete(tx: Tx, target: Account, strike: Strike) -> None:
    for post_id, _ in strike.posts:
        post = post_as_stored(tx, post_id)
        if post is not None:
            take_down(tx, post)


def _veil(tx: Tx, target: Account, strike: Strike) -> None:
    change_veil(tx, target.id, True)
    show_anew(tx, target.id)


def _unveil(tx: Tx, target: Account) -> None:
    change_veil(tx, target.id, False)
    show_anew(tx, target.id)


def _limit(tx: Tx, target: Account, strike: Strike) -> None:
    change_limit(tx, target.id, True)


def _unlimit(tx: Tx, target: Account) -> None:
    change_limit(tx, target.id, False)


def _disable(tx: Tx, target: Account, strike: Strike) -> None:
    user = user_of(tx, target.id)
    if user is not None:
        disable_user(tx, user.id)


def _enable(tx: Tx, target: Account) -> None:
    user = user_of(tx, target.id)
    if user is not None and user.state == "disabled":
        enable_user(tx, user.id)


def _suspend(tx: Tx, target: Account, strike: Strike) -> None:
    change_state(tx, target, "suspended")
    keep_out_address_of(tx, target.id)


def _unsuspend(tx: Tx, target: Account) -> None:
    if target.state == "suspended":
        change_state(tx, target, "active")
        let_address_back_in(tx, target.id)


DOES: dict[str, Callable[[Tx, Account, Strike], None]] = {
    "warn": _warn,
    "sensitive": _mark,
    "delete_posts": _delete,
    "veil": _veil,
    "limit": _limit,
    "disable": _disable,
    "suspend": _suspend,
}
UNDOES: dict[str, Callable[[Tx, Account], None]] = {
    "veil": _unveil,
    "limit": _unlimit,
    "disable": _enable,
    "suspend": _unsuspend,
}
