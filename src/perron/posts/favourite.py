"""Favourite a post, bookmark it, pin it to one's profile; and take that back."""

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.people.model import Account
from perron.posts.marks import pins_count, set_mark, unset_mark
from perron.posts.model import Post, PostFavourited, PostUnfavourited
from perron.posts.queries import change_count, find_post
from perron.store import Tx

MOST_PINS = 5


def favourite(tx: Tx, who: Account, post_id: int, *, at: int | None = None) -> None:
    """Show the author that one likes a post. Twice is once. `at` dates it in the past, for imports."""
    post = _seen(tx, who, post_id)
    if set_mark(tx, who.id, post.id, "favourite_id", new_id(at)):
        change_count(tx, post.id, "favourites_count", 1)
        emit(tx, PostFavourited(post.id, who.id))


def unfavourite(tx: Tx, who: Account, post_id: int) -> None:
    """Take a favourite back."""
    post = _seen(tx, who, post_id)
    if unset_mark(tx, who.id, post.id, "favourite_id"):
        change_count(tx, post.id, "favourites_count", -1)
        emit(tx, PostUnfavourited(post.id, who.id))


def bookmark(tx: Tx, who: Account, post_id: int) -> None:
    """Keep a post for oneself; nobody is told."""
    set_mark(tx, who.id, _seen(tx, who, post_id).id, "bookmark_id", new_id())


def unbookmark(tx: Tx, who: Account, post_id: int) -> None:
    """Let a kept post go."""
    unset_mark(tx, who.id, _seen(tx, who, post_id).id, "bookmark_id")


def pin(tx: Tx, who: Account, post_id: int) -> None:
    """Show one of one's own posts at the top of the profile."""
    post = _own(tx, who, post_id)
    if post.visibility == "mentioned":
        raise Invalid("Validation failed: Posts that are only visible to mentioned people cannot be pinned")
    if set_mark(tx, who.id, post.id, "pin_id", new_id()) and pins_count(tx, who.id) > MOST_PINS:
        raise Invalid(f"Validation failed: You have already pinned {MOST_PINS} posts")


def unpin(tx: Tx, who: Account, post_id: int) -> None:
    """Take a post from the top of the profile."""
    unset_mark(tx, who.id, _own(tx, who, post_id).id, "pin_id")


def _own(tx: Tx, who: Account, post_id: int) -> Post:
    post = _seen(tx, who, post_id)
    if post.author_id != who.id:
        raise Invalid("Validation failed: Someone else's post cannot be pinned")
    return post


def _seen(tx: Tx, who: Account, post_id: int) -> Post:
    """The post itself, or the original when what was named is a boost."""
    post = find_post(tx, post_id, viewer=who.id)
    if post is not None and post.boost_of_id is not None:
        post = find_post(tx, post.boost_of_id, viewer=who.id)
    if post is None:
        raise NotFound
    return post
