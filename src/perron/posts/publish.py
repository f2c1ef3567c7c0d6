"""Put words before their audience."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import emit
from perron.kit.errors import Invalid, NotFound
from perron.kit.ids import born, new_id
from perron.kit.settings import Settings
from perron.kit.time import HOUR, now
from perron.media.queries import attach
from perron.people.counts import count, count_post
from perron.people.model import Account
from perron.posts.answering import check_answer
from perron.posts.card_days import count_link
from perron.posts.cards import card_wanted, check_card_title
from perron.posts.model import VISIBILITIES, Draft, Post, SentElsewhere, published
from perron.posts.naming import credited_account, named_accounts
from perron.posts.polls import check_poll, open_poll
from perron.posts.queries import add_mentions, add_post, change_count, find_post
from perron.posts.quote import check_quote, policy_for
from perron.posts.tagging import bear_tags
from perron.posts.ties import with_ties
from perron.posts.writers import add_writer, signed
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
_MOVE = Prepared(
    update(idempotency)
    .where(idempotency.c.account_id == bindparam("by"), idempotency.c.post_id == bindparam("waited"))
    .values(post_id=bindparam("made"))
)
_FORGET = Prepared(delete(idempotency).where(idempotency.c.at < bindparam("before")))


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a draft that may be published stands on."""

    reading: Reading
    parent: Post | None
    quoted: Post | None
    credited: Account | None
    named: dict[Handle, Account]
    quote_policy: str
    visibility: str
    card_title: str


def admit(tx: Tx, author: Account, draft: Draft, settings: Settings) -> Admitted:
    """Refuse what this author may not publish; its files are looked at when they are attached."""
    reading = check_draft(draft, settings)
    parent = find_post(tx, draft.reply_to, viewer=author.id) if draft.reply_to else None
    if draft.reply_to and parent is None:
        raise NotFound("The post you reply to is gone, or not for you to see.")
    if parent is not None:
        check_answer(tx, author, parent.thread_id)
    quoted = check_quote(tx, author, draft.quote_of) if draft.quote_of else None
    named = named_accounts(tx, reading, settings)
    if quoted and draft.visibility == "mentioned":
        _refuse_unnamed(author, quoted, named)
    return Admitted(
        reading=reading,
        parent=parent,
        quoted=quoted,
        named=named,
        credited=credited_account(tx, author, draft.via, settings),
        quote_policy=policy_for(tx, author, draft.quote_policy),
        visibility=audience(draft, quoted),
        card_title=check_card_title(draft.card_title),
    )


def _refuse_unnamed(author: Account, quoted: Post, named: dict[Handle, Account]) -> None:
    if quoted.author_id not in (author.id, *(one.id for one in named.values())):
        raise Invalid("Validation failed: A post for those it mentions must name the author of the post it quotes.")


def publish(tx: Tx, author: Account, draft: Draft, settings: Settings) -> Post:
    """Put a draft before its audience. What follows from it is listed in `wiring.py`."""
    draft = signed(tx, author, with_ties(draft))
    admitted = admit(tx, author, draft, settings)
    reading, parent, quoted, credited = admitted.reading, admitted.parent, admitted.quoted, admitted.credited
    visibility = admitted.visibility

    post_id = new_id(draft.at)
    post = Post(
        id=post_id,
        author_id=author.id,
        text=reading.text,
        warning=draft.warning,
        language=draft.language or author.default_language,
        visibility=visibility,
        sensitive=draft.sensitive or bool(draft.warning),
        listed=visibility == "public" and (parent is None or parent.author_id == author.id),
        here=True,
        has_media=bool(draft.media),
        has_poll=draft.poll is not None,
        reply_to_id=parent.id if parent else None,
        reply_to_account_id=parent.author_id if parent else None,
        thread_id=parent.thread_id if parent else post_id,
        boost_of_id=None,
        edited_at=None,
        quote_of_id=quoted.id if quoted else None,
        quote_state="accepted" if quoted else "",
        quote_policy=admitted.quote_policy,
        via_id=credited.id if credited else None,
        card_id=card_wanted(tx, reading, settings) if may_have_card(draft, visibility) else None,
        card_title=admitted.card_title,
        tie=draft.tie,
        tied_to=draft.tied_to,
        tied_url=draft.tied_url,
        byline=draft.byline,
    )
    add_post(tx, post, has_tags=bool(reading.tags), app_id=draft.app_id)
    if draft.writer_id:
        add_writer(tx, post.id, draft.writer_id)
    add_mentions(tx, post.id, [one.id for one in admitted.named.values()])
    bear_tags(tx, post, reading.tags)
    count_link(tx, post, post.card_id)
    if draft.media:
        attach(tx, draft.media, owner_id=author.id, post_id=post.id)
    if draft.poll:
        open_poll(tx, post.id, draft.poll, born(post.id))
    if parent and post.open:
        change_count(tx, parent.id, "replies_count", 1)
    if quoted:
        change_count(tx, quoted.id, "quotes_count", 1)
    if credited and post.open:
        count(tx, credited.id, "credits_count", 1)
    count_post(tx, author.id, post.id, 1)
    tx.rerender("post", post.id)
    tell(tx, "post", post.id, author.id)
    said = published(post, undoable=draft.undoable, names=bool(admitted.named))
    emit(tx, said, chain=post.thread_id)
    send_elsewhere(tx, author, [post.id], draft)
    return post


def send_elsewhere(tx: Tx, author: Account, made: Sequence[int], draft: Draft) -> None:
    """Let what was published go to the outlets that were chosen for it."""
    if draft.outlets:
        emit(tx, SentElsewhere(author.id, tuple(made), draft.outlets, draft.undoable))


def publish_once(tx: Tx, author: Account, key: str, draft: Draft, settings: Settings) -> int:
    """Publish, unless this author's draft with this key was published before; the post's id either way."""
    digest = key_of(key)
    if (before := hold_key(tx, author, digest)) is not None:
        return before
    post = publish(tx, author, draft, settings)
    keep_key(tx, author, digest, post.id)
    return post.id


def key_of(key: str) -> bytes:
    """An idempotency key as it is kept."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def hold_key(tx: Tx, author: Account, digest: bytes) -> int | None:
    """Take an idempotency key, or name the post that was published with it."""
    if tx.run(_HOLD, account_id=author.id, key=digest, post_id=0, at=now()):  # waits for whoever holds it now
        return None
    return int(tx.value(_KEPT, account_id=author.id, of_key=digest))


def keep_key(tx: Tx, author: Account, digest: bytes, post_id: int) -> None:
    """Write down which post was published with a key."""
    tx.run(_KEEP, by=author.id, of_key=digest, made=post_id)


def move_key(tx: Tx, author: Account, waited: int, post_id: int) -> None:
    """A key under which something was planned names the post that came of it."""
    tx.run(_MOVE, by=author.id, waited=waited, made=post_id)


def forget_keys(tx: Tx) -> None:
    """Idempotency keys are kept for a day."""
    tx.run(_FORGET, before=now() - 24 * HOUR)


def audience(draft: Draft, quoted: Post | None) -> str:
    """Who a post is for; one that quotes a post for few is not for more than followers."""
    if quoted is not None and not quoted.open and draft.visibility in ("public", "unlisted"):
        return "followers"
    return draft.visibility


def may_have_card(draft: Draft, visibility: str) -> bool:
    """Whether a page that a post links to may be looked at: nobody outside hears of what is for few."""
    return visibility in ("public", "unlisted") and not draft.media


def check_draft(draft: Draft, settings: Settings) -> Reading:
    """Refuse what cannot be published, with a sentence that says what to change."""
    if draft.visibility not in VISIBILITIES:
        raise Invalid("Validation failed: Visibility is not included in the list")
    with_ties(draft)
    reading = read(draft.text)
    if is_blank(reading.text) and not draft.media:
        raise Invalid("Validation failed: Text can't be blank. A post needs words or media.")
    check_length(reading, draft.warning, settings)
    if draft.outlets and draft.visibility not in ("public", "unlisted"):
        raise Invalid("Only what everybody may read goes elsewhere as well. Nothing was published.")
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
