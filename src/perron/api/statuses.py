"""Statuses: post, read, change, delete; and their conversation."""

from typing import Annotated, Any, Literal, Required, TypedDict

from msgspec import Meta

from perron.api.kit import Answer, Call, join, speaks
from perron.api.params import Params
from perron.api.scheduled import answer_once, read_due
from perron.entities.fragments import OURS
from perron.entities.shapes.accounts import Visibility
from perron.entities.shapes.common import Empty, Id, Time
from perron.entities.shapes.scheduled import ScheduledStatus
from perron.entities.shapes.statuses import Context, PreviewCard, Status, StatusWords
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.time import SECOND
from perron.media.queries import change_media, media_of_posts
from perron.posts import thread
from perron.posts.delete import delete_post
from perron.posts.edit import edit
from perron.posts.model import Draft, PollDraft, Post
from perron.posts.publish import publish, publish_once
from perron.posts.queries import find_post
from perron.posts.quote import change_quote_policy
from perron.posts.scheduled import schedule, schedule_once
from perron.store import Db, Tx


class DisclosureWords(TypedDict, total=False):
    """Who paid for a post, or for whom its author works."""

    tie: Required[Literal["sponsor", "employer"]]
    name: Required[str]
    url: str


class NewStatus(StatusWords, total=False):
    """A status to publish, now or at `scheduled_at`. `via`, `card_title`, `disclosure` and `byline` are ours."""

    visibility: Visibility
    in_reply_to_id: Id
    quoted_status_id: Id
    scheduled_at: Annotated[Time, Meta(description="When to publish it: five minutes from now or later.")]
    via: Annotated[str, Meta(description="The handle of whom the author thanks for the find.")]
    card_title: Annotated[str, Meta(description="The author's own title for the page that the first link leads to.")]
    disclosure: Annotated[
        DisclosureWords, Meta(description="What binds the author to whom they speak of; it cannot be changed later.")
    ]
    byline: Annotated[str, Meta(description="The guest who wrote it, where they are named.")]


class MediaWords(TypedDict, total=False):
    """What is said of a file."""

    id: Id
    description: str
    focus: Annotated[str, Meta(description="Where to look: `x,y`, each from -1 to 1.")]


class ChangedStatus(StatusWords, total=False):
    """What a status says from now on; what is not named stays as it is."""

    media_attributes: list[MediaWords]


class WhichStatuses(TypedDict, total=False):
    """Statuses by their ids."""

    id: list[Id]


class Removal(TypedDict, total=False):
    """What becomes of the files."""

    delete_media: Annotated[bool, Meta(description="Delete the files at once, rather than keep them for a day.")]


@speaks(Status | ScheduledStatus, takes=NewStatus)
def create(call: Call, tx: Tx) -> Answer:
    """POST /api/v1/statuses: answers the status or, with `scheduled_at`, what waits to become one."""
    key, due, draft = call.idempotency_key, read_due(call), read_draft(call)
    if due is not None and key:
        made = schedule_once(tx, call.me, key, draft, due, call.settings, call.user_id)
    elif due is not None:
        made = schedule(tx, call.me, draft, due, call.settings, call.user_id)
    elif key:
        made = publish_once(tx, call.me, key, draft, call.settings)
    else:
        made = publish(tx, call.me, draft, call.settings).id
    return answer_once(call, tx, made) if key or due is not None else call.post(tx, made)


def read_draft(call: Call, params: Params | None = None) -> Draft:
    """A draft in Mastodon's words: what the whole request says, or a part of it."""
    params, me = params or call.params, call.me
    wanted = params.text("visibility")
    if wanted and wanted not in OURS:
        raise Invalid("Validation failed: Visibility is not included in the list")
    tied = params.record("disclosure")
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
        writer_id=call.viewer.writer_id if call.viewer else None,
        quote_of=params.id("quoted_status_id"),
        quote_policy=params.text("quote_approval_policy"),
        via=params.text("via"),
        card_title=params.text("card_title"),
        tie=tied.text("tie") if tied else "",
        tied_to=tied.text("name") if tied else "",
        tied_url=tied.text("url") if tied else "",
        byline=params.text("byline"),
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


@speaks(Status)
def show(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id"""
    return call.post(db, call.id)


@speaks(list[Status], takes=WhichStatuses)
def several(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses?id[]="""
    return join(call.posts(db, call.params.ids("id")[:40]))


@speaks(Status, takes=ChangedStatus)
def change(call: Call, tx: Tx) -> Answer:
    """PUT /api/v1/statuses/:id: what is not sent stays as it is, but for the media, which are those sent."""
    post = own_post(call, tx)
    params = call.params
    media = media_of_posts(tx, [post.id]).get(post.id, []) if post.has_media else []
    keep_poll = not params.has("poll") and not params.values("media_ids")
    draft = Draft(
        text=params.text("status", post.text),
        warning=params.text("spoiler_text", post.warning).strip(),
        sensitive=params.flag("sensitive", post.sensitive),
        language=params.text("language", post.language),
        media=tuple(params.ids("media_ids")) if "media_ids" in params.raw else tuple(one.id for one in media),
        poll=read_poll(params.record("poll")),
    )
    edit(tx, call.me, post.id, draft, call.settings, keep_poll=keep_poll)
    describe_media(call, tx)
    if params.has("quote_approval_policy"):
        change_quote_policy(tx, call.me, post.id, params.text("quote_approval_policy"))
    return call.post(tx, post.id)


def describe_media(call: Call, tx: Tx) -> None:
    """Descriptions and focal points that come with an edit."""
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
    if post is None or post.author_id != call.me.id or post.boost_of_id or not call.is_told(post.visibility):
        raise NotFound
    return post


@speaks(Status, takes=Removal)
def remove(call: Call, tx: Tx) -> Answer:
    """DELETE /api/v1/statuses/:id: answers what is needed to write it again."""
    post = own_post(call, tx)
    entity: dict[str, Any] = json.decode(call.post(tx, post.id))
    keep = not call.params.flag("delete_media")
    delete_post(tx, call.me, post.id, keep_media=keep)
    return {**entity, "text": post.text}


@speaks(Context)
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


@speaks(PreviewCard | Empty)
def card(call: Call, db: Db) -> Answer:
    """GET /api/v1/statuses/:id/card: the page it links to, or nothing; apps of today read it in the status."""
    shown: dict[str, Any] = json.decode(call.post(db, call.id))
    return (shown["reblog"] or shown)["card"] or {}
