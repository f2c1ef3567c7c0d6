"""Statuses: post, read, change, delete, and what others do with them."""

from dataclasses import replace
from typing import Any

from perron.api.kit import Answer, Call, join
from perron.api.params import Params
from perron.entities.accounts import account_entity, accounts_json
from perron.entities.emojis import codes_in, emojis_in, known_emojis
from perron.entities.fragments import VISIBILITY, content_html
from perron.entities.media import media_entity
from perron.entities.posts import poll_entity
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import born
from perron.kit.time import SECOND, iso
from perron.media.queries import media_of_posts
from perron.posts import boost as boosts
from perron.posts import favourite as marking
from perron.posts import thread
from perron.posts.delete import delete_post
from perron.posts.edit import edit, edits_of
from perron.posts.model import Draft, PollDraft, Post
from perron.posts.polls import find_poll, own_votes, polls_of
from perron.posts.polls import vote as count_vote
from perron.posts.publish import publish, publish_once
from perron.posts.queries import find_post, mentioned, post_as_stored
from perron.posts.quote import change_quote_policy, quotes_page, revoke_quote
from perron.store import Db, Tx
from perron.timelines.kept import boosted_by, favourited_by

OURS = {theirs: word for word, theirs in VISIBILITY.items()}


def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses"""
    if call.params.has("scheduled_at"):
        raise Invalid("Validation failed: Scheduling is not offered by this server yet; nothing was published.")
    draft = read_draft(call)
    if call.idempotency_key:
        return call.post(tx, publish_once(tx, call.me, call.idempotency_key, draft, call.settings))
    return call.post(tx, publish(tx, call.me, draft, call.settings).id)


def read_draft(call: Call) -> Draft:
    """A draft in Mastodon's words."""
    params, me = call.params, call.me
    wanted = params.text("visibility")
    if wanted and wanted not in OURS:
        raise Invalid("Validation failed: Visibility is not included in the list")
    return Draft(
        text=params.text("status"),
        visibility=OURS[wanted] if wanted else me.default_visibility,
        reply_to=params.id("in_reply_to_id"),
        warning=params.text("spoiler_text").strip(),
        sensitive=params.flag("sensitive", bool(me.default_sensitive)),
        language=params.text("language"),
        media=tuple(params.ids("media_ids")),
        poll=read_poll(params.record("poll")),
        app_id=call.viewer.app_id if call.viewer else None,
        quote_of=params.id("quoted_status_id"),
        quote_policy=params.text("quote_approval_policy"),
        via=params.text("via"),
        card_title=params.text("card_title"),
    )


def read_poll(given: Params | None) -> PollDraft | None:
    """A poll in Mastodon's words; no options means no poll."""
    if given is None or not given.values("options"):
        return None
    return PollDraft(
        options=tuple(given.texts("options")),
        lasts=given.number("expires_in", 86400) * SECOND,
        multiple=given.flag("multiple"),
        hide_totals=given.flag("hide_totals"),
    )


def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id"""
    return call.post(db, call.id)


def several(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses?id[]="""
    return join(call.posts(db, call.params.ids("id")[:40]))


def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/statuses/:id: what is not sent stays as it is, but for the media, which are those sent."""
    post = own_post(call, tx)
    params = call.params
    media = media_of_posts(tx, [post.id]).get(post.id, []) if post.has_media else []
    poll = read_poll(params.record("poll"))
    before = polls_of(tx, [post.id]).get(post.id) if post.has_poll else None
    if poll is None and before is not None and not params.has("poll") and not params.values("media_ids"):
        poll = PollDraft(before.options, 24 * 3600 * SECOND, before.multiple, before.hide_totals)
    draft = Draft(
        text=params.text("status", post.text),
        warning=params.text("spoiler_text", post.warning).strip(),
        sensitive=params.flag("sensitive", post.sensitive),
        language=params.text("language", post.language),
        media=tuple(params.ids("media_ids")) if "media_ids" in params.raw else tuple(one.id for one in media),
        poll=poll,
    )
    describe_media(call, tx)
    edit(tx, call.me, post.id, draft, call.settings)
    if params.has("quote_approval_policy"):
        change_quote_policy(tx, call.me, post.id, params.text("quote_approval_policy"))
    return call.post(tx, post.id)


def set_policy(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/statuses/:id/interaction_policy"""
    change_quote_policy(tx, call.me, call.id, call.params.text("quote_approval_policy"))
    return call.post(tx, call.id)


def quotes(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/quotes"""
    _seen(call, db)
    ids = quotes_page(db, call.id, call.paging(20, 40), viewer=call.my_id)
    return call.page(call.posts(db, ids), ids)


def revoke(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/quotes/:quoting_status_id/revoke: answers the post that quoted, if one may see it."""
    quoting = post_as_stored(tx, call.id_called("quoting_id"))
    if quoting is None or quoting.quote_of_id != call.id:
        raise NotFound
    revoke_quote(tx, call.me, quoting.id)
    return next(iter(call.posts(tx, [quoting.id])), b"{}")


def describe_media(call: Call, tx: Tx) -> None:
    """Descriptions and focal points that come with an edit."""
    from perron.media.queries import change_media

    for one in call.params.records("media_attributes"):
        media_id = one.id("id")
        if media_id is not None:
            focus = one.text("focus") or None
            change_media(
                tx,
                media_id,
                owner_id=call.me.id,
                description=one.text("description") if one.has("description") else None,
                focus=focus,
            )


def own_post(call: Call, db: Db) -> Post:
    """The caller's own post that the path names."""
    post = find_post(db, call.id, viewer=call.me.id)
    if post is None or post.author_id != call.me.id or post.boost_of_id:
        raise NotFound
    return post


def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/statuses/:id: answers what is needed to write it again."""
    post = own_post(call, tx)
    entity: dict[str, Any] = json.decode(call.post(tx, post.id))
    keep = not call.params.flag("delete_media")
    delete_post(tx, call.me, post.id, keep_media=keep)
    return {**entity, "text": post.text}


def source(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/source"""
    post = own_post(call, db)
    return {"id": str(post.id), "text": post.text, "spoiler_text": post.warning}


def history(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/history: all versions, oldest first, the present one last."""
    post = find_post(db, call.id, viewer=call.my_id)
    if post is None or post.boost_of_id:
        raise NotFound
    account = account_entity(call.links, db, post.author_id)
    media = {str(one.id): media_entity(call.links, one) for one in media_of_posts(db, [post.id]).get(post.id, [])}
    poll = polls_of(db, [post.id]).get(post.id) if post.has_poll else None
    named = named_rows(db, post.id)
    versions = [
        (one.id, one.text, one.warning, one.sensitive, [str(each["id"]) for each in one.media], one.poll)
        for one in edits_of(db, post.id)
    ]
    now_poll = list(poll.options) if poll else []
    at = (post.edited_at or born(post.id)) << 16
    versions.append((at, post.text, post.warning, post.sensitive, [*media], now_poll))
    return [
        {
            "content": content_html(call.links, text, named, post.language),
            "spoiler_text": warning,
            "sensitive": sensitive,
            "created_at": iso(born(id_)),
            "account": account,
            "media_attachments": [media[each] for each in files if each in media],
            "emojis": emojis_in(call.links, db, text, warning, *options),
            "poll": {"options": [{"title": option} for option in options]} if options else None,
        }
        for id_, text, warning, sensitive, files, options in versions
    ]


def named_rows(db: Db, post_id: int) -> list[tuple[Any, ...]]:
    """Those whom a post names, as `content_html` wants them."""
    from perron.people.queries import find_accounts

    return [(one.id, one.username, one.domain, None, one.handle) for one in find_accounts(db, mentioned(db, post_id))]


def context(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/context"""
    above, below = thread.context(db, call.id, viewer=call.my_id)
    made = call.posts(db, [*above, *below], "thread")
    if len(made) == len(above) + len(below):
        split = len(above)
    else:
        wanted = {str(one).encode() for one in above}
        split = sum(one[7 : one.index(b'"', 7)] in wanted for one in made)
    return b'{"ancestors":' + join(made[:split]) + b',"descendants":' + join(made[split:]) + b"}"


def reblogged_by(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/reblogged_by"""
    _seen(call, db)
    rows = boosted_by(db, call.id, call.paging(40, 80), viewer=call.my_id)
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


def favourited(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/favourited_by"""
    _seen(call, db)
    rows = favourited_by(db, call.id, call.paging(40, 80), viewer=call.my_id)
    return call.page(accounts_json(call.links, db, [row[1] for row in rows]), [row[0] for row in rows])


def _seen(call: Call, db: Db) -> Post:
    post = find_post(db, call.id, viewer=call.my_id)
    if post is None:
        raise NotFound
    return post


def favourite(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/favourite"""
    marking.favourite(tx, call.me, call.id)
    return call.post(tx, call.id)


def unfavourite(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unfavourite"""
    marking.unfavourite(tx, call.me, call.id)
    return call.post(tx, call.id)


def bookmark(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/bookmark"""
    marking.bookmark(tx, call.me, call.id)
    return call.post(tx, call.id)


def unbookmark(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unbookmark"""
    marking.unbookmark(tx, call.me, call.id)
    return call.post(tx, call.id)


def pin(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/pin"""
    marking.pin(tx, call.me, call.id)
    return call.post(tx, call.id)


def unpin(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unpin"""
    marking.unpin(tx, call.me, call.id)
    return call.post(tx, call.id)


def mute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/mute"""
    thread.mute_thread(tx, call.me, call.id)
    if call.viewer is not None:  # who asked was known before this mute
        call.viewer = replace(call.viewer, has_thread_mutes=True)
    return call.post(tx, call.id)


def unmute(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unmute"""
    thread.unmute_thread(tx, call.me, call.id)
    return call.post(tx, call.id)


def reblog(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/reblog: answers the boost, which holds the original."""
    wanted = OURS.get(call.params.text("visibility", "public"), "public")
    if wanted == "mentioned":
        wanted = "public"
    return call.post(tx, boosts.boost(tx, call.me, call.id, visibility=wanted))


def unreblog(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses/:id/unreblog: answers the original."""
    post = find_post(tx, call.id, viewer=call.me.id)
    if post is None:
        raise NotFound
    boosts.unboost(tx, call.me, post.id)
    return call.post(tx, post.boost_of_id or post.id)


def show_poll(call: Call, db: Db) -> Answer:
    """GET /api/v1/polls/:id"""
    poll = find_poll(db, call.id, viewer=call.my_id)
    if poll is None:
        raise NotFound
    me = call.my_id
    votes = own_votes(db, me, [poll.id]).get(poll.id) if me is not None else None
    post = find_post(db, poll.id, viewer=me)
    emojis = known_emojis(call.links, db, codes_in(*poll.options))
    return poll_entity(poll, votes, emojis, known=me is not None, own=post is not None and post.author_id == me)


def vote(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/polls/:id/votes"""
    choices = [read_choice(one) for one in call.params.values("choices")]
    count_vote(tx, call.me, call.id, choices)
    return show_poll(call, tx)


def read_choice(value: Any) -> int:
    """The number of an option; -1 for what is none."""
    text = str(value)
    return int(text) if isinstance(value, int | str) and text.isascii() and text.isdigit() and len(text) < 4 else -1
