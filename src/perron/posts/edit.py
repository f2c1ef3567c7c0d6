"""Change a post that is already before its audience; what it was before stays readable."""

from dataclasses import dataclass, replace

from sqlalchemy import bindparam, func, select, update

from perron.jobs import emit
from perron.kit import json
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import now
from perron.media.queries import attach, detach, media_of_posts
from perron.people.model import Account
from perron.posts.card_days import count_link, uncount_link
from perron.posts.cards import card_wanted, check_card_title
from perron.posts.model import Draft, Post, PostEdited
from perron.posts.naming import named_accounts
from perron.posts.polls import open_poll, polls_of, prolong_poll, remove_poll
from perron.posts.publish import check_draft, may_have_card
from perron.posts.queries import add_mentions, find_post
from perron.posts.search_index import forget_words
from perron.posts.tagging import change_tags
from perron.store import Db, Prepared, Tx, insert, tell
from perron.store.tables import post_edits, posts

MOST_EDITS = 500

_KEEP = insert(post_edits, "id", "post_id", "text", "html", "warning", "sensitive", "media", "poll")
_COUNT = Prepared(select(func.count()).select_from(post_edits).where(post_edits.c.post_id == bindparam("of_post")))
_EDITS = Prepared(
    select(
        *(post_edits.c[name] for name in ("id", "text", "warning", "sensitive", "media", "poll")),
    )
    .where(post_edits.c.post_id == bindparam("of_post"))
    .order_by(post_edits.c.id)
)
_CHANGE = Prepared(
    update(posts)
    .where(posts.c.id == bindparam("of_post"))
    .values(
        text=bindparam("new_text"),
        warning=bindparam("new_warning"),
        sensitive=bindparam("new_sensitive"),
        language=bindparam("new_language"),
        has_media=bindparam("new_has_media"),
        has_poll=bindparam("new_has_poll"),
        has_tags=bindparam("new_has_tags"),
        edited_at=bindparam("at"),
        card_id=bindparam("new_card_id"),
        card_title=bindparam("new_card_title"),
    )
)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a post was before a change; `id` dates that version."""

    id: int
    text: str
    warning: str
    sensitive: bool
    media: list[dict[str, object]]
    poll: list[str]


def edit(tx: Tx, author: Account, post_id: int, draft: Draft, settings: Settings, *, keep_poll: bool = False) -> Post:
    """Change words, warning, media, poll or the title of the card of one's own post. Its audience, what it quotes,
    whom it thanks and what it discloses cannot be changed. `keep_poll`: its poll stays; the draft names none."""
    post = find_post(tx, post_id, viewer=author.id)
    if post is None or post.author_id != author.id or post.boost_of_id:
        raise NotFound
    draft = replace(draft, visibility=post.visibility)
    reading = check_draft(draft, settings)
    keep_poll = keep_poll and post.has_poll
    if keep_poll and draft.media:
        raise Invalid("Validation failed: A post has either a poll or media, not both.")
    if tx.value(_COUNT, of_post=post.id) >= MOST_EDITS:
        raise Invalid(f"Validation failed: A post can be edited {MOST_EDITS} times.")
    keep_version(tx, post)

    forget_words(tx, post)
    change_tags(tx, post, reading.tags)
    add_mentions(tx, post.id, [one.id for one in named_accounts(tx, reading, settings).values()])
    detach(tx, post.id, keep=draft.media)
    attach(tx, draft.media, owner_id=author.id, post_id=post.id)
    if not keep_poll:
        _change_poll(tx, post, draft)
    card_id = card_wanted(tx, reading, settings) if may_have_card(draft, post.visibility) else None
    if card_id != post.card_id:
        uncount_link(tx, post)
        count_link(tx, post, card_id)
    tx.run(
        _CHANGE,
        of_post=post.id,
        new_text=reading.text,
        new_warning=draft.warning,
        new_sensitive=draft.sensitive or bool(draft.warning),
        new_language=draft.language or post.language,
        new_has_media=bool(draft.media),
        new_has_poll=keep_poll or draft.poll is not None,
        new_has_tags=bool(reading.tags),
        at=now(),
        new_card_id=card_id,
        new_card_title=check_card_title(draft.card_title) or post.card_title,
    )
    tx.rerender("post", post.id)
    tell(tx, "post_changed", post.id, author.id)
    emit(tx, PostEdited(post.id))
    return post


def keep_version(tx: Tx, post: Post) -> None:
    """Write down what a post is now, before it changes."""
    media = [{"id": one.id, "description": one.description} for one in media_of_posts(tx, [post.id]).get(post.id, [])]
    poll = polls_of(tx, [post.id]).get(post.id)
    tx.run(
        _KEEP,
        id=new_id(post.edited_at) if post.edited_at else new_id(post.id >> 16),
        post_id=post.id,
        text=post.text,
        html="",
        warning=post.warning,
        sensitive=post.sensitive,
        media=json.encode_text(media),
        poll=json.encode_text(poll.options if poll else []),
    )


def edits_of(db: Db, post_id: int) -> list[Edit]:
    """Earlier versions of a post, oldest first."""
    return [
        Edit(id_, text, warning, bool(sensitive), json.decode(media), json.decode(poll) if poll else [])
        for id_, text, warning, sensitive, media, poll in db.all(_EDITS, of_post=post_id)
    ]


def _change_poll(tx: Tx, post: Post, draft: Draft) -> None:
    before = polls_of(tx, [post.id]).get(post.id)
    if draft.poll is None:
        if before:
            remove_poll(tx, post.id)
        return
    same = before is not None and before.options == tuple(one.strip() for one in draft.poll.options)
    if before and same and before.multiple == draft.poll.multiple:
        prolong_poll(tx, post.id, draft.poll)  # votes stay
        return
    if before:
        remove_poll(tx, post.id)
    open_poll(tx, post.id, draft.poll, now())
