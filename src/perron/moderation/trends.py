"""What moderators say of things that people talk about: tags, posts, pages, the sites these are on, and authors."""

from perron.kit.errors import Invalid, NotFound
from perron.kit.settings import Settings
from perron.moderation.audit import record
from perron.moderation.model import Moderator
from perron.moderation.permit import must_moderate
from perron.people.queries import find_account
from perron.posts.cards import card_as_stored
from perron.posts.queries import post_as_stored
from perron.posts.tag_state import TagState, change_tag_state, tag_as_stored
from perron.posts.trends_review import find_publisher, judge, say
from perron.store import Db, Tx
from perron.text.tags import fold


def review(tx: Tx, by: Moderator, kind: str, subject_id: int, settings: Settings, *, allowed: bool) -> None:
    """Say whether something may be shown among what people talk about: a tag, post, link, publisher or account. It
    holds at once, and also when it is talked about again."""
    must_moderate(by)
    label = _label(tx, kind, subject_id)
    say(tx, kind, subject_id, allowed=allowed)
    judge(tx, settings.trends)
    record(tx, by.account_id, "approve_trend" if allowed else "reject_trend", kind, subject_id, label)


def _label(db: Db, kind: str, subject_id: int) -> str:
    """How a thing is called in the audit; NotFound when there is none."""
    if kind == "tag":
        tag = tag_as_stored(db, subject_id)
        label = f"#{tag.name}" if tag else ""
    elif kind == "post":
        post = post_as_stored(db, subject_id)
        author = find_account(db, post.author_id) if post and post.visibility == "public" else None
        label = f"@{author.handle}" if author else ""
    elif kind == "link":
        card = card_as_stored(db, subject_id)
        label = card.url if card else ""
    elif kind == "publisher":
        label = find_publisher(db, subject_id) or ""
    else:
        account = find_account(db, subject_id) if kind == "account" else None
        label = f"@{account.handle}" if account and account.state != "deleted" else ""
    if not label:
        raise NotFound
    return label


def change_tag(
    tx: Tx,
    by: Moderator,
    tag_id: int,
    settings: Settings,
    *,
    name: str | None = None,
    usable: bool | None = None,
    listable: bool | None = None,
    trendable: bool | None = None,
) -> TagState:
    """Decide about a tag: how it is written, whether new posts may bear it, whether it is found and suggested, and
    whether it may be shown among what people talk about. What is None stays as it is."""
    must_moderate(by)
    tag = tag_as_stored(tx, tag_id)
    if tag is None:
        raise NotFound
    if name is not None and fold(name) != tag.key:
        raise Invalid(
            "Validation failed: Display name must be the same letters as the tag; only their case may differ."
        )

    new = TagState(
        tag.id,
        tag.key,
        tag.name if name is None else name,
        tag.usable if usable is None else usable,
        tag.listable if listable is None else listable,
    )
    if new != tag:
        change_tag_state(tx, new)
        detail = {
            key: getattr(new, key) for key in ("name", "usable", "listable") if getattr(new, key) != getattr(tag, key)
        }
        record(tx, by.account_id, "change_tag", "tag", tag.id, f"#{new.name}", **detail)
    if trendable is not None:
        review(tx, by, "tag", tag.id, settings, allowed=trendable)
    else:
        judge(tx, settings.trends)
    return new
