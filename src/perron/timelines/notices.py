"""Notices: what an account is told of."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, exists, func, or_, select

from perron.kit.ids import born, new_id
from perron.kit.time import DAY, HOUR, now
from perron.posts.visibility import visible_to
from perron.store import Db, Prepared, Tx, among, const, insert_new, tell
from perron.store.tables import (
    account_domain_blocks,
    accounts,
    blocks,
    follows,
    mutes,
    notice_requests,
    notices,
    posts,
    thread_mutes,
)
from perron.timelines.mail_owed import owe_mails
from perron.timelines.notice_policy import verdict
from perron.timelines.subscriptions import owe_pushes

TYPES: tuple[str, ...] = (
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update"),
    *("quote", "quoted_update", "credit", "added_to_collection", "collection_update", "story"),
    *("admin.sign_up", "admin.report", "severed_relationships", "moderation_warning"),
)
FOR_STAFF = ("admin.sign_up", "admin.report")
"""Types that only those who look after the server are told."""
GROUPED = ("favourite", "reblog", "follow", "admin.sign_up")
"""Types that are told as one when they are about the same and within twelve hours."""
SPAN = 12 * HOUR
NOT_POSTS = frozenset((
    *("admin.report", "moderation_warning", "severed_relationships", "added_to_collection", "collection_update"),
    "story",
))  # fmt: skip
"""Types that are about something else than a post."""
RENEWED = ("update", "quoted_update", "collection_update")
"""Types of which the newest notice takes the place of the one before."""


class Notice(NamedTuple):
    """One thing that somebody is told. `about_id`: a post or, by its type, a report, a decision, a severance, a
    collection, a story; 0 is nothing."""

    id: int
    account_id: int
    type: str
    from_id: int
    about_id: int
    group_key: str
    filtered: bool

    @property
    def post_id(self) -> int:
        """The post that it is about, or 0."""
        return 0 if self.type in NOT_POSTS else self.about_id


COLUMNS = tuple(notices.c[name] for name in Notice._fields)
_ADD = insert_new(notices, *Notice._fields)
_KEEP_APART = insert_new(notice_requests, "account_id", "from_id", "id")
_TOLD: Any = bindparam("told")
_REFUSES = Prepared(
    select(
        or_(
            exists().where(blocks.c.owner_id == _TOLD, blocks.c.target_id == bindparam("by")),
            exists().where(blocks.c.owner_id == bindparam("by"), blocks.c.target_id == _TOLD),
            exists().where(mutes.c.owner_id == _TOLD, mutes.c.target_id == bindparam("by"), mutes.c.notices),
            exists().where(
                account_domain_blocks.c.owner_id == _TOLD,
                account_domain_blocks.c.domain == accounts.c.domain,
                accounts.c.id == bindparam("by"),
            ),
            exists().where(
                thread_mutes.c.account_id == _TOLD,
                thread_mutes.c.thread_id == posts.c.thread_id,
                posts.c.id == bindparam("about"),
            ),
            ~exists().where(accounts.c.id == _TOLD, accounts.c.domain.is_(None), accounts.c.state == const("active")),
        )
    )
)
_VISIBLE = Prepared(select(posts.c.id).where(posts.c.id == bindparam("about"), visible_to(bindparam("viewer"))))


def notify(
    tx: Tx,
    told: int,
    type_: str,
    by: int,
    post_id: int = 0,
    *,
    about_id: int = 0,
    cause: int | None = None,
    to_oneself: bool = False,
    outside_at: int | None = None,
) -> None:
    """Tell an account, once, unless it wants to hear nothing from there; or keep it apart, as its policy has it.

    It is about a post, or about something else (`about_id`, see `NOT_POSTS`). `cause` is the id of what happened: a
    notice of what is long past (an import) bears its date. Devices and mail wait until `outside_at`, for what may yet
    be taken back.
    """
    if told == by and not to_oneself:
        return
    if tx.value(_REFUSES, told=told, by=by, about=post_id):
        return
    if post_id and tx.value(_VISIBLE, about=post_id, viewer=told) is None:
        return
    if type_ in RENEWED:
        drop_notice(tx, told, type_, by, post_id or about_id)
    answer = verdict(tx, told, type_, by, post_id)
    if answer == "drop":
        return
    past = cause is not None and born(cause) < now() - DAY
    id_ = new_id(born(cause)) if cause is not None and past else new_id()
    apart, about = answer == "filter", post_id or about_id
    made = tx.run(_ADD, **Notice(id_, told, type_, by, about, group_key(id_, type_, about), apart)._asdict())
    if made and apart:
        tx.run(_KEEP_APART, account_id=told, from_id=by, id=id_)
    elif made:
        tell(tx, "notice", told, id_)
        owe_pushes(tx, id_, told, type_, due=outside_at)
        owe_mails(tx, id_, told, type_, due=outside_at)


def group_key(id_: int, type_: str, about_id: int) -> str:
    """What notices that are told as one have in common: favourites and boosts of a post, follows, sign-ups."""
    if type_ not in GROUPED:
        return f"ungrouped-{id_}"
    about = f"-{about_id}" if about_id else ""
    return f"{type_}{about}-{born(id_) // SPAN}"


_ONE = Prepared(select(*COLUMNS).where(notices.c.account_id == _TOLD, notices.c.id == bindparam("notice_id")))
_CLEAR = [Prepared(delete(table).where(table.c.account_id == _TOLD)) for table in (notices, notice_requests)]
_DISMISS = Prepared(delete(notices).where(notices.c.account_id == _TOLD, among(notices.c.id)))
_ABOUT = Prepared(delete(notices).where(notices.c.about_id == bindparam("about")))
_DROP = Prepared(
    delete(notices).where(
        notices.c.account_id == _TOLD,
        notices.c.type == bindparam("of_type"),
        notices.c.from_id == bindparam("by"),
        notices.c.about_id == bindparam("about"),
    )
)
_DROP_FROM = [
    Prepared(delete(table).where(table.c.account_id == _TOLD, table.c.from_id == bindparam("by")))
    for table in (notices, notice_requests)
]
_NEWEST = Prepared(select(func.max(notices.c.id)).where(notices.c.account_id == _TOLD, ~notices.c.filtered))
_NOTIFIED = Prepared(select(follows.c.follower_id).where(follows.c.target_id == bindparam("by"), follows.c.notify))


def find_notice(db: Db, account_id: int, notice_id: int) -> Notice | None:
    """One of an account's own notices."""
    row = db.one(_ONE, told=account_id, notice_id=notice_id)
    return Notice(*row) if row else None


def clear_notices(tx: Tx, account_id: int) -> None:
    """Forget everything an account was told, and whom it keeps apart."""
    for statement in _CLEAR:
        tx.run(statement, told=account_id)


def dismiss_notices(tx: Tx, account_id: int, ids: Sequence[int]) -> None:
    """Forget some of an account's notices."""
    tx.run(_DISMISS, told=account_id, ids=tx.id_list(ids))


def drop_notice(tx: Tx, told: int, type_: str, by: int, about_id: int = 0) -> None:
    """Take a notice back, as when a favourite is."""
    tx.run(_DROP, told=told, of_type=type_, by=by, about=about_id)


def drop_notices_about(tx: Tx, about_id: int) -> None:
    """Take back every notice about a post, or a collection, that is gone."""
    tx.run(_ABOUT, about=about_id)


def drop_notices_from(tx: Tx, told: int, by: int) -> None:
    """Take back every notice from an account, as when it is blocked."""
    for statement in _DROP_FROM:
        tx.run(statement, told=told, by=by)


def newest_notice(db: Db, account_id: int) -> int:
    """The id of the newest notice, whoever it is from (muted since, or gone); 0 when there is none."""
    return int(db.value(_NEWEST, told=account_id) or 0)


def who_asked_for_posts(db: Db, account_id: int) -> list[int]:
    """Followers who wish to be told of each post of an account."""
    return db.column(_NOTIFIED, by=account_id)
