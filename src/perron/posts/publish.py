"""Put words before their audience."""

import hashlib

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import new_id
from perron.kit.settings import Settings
from perron.kit.time import HOUR, now
from perron.media.queries import attach
from perron.people.counts import count_post
from perron.people.model import Account
from perron.people.queries import accounts_by_handles
from perron.posts.model import VISIBILITIES, Draft, Post, PostPublished
from perron.posts.polls import check_poll, open_poll
from perron.posts.queries import add_mentions, add_post, change_count, find_post
from perron.posts.tagging import bear_tags
from perron.store import Prepared, Tx, insert_new, tell
from perron.store.tables import idempotency
from perron.text.language import is_language
from perron.text.letters import is_blank
from perron.text.reading import Handle, Reading, length, read

_KEPT = Prepared(
    select(idempotency.c.post_id).where(
        idempotency.c.account_id == bindparam("account_id"), idempotency.c.key == bindparam("of_key")
    )
)
_HOLD = insert_new(idempotency, "account_id", "key", "post_id", "at")
_KEEP = Prepared(
    update(idempotency)
    .where(idempotency.c.account_id == bindparam("by"), idempotency.c.key == bindparam("of_key"))
    .values(post_id=bindparam("made"))
)
_FORGET = Prepared(delete(idempotency).where(idempotency.c.at < bindparam("before")))


def publish(tx: Tx, author: Account, draft: Draft, settings: Settings) -> Post:
    """Put a draft before its audience. What follows from it is listed in `wiring.py`."""
    reading = check_draft(draft, settings)
    parent = find_post(tx, draft.reply_to, viewer=author.id) if draft.reply_to else None
    if draft.reply_to and parent is None:
        raise NotFound("The post you reply to is gone, or not for you to see.")

    post_id = new_id(draft.at)
    named = named_accounts(tx, reading, settings)
    post = Post(
        id=post_id,
        author_id=author.id,
        text=reading.text,
        warning=draft.warning,
        language=draft.language or author.default_language,
        visibility=draft.visibility,
        sensitive=draft.sensitive or bool(draft.warning),
        listed=draft.visibility == "public" and (parent is None or parent.author_id == author.id),
        here=True,
        has_media=bool(draft.media),
        has_poll=draft.poll is not None,
        reply_to_id=parent.id if parent else None,
        reply_to_account_id=parent.author_id if parent else None,
        thread_id=parent.thread_id if parent else post_id,
        boost_of_id=None,
        edited_at=None,
    )
    add_post(tx, post, has_tags=bool(reading.tags), app_id=draft.app_id)
    add_mentions(tx, post.id, [one.id for one in named.values()])
    bear_tags(tx, post, reading.tags)
    if draft.media:
        attach(tx, draft.media, owner_id=author.id, post_id=post.id)
    if draft.poll:
        open_poll(tx, post.id, draft.poll)
    if parent and post.open:
        change_count(tx, parent.id, "replies_count", 1)
    count_post(tx, author.id, post.id, 1)
    tx.rerender("post", post.id)
    tell(tx, "post", post.id, author.id)
    emit(tx, PostPublished(post.id))
    return post


def publish_once(tx: Tx, author: Account, key: str, draft: Draft, settings: Settings) -> int:
    """Publish, unless this author's draft with this key was published before; the post's id either way."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    if not tx.run(_HOLD, account_id=author.id, key=digest, post_id=0, at=now()):  # waits for whoever holds it now
        return int(tx.value(_KEPT, account_id=author.id, of_key=digest))
    post = publish(tx, author, draft, settings)
    tx.run(_KEEP, by=author.id, of_key=digest, made=post.id)
    return post.id


def forget_keys(tx: Tx) -> None:
    """Idempotency keys are kept for a day."""
    tx.run(_FORGET, before=now() - 24 * HOUR)


def check_draft(draft: Draft, settings: Settings) -> Reading:
    """Refuse what cannot be published, with a sentence that says what to change."""
    if draft.visibility not in VISIBILITIES:
        raise Invalid("Validation failed: Visibility is not included in the list")
    reading = read(draft.text)
    if is_blank(reading.text) and not draft.media:
        raise Invalid("Validation failed: Text can't be blank. A post needs words or media.")
    check_length(reading, draft.warning, settings)
    if len(draft.media) > settings.media_max_files:
        raise Invalid(f"Validation failed: A post has at most {settings.media_max_files} files.")
    if draft.language and not is_language(draft.language):
        raise Invalid("Validation failed: Language is not a language code such as fr or en")
    if draft.poll:
        if draft.media:
            raise Invalid("Validation failed: A post has either a poll or media, not both.")
        check_poll(draft.poll, settings)
    return reading


def check_length(reading: Reading, warning: str, settings: Settings) -> None:
    """The one place where the length of a post is enforced; the warning counts with it."""
    size = reading.length + length(warning)
    if size > settings.post_max_chars:
        limit = settings.post_max_chars
        raise Invalid(f"Validation failed: Text character limit of {limit} exceeded. This one has {size}.")


def named_accounts(tx: Tx, reading: Reading, settings: Settings) -> dict[Handle, Account]:
    """The accounts that a text names and that are known here."""
    keys = {handle: handle_key(handle, settings) for handle in reading.handles}
    if not keys:
        return {}
    known = {account.handle: account for account in accounts_by_handles(tx, sorted(set(keys.values())))}
    return {handle: known[key] for handle, key in keys.items() if key in known and known[key].state == "active"}


def handle_key(handle: Handle, settings: Settings) -> str:
    """A handle as the accounts table keeps it."""
    here = handle.domain is None or handle.domain in (settings.domain, settings.domain.partition(":")[0])
    return handle.username if here else f"{handle.username}@{handle.domain}"
