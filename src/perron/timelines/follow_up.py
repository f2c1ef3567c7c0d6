"""What follows in notices and conversations from what happened to posts and people. Each is safe to run twice."""

from typing import Any

from perron.kit.ids import born
from perron.people.queries import find_account
from perron.posts.marks import marks_of
from perron.posts.polls import close_poll, polls_of, voters
from perron.posts.queries import boosts_as_stored, mentioned, post_as_stored
from perron.posts.quote import quoting_as_stored, tell_quoting
from perron.posts.undo import TIME
from perron.store import Tx, tell
from perron.timelines.conversations import forget_post, hear_post
from perron.timelines.notices import drop_notice, drop_notices_about, drop_notices_from, notify, who_asked_for_posts


def notify_mentioned(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished` and `PostEdited`: tell those whom the post names or thanks, and who asked for posts."""
    post = post_as_stored(tx, event["post_id"])
    if post is None:
        return
    outside_at = born(post.id) + TIME if event.get("undoable") else None
    named = dict.fromkeys(mentioned(tx, post.id) if event.get("names", True) else (), "mention")
    if post.via_id:
        named[post.via_id] = "credit"
    for account_id, type_ in named.items():
        notify(tx, account_id, type_, post.author_id, post.id, cause=post.id, outside_at=outside_at)
    if post.visibility in ("public", "unlisted", "followers") and post.edited_at is None:
        for account_id in who_asked_for_posts(tx, post.author_id):
            if account_id not in named and not (
                post.reply_to_account_id and post.reply_to_account_id != post.author_id
            ):
                notify(tx, account_id, "status", post.author_id, post.id, cause=post.id, outside_at=outside_at)


def notify_quoted(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished`: tell the author of the post that it quotes."""
    post = post_as_stored(tx, event["post_id"])
    quoted = post_as_stored(tx, post.quote_of_id) if post and post.quote_of_id else None
    if post is not None and quoted is not None and post.quote_state == "accepted":
        outside_at = born(post.id) + TIME if event.get("undoable") else None
        notify(tx, quoted.author_id, "quote", post.author_id, post.id, cause=post.id, outside_at=outside_at)


def carry_conversation(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostPublished`: a post to the mentioned joins their conversations."""
    post = post_as_stored(tx, event["post_id"])
    if post is not None and post.visibility == "mentioned":
        hear_post(tx, post)


def notify_boosted(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostBoosted`: tell the author."""
    post, boost = post_as_stored(tx, event["post_id"]), post_as_stored(tx, event["boost_id"])
    if post is not None and boost is not None:
        notify(tx, post.author_id, "reblog", boost.author_id, post.id, cause=boost.id)


def unnotify_boosted(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostUnboosted`: the author is no longer told."""
    post = post_as_stored(tx, event["post_id"])
    if post is not None:
        drop_notice(tx, post.author_id, "reblog", event["account_id"], post.id)


def take_back(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostDeleted`: nobody is told of it any more, and conversations go back to what is left."""
    drop_notices_about(tx, event["post_id"])
    if event["visibility"] == "mentioned":
        forget_post(tx, event["thread_id"])


def notify_favourited(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostFavourited`: tell the author."""
    post = post_as_stored(tx, event["post_id"])
    if post is not None:
        cause = marks_of(tx, event["account_id"], post.id).favourite
        if cause is not None:  # not taken back meanwhile
            notify(tx, post.author_id, "favourite", event["account_id"], post.id, cause=cause)


def unnotify_favourited(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostUnfavourited`: the author is no longer told."""
    post = post_as_stored(tx, event["post_id"])
    if post is not None:
        drop_notice(tx, post.author_id, "favourite", event["account_id"], post.id)


def notify_edited(tx: Tx, event: dict[str, Any]) -> None:
    """After `PostEdited`: tell those who boosted or quoted it that its words have changed."""
    post = post_as_stored(tx, event["post_id"])
    if post is not None:
        for _, account_id in boosts_as_stored(tx, post.id):
            notify(tx, account_id, "update", post.author_id, post.id)
        for quoting_id, account_id in quoting_as_stored(tx, post.id):
            notify(tx, account_id, "quoted_update", post.author_id, quoting_id)
        tell_quoting(tx, post.id)


def notify_followed(tx: Tx, event: dict[str, Any]) -> None:
    """After `Followed`: tell whom they follow; the request, if there was one, is answered."""
    follower, target = find_account(tx, event["follower_id"]), event["target_id"]
    if follower is not None:
        drop_notice(tx, target, "follow_request", follower.id)
        notify(tx, target, "follow", follower.id)


def forget_blocked(tx: Tx, event: dict[str, Any]) -> None:
    """After `Blocked`: neither keeps notices from the other."""
    drop_notices_from(tx, event["owner_id"], event["target_id"])
    drop_notices_from(tx, event["target_id"], event["owner_id"])


def notify_requested(tx: Tx, event: dict[str, Any]) -> None:
    """After `FollowRequested`: tell whom they wish to follow."""
    notify(tx, event["target_id"], "follow_request", event["follower_id"])


def end_poll(tx: Tx, event: dict[str, Any]) -> None:
    """After `PollClosed`: tell its author and everybody who voted what came of it."""
    post = post_as_stored(tx, event["post_id"])
    poll = polls_of(tx, [event["post_id"]]).get(event["post_id"])
    if post is None or poll is None:
        return
    close_poll(tx, poll.id)
    notify(tx, post.author_id, "poll", post.author_id, post.id, to_oneself=True)
    for account_id in voters(tx, poll.id):
        notify(tx, account_id, "poll", post.author_id, post.id)
    tell(tx, "post_changed", post.id, post.author_id)
