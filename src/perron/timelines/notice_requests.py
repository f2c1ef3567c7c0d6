"""Who is kept apart until an account looks: one request for each, from the first notice that was kept apart until they
are let through or dismissed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, delete, func, or_, select, update

from perron.kit.ids import new_id
from perron.store import Db, Prepared, Tx, among, const, insert_new, tell
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, notice_permissions, notice_requests, notices


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who is kept apart: how many notices, the newest of them, and their last words (0: none)."""

    id: int
    from_id: int
    count: int
    newest_id: int
    post_id: int


_TOLD: Any = bindparam("told")
_words = or_(*(notices.c.type == const(one) for one in ("mention", "quote", "credit")))
_apart = notice_requests.join(
    notices,
    (notices.c.account_id == notice_requests.c.account_id)
    & (notices.c.from_id == notice_requests.c.from_id)
    & notices.c.filtered,
).join(accounts, (accounts.c.id == notice_requests.c.from_id) & (accounts.c.state == const("active")))


def _requests() -> Select[Any]:
    return (
        select(
            notice_requests.c.id,
            notice_requests.c.from_id,
            func.count(),
            func.max(notices.c.id),
            func.max(case((_words, notices.c.about_id), else_=0)),
        )
        .select_from(_apart)
        .where(notice_requests.c.account_id == _TOLD)
        .group_by(notice_requests.c.id, notice_requests.c.from_id)
    )


_PAGE = Paged(_requests(), notice_requests.c.id)
_SOME = Prepared(_requests().where(among(notice_requests.c.id)))
_SUMMARY = Prepared(
    select(func.count(notices.c.from_id.distinct()), func.count())
    .select_from(_apart)
    .where(notice_requests.c.account_id == _TOLD)
)
_PERMIT = insert_new(notice_permissions, "account_id", "from_id", "id")
_LET_IN = Prepared(
    update(notices)
    .where(notices.c.account_id == _TOLD, among(notices.c.from_id), notices.c.filtered)
    .values(filtered=False)
)
_DISMISS = Prepared(delete(notices).where(notices.c.account_id == _TOLD, among(notices.c.from_id), notices.c.filtered))
_END = Prepared(delete(notice_requests).where(notice_requests.c.account_id == _TOLD, among(notice_requests.c.from_id)))


def requests_page(db: Db, account_id: int, paging: Paging) -> list[Request]:
    """A page of those who are kept apart; whoever was so last comes first."""
    return [Request(*row) for row in _PAGE.rows(db, paging, told=account_id)]


def find_requests(db: Db, account_id: int, ids: Sequence[int]) -> list[Request]:
    """Those of an account's requests that have these ids."""
    return [Request(*row) for row in db.all(_SOME, told=account_id, ids=db.id_list(ids))]


def how_many_apart(db: Db, account_id: int) -> tuple[int, int]:
    """How many people are kept apart, and how many notices."""
    people, told = db.one(_SUMMARY, told=account_id) or (0, 0)
    return int(people), int(told)


def let_through(tx: Tx, account_id: int, from_ids: Sequence[int]) -> None:
    """Be told of what some people do from now on, whatever the policy; what was kept apart joins the notices."""
    for from_id in from_ids:
        tx.run(_PERMIT, account_id=account_id, from_id=from_id, id=new_id())
    ids = tx.id_list(from_ids)
    merged = tx.run(_LET_IN, told=account_id, ids=ids)
    tx.run(_END, told=account_id, ids=ids)
    if merged:
        tell(tx, "notices_merged", account_id)


def dismiss_apart(tx: Tx, account_id: int, from_ids: Sequence[int]) -> None:
    """Forget what some people did while kept apart; they are not told."""
    for statement in (_DISMISS, _END):
        tx.run(statement, told=account_id, ids=tx.id_list(from_ids))
