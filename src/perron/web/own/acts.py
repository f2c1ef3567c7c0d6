"""What one does with a post or an account: each a small form that leads back to where one was."""

from collections.abc import Callable

from starlette.responses import Response

from perron.kit.errors import NotFound
from perron.people import block as blocking
from perron.people import follow as following
from perron.people.endorse import endorse, unendorse
from perron.people.model import Account
from perron.people.queries import find_account
from perron.people.relations import Following
from perron.posts import boost as boosts
from perron.posts import favourite as marking
from perron.posts import thread
from perron.posts.delete import delete_post
from perron.posts.polls import vote
from perron.posts.queries import find_post
from perron.store import Tx
from perron.suite.stories.clips import clip_post
from perron.web.fields import Fields, read_id
from perron.web.shown import posts_shown
from perron.web.visit import Visit

Act = Callable[[Tx, Account, int], object]


def clip(tx: Tx, me: Account, post_id: int) -> object:
    """Keep a post for a story; nobody hears of it."""
    return clip_post(tx, me.id, post_id)


ON_POSTS: dict[str, Act] = {
    "favourite": marking.favourite,
    "unfavourite": marking.unfavourite,
    "bookmark": marking.bookmark,
    "unbookmark": marking.unbookmark,
    "boost": boosts.boost,
    "unboost": boosts.unboost,
    "pin": marking.pin,
    "unpin": marking.unpin,
    "clip": clip,
    "mute": thread.mute_thread,
    "unmute": thread.unmute_thread,
}
ON_ACCOUNTS: dict[str, Act] = {
    "unfollow": following.unfollow,
    "accept": following.accept,
    "reject": following.reject,
    "remove": following.remove_follower,
    "block": blocking.block,
    "unblock": blocking.unblock,
    "mute": blocking.mute,
    "unmute": blocking.unmute,
    "endorse": endorse,
    "unendorse": unendorse,
}


async def on_post(visit: Visit, fields: Fields) -> Response:
    """Favourite, boost, bookmark, pin, mute its conversation; or take that back."""
    me, act = visit.must_write(), ON_POSTS.get(visit.path["act"])
    post_id = read_id(visit.path["id"])
    if act is None or post_id < 0:
        raise NotFound
    if visit.path["act"] == "boost" and visit.preferences.ask_boost and "sure" not in fields:
        asked = await visit.read(lambda db: posts_shown(visit, db, [post_id]))
        if not asked:
            raise NotFound
        return visit.show("own/boost.html", cache_control="no-store", post=asked[0], back=fields.text("next"))
    await visit.write(lambda tx: act(tx, me, post_id))
    if not visit.part:
        return visit.go(fields.text("next"))
    shown = await visit.read(lambda db: posts_shown(visit, db, [post_id]))
    return visit.show("own/acts.html", post=shown[0], back=fields.text("next").partition("#")[0])


async def remove_post(visit: Visit, fields: Fields) -> Response:
    """Delete one's own post. Whoever stood on its page is led home."""
    me, post_id = visit.must_write(), read_id(visit.path["id"])

    def work(tx: Tx) -> None:
        post = find_post(tx, post_id, viewer=me.id)
        if post is None or post.author_id != me.id or post.boost_of_id:
            raise NotFound
        delete_post(tx, me, post_id)

    await visit.write(work)
    if visit.part:
        return Response("", 200)
    back = fields.text("next").partition("#")[0]
    return visit.go("/home" if back.rstrip("/").endswith(f"/{post_id}") else back)


async def vote_in_poll(visit: Visit, fields: Fields) -> Response:
    """Count an answer to a poll."""
    me, poll_id = visit.must_write(), read_id(visit.path["id"])
    chosen = [int(one) for one in fields.texts("choice") if one.isascii() and one.isdigit() and len(one) < 3]
    await visit.write(lambda tx: vote(tx, me, poll_id, chosen))
    return visit.go(fields.text("next"))


async def on_account(visit: Visit, fields: Fields) -> Response:
    """Follow, let in, mute, block; or take that back."""
    me, name = visit.must_write(), visit.path["act"]
    account_id, settings = read_id(visit.path["id"]), visit.settings

    def work(tx: Tx) -> None:
        whom = find_account(tx, account_id)
        if whom is None or (name != "follow" and name not in ON_ACCOUNTS):
            raise NotFound
        if name == "follow":
            following.follow(tx, me, whom.id, Following(), settings)
        else:
            ON_ACCOUNTS[name](tx, me, whom.id)

    await visit.write(work)
    return visit.go(fields.text("next"))
