"""Submissions as they are kept, one statement each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select, update

from perron.jobs import Event, emit
from perron.kit import json
from perron.kit.ids import new_id
from perron.store import Db, Prepared, Tx, const, insert
from perron.store.tables import brand_roles, submission_lines, submissions

WAITING, CHANGES, APPROVED, PUBLISHED, WITHDRAWN = "waiting", "changes", "approved", "published", "withdrawn"
TOLD = (
    *("submitted", "changed", "approved", "asked_for_changes", "withdrawn"),
    *("released", "voided", "not_published", "published"),
)
"""Lines of a history after which it is not as before."""


@dataclass(frozen=True)
class SubmissionChanged(Event):
    """Something that was handed in has become otherwise: the word that its history has for it."""

    submission_id: int
    verb: str


class Submission(NamedTuple):
    """A draft that was handed in. `approved`: the fingerprint of what somebody said yes to; times are milliseconds."""

    id: int
    organisation_id: int
    account_id: int
    draft_id: int
    user_id: int
    state: str
    due: int | None
    embargo: int | None
    approved: str
    approved_by: int | None
    bundle: str
    posts: str
    error: str
    guest_id: int | None = None

    @property
    def open(self) -> bool:
        """Whether anything can still become of it."""
        return self.state in (WAITING, CHANGES, APPROVED)

    @property
    def post_ids(self) -> list[int]:
        """What was published of it."""
        return [int(one) for one in json.decode(self.posts)]


class Said(NamedTuple):
    """One line of the history of a submission. `inside`: clients do not read it."""

    id: int
    submission_id: int
    user_id: int | None
    name: str
    verb: str
    text: str
    inside: bool
    fingerprint: str


_COLUMNS = tuple(submissions.c[name] for name in Submission._fields)
_ADD = insert(
    submissions, "id", "organisation_id", "account_id", "draft_id", "user_id", "due", "embargo", "bundle", "guest_id"
)
_STORED = Prepared(select(*_COLUMNS).where(submissions.c.id == bindparam("wanted")))
_HELD = Prepared(select(*_COLUMNS).where(submissions.c.id == bindparam("wanted")).with_for_update())
_OF_DRAFT = Prepared(select(*_COLUMNS).where(submissions.c.draft_id == bindparam("of_draft")))
_OPEN = Prepared(
    select(*_COLUMNS)
    .join(brand_roles, brand_roles.c.account_id == submissions.c.account_id)
    .where(
        submissions.c.organisation_id == bindparam("of_organisation"),
        brand_roles.c.user_id == bindparam("of_user"),
        submissions.c.state.in_((const(WAITING), const(CHANGES), const(APPROVED))),
    )
    .order_by(submissions.c.id.desc())
    .limit(500)
)
_CLOSED = Prepared(
    select(*_COLUMNS)
    .join(brand_roles, brand_roles.c.account_id == submissions.c.account_id)
    .where(
        submissions.c.organisation_id == bindparam("of_organisation"),
        brand_roles.c.user_id == bindparam("of_user"),
        submissions.c.state.in_((const(PUBLISHED), const(WITHDRAWN))),
    )
    .order_by(submissions.c.id.desc())
    .limit(20)
)
_APPROVED_OF = Prepared(
    select(*_COLUMNS)
    .where(submissions.c.account_id == bindparam("of_account"), submissions.c.state == const(APPROVED))
    .order_by(submissions.c.id)
)
_STATE = Prepared(
    update(submissions)
    .where(submissions.c.id == bindparam("wanted"), submissions.c.state == bindparam("before"))
    .values(
        state=bindparam("after"),
        approved=bindparam("yes_to"),
        approved_by=bindparam("by"),
        error=bindparam("why"),
        posts=bindparam("made"),
    )
)
_TIMES = Prepared(
    update(submissions)
    .where(submissions.c.id == bindparam("wanted"))
    .values(due=bindparam("at"), embargo=bindparam("not_before"), bundle=bindparam("among"))
)
_ERROR = Prepared(update(submissions).where(submissions.c.id == bindparam("wanted")).values(error=bindparam("why")))
_SAY = insert(submission_lines, "id", "submission_id", "user_id", "name", "verb", "text", "inside", "fingerprint")
_LINES = Prepared(
    select(*(submission_lines.c[name] for name in Said._fields))
    .where(submission_lines.c.submission_id == bindparam("wanted"))
    .order_by(submission_lines.c.id)
    .limit(1000)
)
_OF_GUEST = Prepared(
    select(*_COLUMNS)
    .where(submissions.c.guest_id == bindparam("of_guest"))
    .order_by(submissions.c.id.desc())
    .limit(100)
)
_OF_ACCOUNT = Prepared(select(submissions.c.id).where(submissions.c.account_id == bindparam("of_account")))
_REMOVE_LINES = Prepared(delete(submission_lines).where(submission_lines.c.submission_id == bindparam("wanted")))
_REMOVE = Prepared(delete(submissions).where(submissions.c.id == bindparam("wanted")))


def add_submission(tx: Tx, **values: Any) -> int:
    """Add what was handed in; its id."""
    id_ = new_id()
    tx.run(_ADD, id=id_, **values)
    return id_


def submission_as_stored(db: Db, submission_id: int) -> Submission | None:
    """A submission, whoever looks."""
    row = db.one(_STORED, wanted=submission_id)
    return Submission(*row) if row else None


def hold_submission(tx: Tx, submission_id: int) -> Submission | None:
    """The same; whoever else decides about it meanwhile waits."""
    row = tx.one(_HELD, wanted=submission_id)
    return Submission(*row) if row else None


def submission_of_draft(db: Db, draft_id: int) -> Submission | None:
    """What was handed in with a draft."""
    row = db.one(_OF_DRAFT, of_draft=draft_id)
    return Submission(*row) if row else None


def open_submissions(db: Db, organisation_id: int, user_id: int) -> list[Submission]:
    """What is open for the brands for which somebody has a role, newest first."""
    return [Submission(*row) for row in db.all(_OPEN, of_organisation=organisation_id, of_user=user_id)]


def closed_submissions(db: Db, organisation_id: int, user_id: int) -> list[Submission]:
    """What was published or withdrawn lately."""
    return [Submission(*row) for row in db.all(_CLOSED, of_organisation=organisation_id, of_user=user_id)]


def submissions_of_guest(db: Db, guest_id: int) -> list[Submission]:
    """What a guest has handed in, newest first."""
    return [Submission(*row) for row in db.all(_OF_GUEST, of_guest=guest_id)]


def approved_of(db: Db, account_id: int) -> list[Submission]:
    """What an account may publish."""
    return [Submission(*row) for row in db.all(_APPROVED_OF, of_account=account_id)]


def change_submission(
    tx: Tx,
    one: Submission,
    state: str,
    *,
    approved: str = "",
    by: int | None = None,
    error: str = "",
    posts: Sequence[int] = (),
) -> bool:
    """Another state, with what belongs to it; False when somebody was quicker."""
    values = {"yes_to": approved, "by": by, "why": error, "made": json.encode_text([str(each) for each in posts])}
    return tx.run(_STATE, wanted=one.id, before=one.state, after=state, **values) > 0


def change_error(tx: Tx, submission_id: int, why: str) -> None:
    """Why a submission waits; "" when nothing is in its way."""
    tx.run(_ERROR, wanted=submission_id, why=why)


def change_times(tx: Tx, one: Submission, due: int | None, embargo: int | None, bundle: str) -> None:
    """Other times, or another bundle of variants."""
    tx.run(_TIMES, wanted=one.id, at=due, not_before=embargo, among=bundle)


def say(
    tx: Tx,
    submission_id: int,
    user_id: int | None,
    verb: str,
    text: str = "",
    *,
    inside: bool = True,
    fingerprint: str = "",
    name: str = "",
) -> None:
    """Write a line into the history of a submission."""
    line = {"submission_id": submission_id, "user_id": user_id, "name": name, "verb": verb, "text": text}
    tx.run(_SAY, id=new_id(), inside=inside, fingerprint=fingerprint, **line)
    if verb in TOLD:
        emit(tx, SubmissionChanged(submission_id, verb))


def history_of(db: Db, submission_id: int) -> list[Said]:
    """Everything that happened to a submission, in order."""
    return [Said(*row) for row in db.all(_LINES, wanted=submission_id)]


def remove_submissions_of(tx: Tx, account_id: int) -> None:
    """Forget what was handed in for an account that is gone."""
    for submission_id in tx.column(_OF_ACCOUNT, of_account=account_id):
        tx.run(_REMOVE_LINES, wanted=submission_id)
        tx.run(_REMOVE, wanted=submission_id)
