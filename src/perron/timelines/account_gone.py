"""When an account is deleted, nothing is kept of how it read."""

from typing import Any

from sqlalchemy import Table, bindparam, delete, or_, select

from perron.store import Prepared, Tx
from perron.store.tables import (
    conversations,
    filter_posts,
    filter_words,
    filters,
    list_members,
    lists,
    markers,
    notice_permissions,
    notice_policies,
    notice_requests,
    notices,
    push_subscriptions,
    tag_follows,
)

_GONE: Any = bindparam("gone")


def _inside(table: Table, of: Table, column: str, owner: str) -> Prepared:
    return Prepared(delete(table).where(table.c[column].in_(select(of.c.id).where(of.c[owner] == _GONE))))


_FORGET = [
    _inside(filter_words, filters, "filter_id", "account_id"),
    _inside(filter_posts, filters, "filter_id", "account_id"),
    _inside(list_members, lists, "list_id", "owner_id"),
    *(
        Prepared(delete(table).where(table.c[column] == _GONE))
        for table, column in (
            (filters, "account_id"),
            (lists, "owner_id"),
            (list_members, "account_id"),
            (markers, "account_id"),
            (notice_policies, "account_id"),
            (notice_permissions, "account_id"),
            (notice_permissions, "from_id"),
            (notice_requests, "account_id"),
            (notice_requests, "from_id"),
            (conversations, "account_id"),
            (tag_follows, "account_id"),
            (push_subscriptions, "account_id"),
        )
    ),
    Prepared(delete(notices).where(or_(notices.c.account_id == _GONE, notices.c.from_id == _GONE))),
]


def forget_reader(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: its lists, filters, markers, notices, conversations and devices are gone."""
    for statement in _FORGET:
        tx.run(statement, gone=event["account_id"])
