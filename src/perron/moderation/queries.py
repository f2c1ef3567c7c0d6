"""Reading and writing reports, strikes and appeals, one statement a function."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, update

from perron.kit import json
from perron.kit.ids import first_id_at, new_id
from perron.kit.time import now
from perron.moderation.model import Appeal, Note, Report, Strike
from perron.people.model import Account
from perron.people.queries import ACCOUNT
from perron.store import Db, Prepared, Tx, among, const, insert
from perron.store.paging import Paged, Paging
from perron.store.tables import accounts, appeals, memberships, posts, report_notes, reports, strikes, users

_REPORT = tuple(reports.c[name] for name in Report._fields)
_STRIKE = tuple(strikes.c[name] for name in Strike._fields)
_APPEAL = tuple(appeals.c[name] for name in Appeal._fields)
_NOTE = tuple(report_notes.c[name] for name in Note._fields)

# -- reports -----------------------------------------------------------------------------------------------------------

_ADD_REPORT = insert(reports, "id", "reporter_id", "target_id", "category", "comment", "rules", "posts")
_FIND_REPORT = Prepared(select(*_REPORT).where(reports.c.id == bindparam("report_id")))
_open = reports.c.state == const("open")
_QUEUES = {
    "open": Paged(select(*_REPORT).where(_open), reports.c.id),
    "mine": Paged(select(*_REPORT).where(_open, reports.c.taken_by == bindparam("by")), reports.c.id),
    "closed": Paged(select(*_REPORT).where(reports.c.state == const("closed")), reports.c.id),
}
_SOUGHT = Paged(
    select(*_REPORT).where(
        reports.c.state == bindparam("is_state"),
        or_(bindparam("any_reporter") == 1, reports.c.reporter_id == bindparam("by_account")),
        or_(bindparam("any_target") == 1, reports.c.target_id == bindparam("of_account")),
    ),
    reports.c.id,
)
_COUNTS = {
    "open": Prepared(select(func.count()).select_from(reports).where(_open)),
    "mine": Prepared(select(func.count()).select_from(reports).where(_open, reports.c.taken_by == bindparam("by"))),
}
_REPORTS_ABOUT = Paged(select(*_REPORT).where(reports.c.target_id == bindparam("of_account")), reports.c.id)
_SOME_REPORTS = Prepared(select(*_REPORT).where(among(reports.c.id)))
_OPEN_ABOUT = Prepared(
    select(reports.c.id).where(reports.c.target_id == bindparam("of_account"), _open).order_by(reports.c.id)
)
_COUNT_ABOUT = Prepared(
    select(reports.c.state, func.count())
    .where(reports.c.target_id == bindparam("of_account"))
    .group_by(reports.c.state)
)
_COUNT_BY = Prepared(select(func.count()).select_from(reports).where(reports.c.reporter_id == bindparam("of_account")))
_TAKE = Prepared(update(reports).where(reports.c.id == bindparam("report_id")).values(taken_by=bindparam("taken")))
_CLOSE = Prepared(
    update(reports)
    .where(reports.c.id == bindparam("report_id"), _open)
    .values(state="closed", closed_by=bindparam("by"), closed_at=bindparam("at"))
)
_REOPEN = Prepared(
    update(reports)
    .where(reports.c.id == bindparam("report_id"), reports.c.state == const("closed"))
    .values(state="open", closed_by=None, closed_at=None)
)
_CLASSIFY = Prepared(
    update(reports)
    .where(reports.c.id == bindparam("report_id"))
    .values(category=bindparam("is_now"), rules=bindparam("broken"))
)
_ADD_NOTE = insert(report_notes, "id", "report_id", "by_id", "text")
_NOTES = Prepared(select(*_NOTE).where(report_notes.c.report_id == bindparam("report_id")).order_by(report_notes.c.id))


def add_report(
    tx: Tx, by: int, target_id: int, category: str, comment: str, rules: Sequence[int], post_ids: Sequence[int]
) -> Report:
    id_ = new_id()
    tx.run(
        _ADD_REPORT,
        id=id_,
        reporter_id=by,
        target_id=target_id,
        category=category,
        comment=comment,
        rules=json.encode_text([*rules]),
        posts=json.encode_text([*post_ids]),
    )
    return Report(id_, by, target_id, category, comment, [*rules], [*post_ids], "open", None, None, None)


def report_as_stored(db: Db, report_id: int) -> Report | None:
    """A report; whoever asks has seen that it is a moderator who does."""
    row = db.one(_FIND_REPORT, report_id=report_id)
    return _report(row) if row else None


def reports_as_stored(db: Db, ids: Iterable[int]) -> dict[int, Report]:
    """Several reports, by id."""
    return {row[0]: _report(row) for row in db.all(_SOME_REPORTS, ids=db.id_list(tuple(ids)))}


def reports_page(db: Db, queue: str, paging: Paging, *, by: int) -> list[Report]:
    """A page of the open reports, of those that `by` has taken, or of the closed ones; newest first."""
    values = {"by": by} if queue == "mine" else {}
    return [_report(row) for row in _QUEUES[queue].rows(db, paging, **values)]


def reports_sought(
    db: Db, paging: Paging, *, state: str, by: int | None = None, about: int | None = None
) -> list[Report]:
    """A page of the open or the closed reports, newest first: all, those of a reporter, those about an account."""
    given = {"any_reporter": int(by is None), "by_account": by or 0, "any_target": int(about is None)}
    rows = _SOUGHT.rows(db, paging, is_state=state, of_account=about or 0, **given)
    return [_report(row) for row in rows]


def count_reports(db: Db, *, by: int) -> dict[str, int]:
    """How many reports are open, and how many of them `by` has taken."""
    return {"open": int(db.value(_COUNTS["open"])), "mine": int(db.value(_COUNTS["mine"], by=by))}


def reports_about(db: Db, account_id: int, paging: Paging) -> list[Report]:
    """A page of the reports about an account, newest first."""
    return [_report(row) for row in _REPORTS_ABOUT.rows(db, paging, of_account=account_id)]


def open_reports_about(db: Db, account_id: int) -> list[int]:
    """Ids of the reports about an account that wait for an answer, oldest first."""
    return db.column(_OPEN_ABOUT, of_account=account_id)


def count_reports_about(db: Db, account_id: int) -> dict[str, int]:
    """How many reports about an account are open, and how many closed."""
    return {"open": 0, "closed": 0} | {row[0]: int(row[1]) for row in db.all(_COUNT_ABOUT, of_account=account_id)}


def count_reports_by(db: Db, account_id: int) -> int:
    """How many reports an account has made."""
    return int(db.value(_COUNT_BY, of_account=account_id))


def change_taken(tx: Tx, report_id: int, by: int | None) -> None:
    """Note who looks after a report, or that nobody does."""
    tx.run(_TAKE, report_id=report_id, taken=by)


def change_closed(tx: Tx, report_id: int, by: int) -> bool:
    """Close a report; False when it was closed already."""
    return tx.run(_CLOSE, report_id=report_id, by=by, at=now()) > 0


def change_reopened(tx: Tx, report_id: int) -> bool:
    """Open a report again; False when it is open."""
    return tx.run(_REOPEN, report_id=report_id) > 0


def change_class(tx: Tx, report_id: int, category: str, rules: Sequence[int]) -> None:
    """Note what a report is about."""
    tx.run(_CLASSIFY, report_id=report_id, is_now=category, broken=json.encode_text([*rules]))


def add_note(tx: Tx, report_id: int, by: int, text: str) -> None:
    tx.run(_ADD_NOTE, id=new_id(), report_id=report_id, by_id=by, text=text)


def notes_of(db: Db, report_id: int) -> list[Note]:
    """What moderators told each other about a report, oldest first."""
    return [Note(*row) for row in db.all(_NOTES, report_id=report_id)]


def _report(row: tuple[Any, ...]) -> Report:
    return Report(*row)._replace(rules=json.decode(row[5]), posts=json.decode(row[6]))


# -- strikes -----------------------------------------------------------------------------------------------------------

_ADD_STRIKE = insert(strikes, "id", "target_id", "by_id", "report_id", "action", "text", "rules", "posts")
_FIND_STRIKE = Prepared(select(*_STRIKE).where(strikes.c.id == bindparam("strike_id")))
_STRIKES_ABOUT = Paged(select(*_STRIKE).where(strikes.c.target_id == bindparam("of_account")), strikes.c.id)
_STRIKES = Prepared(select(*_STRIKE).where(among(strikes.c.id)))
_STANDING = Prepared(
    select(strikes.c.id).where(
        strikes.c.target_id == bindparam("of_account"),
        strikes.c.action == bindparam("of_action"),
        strikes.c.undone_at.is_(None),
    )
)
_UNDO = Prepared(
    update(strikes)
    .where(strikes.c.id == bindparam("strike_id"), strikes.c.undone_at.is_(None))
    .values(undone_at=bindparam("at"))
)


def add_strike(
    tx: Tx,
    target_id: int,
    by: int,
    action: str,
    text: str,
    *,
    rules: Sequence[tuple[int, str]],
    about: Sequence[tuple[int, str]] = (),
    report_id: int | None = None,
) -> Strike:
    id_ = new_id()
    tx.run(
        _ADD_STRIKE,
        id=id_,
        target_id=target_id,
        by_id=by,
        report_id=report_id,
        action=action,
        text=text,
        rules=json.encode_text(rules),
        posts=json.encode_text(about),
    )
    return Strike(id_, target_id, by, report_id, action, text, [*rules], [*about], None)


def strike_as_stored(db: Db, strike_id: int) -> Strike | None:
    """A decision; whoever asks has seen that it is a moderator who does, or the person whom it concerns."""
    row = db.one(_FIND_STRIKE, strike_id=strike_id)
    return _strike(row) if row else None


def strikes_as_stored(db: Db, ids: Iterable[int]) -> dict[int, Strike]:
    """Several decisions, by id."""
    return {row[0]: _strike(row) for row in db.all(_STRIKES, ids=db.id_list(tuple(ids)))}


def strikes_about(db: Db, account_id: int, paging: Paging) -> list[Strike]:
    """A page of what was decided about an account, newest first."""
    return [_strike(row) for row in _STRIKES_ABOUT.rows(db, paging, of_account=account_id)]


def standing_strikes(db: Db, account_id: int, action: str) -> list[int]:
    """Ids of the decisions of one kind about an account that nobody has undone."""
    return db.column(_STANDING, of_account=account_id, of_action=action)


def change_undone(tx: Tx, strike_id: int) -> bool:
    """Note that a decision no longer stands; False when it did not."""
    return tx.run(_UNDO, strike_id=strike_id, at=now()) > 0


def _strike(row: tuple[Any, ...]) -> Strike:
    rules, about = ([(int(id_), str(text)) for id_, text in json.decode(column)] for column in row[6:8])
    return Strike(*row)._replace(rules=rules, posts=about)


# -- appeals -----------------------------------------------------------------------------------------------------------

_ADD_APPEAL = insert(appeals, "id", "strike_id", "account_id", "text")
_FIND_APPEAL = Prepared(select(*_APPEAL).where(appeals.c.id == bindparam("appeal_id")))
_APPEALS_OF = Prepared(select(*_APPEAL).where(among(appeals.c.strike_id)))
_waits = appeals.c.state == const("open")
_APPEALS = {
    "open": Paged(select(*_APPEAL).where(_waits), appeals.c.id),
    "closed": Paged(select(*_APPEAL).where(~_waits), appeals.c.id),
}
_COUNT_APPEALS = Prepared(select(func.count()).select_from(appeals).where(_waits))
_ANSWER = Prepared(
    update(appeals)
    .where(appeals.c.id == bindparam("appeal_id"), appeals.c.state == const("open"))
    .values(
        state=bindparam("becomes"), decided_by=bindparam("by"), decided_at=bindparam("at"), answer=bindparam("words")
    )
)


def add_appeal(tx: Tx, strike_id: int, account_id: int, text: str) -> Appeal:
    id_ = new_id()
    tx.run(_ADD_APPEAL, id=id_, strike_id=strike_id, account_id=account_id, text=text)
    return Appeal(id_, strike_id, account_id, text, "open", None, None, "")


def appeal_as_stored(db: Db, appeal_id: int) -> Appeal | None:
    """An appeal; whoever asks has seen that it is a moderator who does."""
    row = db.one(_FIND_APPEAL, appeal_id=appeal_id)
    return Appeal(*row) if row else None


def appeals_of(db: Db, strike_ids: Iterable[int]) -> dict[int, Appeal]:
    """The appeals against these decisions, by the decision's id."""
    found = [Appeal(*row) for row in db.all(_APPEALS_OF, ids=db.id_list(tuple(strike_ids)))]
    return {one.strike_id: one for one in found}


def appeals_page(db: Db, state: str, paging: Paging) -> list[Appeal]:
    """A page of the appeals that wait (`open`) or were answered (`closed`), newest first."""
    return [Appeal(*row) for row in _APPEALS[state].rows(db, paging)]


def count_open_appeals(db: Db) -> int:
    """How many appeals wait for an answer."""
    return int(db.value(_COUNT_APPEALS))


def change_answered(tx: Tx, appeal_id: int, by: int, *, state: str, words: str) -> bool:
    """Answer an appeal; False when it was answered already."""
    return tx.run(_ANSWER, appeal_id=appeal_id, becomes=state, by=by, at=now(), words=words) > 0


# -- who may decide, and whom they decide about ------------------------------------------------------------------------

_ROLES = Prepared(
    select(users.c.id, users.c.role)
    .join(memberships, memberships.c.user_id == users.c.id)
    .where(memberships.c.account_id == bindparam("of_account"))
)
_BEHIND = Prepared(
    select(*ACCOUNT)
    .join(memberships, memberships.c.account_id == accounts.c.id)
    .where(
        memberships.c.user_id == bindparam("of_user"),
        memberships.c.role == const("owner"),
        accounts.c.state != const("deleted"),
    )
    .order_by(accounts.c.id)
)
_STAFF = Prepared(
    select(memberships.c.account_id, users.c.role)
    .join(users, users.c.id == memberships.c.user_id)
    .join(accounts, accounts.c.id == memberships.c.account_id)
    .where(
        or_(users.c.role == const("moderator"), users.c.role == const("admin"), users.c.role == const("owner")),
        users.c.state == const("active"),
        accounts.c.kind == const("person"),
        memberships.c.role == const("owner"),
    )
    .order_by(memberships.c.account_id)
)
_EVIDENCE = Prepared(
    select(
        *(posts.c[name] for name in ("id", "author_id", "visibility", "text", "html", "warning", "sensitive")),
        *(posts.c.has_media, posts.c.boost_of_id),
    ).where(among(posts.c.id))
)


def accounts_behind(db: Db, user_id: int) -> list[Account]:
    """The accounts that are a user's own, also those that were suspended."""
    return [Account(*row) for row in db.all(_BEHIND, of_user=user_id)]


def roles_behind(db: Db, account_id: int) -> dict[int, str]:
    """The users who act for an account, and the role of each on this server."""
    return {row[0]: row[1] for row in db.all(_ROLES, of_account=account_id)}


def staff(db: Db) -> list[int]:
    """The accounts of the people who look after this server."""
    return db.column(_STAFF)


def evidence(db: Db, post_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Posts as moderators read them when somebody pointed at them, whoever they were for; by id."""
    names = ("id", "author_id", "visibility", "text", "html", "warning", "sensitive", "has_media", "boost_of_id")
    rows = db.all(_EVIDENCE, ids=db.id_list(tuple(post_ids)))
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


# -- what goes with an account -----------------------------------------------------------------------------------------

_GONE: Any = bindparam("gone")
_FORGET = [
    Prepared(delete(appeals).where(appeals.c.account_id == _GONE)),
    Prepared(delete(strikes).where(strikes.c.target_id == _GONE)),
    Prepared(
        delete(report_notes).where(
            report_notes.c.report_id.in_(
                select(reports.c.id).where(or_(reports.c.target_id == _GONE, reports.c.reporter_id == _GONE))
            )
        )
    ),
    Prepared(delete(reports).where(or_(reports.c.target_id == _GONE, reports.c.reporter_id == _GONE))),
]


def forget_reports(tx: Tx, event: dict[str, Any]) -> None:
    """After `AccountDeleted`: reports about it and by it, decisions and appeals are gone; the audit stays."""
    for statement in _FORGET:
        tx.run(statement, gone=event["account_id"])


# -- accounts, as moderators look for them -----------------------------------------------------------------------------

NEW = 7
"""Days for which an account counts as new."""
_FACTS = (
    *(accounts.c[name] for name in ("id", "handle", "display_name", "state", "silenced", "sensitized", "kind")),
    *(accounts.c[name] for name in ("last_post_at", "posts_count", "followers_count", "following_count")),
    *(users.c.id.label("user_id"), users.c.email, users.c.role, users.c.state.label("user_state"), users.c.reason),
    *(users.c.locale, users.c.seen_at),
)
_first = (
    select(func.min(memberships.c.user_id))
    .where(memberships.c.account_id == accounts.c.id)
    .correlate(accounts)
    .scalar_subquery()
)
_people = (
    select(*_FACTS)
    .select_from(accounts)
    .outerjoin(users, users.c.id == _first)
    .where(accounts.c.state != const("deleted"))
)
_found = or_(
    bindparam("any_name") == 1,
    accounts.c.handle.like(bindparam("like"), escape="!"),
    func.lower(accounts.c.display_name).like(bindparam("like"), escape="!"),
    users.c.email == bindparam("exactly"),
)
FILTERS = ("all", "waiting", "limited", "suspended", "disabled", "new")
_PEOPLE = {
    "all": Paged(_people.where(_found), accounts.c.id),
    "waiting": Paged(_people.where(_found, users.c.state == const("pending")), accounts.c.id),
    "limited": Paged(_people.where(_found, accounts.c.silenced), accounts.c.id),
    "suspended": Paged(_people.where(_found, accounts.c.state == const("suspended")), accounts.c.id),
    "disabled": Paged(_people.where(_found, users.c.state == const("disabled")), accounts.c.id),
    "new": Paged(_people.where(_found, accounts.c.domain.is_(None), accounts.c.id > bindparam("since")), accounts.c.id),
}
_FACTS_OF = Prepared(_people.where(accounts.c.id == bindparam("of_account")))
_WAITING = Prepared(select(func.count()).select_from(users).where(users.c.state == const("pending")))


def people_page(db: Db, chosen: str, paging: Paging, *, part: str = "") -> list[dict[str, Any]]:
    """A page of accounts, newest first: those of a filter whose name or handle has `part` in it, or whose user signs in
    with just that e-mail address."""
    wanted = part.lower().removeprefix("@")
    for special in "!%_":
        wanted = wanted.replace(special, f"!{special}")
    values: dict[str, Any] = {"any_name": int(not part), "like": f"%{wanted}%", "exactly": part.lower()}
    if chosen == "new":
        values["since"] = first_id_at(now() - NEW * 24 * 3_600_000)
    return [_facts(row) for row in _PEOPLE[chosen].rows(db, paging, **values)]


def facts_of(db: Db, account_id: int) -> dict[str, Any] | None:
    """What moderators may know of an account: nothing of what it reads, keeps or writes in private."""
    row = db.one(_FACTS_OF, of_account=account_id)
    return _facts(row) if row else None


def count_waiting(db: Db) -> int:
    """How many sign-ups wait for approval."""
    return int(db.value(_WAITING))


def _facts(row: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip((column.key for column in _FACTS), row, strict=True))
