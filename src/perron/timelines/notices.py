"""Notices: what an account is told of."""

from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, exists, func, or_, select

from perron.kit import json
from perron.kit.ids import born, new_id
from perron.kit.time import DAY, HOUR, now
from perron.posts.visibility import visible_to
from perron.store import Db, Prepared, Tx, among_texts, const, insert_new, tell
from perron.store.paging import Paging
from perron.store.tables import (
    account_domain_blocks,
    accounts,
    blocks,
    follows,
    mutes,
    notices,
    posts,
    thread_mutes,
)
from perron.timelines.mail_owed import owe_mails
from perron.timelines.notice_policy import verdict
from perron.timelines.subscriptions import owe_pushes

TYPES = (
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update"),
    *("quote", "quoted_update", "credit"),
    *("admin.sign_up", "admin.report", "severed_relationships", "moderation_warning"),
)


NOT_POSTS = frozenset((
    *("admin.report", "moderation_warning", "severed_relationships", "added_to_collection", "collection_update"),
))  # fmt: skip
"""Types that are about something else than a post."""


class Notice(NamedTuple):
    """One thing that somebody is told. `about_id`: a post or, by its type, a report, a decision, a severance, a
    collection; 0 is nothing."""

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


_ADD = insert_new(notices, "id", "account_id", "type", "from_id", "about_id", "group_key", "filtered")
_COLUMNS = tuple(notices.c[name] for name in Notice._fields)
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
    cause: int | None = None,
    to_oneself: bool = False,
    outside_at: int | None = None,
) -> None:
    """Tell an account, once, unless it wants to hear nothing from there; or keep it apart, as its policy has it.

    `cause` is the id of what happened: a notice of what is long past (an import) bears its date. Devices and mail wait
    until `outside_at`, for what may yet be taken back.
    """
    if told == by and not to_oneself:
        return
    if tx.value(_REFUSES, told=told, by=by, about=post_id):
        return
    if post_id and tx.value(_VISIBLE, about=post_id, viewer=told) is None:
        return
    answer = verdict(tx, told, type_, by, post_id)
    if answer == "drop":
        return
    past = cause is not None and born(cause) < now() - DAY
    id_ = new_id(born(cause)) if cause is not None and past else new_id()
    apart, key = answer == "filter", _group(id_, type_, post_id)
    made = tx.run(_ADD, id=id_, account_id=told, type=type_, from_id=by, about_id=post_id, group_key=key, filtered=apart)
    if made and not apart:
        tell(tx, "notice", told, id_)
        owe_pushes(tx, id_, told, type_, due=outside_at)
        owe_mails(tx, id_, told, type_, due=outside_at)


def _group(id_: int, type_: str, post_id: int) -> str:
    """Notices that are shown as one: favourites and boosts of a post, follows, within twelve hours."""
    if type_ in ("favourite", "reblog"):
        return f"{type_}-{post_id}-{born(id_) // (12 * HOUR)}"
    if type_ == "follow":
        return f"follow-{born(id_) // (12 * HOUR)}"
    return f"ungrouped-{id_}"


def _page(chosen: bool) -> Prepared:
    """With `chosen`, only the types bound as JSON text `types` and, unless 0, only from one account."""
    unhidden = notices.c.from_id.not_in(select(mutes.c.target_id).where(mutes.c.owner_id == _TOLD))
    stands = exists().where(accounts.c.id == notices.c.from_id, accounts.c.state == const("active"))
    query: Select[Any] = select(*_COLUMNS).where(
        notices.c.account_id == _TOLD,
        notices.c.id < bindparam("below"),
        notices.c.id > bindparam("above"),
        or_(bindparam("filtered_too") == 1, ~notices.c.filtered),
        stands,
        or_(unhidden, notices.c.type == const("poll")),
    )
    if chosen:
        query = query.where(
            among_texts(notices.c.type, "types"),
            or_(bindparam("only_from") == 0, notices.c.from_id == bindparam("only_from")),
        )
    return Prepared(query.order_by(notices.c.id.desc()).limit(bindparam("limit")))


_ALL, _CHOSEN = _page(False), _page(True)
_ASCENDING = Prepared(
    select(notices.c.id)
    .where(notices.c.account_id == _TOLD, notices.c.id > bindparam("above"), notices.c.id < bindparam("below"))
    .order_by(notices.c.id)
    .limit(bindparam("limit"))
)
_ONE = Prepared(select(*_COLUMNS).where(notices.c.account_id == _TOLD, notices.c.id == bindparam("notice_id")))
_CLEAR = Prepared(delete(notices).where(notices.c.account_id == _TOLD))
_DISMISS = Prepared(delete(notices).where(notices.c.account_id == _TOLD, notices.c.id == bindparam("notice_id")))
_ABOUT = Prepared(delete(notices).where(notices.c.about_id == bindparam("about")))
_DROP = Prepared(
    delete(notices).where(
        notices.c.account_id == _TOLD,
        notices.c.type == bindparam("of_type"),
        notices.c.from_id == bindparam("by"),
        notices.c.about_id == bindparam("about"),
    )
)
_DROP_FROM = Prepared(delete(notices).where(notices.c.account_id == _TOLD, notices.c.from_id == bindparam("by")))
_NEWEST = Prepared(select(func.max(notices.c.id)).where(notices.c.account_id == _TOLD, ~notices.c.filtered))
_UNREAD = Prepared(
    select(func.count()).select_from(
        select(notices.c.id)
        .where(notices.c.account_id == _TOLD, notices.c.id > bindparam("above"), ~notices.c.filtered)
        .limit(bindparam("limit"))
        .subquery()
    )
)
_UNREAD_GROUPS = Prepared(
    select(func.count()).select_from(
        select(notices.c.group_key)
        .where(notices.c.account_id == _TOLD, notices.c.id > bindparam("above"), ~notices.c.filtered)
        .distinct()
        .limit(bindparam("limit"))
        .subquery()
    )
)
_NOTIFIED = Prepared(select(follows.c.follower_id).where(follows.c.target_id == bindparam("by"), follows.c.notify))


def notices_page(
    db: Db,
    account_id: int,
    paging: Paging,
    *,
    types: str | None = None,
    only_from: int = 0,
    filtered_too: bool = False,
) -> list[Notice]:
    """A page of an account's notices, newest first. `types` is a JSON list of those wanted."""
    values: dict[str, Any] = {
        "told": account_id,
        "below": paging.below,
        "above": paging.above,
        "limit": paging.limit,
        "filtered_too": int(filtered_too),
    }
    if paging.ascending:
        next_ids = db.column(_ASCENDING, told=account_id, above=paging.above, below=paging.below, limit=paging.limit)
        values |= {"below": (next_ids[-1] if next_ids else paging.above) + 1}
    if types is None and not only_from:
        rows = db.all(_ALL, **values)
    else:
        rows = db.all(_CHOSEN, **values, types=types or json.encode_text(TYPES), only_from=only_from)
    return [Notice(*row) for row in rows]


def find_notice(db: Db, account_id: int, notice_id: int) -> Notice | None:
    """One of an account's own notices."""
    row = db.one(_ONE, told=account_id, notice_id=notice_id)
    return Notice(*row) if row else None


def clear_notices(tx: Tx, account_id: int) -> None:
    tx.run(_CLEAR, told=account_id)


def dismiss_notice(tx: Tx, account_id: int, notice_id: int) -> None:
    tx.run(_DISMISS, told=account_id, notice_id=notice_id)


def drop_notice(tx: Tx, told: int, type_: str, by: int, post_id: int = 0) -> None:
    """Take a notice back, as when a favourite is."""
    tx.run(_DROP, told=told, of_type=type_, by=by, about=post_id)


def drop_notices_about(tx: Tx, post_id: int) -> None:
    """Take back every notice about a post that is gone."""
    tx.run(_ABOUT, about=post_id)


def drop_notices_from(tx: Tx, told: int, by: int) -> None:
    """Take back every notice from an account, as when it is blocked."""
    tx.run(_DROP_FROM, told=told, by=by)


def newest_notice(db: Db, account_id: int) -> int:
    """The id of the newest notice, whoever it is from (muted since, or gone); 0 when there is none."""
    return int(db.value(_NEWEST, told=account_id) or 0)


def unread_count(db: Db, account_id: int, above: int, limit: int = 100) -> int:
    """How many notices are newer than the one with this id, up to a limit."""
    return int(db.value(_UNREAD, told=account_id, above=above, limit=limit))


def unread_groups(db: Db, account_id: int, above: int, limit: int = 100) -> int:
    """As `unread_count`, where notices that are shown as one count as one."""
    return int(db.value(_UNREAD_GROUPS, told=account_id, above=above, limit=limit))


def who_asked_for_posts(db: Db, account_id: int) -> list[int]:
    """Followers who wish to be told of each post of an account."""
    return db.column(_NOTIFIED, by=account_id)
